"""Weighted, vectorised scores are those of scikit-learn."""

import numpy as np
import pytest
from sklearn import metrics as reference
from sklearn.linear_model import LogisticRegression

from memisis_core.evaluation.bootstrap import HoldoutResamples
from memisis_core.evaluation.intervals import bootstrap_weights
from memisis_core.evaluation.utility import scores
from memisis_core.evaluation.utility.measured import ClassScorer


@pytest.fixture
def weights() -> np.ndarray:
    """One weighting of ones, then five bootstrap draws."""
    drawn = bootstrap_weights(np.random.default_rng(3), 400, 5)
    return np.vstack([np.ones((1, 400)), drawn])


def predictions(classes: int, *, ties: bool) -> tuple[np.ndarray, np.ndarray]:
    g = np.random.default_rng(0)
    labels = g.integers(0, classes, 400).astype(float)
    raw = g.gamma(1.0, size=(400, classes)) + 1.5 * np.eye(classes)[labels.astype(int)]
    probabilities = raw / raw.sum(axis=1, keepdims=True)
    if ties:
        probabilities = np.round(probabilities * 8) + 1e-9
        probabilities /= probabilities.sum(axis=1, keepdims=True)
    return labels, probabilities


@pytest.mark.parametrize("ties", [False, True])
def test_two_classes_score_as_in_scikit_learn(weights: np.ndarray, ties: bool) -> None:
    labels, p = predictions(2, ties=ties)
    found = ClassScorer(labels, p, [1]).scores(weights)
    hard = p.argmax(axis=1)
    for b, w in enumerate(weights):
        expected = {
            "auroc": reference.roc_auc_score(labels, p[:, 1], sample_weight=w),
            "average_precision": reference.average_precision_score(
                labels, p[:, 1], sample_weight=w
            ),
            "f1": reference.f1_score(labels, hard, sample_weight=w),
            "balanced_accuracy": reference.balanced_accuracy_score(labels, hard, sample_weight=w),
            "brier": reference.brier_score_loss(labels, p[:, 1], sample_weight=w),
        }
        for measure, value in expected.items():
            assert found[measure][b] == pytest.approx(value, abs=1e-6), measure


def test_three_classes_score_as_in_scikit_learn() -> None:
    labels, p = predictions(3, ties=False)
    found = ClassScorer(labels, p, [0, 1, 2]).scores(np.ones((1, 400)))
    hard = p.argmax(axis=1)
    assert found["auroc"][0] == pytest.approx(
        reference.roc_auc_score(labels, p, multi_class="ovr", average="macro")
    )
    assert found["average_precision"][0] == pytest.approx(
        reference.average_precision_score(np.eye(3)[labels.astype(int)], p, average="macro")
    )
    assert found["f1"][0] == pytest.approx(reference.f1_score(labels, hard, average="macro"))
    assert found["balanced_accuracy"][0] == pytest.approx(
        reference.balanced_accuracy_score(labels, hard)
    )
    assert found["brier"][0] == pytest.approx(reference.brier_score_loss(labels, p), abs=1e-6)


def test_numbers_score_as_in_scikit_learn(weights: np.ndarray) -> None:
    g = np.random.default_rng(1)
    actual = g.normal(1000, 5, 400)
    predicted = actual + g.normal(0, 3, 400)
    found = scores.regression_scores(weights, actual, predicted)
    for b, w in enumerate(weights):
        assert found["r2"][b] == pytest.approx(
            reference.r2_score(actual, predicted, sample_weight=w)
        )
        assert found["rmse"][b] == pytest.approx(
            reference.root_mean_squared_error(actual, predicted, sample_weight=w)
        )
        assert found["mae"][b] == pytest.approx(
            reference.mean_absolute_error(actual, predicted, sample_weight=w)
        )


def slope_by_regression(positive: np.ndarray, p: np.ndarray, w: np.ndarray | None = None) -> float:
    logits = np.log(p / (1 - p))[:, None]
    model = LogisticRegression(C=1e9, tol=1e-10, max_iter=1000)
    return float(model.fit(logits, positive, sample_weight=w).coef_[0, 0])


def test_the_calibration_slope_is_that_of_a_logistic_regression() -> None:
    labels, p = predictions(2, ties=False)
    p = np.clip(p[:, 1], 0.01, 0.99)
    slope = scores.CalibrationSlope(labels == 1, p)
    assert slope.value == pytest.approx(slope_by_regression(labels, p), rel=1e-3)


def test_the_resampled_slope_follows_refitted_regressions(weights: np.ndarray) -> None:
    labels, p = predictions(2, ties=False)
    p = np.clip(p[:, 1], 0.01, 0.99)
    slope = scores.CalibrationSlope(labels == 1, p)
    refitted = [slope_by_regression(labels, p, w) for w in weights[1:]]
    moved = slope.resampled(weights[1:])
    spread = np.std(np.array(refitted) - slope.value)
    assert np.abs(moved - refitted).max() < 0.5 * spread


def test_overconfident_predictions_have_a_slope_below_one() -> None:
    g = np.random.default_rng(2)
    logit = g.normal(0, 1, 5000)
    positive = g.random(5000) < 1 / (1 + np.exp(-logit))
    assert scores.CalibrationSlope(positive, 1 / (1 + np.exp(-2 * logit))).value == pytest.approx(
        0.5, abs=0.05
    )


def test_constant_and_separating_predictions_have_no_slope() -> None:
    positive = np.array([True, False] * 50)
    assert np.isnan(scores.CalibrationSlope(positive, np.full(100, 0.5)).value)
    assert np.isnan(scores.CalibrationSlope(positive, np.where(positive, 0.9, 0.1)).value)


def test_every_seed_gets_its_share_of_the_resamples() -> None:
    counts = bootstrap_weights(np.random.default_rng(0), 50, 10).astype(np.uint8)
    resamples = HoldoutResamples(counts)
    places = [
        list(range(10))[where] for first in (0, 1, 2) for where, _ in resamples.blocks(first, 3)
    ]
    assert sorted(place for found in places for place in found) == list(range(10))
    weights = np.vstack([w for _, w in resamples.blocks(1, 3)])
    assert (weights == counts[1::3]).all()
