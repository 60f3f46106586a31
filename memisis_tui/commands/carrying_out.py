"""Runs on the command line: a supervisor for as long as they last, and their progress."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from memisis_core.synthesis.registry import entry
from memisis_tui.commands.progress import RunsProgress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from memisis_core.runs.record import RunRecord
    from memisis_core.runs.supervisor import Supervisor


@contextmanager
def open_supervisor(jobs: int | None) -> Iterator[Supervisor]:
    """Yield a supervisor over the store of this home; ends what still runs when it closes."""
    from memisis_core.runs.child_process import ChildProcessExecutor
    from memisis_core.runs.store import Store
    from memisis_core.runs.supervisor import Supervisor

    store = Store.open()
    store.mark_interrupted()
    supervisor = Supervisor(store, ChildProcessExecutor(), cores=jobs)
    try:
        yield supervisor
    finally:
        supervisor.close()
        store.close()


def followed(
    supervisor: Supervisor, runs: list[RunRecord], seconds: float | None = None
) -> list[RunRecord]:
    """Follow runs to their end, showing progress.

    Parameters
    ----------
    supervisor
        Has been given the runs.
    runs
        What to follow.
    seconds
        After so many, training is stopped and the models so far are measured.

    Returns
    -------
    list of RunRecord
        The runs as they ended.
    """
    names = {record.id: f"{record.label} {entry(record.synthesizer).title}" for record in runs}

    def stop() -> None:
        for run_id in names:
            supervisor.cancel(run_id)

    clock = None if seconds is None else threading.Timer(seconds, stop)
    if clock is not None:
        clock.daemon = True
        clock.start()
    try:
        with RunsProgress(names).shown() as listener:
            return supervisor.supervise_all(names, listener)
    finally:
        if clock is not None:
            clock.cancel()
