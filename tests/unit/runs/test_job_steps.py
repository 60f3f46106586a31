"""The real worker with real SDV on a small table of invented patients."""

from __future__ import annotations

import json
import pickle
import stat
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from memisis_core.evaluation.metric import Axis
from memisis_core.evaluation.plot_data import read_plots
from memisis_core.evaluation.resamples import read_resamples
from memisis_core.plan.effective import effective_plan, planned_schema
from memisis_core.plan.toml_file import read_plan
from memisis_core.runs.child_process import ChildProcessExecutor
from memisis_core.runs.events import ArtefactWritten, Event, Progress, StateChanged
from memisis_core.runs.record import RunRecord
from memisis_core.runs.states import RunState
from memisis_core.runs.store import Store
from memisis_core.runs.supervisor import Supervisor
from memisis_core.secure_files import sha256_of
from tests.fakes.study import SCHEMA, Study, study_of, write_table

pytestmark = pytest.mark.slow
TRAIN_ROWS = 137
"""A length that nothing but the training part has."""


@dataclass
class Story:
    """One run and what was heard of it."""

    record: RunRecord
    heard: list[Event]
    store: Store
    study: Study


def run_one(store: Store, study: Study, synthesizer: str, act=None) -> Story:
    """Run one job to its end; `act` gets the supervisor, the run's id and each event."""
    executor = ChildProcessExecutor()
    supervisor = Supervisor(store, executor, cores=1)
    chosen = study.with_plan(synthesizers=(synthesizer,), train_rows=TRAIN_ROWS)
    [run] = supervisor.submit(chosen.plan, chosen.effective, chosen.schema, chosen.dataset)
    heard: list[Event] = []

    def listen(run_id: str, event: Event) -> None:
        heard.append(event)
        if act is not None:
            act(supervisor, run_id, event)

    record = supervisor.supervise(run.id, listen)
    supervisor.close()
    return Story(record, heard, store, chosen)


def stop_after_sampling(supervisor, run_id, event) -> None:
    """Leave out the evaluation, which these tests do not look at."""
    if isinstance(event, ArtefactWritten) and event.name == "synthetic_parquet":
        supervisor.cancel(run_id)


@pytest.fixture(scope="module")
def ctgan(tmp_path_factory) -> Iterable[Story]:
    folder = tmp_path_factory.mktemp("ctgan")
    store = Store.open(folder / "home")
    study = study_of(write_table(folder / "patients.csv", decimals=6), decimals=6)
    yield run_one(store, study, "ctgan")
    store.close()


def test_a_run_goes_through_every_state_to_the_end(ctgan):
    assert ctgan.record.reason is None
    assert ctgan.record.state is RunState.DONE
    states = [event.state for event in ctgan.heard if isinstance(event, StateChanged)]
    assert states == [
        *(RunState.PREPARING, RunState.TRAINING, RunState.SAMPLING),
        *(RunState.VALIDATING, RunState.EVALUATING),
    ]
    assert ctgan.record.epochs_trained == 3
    assert [point.epoch for point in ctgan.record.losses] == [1, 2, 3]


def test_training_reports_epochs_with_an_estimate(ctgan):
    epochs = [
        event
        for event in ctgan.heard
        if isinstance(event, Progress) and event.state is RunState.TRAINING and event.step
    ]
    assert [(event.step, event.total) for event in epochs] == [(1, 3), (2, 3), (3, 3)]
    assert epochs[0].seconds_left is not None
    assert epochs[-1].seconds_left == 0.0
    assert set(epochs[-1].losses) == {"generator", "discriminator"}


def test_every_axis_is_measured(ctgan):
    assert {metric.axis for metric in ctgan.record.metrics} == set(Axis)


def test_every_file_is_private_complete_and_what_was_reported(ctgan):
    artefacts = ctgan.record.artefacts
    assert set(artefacts) == {
        *("plan", "environment", "losses", "model", "synthetic", "synthetic_parquet", "metrics"),
        *("resamples", "violations", "plots"),
    }
    for artefact in artefacts.values():
        path = Path(artefact.path)
        assert sha256_of(path) == artefact.sha256
    for path in ctgan.store.home.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
        assert not (path.name.startswith(".") and path.is_file()), path


def test_the_resamples_are_of_the_measures_that_were_reported(ctgan):
    kept = read_resamples(Path(ctgan.record.artefacts["resamples"].path))
    measured = {metric.key: metric for metric in ctgan.record.metrics}
    assert set(kept) <= set(measured)
    assert any(key[0].startswith("utility.") for key in kept)


def test_the_violations_name_synthetic_rows(ctgan):
    document = json.loads(Path(ctgan.record.artefacts["violations"].path).read_text())
    broken = {
        metric.id
        for metric in ctgan.record.metrics
        if metric.axis is Axis.VALIDATION and metric.value is not None and metric.value < 1
    }
    assert {one["check"] for one in document} <= broken
    for one in document:
        assert set(one) == {"check", "subject", "what", "count", "rows"}
        assert all(0 <= row < ctgan.study.effective.sample_rows for row in one["rows"])


def test_the_data_of_the_plots_are_kept(ctgan):
    plots = read_plots(Path(ctgan.record.artefacts["plots"].path))
    assert plots.absent == {}
    assert [d.column for d in plots.distributions] == SCHEMA.names
    assert plots.associations is not None
    areas = {m.id: m.value for m in ctgan.record.metrics if m.subject == "overall"}
    assert [curve.auc for curve in plots.attacks] == [areas[c.measure] for c in plots.attacks]
    assert {panel.attribute for panel in plots.groups} == {"Sex"}


def test_synthetic_data_have_the_rows_and_columns_of_the_plan(ctgan):
    artefacts = ctgan.record.artefacts
    synthetic = pl.read_parquet(artefacts["synthetic_parquet"].path)
    assert synthetic.height == ctgan.study.effective.sample_rows
    assert synthetic.columns == SCHEMA.names
    assert pl.read_csv(artefacts["synthetic"].path).equals(synthetic)


def test_the_plan_beside_the_data_makes_the_same_job(ctgan):
    plan = read_plan(Path(ctgan.record.artefacts["plan"].path))
    schema = planned_schema(plan, SCHEMA)
    effective = effective_plan(plan, schema, ctgan.study.dataset.rows)
    job = ctgan.record.job.plan
    assert effective.model_copy(update={"provenance": {}}) == job.model_copy(
        update={"provenance": {}}
    )


def test_no_artefact_holds_a_real_row(ctgan):
    real = pl.read_csv(ctgan.study.dataset.path)
    rows = {tuple(row) for row in real.rows()}
    synthetic = pl.read_parquet(ctgan.record.artefacts["synthetic_parquet"].path)
    assert not rows & {tuple(row) for row in synthetic.rows()}

    lines = Path(ctgan.study.dataset.path).read_bytes().splitlines()[1:]
    measurement = real["HbA1c [mmol]"].to_list()
    limits = {min(measurement), max(measurement)}
    inner = [value for value in measurement if value not in limits]
    for path in ctgan.store.home.rglob("*"):
        if path.is_file() and path.suffix not in (".csv", ".parquet"):
            content = path.read_bytes()
            assert not [line for line in lines if line in content], path
            for form in ("<d", "<f"):
                # Joined with its neighbour of the row before or after: a column in file order.
                packed = [struct.pack(form, a) + struct.pack(form, b) for a, b in pairwise(inner)]
                assert not [pair for pair in packed if pair in content], path


def test_the_saved_model_cannot_give_the_training_table_back(ctgan):
    saved = pickle.loads(Path(ctgan.record.artefacts["model"].path).read_bytes())
    as_long = sorted(
        f"{where} ({type(part).__name__})"
        for where, part in parts_of(saved)
        if length_of(part) == TRAIN_ROWS or total_length(part) == TRAIN_ROWS
    )
    assert as_long == []


def test_the_check_above_would_find_the_row_numbers_that_ctgan_keeps():
    """CTGAN's sampler keeps, for each value of a column, the rows that have it."""

    class Sampler:
        def __init__(self) -> None:
            self.row_ids = [np.arange(100), np.arange(100, TRAIN_ROWS)]

    sampler = Sampler()
    assert any(total_length(part) == TRAIN_ROWS for _, part in parts_of({"model": sampler}))


def test_the_same_job_gives_the_same_table_and_another_seed_another(tmp_path):
    study = study_of(write_table(tmp_path / "patients.csv"))
    digests = []
    for number, seed in enumerate((0, 0, 1)):
        store = Store.open(tmp_path / f"home{number}")
        story = run_one(
            store, study.with_plan(seed=seed), "gaussian_copula", act=stop_after_sampling
        )
        digests.append(story.record.artefacts["synthetic"].sha256)
        store.close()
    assert digests[0] == digests[1] != digests[2]


def test_stopping_in_training_keeps_the_model_and_samples_it(store, study):
    def stop(supervisor, run_id, event):
        if isinstance(event, Progress) and event.losses and event.step == 5:
            supervisor.cancel(run_id)

    record = run_one(store, study.with_plan(epochs=100_000), "tvae", act=stop).record
    assert record.state is RunState.CANCELLED
    assert 5 <= record.epochs_trained < 100_000
    assert record.reason == f"stopped at epoch {record.epochs_trained} of 100,000 and kept"
    assert {"model", "synthetic", "metrics"} <= set(record.artefacts)
    assert record.metrics != []


def test_stopping_a_second_time_keeps_what_is_complete(store, study):
    record = run_one(store, study, "gaussian_copula", act=stop_after_sampling).record
    assert record.state is RunState.CANCELLED
    assert {"model", "synthetic"} <= set(record.artefacts)
    assert record.reason.startswith("stopped while ")
    assert "kept: the model, the synthetic data" in record.reason


def test_stopping_before_training_keeps_nothing(store, study):
    def stop(supervisor, run_id, event):
        if isinstance(event, Progress) and event.detail == "reading the table":
            supervisor.cancel(run_id)

    record = run_one(store, study, "gaussian_copula", act=stop).record
    assert record.state is RunState.CANCELLED
    assert record.reason == "stopped before training began; there is nothing to keep"
    assert "model" not in record.artefacts


def test_a_file_that_was_changed_after_planning_is_refused(store, study):
    with Path(study.dataset.path).open("a", encoding="utf-8") as file:
        file.write("57,48.5,male,dead\n")
    record = run_one(store, study, "gaussian_copula").record
    assert record.state is RunState.FAILED
    assert "the file was changed after the plan was made" in record.reason


def test_a_file_that_is_gone_is_said_so(store, study):
    Path(study.dataset.path).unlink()
    record = run_one(store, study, "gaussian_copula").record
    assert record.state is RunState.FAILED
    assert "there is no such file" in record.reason


def parts_of(thing: Any, where: str = "model", seen: set[int] | None = None):
    """Yield every object that `thing` holds, with its place."""
    seen = set() if seen is None else seen
    if id(thing) in seen or isinstance(thing, str | bytes | int | float | type | None):
        return
    seen.add(id(thing))
    yield where, thing
    if isinstance(thing, dict):
        inside = [(f"{where}[{key!r}]", value) for key, value in thing.items()]
    elif isinstance(thing, list | tuple | set | frozenset):
        inside = [(f"{where}[]", value) for value in thing]
    else:
        inside = [
            (f"{where}.{key}", value) for key, value in getattr(thing, "__dict__", {}).items()
        ]
    for place, value in inside:
        yield from parts_of(value, place, seen)


def length_of(part: Any) -> int:
    if isinstance(part, np.ndarray) and part.ndim:
        return part.shape[0]
    if isinstance(part, pd.DataFrame | pd.Series | pd.Index | list | tuple | dict):
        return len(part)
    shape = getattr(part, "shape", ())
    return shape[0] if isinstance(shape, tuple) and len(shape) else -1


def total_length(part: Any) -> int:
    """Length of what a list of lists or arrays holds together: rows kept by value."""
    if isinstance(part, list | tuple) and part:
        lengths = [length_of(inner) for inner in part]
        return sum(lengths) if min(lengths) >= 0 else -1
    return -1
