"""Starting, following and stopping runs: one thread a job, messages to the screen."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from memisis_core.runs.states import RunState
from memisis_tui.thread_messages import (
    LogRead,
    Noticed,
    PlanRefused,
    RunEnded,
    RunReported,
    RunsSubmitted,
)

if TYPE_CHECKING:
    from memisis_core.plan.model import Plan
    from memisis_core.runs.events import Event
    from memisis_core.runs.record import RunRecord
    from memisis_tui.desk import Desk
    from memisis_tui.services import RunFollower, Services

SECONDS_BETWEEN_PROGRESS = 0.25
"""Numbers that change faster cannot be read; a fast training reports hundreds of epochs a second,
and each repaint delays the echo of a key."""


class JobWork:
    """Owns `Session.runs`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._listeners: dict[str, PacedListener] = {}
        self._stops: dict[str, int] = {}
        """How often each run was asked to stop."""
        self.seconds_between_progress = SECONDS_BETWEEN_PROGRESS
        self._detached: set[str] = set()
        """Runs that go on when this program ends."""

    @property
    def ended_by_leaving(self) -> int:
        """Number of runs at work that end with this program."""
        return sum(run.id not in self._detached for run in self._desk.session.active_runs)

    @property
    def going_on(self) -> int:
        """Number of runs at work that go on when this program ends."""
        return len(self._desk.session.active_runs) - self.ended_by_leaving

    def start(self, plan: Plan) -> None:
        """Queue the jobs of a plan and follow them."""
        from memisis_core.errors import InputError
        from memisis_core.plan.effective import planned_schema

        session = self._desk.session
        services, table, draft = self._desk.services, session.table, session.draft
        if services is None or table is None or draft is None or draft.effective is None:
            return
        effective = draft.effective
        plan = plan.model_copy(update={"dataset": table.reference})

        def submit() -> None:
            schema = planned_schema(plan, table.schema)
            try:
                notes = table.check(schema) if table.check is not None else ()
            except InputError as error:
                self._desk.post_message(PlanRefused(error.line()))
                return
            if notes:
                self._desk.post_message(Noticed(tuple(notes)))
            records = services.starter.submit(
                plan, effective, schema, table.reference, session_id=self._desk.session_id
            )
            self._desk.post_message(RunsSubmitted(records, detached=services.detach))

        self._desk.in_thread("starting the runs", submit)

    def resume(self, run_id: str) -> None:
        """Begin a run again that was interrupted, stopped or that failed."""
        services = self._desk.services
        if services is None:
            return

        def submit() -> None:
            if not services.detach:
                services.store.detached.remove(run_id)
            record = services.starter.resubmit(run_id)
            self._desk.post_message(RunsSubmitted([record], detached=services.detach))

        self._desk.in_thread("resuming the run", submit)

    def show(self, records: list[RunRecord]) -> None:
        """Show runs as the store has them."""
        from memisis_screens.run_view import RunView

        session = self._desk.session
        for record in records:
            session = session.with_run(RunView.of(record))
        self._desk.session = session

    def follow(self, records: list[RunRecord], *, detached: bool = False) -> None:
        """Show runs that were queued or are at work elsewhere, and follow each in a thread."""
        self.show(records)
        ids = {record.id for record in records}
        self._detached = self._detached | ids if detached else self._detached - ids
        for record in records:
            self._desk.in_thread(f"following run {record.label}", self._follower(record.id))

    def _follower(self, run_id: str) -> Callable[[], None]:
        services = self._desk.services
        assert services is not None, "runs are followed only after they were submitted"

        listener = self._listeners[run_id] = PacedListener(
            self._desk, seconds=self.seconds_between_progress
        )
        follower = self._follower_of(run_id, services)

        def follow() -> None:
            record = follower.supervise(run_id, listener)
            if record.state.final:
                self._desk.post_message(RunEnded(record))

        return follow

    def _follower_of(self, run_id: str, services: Services) -> RunFollower:
        return services.detached if run_id in self._detached else services.supervisor

    def flush(self) -> None:
        """Show progress that was held back; called a few times a second."""
        for listener in self._listeners.values():
            listener.flush()

    def report(self, run_id: str, event: Event) -> None:
        """Move a run on."""
        run = self._desk.session.run(run_id)
        if run is not None:
            self._desk.session = self._desk.session.with_run(run.after(event))

    def end(self, record: RunRecord) -> None:
        """Show a run as it ended."""
        from memisis_screens.run_view import RunView

        self._listeners.pop(record.id, None)
        self._stops.pop(record.id, None)
        run = self._desk.session.run(record.id)
        view = run.refreshed(record) if run is not None else RunView.of(record)
        self._desk.session = self._desk.session.with_run(view)

    def stop(self, run_id: str) -> str:
        """Ask a run to stop and keep its model; return what happens now, for the person."""
        run = self._desk.session.run(run_id)
        if self._desk.services is None or run is None:
            return ""
        services = self._desk.services
        if run_id in self._detached:
            # A write to the store: not in the thread that draws.
            self._desk.in_thread("stopping the run", lambda: services.detached.cancel(run_id))
        else:
            services.supervisor.cancel(run_id)
            if run.paused:
                self._desk.session = self._desk.session.with_run(replace(run, paused=False))
        self._stops[run_id] = self._stops.get(run_id, 0) + 1
        if run.state is RunState.QUEUED:
            return f"{run.label} is taken out of the queue."
        if self._stops[run_id] == 1 and run.state is RunState.TRAINING:
            return (
                f"{run.label} stops after this epoch; its model is kept, sampled and measured. "
                "x again stops it at once."
            )
        if self._stops[run_id] <= 2:
            return f"{run.label} stops as soon as it can; complete files are kept."
        return f"{run.label} is ended."

    def pause(self, run_id: str) -> str:
        """Have a run rest, or go on if it does; return what happens now, for the person."""
        run, services = self._desk.session.run(run_id), self._desk.services
        if services is None or run is None or run.state.final:
            return ""
        if run_id in self._detached:
            return f"{run.label} goes on by itself and cannot be paused; x stops it."
        if run.paused:
            services.supervisor.go_on(run_id)
        elif not services.supervisor.pause(run_id):
            return f"{run.label} has not started yet."
        paused = not run.paused
        self._desk.session = self._desk.session.with_run(replace(run, paused=paused))
        if paused:
            return f"{run.label} is paused and keeps its memory and place; Space resumes it."
        return f"{run.label} goes on."

    def measure(self) -> None:
        """Show what the runs at work use; called every few seconds.

        Rounded to 10 MB, so that a number that only trembles paints nothing.
        """
        services = self._desk.services
        if services is None:
            return
        for run in self._desk.session.active_runs:
            usage = services.supervisor.usage(run.id)
            if usage is not None:
                memory = round(usage.memory_bytes, -7)
                usage = replace(usage, memory_bytes=memory)
            if usage != run.usage:
                self._desk.session = self._desk.session.with_run(replace(run, usage=usage))

    def read_log(self, run_id: str) -> None:
        """Read what the process of a run wrote, in a thread."""
        run, services = self._desk.session.run(run_id), self._desk.services
        if services is None or run is None:
            return

        def work() -> None:
            from memisis_core.runs.job_log import log_lines

            lines = log_lines(services.store.run_folder(run_id))
            self._desk.post_message(LogRead(run_id, lines))

        self._desk.in_thread("reading the log", work)

    def stop_labelled(self, labels: tuple[str, ...]) -> list[str]:
        """Ask the runs with these labels to stop, or all that are at work; return their labels."""
        chosen = [
            run for run in self._desk.session.active_runs if not labels or run.label in labels
        ]
        for run in chosen:
            self.stop(run.id)
        return [run.label for run in chosen]


class PacedListener:
    """Passes events on, progress no more often than an eye follows.

    Called in the thread of its run; `flush` in that of the screen.
    """

    def __init__(
        self,
        desk: Desk,
        clock: Callable[[], float] = time.monotonic,
        seconds: float = SECONDS_BETWEEN_PROGRESS,
    ) -> None:
        self._desk = desk
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._last = 0.0
        self._waiting: RunReported | None = None

    def __call__(self, run_id: str, event: Event) -> None:
        """Take one event of the worker."""
        message = RunReported(run_id, event)
        with self._lock:
            if event.event != "progress":
                self._post_waiting()
                self._desk.post_message(message)
            else:
                self._waiting = message
                if self._clock() - self._last >= self._seconds:
                    self._post_waiting()

    def flush(self) -> None:
        """Pass on the progress that waits, so that the last of a burst is not lost."""
        with self._lock:
            self._post_waiting()

    def _post_waiting(self) -> None:
        if self._waiting is not None:
            self._last = self._clock()
            self._desk.post_message(self._waiting)
            self._waiting = None
