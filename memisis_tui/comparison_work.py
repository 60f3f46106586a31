"""Comparing runs in a thread: the latest wish wins, the panes show the last finished one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from memisis_tui.thread_messages import RunsCompared

if TYPE_CHECKING:
    from memisis_screens.session import Session
    from memisis_tui.desk import Desk


class ComparisonWork:
    """Owns `Session.compared` and `Session.contrasted`, marks and the pinned run."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._wanted: object = None
        self._at_work = False

    def toggle_mark(self, run_id: str) -> None:
        """Mark a run for comparison, or take the mark away."""
        self._desk.session = self._desk.session.with_mark_toggled(run_id)
        self.renew()

    def toggle_pin(self, run_id: str) -> None:
        """Hold the others against a run, or no longer."""
        self._desk.session = self._desk.session.with_pin_toggled(run_id)
        self.renew()

    def forget(self) -> None:
        """Have compared nothing (another session is opened)."""
        self._wanted = None

    def renew(self) -> None:
        """Compare anew if what is compared has changed."""
        session = self._desk.session
        wanted = _key(session)
        if wanted == self._wanted or self._at_work or not session.measured_runs:
            return
        self._wanted, self._at_work = wanted, True
        everything, chosen, pinned = session.measured_runs, session.compared_runs, session.pinned

        def work() -> None:
            from memisis_screens.run_comparison import compare_runs

            try:
                compared = compare_runs(everything)
                held = pinned if any(run.id == pinned for run in chosen) else None
                same = held is None and chosen == everything
                contrasted = compared if same else compare_runs(chosen, held)
            finally:
                self._at_work = False
            self._desk.post_message(RunsCompared(compared, contrasted))

        self._desk.in_thread("comparing the runs", work)

    def show(self, message: RunsCompared) -> None:
        """Show a comparison, and begin the next one if something changed meanwhile."""
        self._desk.session = replace(
            self._desk.session, compared=message.compared, contrasted=message.contrasted
        )
        self.renew()


def _key(session: Session) -> object:
    """Return what a comparison depends on; the artefacts come with the record, after the end."""
    runs = [
        (
            run.id,
            len(run.metrics),
            run.state.final,
            tuple(run.record.artefacts if run.record else ()),
        )
        for run in session.measured_runs
    ]
    return (runs, session.marked, session.pinned)
