"""Scores of predictions under many row weights at once: one pass over the holdout per score.

A weight says how often a row counts, so that a bootstrap over 1,000 resamples is one call with
weights of shape (1000, n). With all weights 1 the values are those of `sklearn.metrics` (a test
holds them against it).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Weights = NDArray[np.floating[Any]]

PROBABILITY_FLOOR = 1e-4
"""Probabilities are cut here and at its complement before their logit is taken: forests predict 0
and 1, which no calibration line can pass through."""


class RankedScores:
    """Scores sorted once; ranks under any weights follow by cumulative sums.

    Parameters
    ----------
    positive : ndarray of bool, shape (n,)
    scores : ndarray of float, shape (n,)
        Higher for rows more likely positive; equal scores are ranked together.
    """

    def __init__(self, positive: NDArray[np.bool_], scores: Floats) -> None:
        self._order = np.argsort(-scores, kind="stable")
        ordered = scores[self._order]
        self._ends = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)
        self._positive = positive[self._order]

    def counts(self, weights: Weights) -> tuple[Floats, Floats]:
        """Return true and false positives at every distinct threshold, each (b, thresholds)."""
        ordered = weights[:, self._order]
        # float64: float32 sums of more than 2^24 rows would lose some.
        everything = np.cumsum(ordered, axis=1, dtype=np.float64)[:, self._ends]
        ordered *= self._positive
        true = np.cumsum(ordered, axis=1, dtype=np.float64)[:, self._ends]
        return true, everything - true


def auroc(true: Floats, false: Floats) -> Floats:
    """Return the area under the ROC curve from counts at thresholds, shape (b,).

    NaN where a resample has no positive or no negative.
    """
    heights = true.copy()
    heights[:, 1:] += true[:, :-1]
    area = (np.diff(false, axis=1, prepend=0.0) * heights).sum(axis=1) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(area / (true[:, -1] * false[:, -1]))


def average_precision(true: Floats, false: Floats) -> Floats:
    """Return the average precision (no interpolation) from counts at thresholds, shape (b,)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        precision = np.nan_to_num(true / (true + false))
        gained = np.diff(true, axis=1, prepend=0.0)
        return np.asarray((gained * precision).sum(axis=1) / true[:, -1])


def confusion(weights: Weights, actual: NDArray[np.bool_], predicted: NDArray[np.bool_]) -> Floats:
    """Return true positives, false positives, false and true negatives, shape (4, b)."""
    cells = np.stack(
        [actual & predicted, ~actual & predicted, actual & ~predicted, ~actual & ~predicted]
    )
    return np.asarray(cells.astype(weights.dtype) @ weights.T, dtype=np.float64)


def f1(cells: Floats) -> Floats:
    """Return F1 from `confusion`, 0 where nothing is positive or predicted so."""
    true, false, missed, _ = cells
    total = 2 * true + false + missed
    return np.asarray(np.divide(2 * true, total, out=np.zeros_like(total), where=total > 0))


def recall(cells: Floats) -> Floats:
    """Return the share of positives found, from `confusion`; NaN without positives."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(cells[0] / (cells[0] + cells[2]))


def squared_errors(labels: Floats, probabilities: Floats) -> Floats:
    """Return each row's part of the Brier score, shape (n,).

    Two classes: the squared error of the positive class, 0 to 1. More: summed over classes, 0 to 2
    (Brier 1950), as in scikit-learn.
    """
    errors = probabilities.copy()
    errors[np.arange(len(labels)), labels.astype(np.intp)] -= 1.0
    total = np.square(errors).sum(axis=1)
    return np.asarray(total / 2 if probabilities.shape[1] == 2 else total)


def weighted_mean(weights: Weights, values: Floats) -> Floats:
    """Return the mean of `values`, shape (n,), under each weighting, shape (b,)."""
    return np.asarray(
        (weights @ values.astype(weights.dtype)) / weights.sum(axis=1), dtype=np.float64
    )


class CalibrationSlope:
    """Slope of a logistic regression of the outcome on the logit of its predicted probability.

    1: as spread as the risks are; below 1: too extreme (overfitted); above: too timid.

    Fitted once by Newton's method; under other weights it moves along its influence function (a
    one-step bootstrap), which saves fitting a thousand regressions.

    References
    ----------
    Cox 1958, Biometrika 45:562; Van Calster et al. 2019, BMC Medicine 17:230.
    """

    def __init__(self, positive: NDArray[np.bool_], probabilities: Floats) -> None:
        cut = np.clip(probabilities, PROBABILITY_FLOOR, 1 - PROBABILITY_FLOOR)
        logits = np.log(cut / (1 - cut))
        self.value = float("nan")
        self._influence = np.full(len(cut), np.nan)
        if np.ptp(logits) < 1e-9 or not 0 < positive.sum() < len(positive):
            return  # a constant has no slope
        # Centred and scaled: Newton's steps from 0 then hardly ever overshoot.
        centre, scale = logits.mean(), logits.std()
        design = np.column_stack([np.ones(len(cut)), (logits - centre) / scale])
        fit = _logistic_fit(design, positive.astype(np.float64))
        if fit is None:
            return
        coefficients, fitted, information = fit
        self.value = float(coefficients[1] / scale)
        scores = (positive - fitted)[:, None] * design
        self._influence = scores @ np.linalg.inv(information)[1] / scale

    def resampled(self, weights: Weights) -> Floats:
        """Return the slope under each weighting, shape (b,)."""
        return np.asarray(self.value + weights.astype(np.float64) @ self._influence)


def _logistic_fit(design: Floats, positive: Floats) -> tuple[Floats, Floats, Floats] | None:
    """Fit a logistic regression by Newton's method with halved steps.

    Returns
    -------
    tuple of ndarray or None
        Coefficients, fitted probabilities and information; None if the classes are separated, so
        that the likelihood has no maximum.
    """
    coefficients = np.zeros(design.shape[1])
    best = _log_likelihood(design @ coefficients, positive)
    for _ in range(100):
        fitted = 1 / (1 + np.exp(-(design @ coefficients)))
        information = design.T @ ((fitted * (1 - fitted))[:, None] * design)
        if np.linalg.cond(information) > 1e12 or np.abs(coefficients).max() > 50:
            return None
        step = np.linalg.solve(information, design.T @ (positive - fitted))
        if np.abs(step).max() < 1e-8:
            return coefficients, fitted, information
        while _log_likelihood(design @ (coefficients + step), positive) < best - 1e-9:
            step = step / 2
        coefficients = coefficients + step
        best = _log_likelihood(design @ coefficients, positive)
    return None


def _log_likelihood(linear: Floats, positive: Floats) -> float:
    return float((positive * linear - np.logaddexp(0.0, linear)).sum())


def regression_scores(weights: Weights, actual: Floats, predicted: Floats) -> dict[str, Floats]:
    """Return R², RMSE and MAE under each weighting, each of shape (b,).

    R² is NaN where the weighted outcome is constant.
    """
    centred = actual - actual.mean()
    errors = predicted - actual
    # float64: squares of raw outcomes exceed what float32 can add up.
    exact = weights.astype(np.float64)
    total = exact.sum(axis=1)
    squared, absolute, first, second = (
        exact @ values / total
        for values in (np.square(errors), np.abs(errors), centred, np.square(centred))
    )
    variance = second - np.square(first)
    with np.errstate(invalid="ignore", divide="ignore"):
        r2 = np.where(variance > 0, 1 - squared / variance, np.nan)
    return {"r2": r2, "rmse": np.sqrt(squared), "mae": absolute}
