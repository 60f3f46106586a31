from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from memisis_core.errors import WorkFailed
from memisis_core.runs.child_process import ChildProcessExecutor
from memisis_core.runs.events import Failed, Finished, Progress, StateChanged, Warned
from memisis_core.runs.job_log import LOG_FILE, JobLog
from memisis_core.runs.states import RunState
from memisis_core.runs.supervisor import Supervisor
from tests.fakes import light_worker
from tests.fakes.study import job_for

ROOT = Path(__file__).parents[3]


def executor_for(behaviour: str) -> ChildProcessExecutor:
    return ChildProcessExecutor((sys.executable, str(light_worker.__file__), behaviour))


def started(store, study, behaviour: str):
    executor = executor_for(behaviour)
    job = job_for(store, study)
    return executor, executor.start(job), job


def events_of(store, study, behaviour: str):
    executor, child, job = started(store, study, behaviour)
    events = list(child.events())
    executor.close()
    return events, job


def pid_in(event) -> int:
    return int(event.detail.split()[1])


def is_running(pid: int) -> bool:
    """Whether the process exists and is more than an entry that waits to be read (a zombie)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def wait_until(condition, seconds: float = 10.0) -> None:
    tick = threading.Event()
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition never came true"
        tick.wait(0.005)


@pytest.fixture(autouse=True)
def _find_the_tests(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def test_a_request_stops_training_and_keeps_the_model_so_far(store, study):
    executor, child, _ = started(store, study, "train")
    events = child.events()
    heard = [next(events) for _ in range(6)]
    child.cancel()
    heard.extend(events)
    assert [type(event) for event in heard[:2]] == [StateChanged, StateChanged]
    assert heard[-1].state is RunState.CANCELLED
    assert heard[-1].epochs_trained >= 1
    assert not child.alive
    executor.close()


def test_a_killed_child_is_a_failed_run_with_its_reason(store, study):
    executor = executor_for("train")
    supervisor = Supervisor(store, executor, cores=1)
    run, *_ = supervisor.submit(study.plan, study.effective, study.schema, study.dataset)

    def kill(run_id, event):
        if isinstance(event, Progress) and event.detail:
            os.kill(pid_in(event), signal.SIGKILL)

    ended = supervisor.supervise(run.id, kill)
    assert ended.state is RunState.FAILED
    assert ended.reason.startswith("the worker was ended by SIGKILL while training")
    assert "memory" in ended.reason
    supervisor.close()


def test_a_child_that_heeds_nothing_is_ended_within_two_seconds(store, study):
    executor, child, _ = started(store, study, "deaf")
    events = child.events()
    pid = next(pid_in(event) for event in events if isinstance(event, Progress))
    began = time.monotonic()
    executor.close()
    assert time.monotonic() - began < 2.0
    assert not is_running(pid)
    assert [type(event) for event in events] == [Finished]
    with pytest.raises(WorkFailed, match="being closed"):
        executor.start(job_for(store, study))


def test_kill_ends_a_deaf_child_by_force_and_says_what_is_kept(store, study):
    executor, child, _ = started(store, study, "deaf")
    events = child.events()
    assert any(isinstance(event, Progress) for event in events)
    child.kill()
    *_, last = events
    assert last.state is RunState.CANCELLED
    assert last.note == "ended at once while training; only complete files were kept"
    executor.close()


def state_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_a_paused_child_does_nothing_and_goes_on_where_it_was(store, study):
    executor, child, _ = started(store, study, "train")
    events = child.events()
    pid = next(pid_in(event) for event in events if isinstance(event, Progress))
    child.pause()
    wait_until(lambda: state_of(pid) == "T")
    usage = child.usage()
    assert usage.memory_bytes > 1e6
    assert usage.threads >= 1
    child.go_on()
    wait_until(lambda: state_of(pid) != "T")
    child.cancel()
    assert list(events)[-1].note.endswith("and kept")
    assert child.usage() is None
    executor.close()


@pytest.mark.parametrize("way", ["cancel", "kill"])
def test_a_paused_child_can_be_stopped(store, study, way):
    executor, child, _ = started(store, study, "train")
    events = child.events()
    pid = next(pid_in(event) for event in events if isinstance(event, Progress))
    child.pause()
    wait_until(lambda: state_of(pid) == "T")
    getattr(child, way)()
    assert list(events)[-1].state is RunState.CANCELLED
    assert not is_running(pid)
    executor.close()


def test_what_libraries_print_never_gets_between_the_events(store, study):
    events, job = events_of(store, study, "noisy")
    assert [event.event for event in events] == ["state", "finished"]
    log = (job.folder / LOG_FILE).read_text()
    assert "native ␛[31m noise" in log
    assert "written to descriptor 1" in log
    assert "UserWarning from fakes/light_worker.py" in log.replace("tests/", "")
    assert "Jones" not in log
    assert "printed" not in log


def test_malformed_lines_are_reported_once_and_left_out(store, study):
    events, _ = events_of(store, study, "malformed")
    assert [event.event for event in events] == ["state", "warning", "state", "finished"]
    assert isinstance(events[1], Warned)


def test_a_crash_in_native_code_says_the_signal_and_logs_the_frames(store, study):
    events, job = events_of(store, study, "crash")
    assert isinstance(events[-1], Failed)
    assert "SIGSEGV while training" in events[-1].reason
    assert "light_worker.py" in (job.folder / LOG_FILE).read_text()


def test_a_child_that_leaves_without_a_word_is_a_failure(store, study):
    events, _ = events_of(store, study, "leave")
    assert events[-1].reason == ("the worker ended without a result while sampling (exit status 3)")


def test_processes_that_a_child_leaves_behind_are_ended(store, study):
    executor, child, _ = started(store, study, "offspring")
    events = list(child.events())
    pid = next(pid_in(event) for event in events if isinstance(event, Progress))
    wait_until(lambda: not is_running(pid))
    executor.close()


def test_a_librarys_error_is_one_line_without_values(store, study):
    events, job = events_of(store, study, "raises")
    reason = events[-1].reason
    assert reason.startswith("failed while training: ValueError in ")
    assert "could not convert string to float: '…' in column Age at row #" in reason
    log = (job.folder / LOG_FILE).read_text()
    assert "light_worker.py" in log
    for text in (reason, log):
        assert "Jones" not in text
        assert str(ROOT) not in text


def test_our_own_error_keeps_its_words_and_exit_status(store, study):
    events, _ = events_of(store, study, "refuses")
    assert events[-1] == Failed(
        reason="column 'Age': '…' is not a number. Correct the file", exit_code=2
    )


def test_running_out_of_memory_says_what_to_do(store, study):
    events, _ = events_of(store, study, "exhausts")
    assert events[-1].reason.startswith("memory ran out while evaluating; ask for fewer rows")


def test_stopping_before_there_is_a_model_is_no_failure(store, study):
    events, _ = events_of(store, study, "stops")
    assert events[-1] == Finished(
        state=RunState.CANCELLED, note="stopped while preparing; there is nothing to keep"
    )


def test_a_worker_reaches_no_network(store, study):
    events, _ = events_of(store, study, "connects")
    assert "PermissionError" in events[-1].reason
    assert "a worker uses no network" in events[-1].reason


def test_a_worker_is_confined(store, study):
    events, _ = events_of(store, study, "report")
    said = next(event for event in events if isinstance(event, Progress))
    assert said.detail == (
        f"OMP_NUM_THREADS=1 PYTHONHASHSEED=0 HF_HUB_OFFLINE=1 umask=77 core=0 sid={said.step}"
    )


def test_a_job_that_cannot_be_read_is_refused(store, study, tmp_path):
    worker = subprocess.run(
        [sys.executable, "-P", "-m", "memisis_core.runs.worker"],
        input=b'{"run_id": "Jones"}\n',
        capture_output=True,
        check=False,
    )
    assert worker.returncode == 2
    assert b"the job cannot be read" in worker.stdout
    assert b"Jones" not in worker.stdout


def test_half_written_files_are_removed_when_the_child_is_gone(store, study):
    executor, child, job = started(store, study, "leave")
    (job.folder / ".synthetic.csv.abc").write_text("half")
    list(child.events())
    assert list(job.folder.glob(".*")) == []
    executor.close()


_PARENT = """
import sys
from pathlib import Path
from memisis_core.runs.child_process import ChildProcessExecutor
from memisis_core.runs.supervisor import Supervisor
from memisis_core.runs.store import Store
from tests.fakes.study import study_of

store = Store.open(Path(sys.argv[1]))
supervisor = Supervisor(store, ChildProcessExecutor((sys.executable, sys.argv[3], "deaf")), 1)
study = study_of(Path(sys.argv[2]))
run, *_ = supervisor.submit(study.plan, study.effective, study.schema, study.dataset)
def say(run_id, event):
    if getattr(event, "detail", ""):
        print(run_id, event.detail, flush=True)
supervisor.supervise(run.id, say)
"""


def test_children_die_with_a_killed_parent_and_the_run_is_found_interrupted(store, study):
    command = [sys.executable, "-c", _PARENT, str(store.home), study.dataset.path]
    with subprocess.Popen(
        [*command, str(light_worker.__file__)], stdout=subprocess.PIPE, text=True
    ) as parent:
        run_id, _, pid = parent.stdout.readline().split()
        assert is_running(int(pid))
        assert store.mark_interrupted() == []
        parent.kill()
        parent.wait()
    wait_until(lambda: not is_running(int(pid)))
    wait_until(lambda: store.mark_interrupted() != [] or store.run(run_id).state.final)
    lost = store.run(run_id)
    assert lost.state is RunState.INTERRUPTED
    assert lost.reason == "the program ended while the run was training"


def test_a_log_is_bounded_and_private(tmp_path):
    path = tmp_path / "worker.log"
    log = JobLog(path, size_limit=1000)
    for number in range(1000):
        log.add(f"line {number}")
    log.close()
    assert path.stat().st_size < 1100
    assert path.read_text().endswith("… (the rest was left out)\n")
    assert log.last_line == "line 999"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_job_without_noise_leaves_no_log(store, study):
    _, job = events_of(store, study, "report")
    assert not (job.folder / LOG_FILE).exists()
