"""A line for a path over the workbench, with what it may become below it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from memisis_core.text import visible
from memisis_screens.action import Scope
from memisis_screens.actions import bindings
from memisis_screens.opening.path_proposals import (
    Proposal,
    completed,
    is_table,
    proposals,
    recent_proposals,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

_KEYS = (("Enter", "open"), ("Tab", "complete"), ("↑↓", "choose"), ("Esc", "back"))
SHOWN = 10
"""Proposals that are in sight at once."""


class OpenScreen(ModalScreen[Path | None]):
    """Gives the table that a person chose, or None.

    Parameters
    ----------
    recent : sequence of str
        Paths of the tables last worked on, the latest first; shown while nothing is written.
    base : Path, optional
        Where relative paths start.
    """

    SCOPE: ClassVar[Scope] = Scope.OPENING
    BINDINGS = [*bindings(Scope.OPENING)]  # noqa: RUF012 - Textual's own declaration
    AUTO_FOCUS = "Input"

    def __init__(self, recent: Sequence[str], base: Path | None = None) -> None:
        super().__init__()
        self.base = base or Path.cwd()
        self.recent = recent_proposals(recent)
        self.found: list[Proposal] = []
        self.place = -1
        """The proposal that was chosen; -1: the line itself."""

    def compose(self) -> ComposeResult:
        """Yield the line, the proposals, and the keys."""
        keys = [Content.assemble((k, "bold $primary"), " ", (do, "$quiet")) for k, do in _KEYS]
        with Vertical(classes="opening") as box:
            box.border_title = "Open a table"
            yield Input(placeholder="Path of a CSV, TSV, Parquet or XLSX file", compact=True)
            yield Static("", id="proposals", markup=False)
            yield Static("", id="opening-trouble", markup=False)
            yield Static(Content("   ").join(keys), classes="hint", markup=False)

    def on_mount(self) -> None:
        """Propose what was open before, once the width is known."""
        self.call_after_refresh(self._look)

    @property
    def _line(self) -> Input:
        return self.query_one(Input)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Propose what fits."""
        event.stop()
        self._look()

    def _look(self) -> None:
        written = self._line.value
        found = proposals(written, self.base)
        self.found = found if written else [*self.recent, *found]
        self.place = -1
        self._say("")
        self._show()

    def _show(self) -> None:
        first = max(0, min(self.place - SHOWN // 2, len(self.found) - SHOWN))
        lines = [self._row(index) for index in range(first, min(first + SHOWN, len(self.found)))]
        if not lines:
            lines = [Content.styled("  No folder or table begins so", "$quiet")]
        more = len(self.found) - first - SHOWN
        lines.append(Content.styled(f"  {more} more" if more > 0 else "", "$quiet"))
        self.query_one("#proposals", Static).update(Content("\n").join(lines))

    def _row(self, index: int) -> Content:
        known, chosen = self.found[index], index == self.place
        room = max((self.query_one("#proposals").content_size.width or 60) - 14, 20)
        name = visible(known.text)
        if len(name) > room:
            name = f"…{name[1 - room :]}"  # the end tells files apart
        style = "bold $primary" if chosen else ""
        return Content.assemble(
            ("› " if chosen else "  ", style),
            (f"{name:<{room}}", style),
            (f"{known.note:>10}", "$quiet"),
        )

    def _say(self, trouble: str) -> None:
        self.query_one("#opening-trouble", Static).update(Content.styled(trouble, "$warning"))

    def _write(self, text: str) -> None:
        self._line.value = text
        self._line.cursor_position = len(text)

    # Keys.

    def action_choose(self, step: int) -> None:
        """Go to another proposal; above the first is the line itself."""
        self.place = max(-1, min(self.place + step, len(self.found) - 1))
        self._show()

    def action_complete(self) -> None:
        """Write as much of the path as is sure, or the proposal that was chosen."""
        if self.place >= 0:
            self._write(self.found[self.place].text)
        else:
            within = proposals(self._line.value, self.base)
            self._write(completed(self._line.value, within))

    def action_open(self) -> None:
        """Open the file that was chosen or written; go into a folder."""
        if self.place >= 0:
            known = self.found[self.place]
            if known.folder:
                self._write(known.text)
                return
            text = known.text
        else:
            text = self._line.value.strip()
        path = self.base / Path(text).expanduser()
        if not text:
            self._say("Write a path, or choose with the arrows")
        elif path.is_dir():
            self._write(f"{text.rstrip('/')}/")
        elif not path.is_file():
            self._say("There is no such file")
        elif not is_table(path.name):
            self._say("Not a table: CSV, TSV, Parquet or XLSX can be opened")
        else:
            self.dismiss(path)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)
