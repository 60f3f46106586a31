"""The Jobs tab: every run of the session, and all that is known of the one under the cursor."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import DataTable, Static

from memisis_screens.action import Scope
from memisis_screens.jobs.job_details import job_details
from memisis_screens.jobs.job_table import JobTable
from memisis_screens.workbench.work_pane import EmptyState, WorkPane

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from memisis_screens.session import Session


class JobsPane(WorkPane):
    """The table above, the details of one run below."""

    SCOPE: ClassVar[Scope] = Scope.PANE

    def compose(self) -> ComposeResult:
        """Yield table and details."""
        yield EmptyState()
        yield JobTable(header=True, id="all-jobs")
        with VerticalScroll(id="job-details", can_focus=False):
            yield Static("", markup=False)

    def on_mount(self) -> None:
        """Tick once a second while something is at work."""
        super().on_mount()
        self.set_interval(getattr(self.screen, "seconds_between_ticks", 1.0), self._tick)

    def session_changed(self, old: Session, new: Session) -> None:
        """Show the runs as they are now."""
        empty = self.query_one(EmptyState)
        empty.display = not new.runs
        self.query_one(JobTable).display = bool(new.runs)
        self.query_one("#job-details").display = bool(new.runs)
        if not new.runs:
            empty.say("Nothing has run yet", "Confirm a plan with Enter; its jobs appear here")
        elif old.runs is not new.runs:
            self.query_one(JobTable).show(new.runs)
            self._show_details()

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Show what is known of the run under the cursor."""
        event.stop()
        self._show_details()

    def _show_details(self) -> None:
        run = self.query_one(JobTable).selected
        shown = self.query_one("#job-details Static", Static)
        width = shown.size.width or self.size.width or 60
        shown.update(Content("") if run is None else job_details(run, datetime.now(UTC), width))

    def _tick(self) -> None:
        if self.session.active_runs and self.display:
            self.query_one(JobTable).show(self.session.runs)
            self._show_details()
