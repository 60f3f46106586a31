"""95 % intervals: Wilson, DeLong, order statistics, bootstrap and the delta method.

Functions of arrays that know no measure. All intervals are two-sided; `confidence` is their
coverage.

The convention for every measure's yardstick, its `real_baseline`: the same function, called with
the real holdout in the synthetic data's place (holdout against train).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Interval = tuple[float, float]
CONFIDENCE = 0.95


def quantile_of_normal(confidence: float = CONFIDENCE) -> float:
    """Return z such that a standard normal lies in ±z with probability `confidence`."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


@dataclass(frozen=True)
class Estimate:
    """A value with its standard error (0 where it is known exactly).

    The interval of `interval` is normal, cut at the bounds of the measure.
    """

    value: float
    error: float

    def interval(
        self, low: float = -np.inf, high: float = np.inf, confidence: float = CONFIDENCE
    ) -> Interval:
        """Return the normal interval, both bounds cut to ``[low, high]``."""
        half = quantile_of_normal(confidence) * self.error
        below, above = (min(max(self.value + by, low), high) for by in (-half, half))
        return (below, above)


def wilson(successes: float, n: int, confidence: float = CONFIDENCE) -> Interval:
    """Return Wilson's interval of a proportion.

    Parameters
    ----------
    successes : float
        0 … `n`.
    n : int
        At least 1.

    References
    ----------
    Wilson 1927, J. Am. Stat. Assoc. 22:209.
    """
    z = quantile_of_normal(confidence)
    share = successes / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    # At the edges rounding would leave 1e-19 where the bound is 0.
    low = 0.0 if successes <= 0 else max(0.0, float(centre - half))
    return (low, 1.0 if successes >= n else min(1.0, float(centre + half)))


def midranks(values: Floats) -> NDArray[np.float64]:
    """Return ranks from 1, equal values sharing the mean of theirs. Shape as `values`, 1-d."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    ends = np.append(starts[1:], len(values))
    ranks = np.empty(len(values), dtype=np.float64)
    ranks[order] = np.repeat((starts + ends + 1) / 2, ends - starts)
    return ranks


def auc(positive: Floats, negative: Floats) -> Estimate:
    """Return the area under the ROC curve with DeLong's standard error.

    Parameters
    ----------
    positive, negative : ndarray of float, shapes (m,) and (n,)
        Scores; positives should score higher. Ties count half. At least one each.

    Returns
    -------
    Estimate
        0.5 means that the scores tell nothing. The error is 0 only if one side is a single value
        or the two are separated.

    References
    ----------
    DeLong et al. 1988, Biometrics 44:837; midrank form of Sun & Xu 2014, IEEE SPL 21:1389.
    """
    m, n = len(positive), len(negative)
    together = midranks(np.concatenate([positive, negative]))
    above_negatives = (together[:m] - midranks(positive)) / n
    below_positives = 1.0 - (together[m:] - midranks(negative)) / m
    value = float(above_negatives.mean())
    variance = _variance_of_mean(above_negatives) + _variance_of_mean(below_positives)
    return Estimate(value, float(np.sqrt(variance)))


def auc_interval(positive: Floats, negative: Floats, confidence: float = CONFIDENCE) -> Interval:
    """Return DeLong's interval of `auc`; where the two are separated, a bound that is not a point.

    DeLong's variance is 0 at an area of 0 or 1; the exact one-sided bound for "none of min(m, n)
    independent pairs disagrees" stands in.
    """
    estimate = auc(positive, negative)
    low, high = estimate.interval(0.0, 1.0, confidence)
    if estimate.error == 0.0 and estimate.value in (0.0, 1.0):
        slack = 1 - ((1 - confidence) / 2) ** (1 / min(len(positive), len(negative)))
        return (max(0.0, estimate.value - slack), min(1.0, estimate.value + slack))
    return (low, high)


def quantile_interval(values: Floats, q: float, confidence: float = CONFIDENCE) -> Interval:
    """Return the distribution-free interval of a quantile from its order statistics.

    Parameters
    ----------
    values : ndarray of float, shape (n,)
        At least one.
    q : float
        0 < q < 1.

    References
    ----------
    Conover 1999, Practical Nonparametric Statistics, section 3.2 (normal approximation to the
    binomial ranks).
    """
    n = len(values)
    half = quantile_of_normal(confidence) * np.sqrt(n * q * (1 - q))
    low = int(np.clip(np.floor(n * q - half), 1, n)) - 1
    high = int(np.clip(np.ceil(n * q + half) + 1, 1, n)) - 1
    ordered = np.partition(values, (low, high))
    return (float(ordered[low]), float(ordered[high]))


def mean_of(influences: Floats) -> Estimate:
    """Return the mean of independent values, shape (n,), with its standard error."""
    return Estimate(float(influences.mean()), float(np.sqrt(_variance_of_mean(influences))))


def two_sample_error(synthetic: Floats, real: Floats) -> float:
    """Return the standard error of a statistic of two independent samples (delta method).

    Parameters
    ----------
    synthetic, real : ndarray of float, shapes (n,) and (m,)
        Influence of each row on the statistic: by how much it would change, to first order, if
        that row weighed a little more (times the sample size).
    """
    return float(np.sqrt(_variance_of_mean(synthetic) + _variance_of_mean(real)))


def cluster_error(influences: Floats, clusters: NDArray[np.integer[Any]]) -> float:
    """Return the standard error of a sum whose terms are dependent within clusters.

    Parameters
    ----------
    influences : ndarray of float, shape (n,)
        Terms that sum to the statistic's deviation from its expectation.
    clusters : ndarray of int, shape (n,)
        Cluster of each term, from 0.

    References
    ----------
    Liang & Zeger 1986, Biometrika 73:13 (sandwich estimator), with the usual g/(g - 1).
    """
    sums = np.bincount(clusters, weights=influences)
    used = int(np.count_nonzero(np.bincount(clusters)))
    if used < 2:
        return float("inf")
    return float(np.sqrt(np.square(sums).sum() * used / (used - 1)))


def bootstrap_weights(generator: np.random.Generator, n: int, resamples: int) -> NDArray[np.int64]:
    """Return how often each of `n` rows is drawn in each resample, shape ``(resamples, n)``.

    Every row of the result sums to `n` (Efron's bootstrap).
    """
    drawn = generator.integers(0, n, size=(resamples, n))
    drawn += np.arange(resamples)[:, None] * n
    return np.bincount(drawn.ravel(), minlength=resamples * n).reshape(resamples, n)


def percentile_interval(replicates: Floats, confidence: float = CONFIDENCE) -> Interval | None:
    """Return the percentile interval of bootstrap replicates, None if under half are finite.

    Parameters
    ----------
    replicates : ndarray of float, shape (resamples,)
        The statistic on each resample; NaN where it could not be computed.
    """
    known = replicates[np.isfinite(replicates)]
    if len(known) * 2 < len(replicates) or not len(known):
        return None
    tail = (1 - confidence) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    return (float(low), float(high))


def bootstrap_interval(
    statistic: Callable[[NDArray[np.int64]], Floats],
    n: int,
    generator: np.random.Generator,
    *,
    resamples: int = 500,
    confidence: float = CONFIDENCE,
    block: int = 1 << 22,
) -> Interval | None:
    """Return the percentile bootstrap interval of a statistic that takes weights.

    Parameters
    ----------
    statistic : callable
        Takes weights of shape ``(r, n)`` and returns ``(r,)`` values: all resamples at once.
    n : int
        Number of rows that are resampled.
    block : int
        Greatest number of weights held at a time.

    Returns
    -------
    pair of float or None
        None if the statistic is undefined on more than half of the resamples.
    """
    at_once = max(1, block // max(n, 1))
    replicates = [
        statistic(bootstrap_weights(generator, n, min(at_once, resamples - start)))
        for start in range(0, resamples, at_once)
    ]
    return percentile_interval(np.concatenate(replicates), confidence)


def _variance_of_mean(values: Floats) -> float:
    return float(np.var(values, ddof=1) / len(values)) if len(values) > 1 else 0.0
