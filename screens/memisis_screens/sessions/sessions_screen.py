"""The list of sessions over the workbench: open, rename, export, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import DataTable, Input, Static

from memisis_core.text import visible
from memisis_screens.action import Scope
from memisis_screens.actions import bindings
from memisis_screens.messages import (
    SessionChosen,
    SessionDeleted,
    SessionExported,
    SessionRenamed,
)
from memisis_screens.tables.cell_text import cell
from memisis_screens.tables.work_table import TableColumn, TableRow, WorkTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from memisis_core.runs.sessions import SessionRecord

_COLUMNS = (
    TableColumn("title", Text("session"), 22),
    TableColumn("dataset", Text("table"), 18),
    TableColumn("runs", Text("runs", justify="right"), 4),
    TableColumn("updated", Text("last worked in"), 16),
)
_KEYS = (("Enter", "open"), ("r", "rename"), ("e", "export"), ("d", "delete"), ("Esc", "back"))


class SessionsScreen(ModalScreen[None]):
    """Shows sessions, the one last worked in first.

    Parameters
    ----------
    open_id : str
        The session that is open, empty if none has begun.
    """

    SCOPE: ClassVar[Scope] = Scope.SESSIONS
    BINDINGS = [*bindings(Scope.SESSIONS)]  # noqa: RUF012 - Textual's own declaration
    AUTO_FOCUS = "WorkTable"

    def __init__(self, open_id: str) -> None:
        super().__init__()
        self.open_id = open_id
        self.sessions: Sequence[tuple[SessionRecord, int]] = ()

    def compose(self) -> ComposeResult:
        """Yield the table, the line for a new name, and the keys."""
        keys = [Content.assemble((k, "bold $primary"), " ", (do, "$quiet")) for k, do in _KEYS]
        with Vertical(classes="sessions") as box:
            box.border_title = "Sessions"
            yield WorkTable(cursor_type="row", cell_padding=1)
            name = Input(placeholder="New name, then Enter", compact=True, classes="filter")
            name.display = False
            yield name
            yield Static(Content("   ").join(keys), classes="hint", markup=False)

    def on_mount(self) -> None:
        """Show what is known already."""
        self.show(self.sessions)

    def show(self, sessions: Sequence[tuple[SessionRecord, int]]) -> None:
        """Show these sessions, each with its number of runs."""
        self.sessions = sessions
        for table in self.query(WorkTable):  # none before the first frame
            table.present(_COLUMNS, [self._row(record, runs) for record, runs in sessions])

    def _row(self, record: SessionRecord, runs: int) -> TableRow:
        here = "* " if record.id == self.open_id else "  "
        name = record.dataset.rsplit("/", 1)[-1] if record.dataset else "–"
        return TableRow(
            record.id,
            (
                cell(here + record.title, "bold" if record.id == self.open_id else ""),
                cell(name),
                cell(str(runs), right=True),
                cell(f"{record.updated.astimezone():%Y-%m-%d %H:%M}"),
            ),
        )

    @property
    def chosen(self) -> SessionRecord | None:
        """The session under the cursor."""
        key, _ = self.query_one(WorkTable).cursor_key
        return next((record for record, _ in self.sessions if record.id == key), None)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Open the session that was clicked on."""
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Open the session under the cursor."""
        chosen = self.chosen
        self.dismiss()
        if chosen is not None:
            self.app.post_message(SessionChosen(chosen.id))

    def action_rename(self) -> None:
        """Ask for another name."""
        chosen = self.chosen
        if chosen is not None:
            name = self.query_one(Input)
            name.value = chosen.title
            name.display = True
            name.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the new name."""
        event.stop()
        chosen, title = self.chosen, visible(event.value.strip(), 200)
        if chosen is not None and title:
            self.app.post_message(SessionRenamed(chosen.id, title))
        self._leave_input()

    def _leave_input(self) -> None:
        self.query_one(Input).display = False
        self.query_one(WorkTable).focus()

    def action_export(self) -> None:
        """Write the session to a file."""
        if self.chosen is not None:
            self.app.post_message(SessionExported(self.chosen.id))

    def action_delete(self) -> None:
        """Delete the session; asks first."""
        from memisis_screens.dialogs.confirm_screen import ConfirmScreen

        chosen = self.chosen
        if chosen is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.app.post_message(SessionDeleted(chosen.id))

        question = f"Delete the session {visible(chosen.title, 60)}?"
        self.app.push_screen(
            ConfirmScreen(question, "Its conversation is lost; its runs stay."), answered
        )

    def action_close(self) -> None:
        """Leave the line for a name, or the list."""
        if self.query_one(Input).display:
            self._leave_input()
        else:
            self.dismiss()
