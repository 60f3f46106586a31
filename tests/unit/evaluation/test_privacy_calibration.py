"""Attacks catch a leaky synthesizer and leave independent draws alone (few seeds; the
calibration over 30 seeds is `benchmarks/calibration_privacy.py`)."""

import numpy as np
import pytest

from memisis_core.evaluation.differences import against_real
from memisis_core.evaluation.privacy import (
    attribute_inference,
    closest_records,
    copies,
    linkability,
    membership,
    outlying,
    singling_out,
)
from tests.unit.evaluation.tables import context_of, draws, leaky, patients

FAMILIES = (
    attribute_inference, closest_records, copies, linkability, membership, outlying, singling_out,
)  # fmt: skip
RISKS = (
    "privacy.membership_risk", "privacy.singling_out", "privacy.linkability",
    "privacy.attribute_inference", "privacy.attribute_inference_rare", "privacy.linkability_rare",
    "privacy.singling_out_rare", "privacy.disclosure_rare",
)  # fmt: skip


def overall(context):
    metrics = [metric for family in FAMILIES for metric in family.measure(context)]
    return {metric.id: metric for metric in metrics if metric.subject == "overall"}


@pytest.fixture(scope="module")
def fresh():
    return [overall(draws(800, 400, 800, seed=seed)) for seed in (11, 12, 13)]


@pytest.fixture(scope="module")
def leaking():
    found = []
    for seed in (11, 12, 13):
        train = patients(800, 3 * seed + 1)
        synthetic = leaky(train, patients(800, 3 * seed + 3), seed)
        found.append(overall(context_of(train, patients(400, 3 * seed + 2), synthetic)))
    return found


@pytest.mark.parametrize(
    "name", ["privacy.membership_auc", "privacy.density_membership_auc", "privacy.dcr_share"]
)
def test_fresh_draws_look_as_if_nobody_had_been_seen(fresh, name):
    inside = [run[name].ci[0] <= 0.5 <= run[name].ci[1] for run in fresh]

    assert sum(inside) >= 2
    assert np.mean([run[name].value for run in fresh]) == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("name", RISKS)
def test_fresh_draws_carry_no_risk(fresh, name):
    assert sum(run[name].ci[0] == 0.0 for run in fresh) >= 2


@pytest.mark.parametrize("name", ["privacy.membership_auc", "privacy.density_membership_auc"])
def test_a_leak_of_a_fifth_of_the_training_rows_is_caught_by_membership_attacks(leaking, name):
    assert all(run[name].ci[0] > 0.5 for run in leaking)
    assert all(run[name].real_baseline == pytest.approx(0.5, abs=0.1) for run in leaking)


@pytest.mark.parametrize("name", ["privacy.attribute_inference", "privacy.linkability"])
def test_the_risk_of_a_leak_is_the_share_that_leaked(leaking, name):
    values = [run[name].value for run in leaking]

    assert all(run[name].ci[0] > 0.05 for run in leaking)
    assert np.mean(values) == pytest.approx(0.2, abs=0.05)


def test_few_false_alarms_name_a_fifth_of_the_members(leaking):
    for run in leaking:
        assert run["privacy.membership_tpr_1"].ci[0] > 0.05
        assert run["privacy.membership_tpr_10"].value > 0.2


def test_a_leak_shows_in_every_similarity_indicator(leaking, fresh):
    for leak, clean in zip(leaking, fresh, strict=True):
        assert leak["privacy.dcr_share"].value > clean["privacy.dcr_share"].value
        assert leak["privacy.dcr_5th"].value < clean["privacy.dcr_5th"].ci[0]
        assert leak["privacy.nndr"].value < leak["privacy.nndr"].real_baseline / 2
        assert leak["privacy.new_rows"].value < 0.95
        assert leak["privacy.exact_copies"].value > 0.0


def test_every_number_carries_its_caveat_and_every_estimate_its_interval(fresh):
    for metric in fresh[0].values():
        assert metric.caveat
        assert metric.ci is not None
        assert metric.ci[0] < metric.ci[1]
        assert metric.n
        assert metric.real_baseline is not None or metric.id.endswith("_rare")
    assert "DCR" not in fresh[0]["privacy.membership_auc"].caveat
    assert "2505.01524" in fresh[0]["privacy.dcr_share"].caveat
    assert "outlying" in fresh[0]["privacy.exact_copies_rare"].caveat


def test_copying_only_the_outlying_records_is_seen_on_them_first():
    from memisis_core.evaluation.distances import rare_records

    context = draws(800, 400, 800, seed=21)
    rare = rare_records(context)[0]
    assert rare.sum() == pytest.approx(40, abs=20)
    synthetic = context.data.synthetic.copy()
    synthetic.iloc[: rare.sum()] = context.data.train[rare].to_numpy()
    synthetic = synthetic.astype(context.data.train.dtypes)
    found = overall(context_of(context.data.train, context.data.holdout, synthetic))

    assert found["privacy.exact_copies_rare"].value == 1.0
    assert found["privacy.membership_auc_rare"].ci[0] > 0.8
    assert found["privacy.density_membership_auc_rare"].ci[0] > 0.6
    assert found["privacy.membership_auc"].value < 0.6
    for name in ("privacy.attribute_inference_rare", "privacy.linkability_rare"):
        assert found[name].ci[0] > 0.3
        assert found[name].value > found[name.removesuffix("_rare")].value


def test_too_few_outlying_records_say_so():
    found = overall(draws(120, 60, 120, seed=4))
    for name in ("attribute_inference_rare", "linkability_rare", "singling_out_rare"):
        assert found[f"privacy.{name}"].why.endswith("10 are needed")


def test_a_share_on_which_all_agree_is_as_sure_as_they_are_many():
    context = draws(400, 400, 10, seed=6)
    context.data.synthetic.iloc[:] = context.data.train.iloc[:10].to_numpy()
    synthetic = context.data.synthetic.astype(context.data.train.dtypes)
    share = overall(context_of(context.data.train, context.data.holdout, synthetic))[
        "privacy.dcr_share"
    ]
    assert share.value == 1.0
    assert 0.5 < share.ci[0] < 0.95


@pytest.mark.parametrize("name", ["privacy.dcr_5th", "privacy.nndr"])
def test_measures_without_an_ideal_hold_their_yardstick_with_its_interval(fresh, leaking, name):
    for run in fresh:
        low, high = run[name].real_ci
        assert low <= run[name].real_baseline <= high
    assert sum(against_real(run[name]).verdict == "worse" for run in fresh) <= 1
    assert all(against_real(run[name]).verdict == "worse" for run in leaking)
