from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from memisis_core.errors import InputError, WorkFailed
from memisis_core.plan.goals import Goal, GoalResult
from memisis_core.runs.events import (
    ArtefactWritten,
    Failed,
    Finished,
    MetricsMeasured,
    Progress,
    StateChanged,
    Warned,
)
from memisis_core.runs.owner import Owner
from memisis_core.runs.states import RunState
from memisis_core.runs.store import Store
from tests.fakes.fake_executor import epoch, example_metrics, successful_run
from tests.fakes.study import Study, job_for


def queued(store: Store, study: Study, synthesizer: str = "ctgan", **options):
    plan_id = store.add_plan(study.plan, study.effective)
    return store.add_run(plan_id, job_for(store, study, synthesizer), **options)


def play(store: Store, record) -> None:
    for event in successful_run(record.job):
        store.apply(record.id, event)


def test_a_run_goes_through_its_states_and_keeps_what_came_of_it(store, study):
    record = queued(store, study)
    assert record.state is RunState.QUEUED
    assert record.label == "A"
    assert record.started is None

    play(store, record)

    kept = store.run(record.id)
    assert kept.state is RunState.DONE
    assert kept.epochs_trained == 3
    assert kept.metrics == example_metrics("ctgan")
    assert [point.epoch for point in kept.losses] == [1, 2, 3]
    assert Path(kept.artefacts["synthetic"].path).is_file()
    assert kept.created <= kept.started <= kept.ended
    assert kept.plan == study.plan
    assert kept.job == record.job


def test_the_same_event_twice_changes_nothing(store, study):
    once, twice = queued(store, study), queued(store, study)
    for event in list(successful_run(once.job))[:-1]:
        store.apply(once.id, event)
        store.apply(twice.id, event)
        store.apply(twice.id, event)
    store.apply(twice.id, Warned(text="small groups"))
    store.apply(twice.id, Warned(text="small groups"))

    a, b = store.run(once.id), store.run(twice.id)
    assert a.metrics == b.metrics
    assert a.losses == b.losses
    assert a.state == b.state
    assert b.warnings == ["small groups"]


def test_nothing_changes_a_run_that_has_ended(store, study):
    record = queued(store, study)
    store.apply(record.id, Failed(reason="out of memory"))

    assert not store.apply(record.id, StateChanged(state=RunState.TRAINING))
    assert not store.apply(record.id, Finished(state=RunState.DONE))
    assert not store.set_state(record.id, RunState.INTERRUPTED)
    assert store.run(record.id).state is RunState.FAILED
    assert store.run(record.id).reason == "out of memory"


def test_progress_is_kept_in_memory_for_the_phase_only(store, study):
    record = queued(store, study)
    store.apply(record.id, StateChanged(state=RunState.TRAINING))
    store.apply(record.id, epoch(2, 3))
    assert store.progress(record.id).step == 2
    store.apply(record.id, StateChanged(state=RunState.SAMPLING))
    assert store.progress(record.id) is None


def test_losses_that_are_no_numbers_are_left_out(store, study):
    record = queued(store, study)
    losses = {"generator": float("nan"), "discriminator": 1.0}
    store.apply(record.id, Progress(state=RunState.TRAINING, step=1, losses=losses))
    assert store.run(record.id).losses[0].losses == {"discriminator": 1.0}


def test_a_file_outside_the_run_folder_is_refused(store, study):
    record = queued(store, study)
    for path in ("/etc/passwd", "../other/model.pkl"):
        with pytest.raises(WorkFailed, match="outside the run's folder"):
            store.apply(record.id, ArtefactWritten(name="model", path=path, sha256="0" * 64))


def test_a_reason_is_one_visible_line(store, study):
    record = queued(store, study)
    store.apply(record.id, Failed(reason="bad\x1b[31m\nvalue"))
    assert store.run(record.id).reason == "bad␛[31m␊value"


def test_labels_continue_in_a_session_and_begin_anew_in_the_next(store, study):
    first, second = store.sessions.add("one"), store.sessions.add("two")
    labels = [queued(store, study, session_id=first.id).label for _ in range(27)]
    assert labels[0] == "A"
    assert labels[25:] == ["Z", "AA"]
    assert queued(store, study, session_id=second.id).label == "A"
    assert queued(store, study, session_id=second.id, label="my best").label == "my best"
    assert queued(store, study, session_id=second.id).label == "B"


def test_a_run_is_found_by_id_label_and_beginning(store, study):
    session = store.sessions.add("one")
    record = queued(store, study, session_id=session.id, label="baseline")
    other = queued(store, study)
    assert store.run(record.id) == store.run("baseline") == store.run("baseline", session.id)
    assert store.run(other.label).id == other.id
    assert other.id.endswith("-002")
    for _ in range(8):
        last = queued(store, study)
    assert store.run(last.id[:-1]).id == last.id


def test_an_ambiguous_name_is_refused_with_the_way_out(store, study):
    for session in (store.sessions.add("one"), store.sessions.add("two")):
        queued(store, study, session_id=session.id)
    with pytest.raises(InputError, match=r"'A' names 2 runs\. Give an identifier"):
        store.run("A")
    with pytest.raises(InputError, match="names 2 runs"):
        store.run("2")
    with pytest.raises(InputError, match="there is no run"):
        store.run("")
    with pytest.raises(InputError, match="there is no run 'X'"):
        store.run("X")


def test_identifiers_sort_by_time_and_are_never_given_twice(store, study):
    records = [queued(store, study) for _ in range(3)]
    ids = [record.id for record in records]
    assert ids == sorted(ids)
    store.set_state(ids[-1], RunState.FAILED)
    store.delete_run(ids[-1])
    assert queued(store, study).id not in ids


def test_a_deleted_run_leaves_no_row_and_no_file(store, study):
    record = queued(store, study)
    play(store, record)
    folder = store.run_folder(record.id)
    store.delete_run(record.label)

    assert not folder.exists()
    assert list(folder.parent.iterdir()) == []
    with pytest.raises(InputError):
        store.run(record.id)
    assert store.runs() == []


def test_a_run_at_work_cannot_be_deleted(store, study):
    record = queued(store, study)
    with pytest.raises(InputError, match=r"run A is queued\. Stop it first"):
        store.delete_run("A")
    assert store.run(record.id)


def test_a_deletion_that_was_interrupted_is_finished_at_the_next_start(store, study):
    record = queued(store, study)
    play(store, record)
    folder = store.run_folder(record.id)
    folder.rename(folder.with_name(f".deleting-{record.id}"))
    store.mark_interrupted()
    assert list(folder.parent.iterdir()) == []


def test_runs_are_filtered_and_in_order(store, study):
    session = store.sessions.add("one")
    a = queued(store, study)
    b = queued(store, study, session_id=session.id)
    c = queued(store, study, session_id=session.id)
    store.set_state(c.id, RunState.FAILED)
    assert [run.id for run in store.runs()] == [a.id, b.id, c.id]
    assert [run.id for run in store.runs(session_id=session.id)] == [b.id, c.id]
    assert [run.id for run in store.runs(states=[RunState.FAILED])] == [c.id]
    assert [run.id for run in store.runs(last=2)] == [b.id, c.id]
    assert [run.id for run in store.runs(plan_id=a.plan_id)] == [a.id]


def test_goals_are_replaced(store, study):
    record = queued(store, study)
    result = GoalResult(goal=Goal.parse("utility.auroc >= 0.9"), verdict="met", value=0.95)
    store.set_goals(record.id, [result])
    store.set_goals(record.id, [result])
    assert store.run(record.id).goals == [result]


def test_runs_of_a_dead_owner_are_interrupted_and_those_of_a_living_one_are_not(store, study):
    living, dead = Owner.claim(store.owners_folder), Owner.claim(store.owners_folder)
    at_work = queued(store, study, owner=living)
    lost = queued(store, study, owner=dead)
    unstarted = queued(store, study)
    done = queued(store, study, owner=dead)
    play(store, done)
    store.apply(lost.id, StateChanged(state=RunState.TRAINING))
    dead.release()

    interrupted = store.mark_interrupted()

    assert [run.id for run in interrupted] == [lost.id, unstarted.id]
    assert store.run(lost.id).reason == "the program ended while the run was training"
    assert store.run(at_work.id).state is RunState.QUEUED
    assert store.run(done.id).state is RunState.DONE
    assert store.mark_interrupted() == []
    living.release()


def test_an_owner_killed_without_warning_is_dead(store, study, tmp_path):
    script = (
        "import sys, signal, os\n"
        "from pathlib import Path\n"
        "from memisis_core.runs.owner import Owner\n"
        "owner = Owner.claim(Path(sys.argv[1]))\n"
        "print(owner.id, flush=True)\n"
        "signal.pause()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(store.owners_folder)], stdout=subprocess.PIPE, text=True
    ) as process:
        identity = process.stdout.readline().strip()
        owner = Owner(identity, "host", process.pid, None, tmp_path, -1)
        record = queued(store, study, owner=owner)
        assert store.mark_interrupted() == []
        process.kill()
        process.wait()
        assert [run.id for run in store.mark_interrupted()] == [record.id]


def test_an_interrupted_run_begins_again_without_old_results(store, study):
    record = queued(store, study)
    play(store, record)
    with pytest.raises(InputError, match="run A is done"):
        store.requeue(record.id)
    other = queued(store, study)
    for event in list(successful_run(other.job))[:-1]:
        store.apply(other.id, event)
    store.set_state(other.id, RunState.INTERRUPTED, "the program ended")

    again = store.requeue(other.id)

    assert again.state is RunState.QUEUED
    assert again.id == other.id
    assert (again.metrics, again.losses, again.artefacts, again.reason) == ([], [], {}, None)
    assert not Path(other.job.folder).exists()


def test_files_and_folders_are_private(store, study):
    old = os.umask(0o022)
    try:
        record = queued(store, study)
        play(store, record)
    finally:
        os.umask(old)
    for path in [store.home, *store.home.rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path
    assert {"memisis.sqlite3", "memisis.sqlite3-wal"} <= {p.name for p in store.home.iterdir()}


def test_threads_share_one_store(store, study):
    records = [queued(store, study) for _ in range(4)]
    errors = []

    def work(record):
        try:
            play(store, record)
            store.runs()
        except Exception as error:  # noqa: BLE001 (shown by the assertion below)
            errors.append(error)

    threads = [threading.Thread(target=work, args=(record,)) for record in records]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert {run.state for run in store.runs()} == {RunState.DONE}
    assert len({run.label for run in store.runs()}) == 4


def test_two_stores_on_one_home_see_each_other(store, study):
    other = Store.open(store.home)
    record = queued(store, study)
    other.apply(record.id, MetricsMeasured(metrics=example_metrics("tvae")))
    assert store.run(record.id).metrics == example_metrics("tvae")
    assert other.add_plan(study.plan) != record.plan_id
    other.close()


def test_the_home_may_be_moved(store, study, tmp_path):
    record = queued(store, study)
    play(store, record)
    store.close()
    store.home.rename(tmp_path / "elsewhere")
    moved = Store.open(tmp_path / "elsewhere")
    kept = moved.run(record.id)
    assert Path(kept.artefacts["synthetic"].path).is_file()
    assert kept.job.folder == tmp_path / "elsewhere" / "runs" / record.id
    moved.close()


def test_names_that_nobody_could_read_are_refused(store, study):
    queued(store, study)
    for label in ("", "  ", "a\x1b[0m", "x" * 41):
        with pytest.raises(InputError, match="cannot be the name of a run"):
            store.rename_run("A", label)
    assert store.rename_run("A", " final ").label == "final"
