"""What is usual: aggregates of the training patients that unusual values are held against.

Kept in memory only. It holds counts, ordered values of single columns and counts of pairs; no row
can be put together from it by what the screen shows of it, and nothing of it is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from memisis_core.review.values import is_continuous, labels_of, numbers_of

if TYPE_CHECKING:
    import polars as pl

    from memisis_core.data.schema import Column, Schema

TAIL: Final = 0.005
"""A value is unusual if fewer than this share of training patients have it, or one as extreme."""
FEWEST_EXPECTED: Final = 20
"""A pair is judged only where independence would give at least so many training patients."""
FEWEST_SEEN: Final = 0.1
"""A pair is unusual if at most this share of the expected number was seen. With 20 expected, two or
fewer seen come about by chance once in two million (Poisson)."""
_MOST_BINS: Final = 10
NO_CODE: Final = -1

THRESHOLDS: Final = (
    f"A value is marked if fewer than {TAIL:.1%} of the training patients have it or, for numbers "
    "and dates, one as high or as low.",
    f"A pair is marked if at least {FEWEST_EXPECTED} training patients would have both values if "
    f"the two columns were unrelated, and at most a tenth as many have. Numbers and dates are "
    f"taken in up to {_MOST_BINS} bins of equal share.",
    "Marks are hints, not faults: real patients are unusual too.",
)


@dataclass(frozen=True)
class ColumnReference:
    """One column of the training patients.

    Attributes
    ----------
    column : Column
    rows, missing : int
        Training patients, and those without a value.
    ordered : ndarray of float, shape (known,)
        The known values in order; empty unless continuous.
    counts : dict of str to int
        Patients with each label; empty if continuous.
    edges : ndarray of float
        Inner edges of the bins of a continuous column.
    codes : dict of str to int
        Labels that are frequent enough for pairs, by code.
    """

    column: Column
    rows: int
    missing: int
    ordered: NDArray[np.float64]
    counts: dict[str, int] = field(default_factory=dict)
    edges: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    codes: dict[str, int] = field(default_factory=dict)

    @property
    def continuous(self) -> bool:
        """Whether the column is one of numbers or dates."""
        return is_continuous(self.column)

    @property
    def width(self) -> int:
        """Number of codes."""
        return len(self.edges) + 1 if self.continuous else len(self.codes)

    def at_most(self, number: float) -> int:
        """Return how many training patients have this value or a lower one."""
        return int(np.searchsorted(self.ordered, number, side="right"))

    def at_least(self, number: float) -> int:
        """Return how many training patients have this value or a higher one."""
        return len(self.ordered) - int(np.searchsorted(self.ordered, number, side="left"))

    def encoded(self, values: pl.Series) -> NDArray[np.int64]:
        """Return the code of each value for pairs; `NO_CODE` if missing or too rare to count."""
        if not self.continuous:
            labels = labels_of(values)
            return np.array([self.codes.get(label or "", NO_CODE) for label in labels], np.int64)
        numbers = numbers_of(values, self.column)
        codes = np.searchsorted(self.edges, numbers, side="right").astype(np.int64)
        codes[np.isnan(numbers) | (len(self.ordered) == 0)] = NO_CODE
        return codes


@dataclass(frozen=True)
class PairReference:
    """Two columns of the training patients.

    Attributes
    ----------
    first, second : int
        Positions of the columns.
    seen : ndarray of int, shape (codes of first, codes of second)
        Training patients with both.
    expected : ndarray of float, same shape
        As many as there would be if the columns were unrelated.
    unusual : ndarray of bool, same shape
        See `FEWEST_EXPECTED` and `FEWEST_SEEN`.
    """

    first: int
    second: int
    seen: NDArray[np.int64]
    expected: NDArray[np.float64]
    unusual: NDArray[np.bool_]


@dataclass(frozen=True)
class Reference:
    """The training patients in aggregates.

    Attributes
    ----------
    rows : int
        Training patients.
    columns : tuple of ColumnReference
        In the order of the schema.
    pairs : tuple of PairReference
        Those that have an unusual combination; any other pair marks nothing.
    """

    rows: int
    columns: tuple[ColumnReference, ...]
    pairs: tuple[PairReference, ...]

    @classmethod
    def learn(cls, train: pl.DataFrame, schema: Schema) -> Reference:
        """Learn from the training patients.

        Parameters
        ----------
        train : polars.DataFrame
            Shape ``(n, at least d)``.
        schema : Schema
            The `d` columns that are synthesised.
        """
        bins = _bins(train.height)
        columns = tuple(_column(train[c.name], c, bins) for c in schema.columns)
        codes = [known.encoded(train[known.column.name]) for known in columns]
        pairs = (
            _pair(i, j, codes[i], codes[j], (columns[i].width, columns[j].width))
            for i, j in combinations(range(len(columns)), 2)
        )
        return cls(train.height, columns, tuple(pair for pair in pairs if pair.unusual.any()))

    def encoded(self, table: pl.DataFrame) -> NDArray[np.int64]:
        """Return the codes of a table for pairs, shape ``(n, d)``."""
        columns = [known.encoded(table[known.column.name]) for known in self.columns]
        return np.column_stack(columns) if columns else np.empty((table.height, 0), np.int64)

    def column(self, name: str) -> ColumnReference:
        """Return one column; KeyError if there is none."""
        for known in self.columns:
            if known.column.name == name:
                return known
        raise KeyError(name)


def _bins(rows: int) -> int:
    """Return how many bins of equal share leave enough expected patients in each cell."""
    return int(np.clip(np.sqrt(rows / FEWEST_EXPECTED), 1, _MOST_BINS))


def _column(values: pl.Series, column: Column, bins: int) -> ColumnReference:
    if is_continuous(column):
        numbers = numbers_of(values, column)
        known = np.sort(numbers[~np.isnan(numbers)])
        inner = np.linspace(0, 1, bins + 1)[1:-1]
        edges = np.unique(np.quantile(known, inner)) if len(known) else np.empty(0)
        return ColumnReference(column, len(values), len(values) - len(known), known, edges=edges)
    counts: dict[str, int] = {}
    missing = 0
    for label in labels_of(values):
        if label is None:
            missing += 1
        else:
            counts[label] = counts.get(label, 0) + 1
    frequent = sorted(label for label, count in counts.items() if count >= FEWEST_EXPECTED)
    codes = {label: place for place, label in enumerate(frequent)}
    return ColumnReference(column, len(values), missing, np.empty(0), counts, codes=codes)


def _pair(
    i: int, j: int, a: NDArray[np.int64], b: NDArray[np.int64], shape: tuple[int, int]
) -> PairReference:
    """Count two columns together, among the patients who have a code in both."""
    both = (a != NO_CODE) & (b != NO_CODE)
    cells = np.bincount(a[both] * shape[1] + b[both], minlength=shape[0] * shape[1])
    seen = cells.reshape(shape).astype(np.int64)
    total = max(int(seen.sum()), 1)
    expected = seen.sum(axis=1, keepdims=True) * seen.sum(axis=0, keepdims=True) / total
    unusual = (expected >= FEWEST_EXPECTED) & (seen <= FEWEST_SEEN * expected)
    return PairReference(i, j, seen, expected, unusual)
