"""Runs that go on without a terminal: found again, followed, stopped, one plan at a time."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from memisis_core.errors import InputError
from memisis_core.runs.detached import DetachedProcess, DetachedWork
from memisis_core.runs.detached_supervisor import DetachedSupervisor
from memisis_core.runs.events import Finished, MetricsMeasured, Progress, StateChanged
from memisis_core.runs.states import RunState
from tests.fakes.fake_executor import FakeExecutor, epoch, successful_run

FAKES = Path(__file__).parents[2] / "fakes"


def wait_until(condition, seconds: float = 15.0) -> None:
    pause, deadline = threading.Event(), time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition never came true"
        pause.wait(0.01)


def work_of(study, *names: str) -> DetachedWork:
    effective = study.with_plan(synthesizers=names or ("ctgan",)).effective
    return DetachedWork(
        plan=study.plan, effective=effective, schema_=study.schema, dataset=study.dataset, cores=2
    )


def light(store, behaviour: str) -> DetachedSupervisor:
    script = str(FAKES / "light_detached.py")
    return DetachedSupervisor(store, (sys.executable, script, behaviour), cores=1)


def submitted(supervisor: DetachedSupervisor, study):
    chosen = study.with_plan(synthesizers=("ctgan",))
    return supervisor.submit(chosen.plan, chosen.effective, chosen.schema, chosen.dataset)


def test_a_follower_hears_what_the_process_does(store, study):
    executor = FakeExecutor()
    process = DetachedProcess(store, executor, work_of(study))
    (run_id,) = process.queue()
    assert store.detached.at_work() == [run_id]
    heard: list[object] = []
    follower = threading.Thread(
        target=DetachedSupervisor(store).supervise, args=(run_id, lambda _, e: heard.append(e))
    )
    working = threading.Thread(target=process.carry_out)
    follower.start()
    working.start()
    job = executor.job("ctgan")
    job.send(StateChanged(state=RunState.TRAINING), epoch(1, 3))
    wait_until(lambda: any(isinstance(e, Progress) and e.step == 1 for e in heard))
    job.send(*[e for e in successful_run(job.specification) if isinstance(e, MetricsMeasured)])
    job.finish()
    working.join()
    follower.join()
    assert isinstance(heard[-1], Finished)
    assert heard[-1].state is RunState.DONE
    assert sum(len(e.metrics) for e in heard if isinstance(e, MetricsMeasured)) == 7
    assert store.detached.at_work() == []


def test_requests_to_stop_reach_the_process_through_the_store(store, study):
    executor = FakeExecutor()
    process = DetachedProcess(store, executor, work_of(study))
    (run_id,) = process.queue()
    working = threading.Thread(target=process.carry_out)
    working.start()
    job = executor.job("ctgan")
    job.send(StateChanged(state=RunState.TRAINING), epoch(2, 300))
    DetachedSupervisor(store).cancel(run_id)
    job.wait_for_cancel()
    job.finish_cancelled()
    working.join()
    assert store.run(run_id).reason == "stopped at epoch 2 and kept"
    assert not store.detached.request_stop(run_id)


def test_a_second_plan_waits_for_the_first_and_can_be_stopped_meanwhile(store, study):
    executor = FakeExecutor()
    first = DetachedProcess(store, executor, work_of(study))
    second = DetachedProcess(store, executor, work_of(study, "tvae"))
    first.queue()
    (waiting,) = second.queue()
    threads = [threading.Thread(target=process.carry_out) for process in (first, second)]
    threads[0].start()
    job = executor.job("ctgan")
    threads[1].start()
    store.detached.request_stop(waiting)
    threads[1].join()
    assert store.run(waiting).state is RunState.CANCELLED
    assert len(executor.jobs) == 1
    job.finish()
    threads[0].join()


def test_it_outlives_the_program_that_started_it_and_is_found_again(store, study):
    (run,) = submitted(light(store, "train"), study)
    starter = light(store, "train")
    wait_until(lambda: store.detached.pulse(run.id).progress is not None)
    starter.close()
    assert store.mark_interrupted() == []
    again = light(store, "train")
    assert [found.id for found in again.at_work()] == [run.id]
    again.cancel(run.id)
    record = again.supervise(run.id)
    assert record.state is RunState.CANCELLED
    assert "and kept" in record.reason


def test_it_has_a_session_of_its_own_and_dies_as_an_interrupted_run(store, study):
    (run,) = submitted(light(store, "train"), study)
    wait_until(lambda: "pid " in (store.detached.pulse(run.id).progress or ""))
    detail = Progress.model_validate_json(store.detached.pulse(run.id).progress).detail
    worker = int(detail.split()[1])
    parent = int(Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[1])
    assert os.getsid(parent) == parent != os.getsid(0)
    os.kill(parent, signal.SIGKILL)
    wait_until(lambda: [lost.id for lost in store.mark_interrupted()] == [run.id])
    wait_until(lambda: not Path(f"/proc/{worker}").exists())


def test_a_refusal_comes_back_in_one_line(store, study):
    process = DetachedProcess(store, FakeExecutor(script=successful_run), work_of(study))
    (run_id,) = process.queue()
    process.carry_out()
    with pytest.raises(InputError, match="is done"):
        light(store, "train").resubmit(run_id)
