"""Are the patients becoming one and the same? Distinct rows and entropy per column."""

from __future__ import annotations

import datetime
import math
import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final

from memisis_core.description.rows.cells import Cell, Row
from memisis_core.description.specification import Specification, Variable

WINDOW: Final = 20
"""Rows that are looked at."""
COLLAPSED: Final = 0.7
"""Mean entropy, as a share of the specification's, below which the patients are too alike."""
RECOVERED: Final = 0.85
_BINS: Final = 10
_RESAMPLES: Final = 30
_TAKEN_FOR_A_COPY: Final = 0.05


class Alikeness:
    """Compares the variety of rows with that of patients drawn from the specification.

    Numbers and dates are put into the tenths of the specification's own draws. The entropy of few
    rows is too small by itself, so that it is compared with that of as many drawn ones.

    Parameters
    ----------
    specification : Specification
    reference : sequence of dict
        Patients drawn from it, hundreds.
    rows : int
        Rows wanted in all.
    """

    def __init__(
        self, specification: Specification, reference: Sequence[Row], rows: int = 100
    ) -> None:
        self._rows = rows
        self._variables = specification.variables
        self._reference = list(reference)
        self._cuts = {v.name: _cuts(v, self._reference) for v in self._variables}
        self._expected: dict[tuple[str, int], float] = {}

    def is_copy(self, row: Row, others: Iterable[Row]) -> bool:
        """Return whether `row` is one of the others again, up to a few cells.

        It is if it has so many cells in common with one of them that hardly any two drawn
        patients have. Where even equal patients are likely, nothing is a copy.
        """
        names = [variable.name for variable in self._variables]
        cells = [row[name] for name in names]
        return any(
            sum(cell == other[name] for name, cell in zip(names, cells, strict=True))
            > self._most_in_common
            for other in others
        )

    @cached_property
    def _most_in_common(self) -> int:
        """Cells that patients may have in common.

        So many that among all rows wanted, a drawn patient would be taken for a copy of an
        earlier one with a probability of at most 5 %.
        """
        import numpy as np

        count, columns = len(self._reference), len(self._variables)
        common = np.zeros((count, count), dtype=np.int16)
        for variable in self._variables:
            texts = [repr(row[variable.name]) for row in self._reference]
            _, codes = np.unique(texts, return_inverse=True)
            common += codes[:, None] == codes[None, :]
        pairs = np.bincount(common[np.triu_indices(count, 1)], minlength=columns + 1)
        more = pairs.sum() - np.cumsum(pairs)  # pairs with more than 0, 1, 2 … cells in common
        likely = more / max(1, pairs.sum()) * self._rows
        return int(np.argmax(likely <= _TAKEN_FOR_A_COPY))

    def entropy(self, rows: Sequence[Row]) -> dict[str, float]:
        """Return the entropy of each column, in bits."""
        return {v.name: self._entropy(v, rows) for v in self._variables}

    def expected_entropy(self, count: int) -> dict[str, float]:
        """Return the mean entropy of each column among `count` drawn patients, in bits."""
        return {v.name: self._expectation(v, count) for v in self._variables}

    def share(self, rows: Sequence[Row]) -> float:
        """Return the mean over columns of entropy against the specification's, 0 to about 1.

        Columns that hardly vary by specification do not count.
        """
        shares = [
            self._entropy(v, rows) / expected
            for v in self._variables
            if (expected := self._expectation(v, len(rows))) > 0.1
        ]
        return sum(shares) / len(shares) if shares else 1.0

    def _expectation(self, variable: Variable, count: int) -> float:
        key = (variable.name, count)
        if key not in self._expected:
            rng = random.Random(f"{key}")  # noqa: S311
            self._expected[key] = (
                sum(
                    self._entropy(variable, rng.choices(self._reference, k=count))
                    for _ in range(_RESAMPLES)
                )
                / _RESAMPLES
            )
        return self._expected[key]

    def _entropy(self, variable: Variable, rows: Sequence[Row]) -> float:
        cuts = self._cuts[variable.name]
        counts = Counter(_bin(row[variable.name], cuts) for row in rows)
        total = sum(counts.values())
        return -sum(n / total * math.log2(n / total) for n in counts.values()) if total else 0.0


def distinct(rows: Sequence[Row]) -> int:
    """Return how many different patients there are."""
    return len({key_of(row) for row in rows})


def key_of(row: Row) -> tuple[tuple[str, str], ...]:
    """Return what two equal patients share, whatever the order of their columns."""
    return tuple(sorted((name, repr(cell)) for name, cell in row.items()))


def _cuts(variable: Variable, reference: Sequence[Row]) -> list[float] | None:
    if variable.is_coded:
        return None
    values = sorted(_number(cell) for row in reference if (cell := row[variable.name]) is not None)
    return [values[len(values) * i // _BINS] for i in range(1, _BINS)] if values else []


def _bin(cell: Cell, cuts: list[float] | None) -> object:
    if cuts is None or cell is None:
        return repr(cell)
    return bisect_right(cuts, _number(cell))


def _number(cell: Cell) -> float:
    return float(cell.toordinal() if isinstance(cell, datetime.date) else cell)  # type: ignore[arg-type]
