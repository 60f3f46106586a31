"""The Data tab: what is there, what is missing, what could identify someone, which roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.widgets import DataTable

from memisis_screens.action import Scope
from memisis_screens.actions import bindings
from memisis_screens.messages import OpenRequested, RoleChosen
from memisis_screens.tables.detail import Detail
from memisis_screens.tables.filter_input import FilterInput, sought_in
from memisis_screens.tables.work_table import WorkTable
from memisis_screens.workbench.work_pane import EmptyState, WorkPane

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from memisis_core.data.schema import Column
    from memisis_screens.session import OpenTable, Session


class DataPane(WorkPane):
    """One row a column; roles are set by key."""

    SCOPE: ClassVar[Scope] = Scope.DATA
    BINDINGS = [*bindings(Scope.DATA)]  # noqa: RUF012 - Textual's own declaration

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.sought = ""

    def compose(self) -> ComposeResult:
        """Yield the table, its filter and its details; they are away until there is a table."""
        yield EmptyState()
        yield FilterInput(placeholder="Column names that contain")
        yield WorkTable(cursor_type="row", cell_padding=0, id="columns")
        yield Detail()

    def session_changed(self, old: Session, new: Session) -> None:
        """Show another table, or other roles."""
        if old.table is new.table and old.trouble == new.trouble and old.opening == new.opening:
            if new.table is None:
                self._show_empty(new)
            return
        if new.table is None:
            self._show_empty(new)
        else:
            self._show_table(new.table)

    def on_resize(self) -> None:
        """Give what the columns hold the room there is."""
        if self.session.table is not None:
            self._show_table(self.session.table)

    def _show_empty(self, session: Session) -> None:
        empty = self.query_one(EmptyState)
        self.query_one(WorkTable).display = False
        self.query_one(Detail).display = False
        empty.display = True
        if session.trouble:
            empty.say(
                "The table cannot be read",
                f"{session.trouble}\n\nEnter or o opens another file",
            )
        elif session.opening is not None:
            empty.say("Reading the table", "Kinds, roles and missing values follow in a moment")
        else:
            empty.say("No table is open", "Enter or o opens one: CSV, TSV, Parquet or XLSX")

    def _show_table(self, table: OpenTable) -> None:
        from memisis_screens.data.column_facts import holds
        from memisis_screens.data.data_rows import column_row, data_columns

        had_focus = self.has_focus
        self.query_one(EmptyState).display = False
        shown = self.query_one(WorkTable)
        shown.display = True
        self.query_one(Detail).display = True
        rows = table.reference.rows
        width = (shown.size.width or self.size.width or 60) - 1
        shown.present(
            data_columns(table.schema.names, width),
            [
                column_row(column, rows, holds(column, table.profile))
                for column in table.schema.columns
                if sought_in(self.sought, column.name)
            ],
        )
        if had_focus:
            shown.focus()
        self._show_detail()

    def _show_detail(self) -> None:
        from memisis_screens.data.column_facts import facts

        column = self.selected
        detail = self.query_one(Detail)
        if column is None or self.session.table is None:
            detail.be_empty()
            return
        detail.say(column.name, *facts(column, self.session.table))

    @property
    def selected(self) -> Column | None:
        """The column under the cursor."""
        name, _ = self.query_one(WorkTable).cursor_key
        table = self.session.table
        if table is None or name is None:
            return None
        return next((column for column in table.schema.columns if column.name == name), None)

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Say more of the column under the cursor."""
        event.stop()
        self._show_detail()

    def on_filter_input_sought(self, event: FilterInput.Sought) -> None:
        """Show the columns whose names fit."""
        event.stop()
        self.sought = event.text
        if self.session.table is not None:
            self._show_table(self.session.table)

    def on_filter_input_left(self, event: FilterInput.Left) -> None:
        """Go back to the table."""
        event.stop()
        self.query_one(WorkTable).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer nothing to do with columns while there are none."""
        if action in ("set_role", "show_rows", "filter"):
            return self.session.table is not None
        return super().check_action(action, parameters)

    @property
    def can_begin(self) -> bool:
        """Whether no table is open."""
        return self.session.table is None and not (
            self.session.opening and not self.session.trouble
        )

    def begin(self) -> None:
        """Ask which table to open."""
        self.post_message(OpenRequested())

    def action_show_rows(self) -> None:
        """Show the rows of the table, from the column under the cursor on."""
        from memisis_screens.data.rows_screen import RowsScreen

        table, column = self.session.table, self.selected
        if table is not None and table.page is not None:
            self.app.push_screen(RowsScreen(table, column.name if column else ""))

    def action_set_role(self, name: str) -> None:
        """Give the column under the cursor a role; the same key again takes it away."""
        from memisis_core.data.schema import Role

        column = self.selected
        if column is None:
            return
        role = Role(name)
        self.post_message(RoleChosen(column.name, Role.FEATURE if column.role is role else role))
