"""Rows of the patient's table: one a value, then one a combination that is unusual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from memisis_core.data.schema import Role
from memisis_screens.tables.cell_text import cell
from memisis_screens.tables.work_table import TableColumn, TableRow

if TYPE_CHECKING:
    from memisis_core.review.marks import Mark
    from memisis_core.review.material import PatientPage, PatientValue

SIGN_ONE, SIGN_PAIR, SIGN_NAMED = "!", "+", "*"
LEGEND = (
    f"{SIGN_ONE} unusual  {SIGN_PAIR} unusual together  {SIGN_NAMED} named  "
    "right: median (quartiles) or share"
)
PAIR_KEY = "\0pair"
"""No column is called so: control characters do not survive reading."""
_SIGNS_WIDTH = 4
_MOST_NAME, _MOST_VALUE, _MOST_UNIT = 0.32, 0.30, 0.15
"""Greatest shares of the width; what is usual takes the rest."""
_ROLES = {Role.TARGET: "target", Role.PROTECTED: "protected"}


def patient_columns(page: PatientPage, width: int, blinded: bool) -> tuple[TableColumn, ...]:
    """Return the columns of a table of `width` cells, as wide as their values need."""
    name = _width([_name(v, "").cell_len for v in page.values], width * _MOST_NAME)
    value = _width([_value(v, "").cell_len for v in page.values], width * _MOST_VALUE)
    unit = _width([_unit(v).cell_len for v in page.values], width * _MOST_UNIT)
    last = max(width - _SIGNS_WIDTH - name - value - unit, 0)
    columns = (
        TableColumn("name", Text("variable"), name),
        TableColumn("value", Text("value", justify="right"), value),
        TableColumn("unit", Text(" unit"), unit),
    )
    if blinded:
        return columns
    signs = TableColumn("signs", Text(""), _SIGNS_WIDTH)
    return (signs, *columns, TableColumn("usual", Text(" training patients"), last))


def _width(lengths: list[int], most: float) -> int:
    return max(min(max(lengths, default=0) + 1, int(most)), 8)


def patient_rows(page: PatientPage, named: tuple[str, ...]) -> list[TableRow]:
    """Return the rows of a patient under review."""
    single = {mark.columns[0]: mark for mark in page.marks if len(mark.columns) == 1}
    pairs = [mark for mark in page.marks if len(mark.columns) == 2]
    together = {column for mark in pairs for column in mark.columns}
    rows = [
        _value_row(value, single.get(value.column), value.column in together, value.column in named)
        for value in page.values
    ]
    return [*rows, *(_pair_row(place, mark) for place, mark in enumerate(pairs))]


def blinded_rows(page: PatientPage) -> list[TableRow]:
    """Return the rows of a patient in a blinded test: values and nothing else."""
    return [
        TableRow(value.column, (_name(value, ""), _value(value, ""), _unit(value)))
        for value in page.values
    ]


def mark_at(page: PatientPage, key: str | None) -> Mark | None:
    """Return the mark of the row with this key, None if it has none."""
    if key is not None and key.startswith(f"{PAIR_KEY} "):
        pairs = [mark for mark in page.marks if len(mark.columns) == 2]
        place = int(key.removeprefix(f"{PAIR_KEY} "))
        return pairs[place] if place < len(pairs) else None
    return next((mark for mark in page.marks if mark.columns == (key,)), None)


def pairs_of(page: PatientPage, column: str) -> list[Mark]:
    """Return the unusual combinations that a column is part of."""
    return [mark for mark in page.marks if len(mark.columns) == 2 and column in mark.columns]


def _value_row(value: PatientValue, mark: Mark | None, together: bool, named: bool) -> TableRow:
    style = "bold" if mark is not None or named else ""
    signs = "".join(
        sign if there else " "
        for sign, there in (
            (SIGN_ONE, mark is not None),
            (SIGN_PAIR, together),
            (SIGN_NAMED, named),
        )
    )
    said = mark.brief if mark is not None else value.usual
    return TableRow(
        value.column,
        (
            cell(signs, "bold"),
            _name(value, style),
            _value(value, style),
            _unit(value),
            cell(f" {said}", style or "dim"),
        ),
    )


def _pair_row(place: int, mark: Mark) -> TableRow:
    first, second = mark.columns
    return TableRow(
        f"{PAIR_KEY} {place}",
        (
            cell(f" {SIGN_PAIR}", "bold"),
            cell(first, "bold"),
            cell(f"with {second}", "bold", right=True),
            cell(""),
            cell(f" {mark.brief}", "bold"),
        ),
    )


def _name(value: PatientValue, style: str) -> Text:
    role = _ROLES.get(value.role)
    name = cell(value.column, style)
    return name if role is None else name + cell(f" ({role})", "dim")


def _value(value: PatientValue, style: str) -> Text:
    return cell(value.value, style, right=True)


def _unit(value: PatientValue) -> Text:
    return cell(f" {value.unit}", "dim")
