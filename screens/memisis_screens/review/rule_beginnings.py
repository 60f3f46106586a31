"""How a rule may begin that answers what is under the cursor; the reviewer finishes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memisis_core.data.schema import Column, ColumnKind, Schema
from memisis_core.review.marks import MarkKind
from memisis_screens.review.patient_rows import mark_at

if TYPE_CHECKING:
    from memisis_core.review.material import PatientPage

_NUMBERS = (ColumnKind.NUMBER, ColumnKind.INTEGER)


def rule_beginning(page: PatientPage, key: str | None, schema: Schema | None) -> str:
    """Return the beginning of a rule for the row with this key.

    Parameters
    ----------
    page : PatientPage
    key : str or None
        Of the row under the cursor.
    schema : Schema or None
        Knows the kinds of the columns; without it nothing is suggested.
    """
    mark = mark_at(page, key)
    columns = mark.columns if mark is not None else (key or "",)
    if schema is None or any(name not in schema for name in columns):
        return ""
    known = [schema.column(name) for name in columns]
    values = {value.column: value.value for value in page.values}
    if len(known) == 2:
        if all(column.kind in (*_NUMBERS, ColumnKind.DATE) for column in known):
            return f"{_written(known[0])} <= {_written(known[1])}"
        return "not " + " and ".join(f"{_written(c)} = {values[c.name]}" for c in known)
    if known[0].kind in _NUMBERS:
        low = mark is not None and mark.kind is MarkKind.LOW
        return f"{_written(known[0])} {'>=' if low else '<='} "
    return f"not {_written(known[0])} = {values[known[0].name]}"


def _written(column: Column) -> str:
    """Return a name so that it is read back as this column."""
    plain = not any(sign in column.name for sign in '<>=≤≥,"') and " and " not in column.name
    return column.name if plain else f'"{column.name}"'
