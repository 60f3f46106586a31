"""A supervisor's place for runs that a process of their own carries out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from memisis_core.data.schema import Schema
from memisis_core.errors import InputError, MemisisError, WorkFailed
from memisis_core.locations import HOME_VARIABLE
from memisis_core.plan.model import DatasetReference, EffectivePlan, Plan
from memisis_core.runs.detached import DetachedWork
from memisis_core.runs.detached_rows import Pulse
from memisis_core.runs.events import (
    Event,
    Failed,
    Finished,
    MetricsMeasured,
    Progress,
    StateChanged,
    Warned,
)
from memisis_core.runs.hearer import RunListener
from memisis_core.runs.record import RunRecord
from memisis_core.runs.states import RunState
from memisis_core.runs.store import Store
from memisis_core.secure_files import private_folder

DETACHED_COMMAND = (sys.executable, "-P", "-m", "memisis_core.runs.detached")
LOG_FILE = "detached.log"
_LOOK_SECONDS = 0.4
_LOOKS_BETWEEN_CHECKS = 12
"""After so many looks it is checked whether whoever carries the run out still lives."""


class DetachedSupervisor:
    """Starts, follows and stops runs that go on when this program ends.

    It has the methods of a `Supervisor` that followers of runs need.

    Parameters
    ----------
    store : Store
    command : sequence of str, optional
        What to start; it must speak the protocol of `memisis_core.runs.detached`.
    """

    def __init__(
        self,
        store: Store,
        command: Sequence[str] = DETACHED_COMMAND,
        cores: int | None = None,
    ) -> None:
        self._store = store
        self._command = tuple(command)
        self._cores = cores
        self._closed = threading.Event()
        self._started: list[subprocess.Popen[bytes]] = []

    def submit(
        self,
        plan: Plan,
        effective: EffectivePlan,
        schema: Schema,
        dataset: DatasetReference,
        *,
        session_id: str | None = None,
    ) -> list[RunRecord]:
        """Start a process for a plan and return its runs, queued.

        Raises
        ------
        MemisisError
            If the process cannot be started or refuses the plan.
        """
        return self._start(
            DetachedWork(
                plan=plan,
                effective=effective,
                schema_=schema,
                dataset=dataset,
                session_id=session_id,
                cores=self._cores,
            )
        )

    def resubmit(self, run_id: str) -> RunRecord:
        """Start a process that begins a run again which did not come to its end."""
        (record,) = self._start(DetachedWork(again=self._store.run(run_id).id, cores=self._cores))
        return record

    def at_work(self) -> list[RunRecord]:
        """Return the detached runs that have not ended, those of earlier programs too."""
        return [self._store.run(run_id) for run_id in self._store.detached.at_work()]

    def supervise(self, run_id: str, on_event: RunListener | None = None) -> RunRecord:
        """Follow a run to its end, or until this program ends, and return it.

        Parameters
        ----------
        run_id : str
        on_event : callable, optional
            Told what changed, in the calling thread.
        """
        follower = _Follower(self._store, run_id, on_event)
        looks = 0
        while not follower.look() and not self._closed.wait(_LOOK_SECONDS):
            looks += 1
            if looks % _LOOKS_BETWEEN_CHECKS == 0:
                self._store.mark_interrupted()
        return self._store.run(run_id)

    def cancel(self, run_id: str) -> None:
        """Ask a run to stop (returns at once; `Supervisor.cancel` says what each request does)."""
        self._store.detached.request_stop(run_id)

    def close(self) -> None:
        """Follow no more; the runs go on."""
        self._closed.set()
        for process in self._started:
            process.poll()

    def _start(self, work: DetachedWork) -> list[RunRecord]:
        try:
            answer = self._asked(work)
        except (OSError, ValueError) as error:
            raise WorkFailed(f"the detached process could not be started ({error})") from error
        if "error" in answer:
            kind: type[MemisisError] = InputError if answer.get("exit_code") == 2 else WorkFailed
            raise kind(str(answer["error"]))
        return [self._store.run(run_id) for run_id in answer["runs"]]

    def _asked(self, work: DetachedWork) -> dict[str, Any]:
        log = private_folder(self._store.home / "logs") / LOG_FILE
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=descriptor,
                cwd=self._store.home,
                env={**os.environ, HOME_VARIABLE: str(self._store.home)},
                start_new_session=True,  # no terminal can end it, and none sends it Ctrl+C
            )
        finally:
            os.close(descriptor)
        assert process.stdin is not None
        assert process.stdout is not None
        with process.stdin, process.stdout, suppress(BrokenPipeError):
            process.stdin.write(work.model_dump_json().encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        self._started.append(process)
        if not line:
            raise ValueError(f"it ended without an answer; see {log}")
        document: dict[str, Any] = json.loads(line)
        return document


class _Follower:
    """Turns what changes in the store into the events that changed it."""

    def __init__(self, store: Store, run_id: str, on_event: RunListener | None) -> None:
        self._store = store
        self._run_id = run_id
        self._on_event = on_event
        record = store.run(run_id)
        self._seen = Pulse(record.state, None, len(record.metrics), len(record.warnings))

    def look(self) -> bool:
        """Tell what changed; return whether the run has ended."""
        now = self._store.detached.pulse(self._run_id)
        if now is None:
            return True
        before, self._seen = self._seen, now
        if now.state is not before.state and not now.state.final:
            self._tell(StateChanged(state=now.state))
        if now.progress is not None and now.progress != before.progress:
            self._tell(Progress.model_validate_json(now.progress))
        if (now.metrics, now.warnings) != (before.metrics, before.warnings):
            self._tell_results(before)
        if now.state.final:
            self._tell_end()
        return now.state.final

    def _tell(self, event: Event) -> None:
        if self._on_event is not None:
            self._on_event(self._run_id, event)

    def _tell_results(self, before: Pulse) -> None:
        record = self._store.run(self._run_id)
        for text in record.warnings[before.warnings :]:
            self._tell(Warned(text=text))
        if record.metrics[before.metrics :]:
            self._tell(MetricsMeasured(metrics=record.metrics[before.metrics :]))

    def _tell_end(self) -> None:
        record = self._store.run(self._run_id)
        if record.state is RunState.DONE or record.state is RunState.CANCELLED:
            trained = record.epochs_trained
            self._tell(Finished(state=record.state, epochs_trained=trained, note=record.reason))
        elif record.state is RunState.FAILED:
            self._tell(Failed(reason=record.reason or "failed"))
        else:
            self._tell(StateChanged(state=record.state))
