"""Selection, true and false positive rates of groups, and fairlearn's differences and ratios.

All functions take many row weights at once (a bootstrap in one call). With weights of 1 the
numbers are those of `fairlearn.metrics` on the same predictions (a test holds them against it);
its `MetricFrame(n_boot=…)` gives the same intervals' raw material, about a thousand times slower.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Bools = NDArray[np.bool_]

Combination = Literal["difference", "ratio"]
RATES = ("selection_rate", "tpr", "fpr")
MINIMUM_CELL = 10
"""Positives, and negatives, that a group needs in the holdout to enter a comparison."""


@dataclass(frozen=True)
class Cells:
    """How many of each group are positive and negative in truth.

    Attributes
    ----------
    positives, negatives : ndarray of int, shape (g,)
    """

    positives: NDArray[np.intp]
    negatives: NDArray[np.intp]

    @classmethod
    def count(cls, groups: NDArray[np.intp], number: int, actual: Bools) -> Cells:
        """Count the rows of `number` groups."""
        return cls(
            np.bincount(groups[actual], minlength=number),
            np.bincount(groups[~actual], minlength=number),
        )

    @property
    def sufficient(self) -> Bools:
        """Which groups have enough of both, shape (g,)."""
        return (self.positives >= MINIMUM_CELL) & (self.negatives >= MINIMUM_CELL)

    def sizes(self, rate: str) -> NDArray[np.intp]:
        """Return the number of rows that a rate is a share of, shape (g,)."""
        return {
            "selection_rate": self.positives + self.negatives,
            "tpr": self.positives,
            "fpr": self.negatives,
        }[rate]


def group_rates(
    weights: Floats, groups: NDArray[np.intp], number: int, actual: Bools, predicted: Bools
) -> Floats:
    """Return the three rates of every group under every weighting.

    Parameters
    ----------
    weights : ndarray of float, shape (b, n)
    groups : ndarray of int, shape (n,)
        From 0 to `number` - 1.
    actual, predicted : ndarray of bool, shape (n,)

    Returns
    -------
    ndarray of float, shape (b, 3, number)
        In the order of `RATES`; NaN where a group has no row that counts.
    """
    member = np.eye(number, dtype=np.float32)[groups]
    parts = [actual & predicted, ~actual & predicted, actual, ~actual]
    columns = np.concatenate([member * part[:, None] for part in parts], axis=1)
    sums = (weights.astype(np.float32) @ columns).reshape(len(weights), 4, number)
    true, false, positives, negatives = (sums[:, i].astype(np.float64) for i in range(4))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.stack(
            [(true + false) / (positives + negatives), true / positives, false / negatives], axis=1
        )


def difference(rates: Floats) -> Floats:
    """Return the largest minus the smallest rate over the last axis; NaN entries are left out."""
    return np.asarray(np.nanmax(rates, axis=-1) - np.nanmin(rates, axis=-1))


def ratio(rates: Floats) -> Floats:
    """Return the smallest over the largest rate over the last axis; NaN where all are 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.nanmin(rates, axis=-1) / np.nanmax(rates, axis=-1))


@dataclass(frozen=True)
class Disparity:
    """A fairness criterion as one number.

    Attributes
    ----------
    key : str
        ``demographic_parity_difference`` and so on: fairlearn's name.
    name : str
        For people.
    rates : tuple of int
        Places in `RATES` that must be equal; the worst of them counts.
    combination : {"difference", "ratio"}
    """

    key: str
    name: str
    rates: tuple[int, ...]
    combination: Combination

    def of(self, rates: Floats) -> Floats:
        """Return the criterion, the worst over classes.

        Parameters
        ----------
        rates : ndarray of float, shape (b, classes, 3, g)
            NaN for groups that are left out; at least one group in every class.

        Returns
        -------
        ndarray of float, shape (b,)
            A ratio is NaN where every rate is 0. Where only one of the two rates of equalised odds
            is 0 in every group, it is equal, and the ratio is that of the other.
        """
        chosen = rates[:, :, list(self.rates), :]
        if self.combination == "difference":
            return np.asarray(difference(chosen).max(axis=(1, 2)))
        ratios = ratio(chosen).reshape(len(rates), -1)
        lowest = np.where(np.isnan(ratios), np.inf, ratios).min(axis=1)
        return np.where(np.isinf(lowest), np.nan, lowest)


DISPARITIES: tuple[Disparity, ...] = tuple(
    Disparity(f"{key}_{combination}", f"{name} {combination}", rates, combination)
    for key, name, rates in (
        ("demographic_parity", "demographic parity", (0,)),
        ("equalized_odds", "equalised odds", (1, 2)),
        ("equal_opportunity", "equal opportunity", (1,)),
    )
    for combination in ("difference", "ratio")
)


def rate_variances(rates: Floats, sizes: Floats) -> Floats:
    """Return sampling variances that are positive also at rates of 0 and 1 (Agresti & Caffo 2000).

    Parameters
    ----------
    rates, sizes : ndarray of float, same shape
    """
    shrunk = (rates * sizes + 1) / (sizes + 2)
    return np.asarray(shrunk * (1 - shrunk) / (sizes + 2))


def ratio_interval(
    rates: Floats, replicates: Floats, sizes: Floats, value: float
) -> tuple[float, float]:
    """Return a 95 % interval of the smallest ratio of rates between groups.

    As `memisis_core.evaluation.bootstrap.range_interval`, on the logarithms of rates drawn half a
    row towards the middle (a rate of 0 has none).

    Parameters
    ----------
    rates, sizes : ndarray of float, shape (f, g)
    replicates : ndarray of float, shape (b, f, g)
    value : float
        The smallest ratio, which the interval is made to hold.
    """
    from memisis_core.evaluation.bootstrap import range_interval

    logs = np.log((rates * sizes + 0.5) / (sizes + 1))
    resampled = np.log((replicates * sizes + 0.5) / (sizes + 1))
    shrunk = (rates * sizes + 0.5) / (sizes + 1)
    variances = (1 - shrunk) / (shrunk * (sizes + 1))
    low, high = range_interval(logs, resampled, variances)
    return (min(float(np.exp(-high)), value), max(float(np.exp(-low)), value))
