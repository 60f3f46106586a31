"""The panel below the work: is it going on, how long still."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.reactive import reactive

from memisis_screens.jobs.job_table import JobTable
from memisis_screens.session import Session

if TYPE_CHECKING:
    from textual.app import ComposeResult

MOST_SHOWN = 8
"""Runs at work and the latest that ended; the Jobs tab shows all."""


class JobsPanel(Vertical):
    """The latest runs, those at work included; away while there are none."""

    BORDER_TITLE = "Jobs"
    session: reactive[Session] = reactive(Session(), init=False, repaint=False)

    def compose(self) -> ComposeResult:
        """Yield the table."""
        yield JobTable(header=False, id="panel-jobs")

    def on_mount(self) -> None:
        """Tick once a second while something is at work."""
        self.watch_session(Session(), self.session)
        self.set_interval(getattr(self.screen, "seconds_between_ticks", 1.0), self._tick)

    @property
    def main(self) -> JobTable:
        """The widget that takes the focus."""
        return self.query_one(JobTable)

    def watch_session(self, old: Session, new: Session) -> None:
        """Show the runs as they are now."""
        if not self.is_mounted or (old.runs is new.runs and old.runs):
            return
        active = new.active_runs
        ended = [run for run in new.runs if run.state.final]
        room = max(MOST_SHOWN - len(active), 0)
        kept = {run.id for run in (*active, *ended[max(len(ended) - room, 0) :])}
        self.set_class(bool(kept), "-filled")
        self.main.show(tuple(run for run in new.runs if run.id in kept))

    def _tick(self) -> None:
        if self.session.active_runs:
            self.main.show(self.main.runs)
