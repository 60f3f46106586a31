"""A draft of a specification from the schema of a real table, never from its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memisis_core.data.schema import Column, ColumnKind
from memisis_core.description.specification import (
    Category,
    Specification,
    Study,
    Variable,
    VariableType,
)

if TYPE_CHECKING:
    from memisis_core.data.dataset import Dataset

_LEFT_OUT = (ColumnKind.IDENTIFIER, ColumnKind.TEXT)


def from_schema(dataset: Dataset) -> Specification:
    """Return what the schema and the data card of a table say, to be completed by a person.

    Taken: names of columns, their kinds, decimals and order of levels as the tool or the card
    has them, descriptions and units of the card. Not taken: any statistic, extreme, share, or
    value of a row; so ranges and most codes are left open. Identifiers and free text are left out.
    """
    card = dataset.card
    levels = {} if card is None else {n: c.levels for n, c in card.columns.items() if c.levels}
    kept = [column for column in dataset.schema.columns if column.kind not in _LEFT_OUT]
    left_out = [c.name for c in dataset.schema.columns if c.kind in _LEFT_OUT]
    origin = (
        "Schema of a table: names, types, decimals"
        + (" and its data card" if card is not None else "")
        + "; no statistic or value of any row"
        + (f"; left out: {', '.join(left_out)}" if left_out else "")
    )
    title = card.title if card is not None and card.title else dataset.table.path.stem
    return Specification(
        title=title,
        origin=origin,
        study=Study(summary=card.summary if card is not None else ""),
        variables=tuple(_variable(column, levels.get(column.name, ())) for column in kept),
    )


def _variable(column: Column, levels: tuple[str, ...]) -> Variable:
    return Variable(
        name=column.name,
        description=column.description or "",
        type=VariableType(column.kind.value),
        unit=column.unit,
        decimals=column.decimals if column.kind is ColumnKind.NUMBER else None,
        categories=tuple(Category(code=level) for level in levels),
    )
