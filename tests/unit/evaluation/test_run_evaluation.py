import stat

import numpy as np
import polars as pl
import pytest

from memisis_core.data.frames import as_polars_like_source
from memisis_core.errors import InputError
from memisis_core.evaluation.metric import Axis, Status
from memisis_core.evaluation.run_evaluation import NO_HOLDOUT, evaluate_files
from memisis_core.evaluation.tables import content_key, context_for, context_of_data
from memisis_core.plan.effective import effective_plan
from memisis_core.plan.model import Plan
from tests.unit.evaluation.tables import PATIENTS, draws, leaky, patients

FAST = frozenset({Axis.VALIDATION, Axis.PRIVACY})


@pytest.fixture
def files(tmp_path):
    """Write real, holdout and synthetic patients as CSV and return their paths."""

    def write(real, synthetic, holdout=None):
        paths = {}
        for name, frame in (("real", real), ("synthetic", synthetic), ("holdout", holdout)):
            if frame is not None:
                paths[name] = tmp_path / f"{name}.csv"
                as_polars_like_source(frame, PATIENTS).write_csv(paths[name])
        return paths

    return write


def evaluated(paths, axes=FAST, **options):
    options = {"target": "died", "protected": ("sex", "race"), "threads": 1} | options
    return evaluate_files(
        paths["real"], paths["synthetic"], holdout=paths.get("holdout"), axes=axes, **options
    )


def by_id(result):
    return {metric.id: metric for metric in result.metrics if metric.subject == "overall"}


def test_files_are_compared_on_the_axes_asked_for(files):
    result = evaluated(files(patients(200, 1), patients(200, 3), patients(120, 2)))
    metrics = by_id(result)

    assert {metric.axis for metric in result.metrics} == FAST
    assert metrics["privacy.membership_auc"].value == pytest.approx(0.5, abs=0.1)
    assert metrics["privacy.disclosure"].status is Status.OK
    assert metrics["validation.columns"].value == 1.0
    assert not any(NO_HOLDOUT in (metric.caveat or "") for metric in result.metrics)


def test_a_leak_shows_in_files_as_it_does_in_memory(files):
    train = patients(400, 1)
    synthetic = leaky(train, patients(400, 3), 5, share=0.5)

    metrics = by_id(evaluated(files(train, synthetic, patients(300, 2))))

    assert metrics["privacy.membership_auc"].ci[0] > 0.6
    assert metrics["privacy.attribute_inference"].value == pytest.approx(0.5, abs=0.15)


def test_without_a_holdout_part_of_the_real_rows_stands_in_and_every_number_says_so(files):
    result = evaluated(files(patients(200, 1), patients(200, 3)))

    privacy = [metric for metric in result.metrics if metric.axis is Axis.PRIVACY]
    assert all(NO_HOLDOUT in metric.caveat for metric in privacy)
    assert any("--holdout" in warning for warning in result.warnings)
    assert by_id(result)["privacy.membership_auc"].n == 120


def test_the_same_files_give_the_same_numbers(files):
    paths = files(patients(120, 1), patients(100, 3))

    assert evaluated(paths) == evaluated(paths)


def test_what_the_table_suggests_is_used_and_said_where_nothing_is_named(files):
    paths = files(patients(120, 1), patients(100, 3))

    result = evaluated(paths, axes=frozenset({Axis.VALIDATION}), target=None, protected=())

    assert any("no target was named" in warning for warning in result.warnings)
    assert any("no protected attributes were named" in warning for warning in result.warnings)


def test_columns_that_only_one_file_has_are_not_compared_but_said(files):
    paths = files(patients(120, 1), patients(100, 3))
    made = pl.read_csv(paths["synthetic"])
    made.drop("bmi").with_columns(pl.lit(1).alias("extra")).write_csv(paths["synthetic"])

    result = evaluated(paths, axes=frozenset({Axis.VALIDATION}))

    assert by_id(result)["validation.columns"].value == pytest.approx(8 / 9)
    assert any("bmi" in warning for warning in result.warnings)
    subjects = {(v.subject, v.what) for v in result.violations if v.check == "validation.columns"}
    assert subjects == {
        ("bmi", "the column is missing"),
        ("extra", "the real table has no such column"),
    }


def test_dates_written_otherwise_are_read_and_said(files):
    paths = files(patients(120, 1), patients(100, 3))
    made = pl.read_csv(paths["synthetic"])
    day = pl.col("admitted").str.to_date().dt.strftime("%d.%m.%Y")
    made.with_columns(day).write_csv(paths["synthetic"])

    result = evaluated(paths, axes=frozenset({Axis.VALIDATION}))

    assert by_id(result)["validation.kinds"].value == 1.0
    assert any("%d.%m.%Y" in warning for warning in result.warnings)


def test_truth_values_and_codes_written_otherwise_are_read_and_said(files):
    real, synthetic = patients(200, 1), patients(200, 3)
    paths = files(real, synthetic, patients(120, 2))
    same = evaluated(paths)
    table = pl.read_csv(paths["synthetic"])
    died = {"0": "no", "1": "yes"}
    table.with_columns(pl.col("died").cast(str).replace(died)).write_csv(paths["synthetic"])

    result = evaluated(paths)

    assert any("died: read" in warning and "yes as" in warning for warning in result.warnings)
    assert result.metrics == same.metrics


def test_a_target_that_the_synthetic_file_lacks_is_named(files):
    paths = files(patients(200, 1), patients(200, 3), patients(120, 2))
    pl.read_csv(paths["synthetic"]).drop("died").write_csv(paths["synthetic"])

    metrics = by_id(evaluated(paths, axes=frozenset({Axis.UTILITY})))

    assert metrics["utility.auroc"].status is Status.NOT_APPLICABLE
    assert metrics["utility.auroc"].why == "the synthetic table lacks the target died"


def test_what_an_attacker_knows_and_must_not_learn_can_be_chosen(files):
    paths = files(patients(200, 1), patients(200, 3), patients(120, 2))
    options = {"axes": frozenset({Axis.PRIVACY}), "known": ("sex",), "sensitive": ("race",)}
    subjects = {m.subject for m in evaluated(paths, **options).metrics if m.id == "privacy.cap"}

    assert subjects == {"overall", "sex → race"}
    with pytest.raises(InputError, match="no column 'blood' to take as sensitive"):
        evaluated(paths, sensitive=("blood",))


def test_values_that_cannot_be_read_are_violations_not_errors(files):
    paths = files(patients(120, 1), patients(100, 3))
    made = pl.read_csv(paths["synthetic"]).with_columns(pl.col("age").cast(pl.String))
    made[4, "age"] = "old"
    made.write_csv(paths["synthetic"])

    result = evaluated(paths, axes=frozenset({Axis.VALIDATION}))

    broken = [v for v in result.violations if (v.check, v.subject) == ("validation.kinds", "age")]
    assert [v.rows for v in broken] in ([(4,)], [])
    assert broken or any("age" in warning for warning in result.warnings)


def test_files_without_a_common_column_are_refused(files, tmp_path):
    paths = files(patients(120, 1), patients(100, 3))
    pl.DataFrame({"x": [1, 2, 3]}).write_csv(tmp_path / "other.csv")

    with pytest.raises(InputError, match="none of the real table's columns"):
        evaluated(paths | {"synthetic": tmp_path / "other.csv"})


def test_a_target_that_is_not_there_is_refused(files):
    with pytest.raises(InputError, match="no column 'outcome'"):
        evaluated(files(patients(120, 1), patients(100, 3)), target="outcome")


def test_one_column_cannot_be_target_and_protected(files):
    with pytest.raises(InputError, match="both the target and a protected attribute"):
        evaluated(files(patients(120, 1), patients(100, 3)), target="sex")


def test_the_content_key_follows_the_real_rows_and_nothing_else():
    first, again, other = draws(60, 40, 50), draws(60, 40, 50), draws(60, 40, 50, seed=1)

    assert content_key(first.data, 0) == content_key(again.data, 0)
    assert content_key(first.data, 0) != content_key(other.data, 0)
    assert content_key(first.data, 0) != content_key(first.data, 1)
    changed = first.data.holdout.copy()
    changed.loc[3, "bmi"] = np.nan if changed["bmi"].notna()[3] else 22.0
    assert content_key(draws(60, 40, 50).data, 0) != content_key(
        type(first.data)(first.data.train, changed, first.data.synthetic, PATIENTS), 0
    )


def test_the_context_of_a_run_follows_its_plan():
    data = draws(60, 40, 50).data
    plan = effective_plan(Plan(target="died", protected=["race"], seed=7), PATIENTS, rows=100)

    context = context_for(data.train, data.holdout, data.synthetic, PATIENTS, plan, threads=2)

    assert (context.data.target, context.data.protected) == ("died", ("race",))
    assert (context.seed, context.threads) == (7, 2)


def test_what_is_kept_of_the_real_rows_is_private_and_holds_no_row(tmp_path):
    from memisis_core.evaluation.engine import evaluate

    data = draws(150, 80, 150).data
    data.train.loc[0, "race"] = "Ruritanian of Strelsau"
    context = context_of_data(data, cache_folder=tmp_path / "cache")
    measured = [metric for found in evaluate(context, FAST | {Axis.FIDELITY}) for metric in found]
    assert measured

    kept = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert any(path.suffix == ".npz" for path in kept)
    for path in kept:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        content = path.read_bytes()
        assert b"Ruritanian" not in content
        assert "Ruritanian".encode("utf-32-le") not in content
    again = context_of_data(data, cache_folder=tmp_path / "cache")
    repeated = [metric for found in evaluate(again, FAST | {Axis.FIDELITY}) for metric in found]
    assert repeated == measured
