from __future__ import annotations

import threading
import time

import pytest

from memisis_core.errors import InputError, WorkFailed
from memisis_core.plan.goals import Goal
from memisis_core.runs.events import Event, Finished, StateChanged
from memisis_core.runs.states import RunState
from memisis_core.runs.store import Store
from memisis_core.runs.supervisor import Supervisor
from tests.fakes.fake_executor import FakeExecutor, epoch, failing_run, successful_run
from tests.fakes.study import Study


def submit(supervisor: Supervisor, study: Study):
    return supervisor.submit(study.plan, study.effective, study.schema, study.dataset)


def followed(supervisor: Supervisor, run_id: str, heard: list[Event] | None = None):
    """Start a thread that supervises the run."""
    events = [] if heard is None else heard
    thread = threading.Thread(
        target=supervisor.supervise, args=(run_id, lambda _, event: events.append(event))
    )
    thread.start()
    return thread


def wait_until(condition, seconds: float = 10.0) -> None:
    ready = threading.Event()
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition never came true"
        ready.wait(0.005)


def test_one_run_a_synthesizer_in_the_plans_order(store, study):
    executor = FakeExecutor(script=successful_run)
    supervisor = Supervisor(store, executor, cores=2)
    runs = submit(supervisor, study)
    assert [(run.label, run.synthesizer) for run in runs] == [
        ("A", "ctgan"),
        ("B", "gaussian_copula"),
        ("C", "tvae"),
    ]
    ended = supervisor.supervise_all([run.id for run in runs])
    assert [run.state for run in ended] == [RunState.DONE] * 3
    assert [run.id for run in ended] == [run.id for run in runs]
    supervisor.close()


def test_the_store_knows_before_the_listener_hears(store, study):
    supervisor = Supervisor(store, FakeExecutor(script=successful_run), cores=1)
    run, *_ = submit(supervisor, study.with_plan(synthesizers=("ctgan",)))
    seen = []

    def listen(run_id, event):
        if isinstance(event, StateChanged | Finished):
            seen.append((event.state, store.run(run_id).state))

    supervisor.supervise(run.id, listen)
    assert [heard for heard, _ in seen] == [
        *(RunState.PREPARING, RunState.TRAINING, RunState.SAMPLING),
        *(RunState.VALIDATING, RunState.EVALUATING, RunState.DONE),
    ]
    assert all(heard == kept for heard, kept in seen)


def test_no_more_jobs_at_once_than_cores_and_the_longest_first(store, study):
    executor = FakeExecutor()
    supervisor = Supervisor(store, executor, cores=2)
    runs = {run.synthesizer: run for run in submit(supervisor, study)}
    # Supervised in the worst order: the shortest first.
    threads = [followed(supervisor, runs[name].id) for name in ("gaussian_copula", "tvae", "ctgan")]
    executor.job("ctgan")
    executor.job("tvae")
    assert [job.specification.synthesizer for job in executor.jobs].count("gaussian_copula") == 0
    executor.job("tvae").finish()
    executor.job("gaussian_copula").finish()
    executor.job("ctgan").finish()
    for thread in threads:
        thread.join()
    assert len(executor.jobs) == 3


def test_a_run_that_nobody_follows_does_not_hold_up_the_others(store, study):
    executor = FakeExecutor(script=successful_run)
    supervisor = Supervisor(store, executor, cores=1)
    runs = {run.synthesizer: run for run in submit(supervisor, study)}
    assert supervisor.supervise(runs["gaussian_copula"].id).state is RunState.DONE
    supervisor.close()
    assert store.run(runs["ctgan"].id).state is RunState.INTERRUPTED


@pytest.mark.parametrize(
    ("cores", "synthesizers", "threads"),
    [(2, 3, 1), (8, 3, 2), (16, 1, 16), (1, 1, 1)],
)
def test_threads_are_shared_between_the_jobs_of_a_plan(store, study, cores, synthesizers, threads):
    names = ("ctgan", "gaussian_copula", "tvae")[:synthesizers]
    supervisor = Supervisor(store, FakeExecutor(), cores=cores)
    runs = submit(supervisor, study.with_plan(synthesizers=names))
    assert {run.job.threads for run in runs} == {threads}


def test_a_failed_job_is_a_failed_run_with_its_reason(store, study):
    supervisor = Supervisor(store, FakeExecutor(script=failing_run), cores=1)
    run, *_ = submit(supervisor, study.with_plan(synthesizers=("ctgan",)))
    ended = supervisor.supervise(run.id)
    assert ended.state is RunState.FAILED
    assert ended.reason == "the worker was ended by SIGKILL"


def test_a_job_that_cannot_be_started_is_a_failed_run(store, study):
    class Exhausted(FakeExecutor):
        def start(self, job):
            raise OSError(11, "Resource temporarily unavailable")

    supervisor = Supervisor(store, Exhausted(), cores=1)
    run, *_ = submit(supervisor, study)
    ended = supervisor.supervise(run.id)
    assert ended.state is RunState.FAILED
    assert "could not be started" in ended.reason


def test_goals_are_checked_before_the_run_says_that_it_is_done(store, study):
    goal = Goal.parse("utility.auroc >= 0.5")
    supervisor = Supervisor(store, FakeExecutor(script=successful_run), cores=1)
    run, *_ = submit(supervisor, study.with_plan(synthesizers=("ctgan",), goals=(goal,)))
    at_the_end = []

    def listen(run_id, event):
        if isinstance(event, Finished):
            at_the_end.extend(store.run(run_id).goals)

    ended = supervisor.supervise(run.id, listen)
    assert at_the_end == ended.goals
    assert [(result.goal, result.verdict) for result in ended.goals] == [(goal, "met")]


def test_cancel_asks_twice_and_ends_the_process_at_the_third_time(store, study):
    executor = FakeExecutor()
    supervisor = Supervisor(store, executor, cores=1)
    run, *_ = submit(supervisor, study.with_plan(synthesizers=("ctgan",)))
    thread = followed(supervisor, run.id)
    job = executor.job("ctgan")
    job.send(epoch(120, 300))
    supervisor.cancel(run.id)
    supervisor.cancel(run.id)
    job.wait_for_cancel(2)
    assert job.kills == 0
    supervisor.cancel(run.id)
    thread.join()
    assert (job.cancels, job.kills) == (2, 1)
    assert store.run(run.id).state is RunState.CANCELLED


def test_a_cancelled_run_keeps_its_model_and_says_so(store, study):
    executor = FakeExecutor(answer_cancel=True)
    supervisor = Supervisor(store, executor, cores=1)
    run, *_ = submit(supervisor, study.with_plan(synthesizers=("ctgan",)))
    thread = followed(supervisor, run.id)
    executor.job("ctgan").send(epoch(120, 300))
    supervisor.cancel(run.id)
    thread.join()
    ended = store.run(run.id)
    assert ended.state is RunState.CANCELLED
    assert ended.reason == "stopped at epoch 120 and kept"
    assert ended.epochs_trained == 120


def test_a_queued_run_is_cancelled_without_being_started(store, study):
    executor = FakeExecutor()
    supervisor = Supervisor(store, executor, cores=1)
    runs = {run.synthesizer: run for run in submit(supervisor, study)}
    first = followed(supervisor, runs["ctgan"].id)
    executor.job("ctgan")
    heard: list[Event] = []
    waiting = followed(supervisor, runs["tvae"].id, heard)
    supervisor.cancel(runs["tvae"].id)
    waiting.join()
    supervisor.cancel(runs["gaussian_copula"].id)  # nobody follows this one yet

    assert [job.specification.synthesizer for job in executor.jobs] == ["ctgan"]
    assert isinstance(heard[-1], Finished)
    assert store.run(runs["tvae"].id).state is RunState.CANCELLED
    assert store.run(runs["gaussian_copula"].id).reason == "stopped before it started"
    assert supervisor.supervise(runs["gaussian_copula"].id).state is RunState.CANCELLED
    executor.job("ctgan").finish()
    first.join()


def test_closing_interrupts_what_is_at_work_and_what_waits(store, study):
    executor = FakeExecutor()
    supervisor = Supervisor(store, executor, cores=1)
    runs = {run.synthesizer: run for run in submit(supervisor, study)}
    heard: list[Event] = []
    threads = [
        followed(supervisor, runs["ctgan"].id, heard),
        followed(supervisor, runs["tvae"].id),
    ]
    executor.job("ctgan").send(StateChanged(state=RunState.TRAINING))
    wait_until(lambda: store.run(runs["ctgan"].id).state is RunState.TRAINING)

    began = time.monotonic()
    supervisor.close()
    assert time.monotonic() - began < 2.0
    for thread in threads:
        thread.join()

    assert {store.run(run.id).state for run in runs.values()} == {RunState.INTERRUPTED}
    assert store.run(runs["ctgan"].id).reason == (
        "the program was closed while the run was training"
    )
    assert heard[-1] == StateChanged(state=RunState.INTERRUPTED)
    with pytest.raises(InputError, match="being closed"):
        submit(supervisor, study)
    supervisor.close()


def test_an_interrupted_run_is_taken_up_by_the_next_supervisor(store, study):
    executor = FakeExecutor()
    first = Supervisor(store, executor, cores=1)
    run, *_ = submit(first, study.with_plan(synthesizers=("ctgan",)))
    first.close()

    second = Supervisor(store, FakeExecutor(script=successful_run), cores=1)
    again = second.resubmit(run.id)
    assert again.state is RunState.QUEUED
    ended = second.supervise(run.id)
    assert ended.state is RunState.DONE
    assert (ended.id, ended.label) == (run.id, run.label)
    with pytest.raises(InputError, match="is done"):
        second.resubmit(run.id)


def test_two_supervisors_on_one_store_leave_each_other_alone(store, study):
    other_store = Store.open(store.home)
    executors = FakeExecutor(), FakeExecutor()
    here, there = Supervisor(store, executors[0], 1), Supervisor(other_store, executors[1], 1)
    ours, *_ = submit(here, study.with_plan(synthesizers=("ctgan",)))
    theirs, *_ = submit(there, study.with_plan(synthesizers=("ctgan",)))
    threads = [followed(here, ours.id), followed(there, theirs.id)]
    for executor in executors:
        executor.job("ctgan").send(StateChanged(state=RunState.TRAINING))
    assert ours.label != theirs.label
    assert store.mark_interrupted() == other_store.mark_interrupted() == []
    with pytest.raises(InputError, match="does not wait here"):
        here.supervise(theirs.id)
    here.close()
    executors[1].job("ctgan").finish()
    for thread in threads:
        thread.join()
    assert store.run(theirs.id).state is RunState.DONE
    assert other_store.run(ours.id).state is RunState.INTERRUPTED
    there.close()
    other_store.close()


def test_one_run_is_followed_by_one_thread_only(store, study):
    executor = FakeExecutor()
    supervisor = Supervisor(store, executor, cores=1)
    run, *_ = submit(supervisor, study.with_plan(synthesizers=("ctgan",)))
    thread = followed(supervisor, run.id)
    executor.job("ctgan")
    with pytest.raises(InputError, match="followed already"):
        supervisor.supervise(run.id)
    executor.job("ctgan").finish()
    thread.join()


def test_a_listener_that_fails_does_not_lose_the_run(store, study):
    supervisor = Supervisor(store, FakeExecutor(script=successful_run), cores=1)
    run, *_ = submit(supervisor, study.with_plan(synthesizers=("ctgan",)))

    def broken(run_id, event):
        raise RuntimeError("the screen is gone")

    with pytest.raises(RuntimeError, match="the screen is gone"):
        supervisor.supervise(run.id, broken)
    assert store.run(run.id).state is RunState.DONE


def test_a_store_that_cannot_be_written_ends_the_job(store, study, monkeypatch):
    executor = FakeExecutor()
    supervisor = Supervisor(store, executor, cores=1)
    run, *_ = submit(supervisor, study.with_plan(synthesizers=("ctgan",)))

    def full(run_id, event):
        raise WorkFailed("the store cannot be used (disk is full)")

    monkeypatch.setattr(store, "apply", full)
    executor_ready = threading.Thread(target=lambda: executor.job("ctgan").send(epoch(1, 3)))
    executor_ready.start()
    with pytest.raises(WorkFailed, match="disk is full"):
        supervisor.supervise(run.id)
    executor_ready.join()
    assert executor.job("ctgan").kills == 1
