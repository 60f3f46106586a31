"""The Report tab: what leaves this machine, and where it was written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.content import Content
from textual.widgets import Input, Static

from memisis_core.text import visible
from memisis_screens.action import Scope
from memisis_screens.actions import bindings
from memisis_screens.messages import DestinationChosen, ExportRequested
from memisis_screens.report.export_items import FORMATS, ExportItem, export_items
from memisis_screens.tables.cell_text import cell
from memisis_screens.tables.work_table import TableColumn, TableRow, WorkTable
from memisis_screens.workbench.work_pane import EmptyState, WorkPane

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from memisis_screens.session import Session

COLUMNS = (
    TableColumn("what", Text("what"), 15),
    TableColumn("of", Text("of"), 17),
    TableColumn("file", Text("file that e writes")),
)
CAUTION = (
    "Files are written for this user alone (mode 0600). Synthetic data can still say something "
    "about real people; the privacy measures estimate how much, and prove nothing."
)


class DestinationInput(Input):
    """The folder that exports go to."""

    SCOPE: ClassVar[Scope] = Scope.FILTER
    BINDINGS = [*bindings(Scope.FILTER)]  # noqa: RUF012 - Textual's own declaration

    def __init__(self) -> None:
        super().__init__(placeholder="Folder to write to", compact=True, classes="filter")
        self.display = False

    def open(self, folder: Path) -> None:
        """Show the line with the present folder."""
        self.value = str(folder)
        self.display = True
        self.focus()

    def action_keep(self) -> None:
        """Take the folder if there is one of that name."""
        folder = Path(self.value).expanduser()
        if folder.is_dir():
            self.post_message(DestinationChosen(folder.absolute()))
            self.action_clear_filter()
        else:
            self.notify("There is no such folder", severity="warning", markup=False)

    def action_clear_filter(self) -> None:
        """Leave everything as it was."""
        self.display = False
        self.screen.query_one("#exports").focus()


class ReportPane(WorkPane):
    """What can leave, and what has left."""

    SCOPE: ClassVar[Scope] = Scope.REPORT
    BINDINGS = [*bindings(Scope.REPORT)]  # noqa: RUF012 - Textual's own declaration

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.items: list[ExportItem] = []
        self.endings = {kind: endings[0] for kind, endings in FORMATS.items()}

    def compose(self) -> ComposeResult:
        """Yield the list of what can leave, and what has left."""
        yield EmptyState()
        yield Static("", id="destination", markup=False)
        yield DestinationInput()
        yield WorkTable(cursor_type="row", cell_padding=0, id="exports")
        yield Static("", id="exported", markup=False)

    def session_changed(self, old: Session, new: Session) -> None:
        """Show what can be exported now."""
        self.items = export_items(new)
        empty = self.query_one(EmptyState)
        empty.display = not self.items
        for name in ("#destination", "#exports", "#exported"):
            self.query_one(name).display = bool(self.items)
        if not self.items:
            empty.say("Nothing to export yet", "Runs that are done can be exported from here")
            return
        self._show()

    @property
    def folder(self) -> Path:
        """The folder that exports go to."""
        return self.session.destination or Path.cwd()

    def _show(self) -> None:
        place = Content.assemble(("To ", "$quiet"), (visible(str(self.folder)), "bold"))
        self.query_one("#destination", Static).update(place)
        rows = [
            TableRow(
                item.key,
                (
                    cell(item.what),
                    cell(item.of),
                    cell(item.path(self.folder, self.endings[item.kind]).name),
                ),
            )
            for item in self.items
        ]
        self.query_one(WorkTable).present(COLUMNS, rows)
        self.query_one("#exported", Static).update(self._written())

    def _written(self) -> Content:
        if not self.session.exports:
            return Content.assemble(
                ("Nothing has been written yet.  ", "bold"), (CAUTION, "$quiet")
            )
        lines = [
            Content(f"✓ {exported.what}: {visible(str(exported.path))} ({_size(exported.bytes)})")
            for exported in self.session.exports
        ]
        return Content("\n").join([Content.styled("Written", "bold"), *lines, Content(CAUTION)])

    @property
    def item(self) -> ExportItem | None:
        """The item under the cursor."""
        key, _ = self.query_one(WorkTable).cursor_key
        return next((item for item in self.items if item.key == key), None)

    def action_export(self) -> None:
        """Write what is under the cursor."""
        item = self.item
        if item is not None:
            path = item.path(self.folder, self.endings[item.kind])
            what = f"{item.what} of {item.of}"
            self.post_message(ExportRequested(item.kind, what, item.run_ids, path))

    def action_next_format(self) -> None:
        """Choose the next format for what is under the cursor."""
        item = self.item
        if item is not None:
            endings = FORMATS[item.kind]
            place = endings.index(self.endings[item.kind])
            self.endings[item.kind] = endings[(place + 1) % len(endings)]
            self._show()

    def action_folder(self) -> None:
        """Choose the folder."""
        self.query_one(DestinationInput).open(self.folder)


def _size(count: int) -> str:
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1000:,.0f} kB" if count < 1_000_000 else f"{count / 1e6:,.1f} MB"
