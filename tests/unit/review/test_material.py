"""Opening a run for review: the right rows, from where they lie, and clear refusals."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from memisis_core.errors import InputError
from memisis_core.plan.model import Constraint
from memisis_core.review.blinded import BlindedTest
from memisis_core.review.material import ReviewMaterial, open_material
from memisis_core.review.rule_checks import checked_rule
from memisis_core.runs.division import divided_table
from memisis_core.runs.record import RunRecord
from memisis_core.runs.store import Store
from tests.fakes.patients import reviewable_run
from tests.fakes.study import job_for, study_of, write_table


@pytest.fixture
def run(tmp_path: Path) -> RunRecord:
    """A run that is done, on a table on disk."""
    study = study_of(write_table(tmp_path / "patients.csv"))
    store = Store.open(tmp_path / "home")
    job = job_for(store, study)
    store.add_run(store.add_plan(study.plan, study.effective), job)
    for event in reviewable_run(job):
        store.apply(job.run_id, event)
    record = store.run(job.run_id)
    store.close()
    return record


@pytest.fixture
def material(run: RunRecord) -> ReviewMaterial:
    return open_material(run)


def test_training_and_holdout_are_those_of_the_run(
    run: RunRecord, material: ReviewMaterial
) -> None:
    divided = divided_table(run.job)
    assert (material.train.height, material.holdout.height) == (140, 60)
    frame = divided.table.frame.select(material.schema.names)
    assert material.holdout.equals(frame[divided.split.holdout])
    assert set(divided.split.train) & set(divided.split.holdout) == set()


def test_every_patient_is_in_the_random_order_once(material: ReviewMaterial) -> None:
    assert sorted(material.order) == list(range(100))
    assert material.order[:10] != tuple(range(10))
    assert material.marked.sum() == 10  # the ones that are 120 years old


def test_a_blinded_page_says_nothing_but_the_values(
    run: RunRecord, material: ReviewMaterial
) -> None:
    test = BlindedTest(seed=0, rows=(5, 5), real=(True, False), began=run.created)
    real, synthetic = (material.blinded_page(test, place) for place in (0, 1))
    assert real.values[0].value == str(material.holdout["Age"][5])
    assert synthetic.values[0].value == str(material.synthetic["Age"][5])
    for page in (real, synthetic):
        assert (page.row, page.marks) == (-1, ())
        assert all(value.usual == "" for value in page.values)
        assert len(page.values[1].value.split(".")[1]) == 1  # written alike: one decimal


def test_who_breaks_a_rule_is_counted(material: ReviewMaterial) -> None:
    found = checked_rule(Constraint(kind="at_most", columns=("Age",), value=110), material)
    assert (found.training, found.synthetic, found.addable) == (0, 10, True)
    young = Constraint(kind="at_least", columns=("Age",), value=50)
    expected = int((material.train["Age"] < 50).sum())
    found = checked_rule(young, material)
    assert (found.training, found.addable) == (expected, True)  # kept by drawing anew
    order = Constraint(kind="inequality", columns=("Age", "HbA1c [mmol]"))
    assert not checked_rule(order, material).addable  # learnt: real patients must keep it
    both = Constraint(kind="forbidden", columns=("Sex", "Outcome"), values=("male", "dead"))
    hit = material.train.filter((pl.col("Sex") == "male") & (pl.col("Outcome") == "dead")).height
    assert checked_rule(both, material).training == hit > 0


def test_what_cannot_be_reviewed_is_refused_in_one_line(run: RunRecord) -> None:
    with pytest.raises(InputError, match="no synthetic data"):
        open_material(run.model_copy(update={"artefacts": {}}))
    drawn = run.job.model_copy(update={"synthesizer": "specification"})
    with pytest.raises(InputError, match="no real patients"):
        open_material(run.model_copy(update={"job": drawn}))
    Path(run.job.dataset.path).unlink()
    with pytest.raises(InputError) as caught:
        open_material(run)
    assert "\n" not in caught.value.line()


def test_the_process_of_the_screen_stays_free_of_pandas(run: RunRecord, tmp_path: Path) -> None:
    pl.read_csv(run.artefacts["synthetic"].path).write_parquet(tmp_path / "synthetic.parquet")
    script = f"""
import sys
from pathlib import Path
from memisis_core.review.material import open_material
from memisis_core.review.shares import chance_of_half, exact_interval
from memisis_core.runs.record import Artefact, RunRecord
from memisis_core.secure_files import sha256_of
from memisis_screens.plots.curve_plot import CurvePlot
from memisis_screens.plots.making import plots_of
run = RunRecord.model_validate_json(sys.stdin.read())
path = Path({str(tmp_path / "synthetic.parquet")!r})
kept = Artefact(name="synthetic_parquet", path=str(path), sha256=sha256_of(path))
run.artefacts["synthetic_parquet"] = kept
material = open_material(run)
material.page(material.order[0])
exact_interval(3, 10), chance_of_half(3, 10)
heavy = ("pandas", "torch", "sdv", "sklearn", "matplotlib")
print([name for name in heavy if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=run.model_dump_json(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
