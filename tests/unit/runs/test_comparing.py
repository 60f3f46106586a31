"""Runs as the store has them are held against each other pair by pair where that is possible."""

from __future__ import annotations

from pathlib import Path

import pytest

from memisis_core.evaluation.metric import Axis, Metric
from memisis_core.evaluation.resamples import write_resamples
from memisis_core.runs.comparing import RESAMPLES, compare_records, kept_resamples, names_of
from memisis_core.runs.events import ArtefactWritten, Finished, MetricsMeasured
from memisis_core.runs.record import RunRecord
from memisis_core.runs.states import RunState
from memisis_core.runs.store import Store
from memisis_core.secure_files import sha256_of
from memisis_screens.run_comparison import compare_runs
from memisis_screens.run_view import RunView
from tests.fakes.study import Study, job_for

KEY = ("utility.auroc", "overall")
NOISE = [0.03 * (-1) ** number for number in range(200)]


def a_run(store: Store, study: Study, value: float, *, resampled: bool = True) -> RunRecord:
    """A finished run with one measure that moves with the holdout, whatever the run."""
    plan_id = store.add_plan(study.plan, study.effective)
    record = store.add_run(plan_id, job_for(store, study))
    metric = Metric(
        id=KEY[0], axis=Axis.UTILITY, name="AUROC", value=value, ci=(value - 0.03, value + 0.03)
    )
    store.apply(record.id, MetricsMeasured(metrics=[metric]))
    if resampled:
        record.job.folder.mkdir(parents=True, exist_ok=True)
        path = record.job.folder / "resamples.bin"
        write_resamples(path, {KEY: [value + noise for noise in NOISE]})
        event = ArtefactWritten(name=RESAMPLES, path=path.name, sha256=sha256_of(path))
        store.apply(record.id, event)
    store.apply(record.id, Finished(state=RunState.DONE))
    return store.run(record.id)


@pytest.mark.parametrize("paired", [True, False])
def test_a_difference_is_paired_where_both_runs_kept_their_resamples(store, study, paired):
    runs = [a_run(store, study, 0.80), a_run(store, study, 0.78, resampled=paired)]
    [row] = compare_records(runs, pinned=runs[0].id).rows
    difference = row.differences[runs[1].label]
    assert difference.paired is paired
    assert difference.ci is not None
    # The noise of the holdout is the same in both: pair by pair, nothing of it is left.
    assert (difference.ci[1] - difference.ci[0] < 0.001) is paired
    assert difference.verdict == ("worse" if paired else "within_noise")


def test_a_damaged_file_leaves_the_intervals(store, study):
    runs = [a_run(store, study, 0.80), a_run(store, study, 0.78)]
    Path(runs[0].artefacts[RESAMPLES].path).write_bytes(b"cut short")
    assert kept_resamples(runs[0]) is None
    [row] = compare_records(runs, pinned=runs[0].id).rows
    assert not row.differences[runs[1].label].paired


def test_runs_on_another_holdout_are_not_comparable(store, study):
    runs = [a_run(store, study, 0.80), a_run(store, study.with_plan(seed=1), 0.78)]
    [row] = compare_records(runs, pinned=runs[0].id).rows
    difference = row.differences[runs[1].label]
    assert (difference.verdict, difference.paired) == ("not_comparable", False)


def test_a_run_without_measures_is_neither_compared_nor_on_the_front(store, study):
    runs = [a_run(store, study, 0.80), a_run(store, study, 0.78)]
    failed = runs[1].model_copy(update={"metrics": []})
    comparison = compare_records([runs[0], failed], pinned=failed.id)
    assert comparison.runs == (runs[0].label,)
    assert comparison.pinned is None
    assert failed.label not in comparison.pareto.front


def test_the_workbench_shows_the_same_comparison(store, study):
    runs = [a_run(store, study, 0.80), a_run(store, study, 0.78), a_run(store, study, 0.79)]
    shown = compare_runs([RunView.of(run) for run in runs])
    assert shown.comparison == compare_records(runs)
    assert all(d.paired for row in shown.comparison.rows for d in row.differences.values())


def test_runs_that_share_a_label_keep_their_columns():
    assert names_of([("r1", "A"), ("r2", "B")]) == {"r1": "A", "r2": "B"}
    assert names_of([("r1", "A"), ("r2", "A")]) == {"r1": "A r1", "r2": "A r2"}
