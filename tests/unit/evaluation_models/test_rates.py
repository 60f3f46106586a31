"""Group rates, differences, ratios and areas are those of fairlearn and scikit-learn."""

import fairlearn.metrics as reference
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_curve

from memisis_core.evaluation.fairness import abroca
from memisis_core.evaluation.fairness.rates import (
    DISPARITIES,
    RATES,
    Cells,
    group_rates,
    rate_variances,
    ratio_interval,
)
from memisis_core.evaluation.intervals import bootstrap_weights


@pytest.fixture
def audit() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Groups, outcomes and predictions of 900 people."""
    g = np.random.default_rng(0)
    groups = g.choice(4, 900, p=[0.4, 0.3, 0.2, 0.1])
    actual = g.random(900) < 0.3 + 0.1 * groups
    predicted = np.where(g.random(900) < 0.75 + 0.05 * groups, actual, ~actual)
    return groups, actual, predicted


def test_rates_are_those_of_a_metric_frame(audit: tuple[np.ndarray, ...]) -> None:
    groups, actual, predicted = audit
    weights = np.vstack([np.ones(900), bootstrap_weights(np.random.default_rng(1), 900, 3)])
    found = group_rates(weights, groups, 4, actual, predicted)
    functions = dict(
        zip(
            RATES,
            (
                reference.selection_rate,
                reference.true_positive_rate,
                reference.false_positive_rate,
            ),
            strict=True,
        )
    )
    for b, w in enumerate(weights):
        frame = reference.MetricFrame(
            metrics=functions,
            y_true=actual,
            y_pred=predicted,
            sensitive_features=groups,
            sample_params={name: {"sample_weight": w} for name in RATES},
        )
        for place, rate in enumerate(RATES):
            assert found[b, place] == pytest.approx(frame.by_group[rate].to_numpy(dtype=float))


@pytest.mark.parametrize("disparity", DISPARITIES, ids=lambda disparity: disparity.key)
def test_criteria_are_those_of_fairlearn(audit: tuple[np.ndarray, ...], disparity) -> None:  # type: ignore[no-untyped-def]
    groups, actual, predicted = audit
    rates = group_rates(np.ones((1, 900)), groups, 4, actual, predicted)
    expected = getattr(reference, disparity.key)(actual, predicted, sensitive_features=groups)
    assert disparity.of(rates[:, None])[0] == pytest.approx(expected)


def test_the_intersection_is_that_of_fairlearn(audit: tuple[np.ndarray, ...]) -> None:
    groups, actual, predicted = audit
    sex = np.random.default_rng(4).integers(0, 2, 900)
    rates = group_rates(np.ones((1, 900)), groups * 2 + sex, 8, actual, predicted)
    expected = reference.equalized_odds_difference(
        actual, predicted, sensitive_features=pd.DataFrame({"group": groups, "sex": sex})
    )
    difference = next(d for d in DISPARITIES if d.key == "equalized_odds_difference")
    assert difference.of(rates[:, None])[0] == pytest.approx(expected)


def test_the_worst_class_counts() -> None:
    rates = np.zeros((1, 2, 3, 2))
    rates[0, 0, 0] = [0.5, 0.6]
    rates[0, 1, 0] = [0.2, 0.6]
    difference, ratio = (
        next(d for d in DISPARITIES if d.key == f"demographic_parity_{c}")
        for c in ("difference", "ratio")
    )
    assert difference.of(rates)[0] == pytest.approx(0.4)
    assert ratio.of(rates)[0] == pytest.approx(1 / 3)


def test_a_ratio_of_zeros_is_undefined_and_zero_everywhere_is_equal() -> None:
    nobody = np.zeros((1, 1, 3, 2))
    odds = next(d for d in DISPARITIES if d.key == "equalized_odds_ratio")
    assert np.isnan(odds.of(nobody)[0])
    no_false_alarms = nobody.copy()
    no_false_alarms[0, 0, 1] = [0.4, 0.8]
    assert odds.of(no_false_alarms)[0] == pytest.approx(0.5)


def test_cells_need_ten_of_each() -> None:
    groups = np.repeat([0, 1, 2], [30, 19, 40])
    actual = np.concatenate([np.arange(30) < 15, np.arange(19) < 9, np.arange(40) < 10])
    cells = Cells.count(groups, 3, actual)
    assert cells.positives.tolist() == [15, 9, 10]
    assert cells.sufficient.tolist() == [True, False, True]
    assert cells.sizes("tpr").tolist() == [15, 9, 10]
    assert cells.sizes("selection_rate").tolist() == [30, 19, 40]


def test_the_interval_of_a_ratio_holds_it_even_at_zero() -> None:
    sizes = np.array([[60.0, 60.0]])
    for observed in ([0.0, 0.3], [0.3, 0.3], [0.2, 0.6]):
        rates = np.array([observed])
        g = np.random.default_rng(0)
        replicates = g.binomial(60, rates, size=(300, 2))[:, None] / 60
        value = min(observed) / max(observed)
        low, high = ratio_interval(rates, replicates, sizes, value)
        assert 0 <= low <= value <= high <= 1


def test_variances_of_unanimous_groups_are_not_zero() -> None:
    assert (rate_variances(np.array([0.0, 1.0]), np.array([10.0, 10.0])) > 0.005).all()


def test_the_area_between_roc_curves_is_that_of_the_exact_curves() -> None:
    g = np.random.default_rng(5)
    curves, exact = [], []
    fine = np.linspace(0, 1, 200_001)
    for strength in (1.5, 0.4):
        actual = g.random(400) < 0.4
        scores = g.normal(size=400) + strength * actual
        curves.append(abroca.roc_on_grid(actual, scores, np.ones((1, 400))))
        x, y, _ = roc_curve(actual, scores, drop_intermediate=False)
        exact.append(np.interp(fine, x, y))
    expected = np.abs(exact[0] - exact[1]).mean()
    assert abroca.area_between(*curves)[0] == pytest.approx(expected, abs=5e-4)
