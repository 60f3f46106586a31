"""Groups of protected attributes, and their intersections, in the three tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from memisis_core.data.schema import ColumnKind
from memisis_core.evaluation.encoding import EncodedTable, EncodedTables, encoded, level_text
from memisis_core.text import visible

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

Codes = NDArray[np.intp]

MAXIMUM_GROUPS = 50
"""More groups (of a postcode, or of four attributes at once) are cells too small to compare."""
CLINICAL_AGES = (18.0, 40.0, 65.0, 80.0)
"""Lower bounds of the age groups after the first: children, 18–39, 40–64, 65–79, 80 and over."""
_AGE = re.compile(r"(?:^|[^a-z])age(?:$|[^a-z])|^age", re.IGNORECASE)
_MAXIMUM_LEVELS_OF_NUMBERS = 10
"""An ordinal with more levels than this is cut into thirds like a number."""


@dataclass(frozen=True)
class Grouping:
    """One protected attribute, or an intersection of several, as groups of rows.

    Attributes
    ----------
    attributes : tuple of str
        Columns.
    labels : tuple of str
        ``Race=Black``, ``Race=Black, Sex=Male`` …; those that occur in any table.
    train, holdout, synthetic : ndarray of int, shapes (n,)
        Place of each row's group in `labels`.
    binning : str
        How numbers were cut into groups; empty for levels.
    """

    attributes: tuple[str, ...]
    labels: tuple[str, ...]
    train: Codes
    holdout: Codes
    synthetic: Codes
    binning: str = ""

    @property
    def title(self) -> str:
        """``Race``, or ``Race × Sex``: the subject of its metrics."""
        return " × ".join(visible(name) for name in self.attributes)

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Bins:
    """Cuts of a numeric attribute.

    Attributes
    ----------
    edges : ndarray of float, shape (k,)
        Group i holds values from ``edges[i - 1]`` on and below ``edges[i]``.
    names : tuple of str, length k + 1
    said : str
        The rule, for people.
    """

    edges: NDArray[np.float64]
    names: tuple[str, ...]
    said: str


def groupings(context: EvaluationContext) -> tuple[Grouping, ...]:
    """Return each protected attribute, each pair and the intersection of all (made once).

    A missing value is a group of its own: who is not asked is not a random patient. What forms no
    groups, or more than `MAXIMUM_GROUPS`, is in `refused_groupings` instead.
    """
    return _made(context)[0]


def refused_groupings(context: EvaluationContext) -> dict[str, str]:
    """Return attributes and intersections that give no groups, each with the reason."""
    return _made(context)[1]


def bins_of(context: EvaluationContext, name: str) -> Bins | None:
    """Return how a protected attribute is cut into groups; None if its levels are the groups.

    Ages (by name, and between 0 and 120) in the bands of clinical reporting that occur; other
    numbers and dates in thirds of the real training rows.
    """
    tables = encoded(context)
    position = tables.encoding.position(name)
    column = tables.encoding.columns[position]
    if not column.ordered:
        return None
    if column.levels is not None and len(column.levels) <= _MAXIMUM_LEVELS_OF_NUMBERS:
        return None
    values = tables.train.numbers[:, position]
    known = values[~np.isnan(values)]
    if not len(known):
        return None
    is_age = _AGE.search(name) is not None and known.min() >= 0 and known.max() <= 120
    if is_age and column.column.kind is not ColumnKind.DATE:
        edges = np.array([e for e in CLINICAL_AGES if known.min() < e <= known.max()])
        return Bins(edges, _interval_names(edges, whole=True), "clinical age bands")
    edges = np.unique(np.quantile(known, [1 / 3, 2 / 3]))
    edges = edges[edges > known.min()]
    if column.column.kind is ColumnKind.DATE:
        days = [str(np.datetime64(int(edge), "D")) for edge in edges]
        return Bins(edges, _between(days), "thirds of the real training rows")
    return Bins(edges, _interval_names(edges, whole=False), "thirds of the real training rows")


def _interval_names(edges: NDArray[np.float64], *, whole: bool) -> tuple[str, ...]:
    if not whole:
        return _between([f"{edge:.4g}" for edge in edges])
    starts = [int(edge) for edge in edges]
    if not starts:
        return ("all",)
    inner = [f"{a}–{b - 1}" for a, b in pairwise(starts)]
    return (f"under {starts[0]}", *inner, f"{starts[-1]} and over")


def _between(edges: Sequence[str]) -> tuple[str, ...]:
    if not edges:
        return ("all",)
    inner = [f"{a} to {b}" for a, b in pairwise(edges)]
    return (f"below {edges[0]}", *inner, f"{edges[-1]} and above")


def _made(context: EvaluationContext) -> tuple[tuple[Grouping, ...], dict[str, str]]:
    if "groupings" not in context.shared:
        context.shared["groupings"] = _groupings(context)
    return cast("tuple[tuple[Grouping, ...], dict[str, str]]", context.shared["groupings"])


def _groupings(context: EvaluationContext) -> tuple[tuple[Grouping, ...], dict[str, str]]:
    tables = encoded(context)
    accepted: list[Grouping] = []
    refused: dict[str, str] = {}
    for name in context.data.protected:
        kind = context.data.schema.column(name).kind
        if kind in (ColumnKind.IDENTIFIER, ColumnKind.TEXT):
            refused[visible(name)] = f"the column holds {kind.value}s, which form no groups"
        else:
            _sort_in(_of_attribute(context, tables, name), accepted, refused)
    single = list(accepted)
    for pair in combinations(single, 2):
        _sort_in(_intersection(pair), accepted, refused)
    if len(single) > 2:
        _sort_in(_intersection(single), accepted, refused)
    return tuple(accepted), refused


def _sort_in(grouping: Grouping, accepted: list[Grouping], refused: dict[str, str]) -> None:
    if len(grouping) <= MAXIMUM_GROUPS:
        accepted.append(grouping)
    else:
        refused[grouping.title] = (
            f"it has {len(grouping)} groups; with more than {MAXIMUM_GROUPS} they are too small "
            "to compare"
        )


def _of_attribute(context: EvaluationContext, tables: EncodedTables, name: str) -> Grouping:
    position = tables.encoding.position(name)
    bins = bins_of(context, name)
    parts: tuple[EncodedTable, ...] = (tables.train, tables.holdout, tables.synthetic)
    if bins is not None:
        held = [_binned(table.numbers[:, position], bins.edges) for table in parts]
        names = list(bins.names)
    else:
        levels = tables.encoding.columns[position].levels
        known = [] if levels is None else [level_text(level) for level in levels]
        # Codes beyond the levels are values that do not occur in real data.
        names = [*known, "(not in real data)"]
        held = [np.minimum(table.codes[:, position], len(known)) for table in parts]
    held = [np.where(codes < 0, len(names), codes) for codes in held]
    labels = [f"{visible(name)}={word}" for word in (*names, "(missing)")]
    said = bins.said if bins is not None else ""
    return _present((name,), labels.__getitem__, held, said)


def _binned(values: NDArray[np.float64], edges: NDArray[np.float64]) -> Codes:
    codes = np.searchsorted(edges, values, side="right")
    return np.where(np.isnan(values), -1, codes)


def _intersection(parts: Sequence[Grouping]) -> Grouping:
    sizes = [len(part) for part in parts]
    held = [
        np.ravel_multi_index([getattr(part, table) for part in parts], sizes)
        for table in ("train", "holdout", "synthetic")
    ]
    said = "; ".join(part.binning for part in parts if part.binning)
    names = tuple(name for part in parts for name in part.attributes)

    def label(code: int) -> str:
        places = np.unravel_index(code, sizes)
        return ", ".join(part.labels[int(i)] for part, i in zip(parts, places, strict=True))

    return _present(names, label, held, said)


def _present(
    attributes: tuple[str, ...],
    label: Callable[[int], str],
    held: Sequence[Codes],
    binning: str,
) -> Grouping:
    """Return the grouping without groups that no row of any table is in."""
    used = np.unique(np.concatenate(list(held)))
    train, holdout, synthetic = (np.searchsorted(used, codes).astype(np.intp) for codes in held)
    labels = tuple(label(int(code)) for code in used)
    return Grouping(attributes, labels, train, holdout, synthetic, binning)
