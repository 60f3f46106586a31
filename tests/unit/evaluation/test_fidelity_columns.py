import numpy as np
import pandas as pd
import pytest
from scipy.stats import wasserstein_distance
from sdmetrics.single_column import (
    CategoryCoverage,
    KSComplement,
    MissingValueSimilarity,
    RangeCoverage,
    TVComplement,
)

from memisis_core.data.schema import Column, ColumnKind, Schema
from memisis_core.evaluation.fidelity import coverage, shapes, wasserstein
from memisis_core.evaluation.metric import Status
from tests.unit.evaluation.tables import context_of, draws, patients

NUMERIC = ("age", "bmi", "pressure", "admitted")
DISCRETE = ("sex", "race", "smoker", "stage", "died")


@pytest.fixture(scope="module")
def context():
    return draws(600, 300, 500)


def by_key(metrics):
    return {metric.key: metric for metric in metrics}


@pytest.mark.parametrize("column", NUMERIC)
def test_ks_is_that_of_sdmetrics(context, column):
    found = by_key(shapes.measure(context))["fidelity.ks", column]
    data = context.data

    assert found.value == pytest.approx(
        KSComplement.compute(data.train[column], data.synthetic[column])
    )
    assert found.real_baseline == pytest.approx(
        KSComplement.compute(data.train[column], data.holdout[column])
    )


@pytest.mark.parametrize("column", DISCRETE)
def test_tv_is_that_of_sdmetrics(context, column):
    found = by_key(shapes.measure(context))["fidelity.tv", column]

    assert found.value == pytest.approx(
        TVComplement.compute(context.data.train[column], context.data.synthetic[column])
    )


def test_column_shapes_is_the_mean_of_all_columns(context):
    metrics = by_key(shapes.measure(context))
    columns = [m.value for (_, subject), m in metrics.items() if subject != "overall"]

    assert len(columns) == 9
    assert metrics["fidelity.column_shapes", "overall"].value == pytest.approx(np.mean(columns))
    assert metrics["fidelity.column_shapes", "overall"].headline


@pytest.mark.parametrize("column", NUMERIC)
def test_range_coverage_is_that_of_sdmetrics(context, column):
    found = by_key(coverage.measure(context))["fidelity.range_coverage", column]
    numbers = context.data.train[column], context.data.synthetic[column]

    assert found.value == pytest.approx(RangeCoverage.compute(*numbers))
    assert found.ci is None


@pytest.mark.parametrize("column", DISCRETE)
def test_category_coverage_is_that_of_sdmetrics(context, column):
    found = by_key(coverage.measure(context))["fidelity.category_coverage", column]

    assert found.value == pytest.approx(
        CategoryCoverage.compute(context.data.train[column], context.data.synthetic[column])
    )


def test_a_category_that_is_not_generated_lowers_coverage():
    synthetic = patients(200, 3)
    synthetic = synthetic[synthetic["race"] != "Asian"].reset_index(drop=True)
    context = context_of(patients(200, 1), patients(50, 2), synthetic)

    found = by_key(coverage.measure(context))["fidelity.category_coverage", "race"]

    assert found.value == 0.75


@pytest.mark.parametrize("column", [*NUMERIC, *DISCRETE])
def test_missing_value_similarity_is_that_of_sdmetrics(context, column):
    found = by_key(coverage.measure(context))["fidelity.missingness", column]

    assert found.value == pytest.approx(
        MissingValueSimilarity.compute(context.data.train[column], context.data.synthetic[column])
    )


def test_wasserstein_is_that_of_scipy_on_standardised_values(context):
    found = by_key(wasserstein.measure(context))["fidelity.wasserstein", "bmi"]
    real, synthetic = context.data.train["bmi"].dropna(), context.data.synthetic["bmi"].dropna()
    scale = real.std(ddof=0)

    assert found.value == pytest.approx(wasserstein_distance(real / scale, synthetic / scale))


def shifted(n, seed, shift):
    draw = np.random.default_rng(seed)
    shares = [0.5 - shift / 4, 0.3, 0.2 + shift / 4]
    return pd.DataFrame(
        {"x": draw.normal(shift, 1, n), "c": draw.choice(["a", "b", "c"], n, p=shares)}
    )


@pytest.mark.parametrize("measure", [shapes.measure, wasserstein.measure])
def test_intervals_cover_the_truth_as_often_as_they_say(measure):
    """For tables that differ: the truth is what two very large draws show."""
    schema = Schema(
        columns=(
            Column(name="x", kind=ColumnKind.NUMBER),
            Column(name="c", kind=ColumnKind.CATEGORY),
        )
    )

    def measured(n, seed):
        tables = shifted(n, 2 * seed, 0.0), shifted(20, 9, 0.0), shifted(n, 2 * seed + 1, 0.5)
        return {key: m for key, m in by_key(measure(context_of(*tables, schema))).items() if m.ci}

    truth = measured(300_000, 10_000)
    drawn = [measured(400, seed) for seed in range(150)]

    for key, metric in truth.items():
        hits = [run[key].ci[0] <= metric.value <= run[key].ci[1] for run in drawn]
        assert 0.90 <= np.mean(hits) <= 0.99, key


def test_a_column_that_is_all_missing_is_said_to_be():
    synthetic = patients(100, 3)
    synthetic["bmi"] = np.nan
    context = context_of(patients(100, 1), patients(100, 2), synthetic)

    metric = by_key(shapes.measure(context))["fidelity.ks", "bmi"]

    assert metric.status is Status.INSUFFICIENT_DATA
    assert metric.value is None
    assert "missing" in metric.why


def test_a_constant_column_has_no_range():
    tables = [patients(100, seed).assign(age=50) for seed in (1, 2, 3)]

    metrics = by_key(coverage.measure(context_of(*tables)))

    assert metrics["fidelity.range_coverage", "age"].status is Status.NOT_APPLICABLE


def test_without_columns_of_a_kind_the_measure_does_not_apply():
    schema = Schema(columns=(Column(name="sex", kind=ColumnKind.CATEGORY),))
    tables = [patients(50, seed)[["sex"]] for seed in (1, 2, 3)]

    metrics = by_key(shapes.measure(context_of(*tables, schema)))

    assert metrics["fidelity.ks", "overall"].status is Status.NOT_APPLICABLE
    assert metrics["fidelity.column_shapes", "overall"].value > 0.8


def test_without_holdout_there_is_a_value_but_no_baseline():
    context = context_of(patients(100, 1), patients(0, 2), patients(100, 3))

    metric = by_key(shapes.measure(context))["fidelity.column_shapes", "overall"]

    assert metric.value is not None
    assert metric.real_baseline is None


def test_no_synthetic_rows_is_insufficient_data():
    context = context_of(patients(100, 1), patients(50, 2), patients(0, 3))

    for measure in (shapes.measure, coverage.measure, wasserstein.measure):
        assert {m.status for m in measure(context)} == {Status.INSUFFICIENT_DATA}


def test_a_mean_names_the_columns_that_it_had_to_leave_out():
    data = draws(300, 300, 300).data
    synthetic = data.synthetic.assign(bmi=np.nan)
    metrics = by_key(shapes.measure(context_of(data.train, data.holdout, synthetic)))

    assert metrics["fidelity.ks", "bmi"].status is Status.INSUFFICIENT_DATA
    for name in ("fidelity.ks", "fidelity.column_shapes"):
        assert "without bmi" in metrics[name, "overall"].caveat
    assert "without" not in metrics["fidelity.tv", "overall"].caveat


def test_the_baseline_rests_on_no_more_rows_than_the_value_and_fewer_are_said():
    data = draws(300, 300, 100).data
    few = by_key(shapes.measure(context_of(data.train, data.holdout, data.synthetic)))
    many = by_key(shapes.measure(context_of(data.train, data.holdout[:100], data.train)))

    whole = by_key(shapes.measure(context_of(data.train, data.holdout, data.holdout)))
    shape = "fidelity.column_shapes", "overall"
    assert few[shape].real_baseline < whole[shape].real_baseline
    assert "held-out rows" not in few[shape].caveat
    assert "rests on 100 held-out rows" in many[shape].caveat
