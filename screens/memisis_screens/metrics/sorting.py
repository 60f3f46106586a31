"""The order of the measures: as measured, by name, or by a run's distance from the ideal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memisis_screens.metrics.metric_cells import IDEAL, MEASURE, REAL

if TYPE_CHECKING:
    from memisis_screens.metrics.measure_rows import MeasureRow


@dataclass(frozen=True)
class Order:
    """By which column, and whether the other way round.

    Attributes
    ----------
    column : str
        Key of the table's column; empty: as measured.
    turned : bool
        Best first instead of worst first, or Z before A.
    label : str
        Of the column, for people.
    """

    column: str = ""
    turned: bool = False
    label: str = ""

    @property
    def title(self) -> str:
        """The order in words."""
        if self.column in ("", IDEAL, REAL):
            return "as measured"
        if self.column == MEASURE:
            return "Z to A" if self.turned else "A to Z"
        return f"{self.label} {'best' if self.turned else 'worst'} first"


def next_order(order: Order, column: str, label: str) -> Order:
    """Return the order after the sort key was pressed on a column: one way, the other, none."""
    if column in ("", IDEAL, REAL):
        return Order()
    if order.column != column:
        return Order(column, label=label)
    return Order() if order.turned else Order(column, turned=True, label=label)


def ordered(rows: Sequence[MeasureRow], order: Order) -> list[MeasureRow]:
    """Return the rows in an order; rows without a value there stand last."""
    if not order.column:
        return list(rows)
    if order.column == MEASURE:
        return sorted(rows, key=lambda row: row.title.casefold(), reverse=order.turned)

    def distance(row: MeasureRow) -> float | None:
        metric = row.metrics.get(order.column)
        return metric.distance_from_ideal() if metric is not None else None

    known = [row for row in rows if distance(row) is not None]
    unknown = [row for row in rows if distance(row) is None]
    known.sort(key=lambda row: distance(row) or 0.0, reverse=not order.turned)
    return [*known, *unknown]
