"""Marks: what is unusual about a patient, held against the training patients."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.report.suppression import SMALLEST_GROUP
from memisis_core.review.reference import NO_CODE, TAIL, ColumnReference, PairReference, Reference
from memisis_core.review.values import labels_of, numbers_of

if TYPE_CHECKING:
    import polars as pl

MOST_PAIRS = 6
"""Combinations that are spelt out for one patient, the most unusual first."""


class MarkKind(StrEnum):
    """In what way something is unusual."""

    HIGH = "high"
    LOW = "low"
    RARE = "rare"
    MISSING = "rarely missing"
    TOGETHER = "rarely together"


@dataclass(frozen=True)
class Mark:
    """Something unusual.

    Attributes
    ----------
    kind : MarkKind
    columns : tuple of str
        One column, or the two of a combination.
    people : int
        Training patients of whom the same is true.
    of : int
        Training patients that were looked at.
    expected : float or None
        For a combination: how many there would be if the columns were unrelated.
    """

    kind: MarkKind
    columns: tuple[str, ...]
    people: int
    of: int
    expected: float | None = None

    @property
    def brief(self) -> str:
        """The mark in a few words, for a table."""
        if self.kind is MarkKind.TOGETHER:
            return f"{few(self.people)} of about {self.expected:,.0f}"
        return f"{self.kind.value}: {few(self.people)} of {self.of:,}"

    @property
    def words(self) -> str:
        """The mark in one sentence; fewer than ten patients are not counted out."""
        who = f"{few(self.people)} of {self.of:,} training patients"
        match self.kind:
            case MarkKind.HIGH:
                return f"high: {who} as high"
            case MarkKind.LOW:
                return f"low: {who} as low"
            case MarkKind.RARE:
                return f"rare: {who} have it"
            case MarkKind.MISSING:
                return f"rarely missing: {who} have no value"
        return f"rarely together: {who}; about {self.expected:,.0f} if the two were unrelated"


def few(people: int) -> str:
    """Return a count as it may be shown: none, fewer than ten, or the number."""
    if people == 0:
        return "none"
    return f"fewer than {SMALLEST_GROUP}" if people < SMALLEST_GROUP else f"{people:,}"


def marks_of(reference: Reference, table: pl.DataFrame, row: int) -> tuple[Mark, ...]:
    """Return the marks of one patient: single values in the order of columns, then combinations.

    Parameters
    ----------
    reference : Reference
    table : polars.DataFrame
        Patients in rows, with the columns of the reference.
    row : int
        Which one, from 0.
    """
    patient = table.slice(row, 1)
    single = [
        mark
        for known in reference.columns
        if (mark := _mark_of(known, patient[known.column.name])) is not None
    ]
    return (*single, *_combinations(reference, reference.encoded(patient)[0]))


def is_marked(reference: Reference, table: pl.DataFrame) -> NDArray[np.bool_]:
    """Tell which patients of a table have a mark at all, shape ``(n,)``."""
    marked = np.zeros(table.height, dtype=bool)
    for known in reference.columns:
        marked |= _unusual_values(known, table[known.column.name])
    codes = reference.encoded(table)
    for pair in reference.pairs:
        a, b = codes[:, pair.first], codes[:, pair.second]
        both = (a != NO_CODE) & (b != NO_CODE)
        marked[both] |= pair.unusual[a[both], b[both]]
    return marked


def usual(known: ColumnReference) -> str:
    """Return what is usual in a column: median and middle half, or the commonest labels.

    Quantiles of fewer than twenty patients, and categories of fewer than ten, are not said.
    """
    if known.continuous:
        if len(known.ordered) < 2 * SMALLEST_GROUP:
            return ""
        quartiles = np.quantile(known.ordered, (0.25, 0.5, 0.75))
        low, middle, high = (_written(number, known) for number in quartiles)
        return f"{middle} ({low} to {high})"
    ranked = sorted(known.counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(
        f"{label} {people / known.rows:.0%}"
        for label, people in ranked[:2]
        if people >= SMALLEST_GROUP
    )


def share_with_value(known: ColumnReference, label: str) -> str:
    """Return how many training patients have this label, as a share."""
    people = known.counts.get(label, 0)
    if people < SMALLEST_GROUP:
        return f"{few(people)} of {known.rows:,}"
    return f"{people / known.rows:.1%}"


def _written(number: float, known: ColumnReference) -> str:
    from memisis_core.data.schema import ColumnKind

    if known.column.kind is ColumnKind.DATE:
        return str(np.datetime64(int(number), "D"))
    decimals = known.column.decimals if known.column.kind is ColumnKind.NUMBER else 0
    return f"{number:.{min(2 if decimals is None else decimals, 4)}f}"


def _mark_of(known: ColumnReference, value: pl.Series) -> Mark | None:
    name, rows = (known.column.name,), known.rows
    if value.null_count():
        return Mark(MarkKind.MISSING, name, known.missing, rows) if known.missing < TAIL * rows \
            else None  # fmt: skip
    if not known.continuous:
        people = known.counts.get(labels_of(value)[0] or "", 0)
        return Mark(MarkKind.RARE, name, people, rows) if people < TAIL * rows else None
    number = float(numbers_of(value, known.column)[0])
    at_least, at_most = known.at_least(number), known.at_most(number)
    kind, people = (MarkKind.HIGH, at_least) if at_least <= at_most else (MarkKind.LOW, at_most)
    known_rows = len(known.ordered)
    return Mark(kind, name, people, known_rows) if people < TAIL * known_rows else None


def _unusual_values(known: ColumnReference, values: pl.Series) -> NDArray[np.bool_]:
    """Tell the same as `_mark_of`, of many values at once."""
    missing = values.is_null().to_numpy()
    unusual = missing & (known.missing < TAIL * known.rows)
    if not known.continuous:
        people = np.array([known.counts.get(label or "", 0) for label in labels_of(values)])
        return np.asarray(unusual | (~missing & (people < TAIL * known.rows)))
    numbers, n = numbers_of(values, known.column), len(known.ordered)
    at_most = np.searchsorted(known.ordered, numbers, side="right")
    at_least = n - np.searchsorted(known.ordered, numbers, side="left")
    return np.asarray(unusual | (~missing & (np.minimum(at_least, at_most) < TAIL * n)))


def _combinations(reference: Reference, codes: NDArray[np.int64]) -> list[Mark]:
    found = []
    for pair in reference.pairs:
        a, b = int(codes[pair.first]), int(codes[pair.second])
        if NO_CODE not in (a, b) and pair.unusual[a, b]:
            found.append(_together(reference, pair, a, b))
    found.sort(key=lambda mark: (mark.people / (mark.expected or 1), -(mark.expected or 0)))
    return found[:MOST_PAIRS]


def _together(reference: Reference, pair: PairReference, a: int, b: int) -> Mark:
    columns = reference.columns
    return Mark(
        MarkKind.TOGETHER,
        (columns[pair.first].column.name, columns[pair.second].column.name),
        int(pair.seen[a, b]),
        int(pair.seen.sum()),
        float(pair.expected[a, b]),
    )
