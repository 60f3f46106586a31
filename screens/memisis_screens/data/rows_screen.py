"""The rows of the table, a window at a time: no more of them is ever drawn or copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from memisis_core.data.schema import ColumnKind, Role
from memisis_core.text import visible
from memisis_screens.action import Scope
from memisis_screens.actions import bindings
from memisis_screens.tables.cell_text import cell
from memisis_screens.tables.work_table import TableColumn, TableRow, WorkTable

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from memisis_core.data.schema import Column
    from memisis_screens.session import OpenTable

LONGEST_CELL = 28
"""Cells of the screen that a value gets; the line below the table has it whole."""
GAP = Text("  ", no_wrap=True, end="")
"""Stands before a value: spaces after one that is aligned to the right would not be drawn."""
_NUMBERS = (ColumnKind.INTEGER, ColumnKind.NUMBER)
_SIGNS = {Role.TARGET: "◎ ", Role.PROTECTED: "◆ ", Role.IDENTIFIER: "! ", Role.EXCLUDED: "– "}


class RowTable(WorkTable):
    """A table whose cursor moves the window when it leaves it."""

    def _screen(self) -> RowsScreen:
        assert isinstance(self.screen, RowsScreen), "shown nowhere else"
        return self.screen

    def action_cursor_down(self) -> None:
        """Go down, into the rows below the window too."""
        if self.cursor_row >= self.row_count - 1:
            self._screen().move_window(1)
        super().action_cursor_down()

    def action_cursor_up(self) -> None:
        """Go up, into the rows above the window too."""
        if self.cursor_row <= 0:
            self._screen().move_window(-1)
        super().action_cursor_up()

    def action_page_down(self) -> None:
        """Show the next rows."""
        self._screen().move_window(self._screen().room)

    def action_page_up(self) -> None:
        """Show the rows before."""
        self._screen().move_window(-self._screen().room)

    def action_scroll_top(self) -> None:
        """Show the first rows."""
        self._screen().go_to(0)

    def action_scroll_bottom(self) -> None:
        """Show the last rows."""
        self._screen().go_to(self._screen().rows - 1)


class RowsScreen(ModalScreen[None]):
    """Shows the rows of a table as they were read.

    Parameters
    ----------
    table : OpenTable
        Its `page` gives the rows.
    column : str, optional
        The column that the cursor starts in.
    """

    SCOPE: ClassVar[Scope] = Scope.ROWS
    BINDINGS = [*bindings(Scope.ROWS)]  # noqa: RUF012 - Textual's own declaration
    AUTO_FOCUS = "RowTable"

    def __init__(self, table: OpenTable, column: str = "") -> None:
        super().__init__()
        self.table = table
        self.first = 0
        self.start_column = column
        self._values: list[tuple[str | None, ...]] = []

    @property
    def rows(self) -> int:
        """Rows of the table."""
        return self.table.reference.rows

    @property
    def room(self) -> int:
        """Rows that are in sight at once."""
        return max(self.query_one(RowTable).size.height - 2, 1)

    def compose(self) -> ComposeResult:
        """Yield the rows, the line for a number, and what is under the cursor."""
        with Vertical(classes="rows") as box:
            box.border_title = visible(self.table.name, 60).replace("[", r"\[")
            box.border_subtitle = "PgUp PgDn g G pages   / row number   Esc back"
            number = Input(placeholder="Row number, then Enter", type="integer", compact=True,
                           classes="filter")  # fmt: skip
            number.display = False
            yield number
            yield RowTable(cursor_type="cell", fixed_columns=1, cell_padding=0)
            yield Static("", classes="row-value", markup=False)

    def on_resize(self) -> None:
        """Show as many rows as there is room for."""
        self.call_after_refresh(self.go_to, self.first)

    def move_window(self, step: int) -> None:
        """Show rows further down (or up); the cursor stays where it is in the window."""
        self.go_to(self.first + step)

    def go_to(self, first: int) -> None:
        """Show the rows from `first` on, as far as there are any."""
        if self.table.page is None:
            return
        self.first = max(0, min(first, self.rows - self.room))
        shown = self.query_one(RowTable)
        columns = self.table.schema.columns
        self._values = self.table.page(self.first, self.room)
        texts = [
            [_aligned(value, c) for value, c in zip(row, columns, strict=True)]
            for row in self._values
        ]
        place = shown.cursor_coordinate
        shown.present(
            self._columns(texts),
            [
                TableRow(
                    str(index),
                    (
                        cell(f"{self.first + index + 1:,}", "dim", right=True),
                        *(_cell(text, c) for text, c in zip(row, columns, strict=True)),
                    ),
                )
                for index, row in enumerate(texts)
            ],
        )
        if self.start_column in self.table.schema:
            shown.move_to("0", self.start_column)
            self.start_column = ""
        elif place != shown.cursor_coordinate:
            shown.move_cursor(row=place.row, column=place.column, animate=False)
        self._say_where()

    def _columns(self, texts: list[list[str]]) -> list[TableColumn]:
        number = max(len(f"{self.rows:,}"), 3)
        found = [TableColumn("\nrow", cell("row", right=True), number)]
        for index, column in enumerate(self.table.schema.columns):
            title = _SIGNS.get(column.role, "") + visible(column.name, LONGEST_CELL - 2)
            longest = max((cell(row[index]).cell_len for row in texts), default=0)
            width = min(max(longest, cell(title).cell_len), LONGEST_CELL) + 2
            right = column.kind in _NUMBERS
            label = cell(title, right=True) if right else GAP + cell(title)
            found.append(TableColumn(column.name, label, width))
        return found

    def on_data_table_cell_highlighted(self, event: RowTable.CellHighlighted) -> None:
        """Say what is under the cursor."""
        event.stop()
        self._say_where()

    def _say_where(self) -> None:
        shown, columns = self.query_one(RowTable), self.table.schema.columns
        row, place = shown.cursor_coordinate
        last = self.first + len(self._values)
        where = Content(f"rows {self.first + 1:,} to {last:,} of {self.rows:,}")
        if 0 < place <= len(columns) and row < len(self._values):
            column = columns[place - 1]
            value = _text(self._values[row][place - 1], 2000)
            role = "" if column.role is Role.FEATURE else f"  {column.role.value}"
            where = Content.assemble(
                (f"{where.plain}   ", "$quiet"),
                (visible(column.name, 80), "bold"),
                (role, "$quiet"),
                f"  {value}",
            )
        self.query_one(".row-value", Static).update(where)

    # Keys.

    def action_ask_row(self) -> None:
        """Ask for a row number."""
        line = self.query_one(Input)
        line.display = True
        line.value = ""
        line.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the row."""
        event.stop()
        self._leave_line()
        if event.value.strip().lstrip("-").isdigit():
            wanted = max(0, min(int(event.value) - 1, self.rows - 1))
            self.go_to(wanted)
            self.query_one(RowTable).move_cursor(row=wanted - self.first, animate=False)

    def _leave_line(self) -> None:
        self.query_one(Input).display = False
        self.query_one(RowTable).focus()

    def action_close(self) -> None:
        """Leave the line for a number, or the rows."""
        if self.query_one(Input).display:
            self._leave_line()
        else:
            self.dismiss()


def _text(value: str | None, limit: int = 200) -> str:
    return "–" if value is None else visible(value, limit)


def _aligned(value: str | None, column: Column) -> str:
    """Return a value with as many decimals as its column has, so that the points stand in line."""
    if value is None or not column.decimals or column.kind is not ColumnKind.NUMBER:
        return _text(value)
    try:
        return f"{float(value):.{column.decimals}f}"
    except ValueError:
        return _text(value)


def _cell(text: str, column: Column) -> Text:
    style = "dim" if text == "–" or not column.synthesised else ""
    right = column.kind in _NUMBERS
    shown = cell(text, style, right=right)
    shown.truncate(LONGEST_CELL, overflow="ellipsis")
    return shown if right else GAP + shown
