"""Means, paired differences and verdicts over the seeds of a study. Functions of numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

Interval = tuple[float, float]
Verdict = Literal["equivalent", "different", "different within the margin", "unsettled"]
LEVEL = 0.05


@dataclass(frozen=True)
class Estimate:
    """A value of one run with its own 95 % interval, if it has one."""

    value: float
    interval: Interval | None = None

    @property
    def half_widths(self) -> tuple[float, float]:
        """How far the interval reaches below and above the value; 0 without one."""
        low, high = self.interval or (self.value, self.value)
        return max(self.value - low, 0.0), max(high - self.value, 0.0)


def mean_over_seeds(
    estimates: Sequence[Estimate], bounds: Interval = (-math.inf, math.inf)
) -> Estimate:
    """Return the mean over seeds, with a 95 % interval of both sources of noise.

    On each side the square of the half-width is the sum of two: that of the t interval of the mean
    (training, sampling and division differ from seed to seed), and the mean square of the runs' own
    half-widths. The second part is not divided by the number of seeds, since all divisions are of
    the same patients. The two overlap (another division is another holdout), so that the interval
    is rather too wide than too narrow.

    Parameters
    ----------
    estimates : sequence of Estimate
        One a seed, two or more.
    bounds : pair of float
        Where the interval is cut.
    """
    values = np.array([estimate.value for estimate in estimates])
    own = np.array([estimate.half_widths for estimate in estimates])
    seeds = stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / math.sqrt(len(values))
    below, above = np.sqrt(seeds**2 + np.square(own).mean(axis=0))
    mean = float(values.mean())
    low, high = max(mean - float(below), bounds[0]), min(mean + float(above), bounds[1])
    return Estimate(mean, (low, high))


@dataclass(frozen=True)
class PairedDifference:
    """Mean over seeds of one value minus another of the same seed.

    Attributes
    ----------
    value, error : float
        Mean and its standard error.
    seeds : int
        Pairs; the t distribution has one degree of freedom fewer.
    """

    value: float
    error: float
    seeds: int

    @property
    def interval(self) -> Interval:
        """95 % interval, for this comparison alone."""
        half = float(stats.t.ppf(0.975, self.seeds - 1)) * self.error
        return (self.value - half, self.value + half)

    @property
    def p_different(self) -> float:
        """Two-sided p of “there is no difference”."""
        if self.error == 0.0:
            return 1.0 if self.value == 0.0 else 0.0
        return float(2 * stats.t.sf(abs(self.value) / self.error, self.seeds - 1))

    def p_equivalent(self, margin: float) -> float:
        """Return p of “they differ by `margin` or more” (two one-sided tests, the larger p)."""
        nearest = margin - abs(self.value)
        if self.error == 0.0:
            return 0.0 if nearest > 0 else 1.0
        return float(stats.t.sf(nearest / self.error, self.seeds - 1))


def paired_difference(
    first: Sequence[Estimate], second: Sequence[Estimate], held_to_trained: float
) -> PairedDifference:
    """Compare two synthesizers seed by seed: the corrected resampled t test.

    Runs of one seed share training part and holdout. Training parts of different seeds overlap, so
    that the plain t test would find differences too often; the variance of the mean is
    ``(1/J + n_holdout/n_train) · s²`` instead of ``s²/J``. It is never taken to be smaller than
    what the runs' own intervals say about a mean of J, so that five equal values by chance do not
    pass for certainty.

    Parameters
    ----------
    first, second : sequence of Estimate
        One a seed, in the same order, two or more.
    held_to_trained : float
        Rows held out for each row of training.

    References
    ----------
    Nadeau & Bengio 2003, Mach. Learn. 52:239.
    """
    differences = np.array([a.value - b.value for a, b in zip(first, second, strict=True)])
    seeds = len(differences)
    resampled = (1 / seeds + held_to_trained) * float(differences.var(ddof=1))
    own = sum(_own_variance(estimate) for estimate in (*first, *second)) / seeds**2
    return PairedDifference(float(differences.mean()), math.sqrt(max(resampled, own)), seeds)


def _own_variance(estimate: Estimate) -> float:
    below, above = estimate.half_widths
    return float(((below + above) / 2 / stats.norm.ppf(0.975)) ** 2)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p values adjusted for testing all of them (Holm 1979), in the order given.

    Each may be held against the level as it is; the chance of any false rejection stays below it.
    """
    order = np.argsort(p_values, kind="stable")
    factors = np.arange(len(p_values), 0, -1)
    climbing = np.maximum.accumulate(np.asarray(p_values, dtype=float)[order] * factors)
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(climbing, 1.0)
    return [float(p) for p in adjusted]


def verdict(p_different: float, p_equivalent: float) -> Verdict:
    """Return what two adjusted p values say together."""
    different, equivalent = p_different < LEVEL, p_equivalent < LEVEL
    if different:
        return "different within the margin" if equivalent else "different"
    return "equivalent" if equivalent else "unsettled"
