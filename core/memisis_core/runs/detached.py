"""Runs that outlive the terminal (``python -m memisis_core.runs.detached``).

In: one JSON line of `DetachedWork` on standard input. Out: one JSON line, ``{"runs": [...]}`` with
the identifiers of the queued runs, or ``{"error": ..., "exit_code": ...}``. From then on the
process talks to nobody: all that it knows goes into the store, where requests to stop are read.

Plans that were detached one after the other are carried out one after the other: together they
would want more cores than there are.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

from pydantic import BaseModel, ConfigDict

from memisis_core.data.schema import Schema
from memisis_core.errors import MemisisError, WorkFailed
from memisis_core.plan.model import DatasetReference, EffectivePlan, Plan
from memisis_core.runs.events import Event, Finished, Progress, StateChanged
from memisis_core.runs.executor import Executor
from memisis_core.runs.record import RunRecord
from memisis_core.runs.store import Store
from memisis_core.runs.supervisor import Supervisor

TURN_FILE = "detached.lock"
SECONDS_BETWEEN_LOOKS = 0.3
"""How often requests to stop are looked for."""
SECONDS_BETWEEN_PROGRESS = 0.5


class DetachedWork(BaseModel):
    """What a detached process has to do: a plan, or one run again."""

    model_config = ConfigDict(frozen=True)

    plan: Plan | None = None
    effective: EffectivePlan | None = None
    schema_: Schema | None = None
    dataset: DatasetReference | None = None
    session_id: str | None = None
    cores: int | None = None
    """How many jobs may work side by side; those of the machine unless given."""
    again: str | None = None
    """A run that did not come to its end, instead of a plan."""


class DetachedProcess:
    """Carries one `DetachedWork` out, without anybody who listens.

    Parameters
    ----------
    store : Store
    executor : Executor
    work : DetachedWork
    """

    def __init__(self, store: Store, executor: Executor, work: DetachedWork) -> None:
        self._store = store
        self._work = work
        self._supervisor = Supervisor(store, executor, cores=work.cores)
        self._run_ids: list[str] = []
        self._told: dict[str, float] = {}
        self._delivered: dict[str, int] = {}
        self._ended = threading.Event()

    def queue(self) -> list[str]:
        """Queue the runs and return their identifiers.

        Raises
        ------
        MemisisError
            If they cannot be queued.
        """
        records = self._queued()
        self._run_ids = [record.id for record in records]
        self._store.detached.add(self._run_ids)
        return self._run_ids

    def _queued(self) -> list[RunRecord]:
        work = self._work
        if work.again is not None:
            return [self._supervisor.resubmit(work.again)]
        if not (work.plan and work.effective and work.schema_ and work.dataset):
            raise WorkFailed("a detached process was started without a plan")
        return self._supervisor.submit(
            work.plan, work.effective, work.schema_, work.dataset, session_id=work.session_id
        )

    def carry_out(self) -> None:
        """Wait for the turn of this plan, then carry its runs out until all have ended."""
        listening = threading.Thread(target=self._hear_requests, name="requests", daemon=True)
        listening.start()
        with (self._store.home / TURN_FILE).open("w") as turn:
            try:
                if self._wait_for_turn(turn.fileno()):
                    self._supervisor.supervise_all(self._run_ids, self._keep_progress)
            finally:
                self.close()
                listening.join()

    def close(self) -> None:
        """End what is at work and mark it interrupted."""
        self._ended.set()
        self._supervisor.close()

    def _wait_for_turn(self, descriptor: int) -> bool:
        """Return True when it is this plan's turn, False if there is nothing to do any more."""
        while not self._ended.is_set() and self._alive():
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._ended.wait(SECONDS_BETWEEN_LOOKS)
            else:
                return True
        return False

    def _alive(self) -> bool:
        waiting = self._store.detached.at_work()
        return any(run_id in waiting for run_id in self._run_ids)

    def _hear_requests(self) -> None:
        """Pass on what followers ask for, until everything has ended."""
        while not self._ended.wait(SECONDS_BETWEEN_LOOKS):
            for run_id, wanted in self._store.detached.stops(self._run_ids).items():
                while self._delivered.get(run_id, 0) < wanted:
                    self._delivered[run_id] = self._delivered.get(run_id, 0) + 1
                    self._supervisor.cancel(run_id)

    def _keep_progress(self, run_id: str, event: Event) -> None:
        if isinstance(event, StateChanged | Finished):
            self._told.pop(run_id, None)
            self._store.detached.set_progress(run_id, None)
        elif isinstance(event, Progress):
            now = time.monotonic()
            if now - self._told.get(run_id, 0.0) >= SECONDS_BETWEEN_PROGRESS:
                self._told[run_id] = now
                self._store.detached.set_progress(run_id, event)


def main() -> int:
    """Read the work, answer, and carry it out with no terminal left."""
    from memisis_core.runs.child_process import ChildProcessExecutor

    return serve(ChildProcessExecutor)


def serve(new_executor: Callable[[], Executor]) -> int:
    """Speak the protocol around an executor and return the exit status.

    Parameters
    ----------
    new_executor : callable
        Where the jobs run.
    """
    os.umask(0o077)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        work = DetachedWork.model_validate_json(sys.stdin.readline())
        store = Store.open()
        process = DetachedProcess(store, new_executor(), work)
        run_ids = process.queue()
    except MemisisError as error:
        _answer({"error": error.line(), "exit_code": error.exit_code})
        return error.exit_code
    # In a thread: a handler may interrupt code that holds the locks which closing needs.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=process.close).start())
    _answer({"runs": run_ids})
    _let_go()
    process.carry_out()
    store.close()
    return 0


def _answer(document: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


def _let_go() -> None:
    """Give up standard input and output: whoever started this process may end."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)


if __name__ == "__main__":
    sys.exit(main())
