import numpy as np
import pandas as pd
import pytest

from memisis_core.data.schema import Column, ColumnKind, Schema
from memisis_core.evaluation.encoding import encoded
from memisis_core.evaluation.fidelity import detection, manifold, propensity
from memisis_core.evaluation.metric import Status
from tests.unit.evaluation.tables import context_of, draws, patients


def shuffled(frame, seed):
    draw = np.random.default_rng(seed)
    return pd.DataFrame({name: draw.permutation(frame[name].to_numpy()) for name in frame})


def one(metrics, name):
    return next(metric for metric in metrics if metric.id == name)


@pytest.fixture(scope="module")
def fresh():
    return draws(700, 400, 700)


@pytest.fixture(scope="module")
def broken():
    """Right margins, no dependence at all between columns."""
    return context_of(patients(700, 1), patients(400, 2), shuffled(patients(700, 3), 4))


def test_fresh_draws_cannot_be_told_from_real_rows(fresh):
    metric = one(detection.measure(fresh), "fidelity.c2st_auc")

    assert metric.ci[0] <= 0.5 <= metric.ci[1]
    assert metric.real_baseline == pytest.approx(0.5, abs=0.08)


def test_a_table_without_dependence_is_told_from_real_rows(broken):
    metric = one(detection.measure(broken), "fidelity.c2st_auc")

    assert metric.ci[0] > 0.6


def test_detection_compares_as_many_real_as_synthetic_rows(fresh):
    assert detection.measure(fresh)[0].n == 1400


def test_the_pmse_ratio_is_one_for_draws_of_one_distribution():
    ratios = []
    for seed in range(15):
        tables = encoded(draws(400, 20, 400, seed=seed))
        effects = [
            propensity.main_effects(table, tables.encoding)
            for table in (tables.synthetic, tables.train)
        ]
        ratios.append(propensity.pmse_ratio(*effects))

    assert np.mean([r.value for r in ratios]) == pytest.approx(1.0, abs=0.12)
    hits = [r.interval()[0] <= 1.0 <= r.interval()[1] for r in ratios]
    assert np.mean(hits) >= 0.88


def test_the_pmse_ratio_sees_lost_dependence(broken):
    metric = one(propensity.measure(broken), "fidelity.pmse_ratio")

    assert metric.ci[0] > 2.0


def test_fresh_draws_are_typical_and_cover_the_real_rows(fresh):
    metrics = manifold.measure(fresh)

    assert one(metrics, "fidelity.alpha_precision").value > 0.9
    assert one(metrics, "fidelity.beta_recall").value > 0.85
    assert one(metrics, "fidelity.alpha_precision").n == 400


def test_only_typical_rows_lower_precision_and_recall():
    synthetic = patients(3000, 3)
    synthetic = synthetic[
        synthetic["age"].between(55, 65)
        & synthetic["pressure"].between(120, 140)
        & (synthetic["race"] == "White")
    ].head(150)
    context = context_of(patients(700, 1), patients(400, 2), synthetic.reset_index(drop=True))

    metrics = manifold.measure(context)

    assert one(metrics, "fidelity.alpha_precision").value < 0.8
    recall = one(metrics, "fidelity.beta_recall")
    assert recall.value < recall.real_baseline - 0.15


def test_precision_and_recall_of_a_table_against_itself_are_one(fresh):
    tables = encoded(fresh)

    found = manifold.support(tables.train, tables.train, tables.encoding, 1)

    assert found.precision.value > 0.97
    assert found.recall.value > 0.97


@pytest.mark.parametrize("family", [detection, propensity, manifold])
def test_tiny_tables_are_said_to_be_too_small(family):
    for metric in family.measure(draws(12, 5, 10)):
        assert metric.status is Status.INSUFFICIENT_DATA
        assert metric.why


def test_more_levels_than_trees_take_are_gathered():
    draw = np.random.default_rng(0)
    schema = Schema(columns=(Column(name="ward", kind=ColumnKind.CATEGORY),))
    tables = [
        pd.DataFrame({"ward": draw.integers(0, 900, 400).astype(str).astype(object)})
        for _ in range(3)
    ]

    metric = detection.measure(context_of(*tables, schema))[0]

    assert metric.status is Status.OK
    assert metric.value == pytest.approx(0.5, abs=0.15)


def test_the_same_input_gives_the_same_numbers():
    first, second = draws(200, 100, 200), draws(200, 100, 200)

    for family in (detection, propensity, manifold):
        assert family.measure(first) == family.measure(second)
