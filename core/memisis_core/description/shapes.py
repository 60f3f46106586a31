"""Distributions over given values that have a given mean and sd, skew or quartiles.

Functions of arrays that know no specification. All return shares, shape (k,), that sum to 1.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_CLOSE = 1e-6
_QUARTILE = 0.6744897501960817


def moments(values: Floats, shares: Floats) -> tuple[float, float, float]:
    """Return mean, standard deviation and skewness (0 if there is no spread)."""
    mean = float(values @ shares)
    centred = values - mean
    sd = math.sqrt(max(float(centred**2 @ shares), 0.0))
    return mean, sd, float(centred**3 @ shares) / sd**3 if sd > 0 else 0.0


def greatest_entropy(values: Floats, mean: float, sd: float) -> Floats | None:
    """Return the distribution of greatest entropy with this mean and sd, None if there is none.

    It is proportional to exp(a x + b x²): a normal cut at the ends for b < 0, an even or
    exponential one at b = 0, U-shaped above (Jaynes 1957, Phys. Rev. 106:620). The two multipliers
    minimise a convex function, which Newton's method with step halving finds.
    """
    x = (values - mean) / sd
    features = np.column_stack([x, x**2])
    target = np.array([0.0, 1.0])
    multipliers = np.array([0.0, -0.5])
    for _ in range(200):
        shares, height = _tilted(features, multipliers, target)
        expected = shares @ features
        gradient = expected - target
        if np.abs(gradient).max() < 1e-10:
            return shares
        hessian = (features * shares[:, None]).T @ features - np.outer(expected, expected)
        try:
            step = np.linalg.solve(hessian + 1e-12 * np.eye(2), gradient)
        except np.linalg.LinAlgError:
            return None
        size = 1.0
        while size > 1e-10:
            trial = multipliers - size * step
            if _tilted(features, trial, target)[1] <= height - 1e-4 * size * float(gradient @ step):
                break
            size /= 2
        multipliers = multipliers - size * step
    return shares if np.abs(gradient).max() < _CLOSE else None


def _tilted(features: Floats, multipliers: Floats, target: Floats) -> tuple[Floats, float]:
    exponents = features @ multipliers
    top = float(exponents.max())
    weights = np.exp(exponents - top)
    total = float(weights.sum())
    return weights / total, math.log(total) + top - float(multipliers @ target)


def skewed(values: Floats, mean: float, sd: float, skew: float) -> Floats | None:
    """Return Pearson's type III, cut to the values, with these moments; None if there is none."""
    from scipy.optimize import least_squares

    edges = _edges(values)

    def shares_at(parameters: Floats) -> Floats:
        location, log_scale, shape = parameters
        mass = np.diff(_pearson((edges - location) / math.exp(log_scale), shape))
        total = mass.sum()
        return np.asarray(mass / total) if total > 1e-12 else np.full(len(values), 1 / len(values))

    def missed(parameters: Floats) -> Floats:
        got = moments(values, shares_at(parameters))
        return np.array([(got[0] - mean) / sd, got[1] / sd - 1, got[2] - skew])

    start = np.array([mean, math.log(sd), skew])
    lower = [mean - 5 * sd, math.log(sd) - 2, -6.0]
    upper = [mean + 5 * sd, math.log(sd) + 2, 6.0]
    found = least_squares(missed, start, bounds=(lower, upper), x_scale=[sd, 1, 1], xtol=1e-12)
    if np.abs(found.fun).max() > 1e-4:
        return None
    return shares_at(found.x)


def _pearson(z: Floats, skew: float) -> Floats:
    """Return the distribution function of Pearson's type III with mean 0 and variance 1.

    A gamma variable of shape a = 4 / skew², standardised; scipy.stats has it too, ten times slower.
    """
    from scipy.special import gammainc, ndtr

    if abs(skew) < 1e-3:
        return np.asarray(ndtr(z))
    shape = 4.0 / skew**2
    at = shape + math.copysign(math.sqrt(shape), skew) * z
    below = gammainc(shape, np.maximum(at, 0.0))
    return np.asarray(below if skew > 0 else 1.0 - below)


def one_sided(
    values: Floats, mean: float, sd: float, low: float | None, high: float | None
) -> Floats | None:
    """Return a gamma distribution from the one bound that is stated, a normal if none is."""
    from scipy.stats import gamma, norm

    edges = _edges(values)
    if low is not None:
        shape = ((mean - low) / sd) ** 2
        cumulative = (
            gamma.cdf(edges - low, shape, scale=sd**2 / (mean - low)) if shape > 0 else None
        )
    elif high is not None:
        shape = ((high - mean) / sd) ** 2
        scale = sd**2 / (high - mean) if shape > 0 else 1.0
        cumulative = 1 - gamma.cdf(high - edges, shape, scale=scale) if shape > 0 else None
    else:
        cumulative = norm.cdf(edges, mean, sd)
    if cumulative is None:
        return None
    mass = np.diff(cumulative)
    return np.asarray(mass / mass.sum())


def through_quartiles(values: Floats, q1: float, median: float, q3: float) -> Floats:
    """Return a distribution with these quartiles: half a normal on each side of the median.

    Where the range cuts the half so near that it cannot be one, the share of each quarter is
    spread evenly over it (the greatest entropy for quartiles and a range).
    """
    edges = _edges(values)
    low, high = float(values[0]), float(values[-1])
    below = _half(median - np.minimum(edges, median), median - q1, median - low)
    above = _half(np.maximum(edges, median) - median, q3 - median, high - median)
    shares = np.diff(0.5 - below + above)
    shares = np.maximum(shares, 0.0)
    return np.asarray(shares / shares.sum())


def _half(distance: Floats, quarter: float, end: float) -> Floats:
    """Return the probability (0 to 0.5) of lying within `distance` on one side of the median."""
    from scipy.optimize import brentq
    from scipy.special import ndtr

    if quarter <= 0 or end <= 0:
        return np.where(distance > 0, 0.5, 0.0)

    def inside(scale: float, at: Floats) -> Floats:
        share = (ndtr(np.minimum(at, end) / scale) - 0.5) / (ndtr(end / scale) - 0.5)
        return np.asarray(0.5 * share)

    def missed(scale: float) -> float:
        return float(inside(scale, np.array(quarter))) - 0.25

    smallest, greatest = quarter / 20, 100 * end
    if missed(smallest) * missed(greatest) > 0:
        return np.interp(distance, [0.0, quarter, max(end, quarter * (1 + 1e-9))], [0, 0.25, 0.5])
    scale = float(brentq(missed, smallest, greatest))
    return inside(scale, distance)


def _edges(values: Floats) -> Floats:
    """Return the bounds of the cells around values: half-way between, and as far outside."""
    if len(values) == 1:
        return np.array([values[0] - 0.5, values[0] + 0.5])
    middles = (values[:-1] + values[1:]) / 2
    first, last = 2 * values[0] - middles[0], 2 * values[-1] - middles[-1]
    return np.concatenate([[first], middles, [last]])
