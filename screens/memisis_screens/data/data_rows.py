"""Rows of the Data tab: one a column of the table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from memisis_core.data.schema import Role
from memisis_screens.tables.cell_text import cell
from memisis_screens.tables.work_table import TableColumn, TableRow

if TYPE_CHECKING:
    from memisis_core.data.schema import Column

LEAST_HOLDS = 16
_NAME_WIDTHS = (14, 28)
_KIND_WIDTH, _ROLE_WIDTH, _MISSING_WIDTH = 11, 12, 8


def data_columns(names: Sequence[str], width: int) -> tuple[TableColumn, ...]:
    """Return the columns of the Data tab for a table of `width` cells."""
    least, most = _NAME_WIDTHS
    longest = max((cell(name).cell_len for name in names), default=least)
    fixed = _KIND_WIDTH + _ROLE_WIDTH + _MISSING_WIDTH
    name_width = max(least, min(longest + 1, most, width - fixed - LEAST_HOLDS))
    return (
        TableColumn("name", Text("column"), name_width),
        TableColumn("kind", Text("kind"), _KIND_WIDTH),
        TableColumn("role", Text("role"), _ROLE_WIDTH),
        TableColumn("missing", Text("missing", justify="right"), _MISSING_WIDTH),
        TableColumn("holds", Text("  holds"), max(width - fixed - name_width, LEAST_HOLDS)),
    )


ROLE_MARKS: dict[Role, tuple[str, str]] = {
    Role.FEATURE: ("  feature", "dim"),
    Role.TARGET: ("◎ target", "bold"),
    Role.PROTECTED: ("◆ protected", "bold"),
    Role.IDENTIFIER: ("! identifier", "bold"),
    Role.EXCLUDED: ("– left out", "dim"),
}


def column_row(column: Column, rows: int, holds: str) -> TableRow:
    """Return the row of one column.

    Parameters
    ----------
    column : Column
    rows : int
        Rows of the table, for the share of missing values.
    holds : str
        What its values are, in short.
    """
    mark, style = ROLE_MARKS[column.role]
    left_out = "" if column.synthesised else "dim"
    return TableRow(
        column.name,
        (
            _name(column.name, left_out),
            cell(column.kind.value, left_out),
            cell(mark, style),
            cell(missing_share(column.missing, rows), left_out, right=True),
            cell(f"  {holds}", left_out),
        ),
    )


def _name(name: str, style: str) -> Text:
    return cell(name, style)


def missing_share(missing: int, rows: int) -> str:
    """Return the share of missing values; a few are not rounded to none."""
    if not missing or not rows:
        return "–"
    share = 100 * missing / rows
    if share < 0.1:
        return "<0.1 %"
    return ">99.9 %" if share > 99.9 and missing < rows else f"{share:.1f} %"
