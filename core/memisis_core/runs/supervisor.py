"""Turns a plan into runs, lets as many work at once as there are cores, and keeps what they say.

Every job is followed by one thread that its caller provides (`Supervisor.supervise` blocks): the
workbench gives thread workers, the command line plain threads (`Supervisor.supervise_all`).
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from memisis_core.data.schema import Schema
from memisis_core.errors import InputError, MemisisError
from memisis_core.plan.model import DatasetReference, EffectivePlan, Plan
from memisis_core.runs.events import ArtefactWritten, Event, Failed, Finished, StateChanged
from memisis_core.runs.executor import Executor, JobHandle
from memisis_core.runs.hearer import Hearer, RunListener
from memisis_core.runs.job import JobSpecification
from memisis_core.runs.owner import Owner
from memisis_core.runs.process_usage import ProcessUsage
from memisis_core.runs.record import RunRecord
from memisis_core.runs.states import RunState
from memisis_core.runs.store import Store
from memisis_core.secure_files import sha256_of, write_private
from memisis_core.synthesis.registry import entry

PLAN_FILE = "plan.toml"
_GRACE_SECONDS = 0.5
"""How long a run lets another pass that was queued before it but that nobody supervises yet."""
_CLOSING_SECONDS = 2.0


def available_cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


@dataclass
class _Job:
    """What the supervisor knows of one job of its own."""

    specification: JobSpecification
    queued: float = field(default_factory=time.monotonic)
    supervised: bool = False
    handle: JobHandle | None = None
    cancels: int = 0
    delivered: int = 0


class Supervisor:
    """Runs the jobs of plans through an executor.

    Parameters
    ----------
    store : Store
        Gets every event before anybody else hears of it.
    executor : Executor
        Where jobs run; the supervisor does not know which one it is.
    cores : int, optional
        How many jobs may work side by side.
    """

    def __init__(self, store: Store, executor: Executor, cores: int | None = None) -> None:
        self.store = store
        self.cores = cores or available_cores()
        self._executor = executor
        self._owner = Owner.claim(store.owners_folder)
        self._queue: dict[str, _Job] = {}
        """Jobs that wait for their turn, first come first."""
        self._active: dict[str, _Job] = {}
        self._turn = threading.Condition()
        self._closing = False

    def submit(
        self,
        plan: Plan,
        effective: EffectivePlan,
        schema: Schema,
        dataset: DatasetReference,
        *,
        session_id: str | None = None,
    ) -> list[RunRecord]:
        """Queue one job for each synthesizer of the plan and return the runs in the plan's order.

        Each of them must then be given to `supervise`. The longest jobs start first, which keeps
        the time until all are done short; a job's threads depend on the plan and the machine alone,
        not on what else happens to run, so that the same plan gives the same numbers.
        """
        self._refuse_if_closed()
        plan_id = self.store.add_plan(plan, effective, session_id)
        side_by_side = max(1, min(self.cores, len(effective.synthesizers)))
        runs = []
        for synthesizer in effective.synthesizers:
            run_id = self.store.new_run_id()
            job = JobSpecification(
                run_id=run_id,
                synthesizer=synthesizer,
                dataset=dataset,
                schema_=schema,
                plan=effective,
                folder=self.store.run_folder(run_id),
                cache=self.store.cache_folder,
                threads=max(1, self.cores // side_by_side),
            )
            run = self.store.add_run(plan_id, job, owner=self._owner, session_id=session_id)
            runs.append(self._with_plan_file(run))
        with self._turn:
            for run in sorted(runs, key=lambda run: -entry(run.synthesizer).relative_duration):
                self._queue[run.id] = _Job(run.job)
        return runs

    def resubmit(self, run_id: str) -> RunRecord:
        """Queue a run again that was interrupted, stopped or that failed, with the same job.

        It keeps its identifier and label and begins anew; `supervise` it then.

        Raises
        ------
        InputError
            If it is done or still at work.
        """
        self._refuse_if_closed()
        record = self.store.requeue(self.store.run(run_id).id, self._owner)
        record = self._with_plan_file(record)
        with self._turn:
            self._queue[record.id] = _Job(record.job)
        return record

    def supervise(self, run_id: str, on_event: RunListener | None = None) -> RunRecord:
        """Wait for the run's turn, follow it to its end, and return it.

        Parameters
        ----------
        run_id : str
            A run that `submit` or `resubmit` of this supervisor returned.
        on_event : callable, optional
            Told every event after the store has it. What it raises is raised here, after the run
            has ended.

        Raises
        ------
        InputError
            If the run is not one of this supervisor's, or is being supervised already.
        WorkFailed
            If the store cannot be written; the job is ended then.
        """
        job = self._claim(run_id)
        if job is None:
            return self.store.run(run_id)
        hearer = Hearer(run_id, on_event)
        try:
            self._wait_for_turn(run_id, job)
            self._follow(run_id, job, hearer)
        finally:
            with self._turn:
                self._queue.pop(run_id, None)
                self._active.pop(run_id, None)
                self._turn.notify_all()
        hearer.raise_what_was_raised()
        return self.store.run(run_id)

    def supervise_all(
        self, run_ids: Iterable[str], on_event: RunListener | None = None
    ) -> list[RunRecord]:
        """Follow several runs, each in a thread of its own, until all have ended.

        Raises
        ------
        MemisisError
            The first error that one of them raised, once all have ended.
        """
        chosen = list(run_ids)
        errors: list[BaseException] = []

        def follow(run_id: str) -> None:
            try:
                self.supervise(run_id, on_event)
            except BaseException as error:  # noqa: BLE001 (raised below, in the caller's thread)
                errors.append(error)

        threads = [
            threading.Thread(target=follow, args=(run_id,), name=f"run {run_id}", daemon=True)
            for run_id in chosen
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]
        return [self.store.run(run_id) for run_id in chosen]

    def cancel(self, run_id: str) -> None:
        """Ask a run to stop (safe from any thread; returns at once).

        While it trains, the first request stops training and keeps the model so far, which is then
        sampled and evaluated; at any other time, and with the second request, it stops as soon as
        it can and keeps the files that are complete. A third request ends the process.
        """
        with self._turn:
            job = self._queue.get(run_id) or self._active.get(run_id)
            if job is None:
                return
            job.cancels += 1
            unattended = run_id in self._queue and not job.supervised
            if unattended:
                del self._queue[run_id]
            self._turn.notify_all()
        if unattended:
            self.store.apply(run_id, _STOPPED_IN_QUEUE)
        else:
            self._deliver_cancels(job)

    def pause(self, run_id: str) -> bool:
        """Have a run rest (safe from any thread); return whether it does.

        It keeps its memory and its place: no other run starts instead of it.
        """
        handle = self._handle(run_id)
        if handle is not None:
            handle.pause()
        return handle is not None

    def go_on(self, run_id: str) -> None:
        """Let a run that rests go on (safe from any thread)."""
        handle = self._handle(run_id)
        if handle is not None:
            handle.go_on()

    def usage(self, run_id: str) -> ProcessUsage | None:
        """Return what a run at work uses now; None if it does not work here."""
        handle = self._handle(run_id)
        return handle.usage() if handle is not None else None

    def _handle(self, run_id: str) -> JobHandle | None:
        with self._turn:
            job = self._active.get(run_id)
            return job.handle if job is not None else None

    def close(self) -> None:
        """End every job within two seconds; what had not ended is marked interrupted."""
        with self._turn:
            if self._closing:
                return
            self._closing = True
            unattended = [run_id for run_id, job in self._queue.items() if not job.supervised]
            self._turn.notify_all()
        self._executor.close()
        for run_id in unattended:
            self._interrupt(run_id)
        with self._turn:
            self._turn.wait_for(
                lambda: not any(job.supervised for job in self._all_jobs()), _CLOSING_SECONDS
            )
        self._owner.release()

    def _with_plan_file(self, run: RunRecord) -> RunRecord:
        """Put the plan beside the tables that it will make, with nothing left open in it."""
        from memisis_core.plan.pinned import pinned_plan
        from memisis_core.plan.toml_file import plan_to_toml

        job = run.job
        plan = pinned_plan(run.plan, job.plan, job.schema_, job.dataset)
        path = write_private(self.store.run_folder(run.id) / PLAN_FILE, plan_to_toml(plan))
        event = ArtefactWritten(name="plan", path=PLAN_FILE, sha256=sha256_of(path))
        self.store.apply(run.id, event)
        return self.store.run(run.id)

    # Turns.

    def _refuse_if_closed(self) -> None:
        if self._closing:
            raise InputError("the program is being closed; nothing new can be started")

    def _all_jobs(self) -> list[_Job]:
        return [*self._queue.values(), *self._active.values()]

    def _claim(self, run_id: str) -> _Job | None:
        """Return the waiting job; None if it ended before anybody followed it."""
        with self._turn:
            job = self._queue.get(run_id)
            if job is not None and not job.supervised:
                job.supervised = True
                self._turn.notify_all()
                return job
        if self.store.run(run_id).state.final:
            return None
        raise InputError("the run is being followed already or does not wait here", where=run_id)

    def _wait_for_turn(self, run_id: str, job: _Job) -> None:
        """Return when the job may start, or when there is no point in waiting any more."""
        with self._turn:
            while not (self._closing or job.cancels):
                patience = self._patience(run_id)
                if patience == 0.0:
                    break
                self._turn.wait(patience)
            self._active[run_id] = self._queue.pop(run_id)

    def _patience(self, run_id: str) -> float | None:
        """Return 0 if the run may start, else how long to wait (None: until something changes)."""
        free = self.cores - len(self._active)
        if free <= 0:
            return None
        now, graces, ahead = time.monotonic(), [], 0
        for other_id, other in self._queue.items():
            if other_id == run_id:
                break
            grace = other.queued + _GRACE_SECONDS - now
            if other.supervised or grace > 0:
                ahead += 1
            if not other.supervised and grace > 0:
                graces.append(grace)
        if ahead < free:
            return 0.0
        return min(graces, default=None)

    # One job's life.

    def _follow(self, run_id: str, job: _Job, hearer: Hearer) -> None:
        if self._closing:
            self._interrupt(run_id, hearer)
            return
        if job.cancels:
            self._take(run_id, _STOPPED_IN_QUEUE, hearer)
            return
        try:
            handle = self._executor.start(job.specification)
        except (OSError, MemisisError) as error:
            reason = f"the job could not be started ({error})"
            self._take(run_id, Failed(reason=reason), hearer)
            return
        with self._turn:
            job.handle = handle
        self._deliver_cancels(job)
        try:
            for event in handle.events():
                self._take(run_id, event, hearer)
        except BaseException:
            handle.kill()
            raise

    def _take(self, run_id: str, event: Event, hearer: Hearer) -> None:
        """Give an event to the store, then to the listener."""
        ended = isinstance(event, Finished | Failed)
        if ended and self._closing and getattr(event, "state", None) is not RunState.DONE:
            self._interrupt(run_id, hearer)
            return
        if isinstance(event, Finished):
            self._check_goals(run_id)  # first: a run that says it is done is complete
        self.store.apply(run_id, event)
        hearer.hear(event)

    def _interrupt(self, run_id: str, hearer: Hearer | None = None) -> None:
        state = self.store.run(run_id).state
        reason = f"the program was closed while the run was {state}"
        if self.store.set_state(run_id, RunState.INTERRUPTED, reason) and hearer is not None:
            hearer.hear(StateChanged(state=RunState.INTERRUPTED))

    def _check_goals(self, run_id: str) -> None:
        run = self.store.run(run_id)
        if run.job.plan.goals:
            from memisis_core.plan.goal_check import check_goals

            self.store.set_goals(run_id, check_goals(run.job.plan.goals, run.metrics))

    def _deliver_cancels(self, job: _Job) -> None:
        """Pass requests on that the job has not heard of; they may come before it has a handle."""
        while True:
            with self._turn:
                if job.handle is None or job.delivered >= job.cancels:
                    return
                job.delivered += 1
                handle, number = job.handle, job.delivered
            if number <= 2:
                handle.cancel()
            else:
                handle.kill()


_STOPPED_IN_QUEUE = Finished(state=RunState.CANCELLED, note="stopped before it started")
