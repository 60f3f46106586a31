from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from sdmetrics.column_pairs import ContingencySimilarity, CorrelationSimilarity

from memisis_core.data.schema import Column, ColumnKind, Schema
from memisis_core.evaluation.encoding import encoded
from memisis_core.evaluation.fidelity import associations, pairs
from memisis_core.evaluation.fidelity.association_strength import (
    _correlation_ratio,
    _cramers_v,
    association_strengths,
)
from memisis_core.evaluation.fidelity.associations import interval
from memisis_core.evaluation.intervals import midranks
from memisis_core.evaluation.metric import Status
from tests.unit.evaluation.tables import PATIENTS, context_of, draws, patients

CONTINUOUS = ("age", "bmi", "pressure", "admitted")


@pytest.fixture(scope="module")
def context():
    return draws(600, 300, 500)


def by_key(metrics):
    return {metric.key: metric for metric in metrics}


def expected_similarity(real, synthetic, first, second):
    numbers = [name for name in (first, second) if name in CONTINUOUS]
    real, synthetic = real[[first, second]].copy(), synthetic[[first, second]].copy()
    if len(numbers) == 2:
        return CorrelationSimilarity.compute(real, synthetic)
    for name in numbers:
        if name == "admitted":
            real[name], synthetic[name] = pd.to_numeric(real[name]), pd.to_numeric(synthetic[name])
    return ContingencySimilarity.compute(real, synthetic, continuous_column_names=numbers or None)


@pytest.mark.parametrize(("first", "second"), list(combinations(PATIENTS.names, 2)))
def test_every_pair_is_that_of_sdmetrics(context, first, second):
    metrics = by_key(pairs.measure(context))
    both = first in CONTINUOUS and second in CONTINUOUS
    name = "fidelity.correlation" if both else "fidelity.contingency"

    found = metrics[name, f"{first} × {second}"]

    data = context.data
    assert found.value == pytest.approx(
        expected_similarity(data.train, data.synthetic, first, second)
    )


def test_pair_trends_is_the_mean_of_all_pairs(context):
    metrics = by_key(pairs.measure(context))
    listed = [m.value for (_, subject), m in metrics.items() if subject != "overall"]

    assert len(listed) == 36
    assert metrics["fidelity.pair_trends", "overall"].value == pytest.approx(np.mean(listed))
    assert metrics["fidelity.pair_trends", "overall"].ci[0] < np.mean(listed)


def test_a_constant_column_has_no_correlation_but_a_contingency():
    tables = [patients(100, seed).assign(pressure=120.0) for seed in (1, 2, 3)]

    metrics = by_key(pairs.measure(context_of(*tables)))

    assert metrics["fidelity.correlation", "age × pressure"].status is Status.NOT_APPLICABLE
    assert metrics["fidelity.contingency", "pressure × sex"].value > 0.8


def test_a_wide_table_lists_its_worst_pairs_and_says_so():
    draw = np.random.default_rng(0)
    names = [f"x{i}" for i in range(30)]
    schema = Schema(columns=tuple(Column(name=n, kind=ColumnKind.NUMBER) for n in names))
    tables = [pd.DataFrame(draw.normal(size=(60, 30)), columns=names) for _ in range(3)]

    metrics = pairs.measure(context_of(*tables, schema))
    listed = [m for m in metrics if m.subject != "overall"]

    assert len(listed) == pairs.MOST_LISTED
    overall = by_key(metrics)["fidelity.correlation", "overall"]
    assert "of 435 pairs the 300 least similar" in overall.caveat
    assert max(m.value for m in listed) < 1.0


def test_pairs_of_many_levels_take_no_more_memory_than_rows():
    draw = np.random.default_rng(1)
    schema = Schema(columns=tuple(Column(name=n, kind=ColumnKind.CATEGORY) for n in "ab"))
    tables = [
        pd.DataFrame({n: draw.integers(0, 10**6, 3000).astype(str).astype(object) for n in "ab"})
        for _ in range(3)
    ]

    found = by_key(pairs.measure(context_of(*tables, schema)))["fidelity.contingency", "a × b"]

    assert found.value == pytest.approx(0.0, abs=0.01)


def test_associations_of_fresh_draws_survive(context):
    metrics = by_key(associations.measure(context))
    overall = metrics["fidelity.associations", "overall"]

    assert overall.value >= 0.9
    assert overall.n == 10
    strongest = metrics["fidelity.association", "age × stage"]
    assert strongest.ideal == pytest.approx(strongest.value, abs=0.1)
    assert strongest.ci[0] < strongest.ideal < strongest.ci[1]


def test_shuffled_columns_lose_their_associations():
    draw = np.random.default_rng(2)
    synthetic = patients(500, 3)
    for name in synthetic:
        synthetic[name] = draw.permutation(synthetic[name].to_numpy())
    context = context_of(patients(600, 1), patients(300, 2), synthetic)

    assert by_key(associations.measure(context))["fidelity.associations", "overall"].value == 0.0


def test_a_reversed_association_does_not_survive():
    synthetic = patients(500, 3)
    synthetic["age"] = 120 - synthetic["age"]
    context = context_of(patients(600, 1), patients(300, 2), synthetic)
    metrics = by_key(associations.measure(context))

    assert metrics["fidelity.association", "age × died"].value < 0
    assert metrics["fidelity.association", "age × died"].ideal > 0
    assert metrics["fidelity.associations", "overall"].value < 0.7


def test_strengths_are_those_of_the_usual_formulas(context):
    from scipy.stats import spearmanr
    from scipy.stats.contingency import association

    tables = encoded(context)
    strengths = association_strengths(tables.train, tables.encoding)
    train = context.data.train
    names = PATIENTS.names

    age_died = strengths[names.index("age"), names.index("died")]
    assert age_died.strength == pytest.approx(spearmanr(train["age"], train["died"]).statistic)
    counts = pd.crosstab(train["race"], train["stage"])
    race_stage = strengths[names.index("race"), names.index("stage")]
    assert not race_stage.signed
    assert 0 <= race_stage.strength <= association(counts.to_numpy(), method="cramer")


@pytest.mark.parametrize("weight", [0.0, 0.4, 1.5])
def test_intervals_of_unsigned_associations_cover_the_truth(weight):
    def strengths(n, seed):
        draw = np.random.default_rng(seed)
        shared = weight * draw.normal(size=n)
        codes = [
            np.digitize(shared + draw.normal(size=n), cuts).astype(np.int32)
            for cuts in ([-0.8, 0.0, 0.8], [-0.5, 0.6])
        ]
        ranks = midranks(shared + draw.normal(size=n)) / n - 0.5
        return _cramers_v(*codes), _correlation_ratio(codes[0], ranks)

    truth = strengths(200_000, 1)
    found = [strengths(300, seed) for seed in range(2, 102)]

    for known, estimates in zip(truth, zip(*found, strict=True), strict=True):
        inside = [low <= known.strength <= high for low, high in map(interval, estimates)]
        assert np.mean(inside) >= 0.88
