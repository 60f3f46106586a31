"""Rank correlation of two variables drawn through a Gaussian copula, exactly, as a function of r.

A variable is a step function of a standard normal: value k above the threshold t_k. Its rank
(mid-distribution) function has the Hermite coefficients

    c_k = sum over m of (jump of the rank at t_m) · φ(t_m) · h_(k-1)(t_m) / sqrt(k),

with h the normalised Hermite polynomials, and by Mehler's formula two such variables with normals
of correlation r have the rank covariance sum of c_k d_k r^k. Solving that for r undoes the
attenuation through rounding, ties and codes (Spearman's correlation with mid-ranks; Genest &
Nešlehová 2007, ASTIN Bull. 37:475). Groups shift the thresholds; covariance within them adds to
that between them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_DEGREE = 120
GREATEST_R = 0.9995


@dataclass(frozen=True)
class Ranked:
    """A variable as pairs see it.

    Attributes
    ----------
    thresholds : ndarray of float, shape (k - 1,)
        Of the normal, before a group shifts it.
    shares : ndarray of float, shape (k,)
        Probability of each value.
    shifts : ndarray of float, shape (cells,)
        How much each cell of the groups adds to the normal.
    """

    thresholds: Floats
    shares: Floats
    shifts: Floats

    @property
    def ranks(self) -> Floats:
        """Mid-distribution function at each value, shape (k,); its mean is 0.5."""
        return np.asarray(np.cumsum(self.shares) - self.shares / 2)

    @property
    def sd(self) -> float:
        """Standard deviation of the ranks."""
        ranks = self.ranks
        return float(np.sqrt(max(float(self.shares @ ranks**2) - 0.25, 0.0)))

    def expected_ranks(self, shifts: Floats) -> Floats:
        """Return the mean rank under each shift, shape as `shifts`."""
        return np.asarray(shares_under(self.thresholds, shifts) @ self.ranks)

    def coefficients(self, shifts: Floats) -> Floats:
        """Return c_1 … c_degree under each shift, shape (len(shifts), degree)."""
        jumps = np.diff(self.ranks)
        at = self.thresholds[None, :] - shifts[:, None]
        previous = np.zeros_like(at)
        current = np.exp(-(at**2) / 2) / np.sqrt(2 * np.pi)
        result = np.empty((len(shifts), _DEGREE))
        for k in range(1, _DEGREE + 1):
            result[:, k - 1] = (current @ jumps) / np.sqrt(k)
            following = (at * current - np.sqrt(k - 1) * previous) / np.sqrt(k)
            previous, current = current, following
        return result


def shares_under(thresholds: Floats, shifts: Floats) -> Floats:
    """Return the probability of each value under each shift, shape (len(shifts), k)."""
    from scipy.special import ndtr

    below = ndtr(thresholds[None, :] - shifts[:, None])
    ends = np.zeros((len(shifts), 1)), np.ones((len(shifts), 1))
    return np.asarray(np.diff(np.concatenate([ends[0], below, ends[1]], axis=1), axis=1))


@dataclass(frozen=True)
class Pair:
    """Rank correlation of two variables as a function of r, a polynomial.

    Attributes
    ----------
    between : float
        What the groups alone contribute, at r = 0.
    within : ndarray of float, shape (degree,)
        Coefficients of r, r², …
    """

    between: float
    within: Floats

    def rank_correlation(self, r: float) -> float:
        """Return Spearman's correlation of the written values."""
        return float(self.between + self.within @ r ** np.arange(1, _DEGREE + 1))

    def solve(self, rho: float) -> float:
        """Return the r that gives `rho`, or the nearest that there is."""
        from scipy.optimize import brentq

        ends = [self.rank_correlation(end) for end in (-GREATEST_R, GREATEST_R)]
        if rho <= ends[0]:
            return -GREATEST_R
        if rho >= ends[1]:
            return GREATEST_R
        missed = lambda r: self.rank_correlation(r) - rho  # noqa: E731
        return float(brentq(missed, -GREATEST_R, GREATEST_R, xtol=1e-10))


def pair_of(first: Ranked, second: Ranked, probabilities: Floats) -> Pair:
    """Return the polynomial of two variables.

    Parameters
    ----------
    first, second : Ranked
    probabilities : ndarray of float, shape (cells,)
        Of the cells that shift them.
    """
    both: Floats = np.column_stack([first.shifts, second.shifts]).round(12)
    shifts, cell = np.unique(both, axis=0, return_inverse=True)
    weights = np.bincount(cell.ravel(), weights=probabilities).astype(np.float64)
    scale = first.sd * second.sd
    if scale <= 0:
        return Pair(0.0, np.zeros(_DEGREE))
    means = first.expected_ranks(shifts[:, 0]) * second.expected_ranks(shifts[:, 1])
    products = first.coefficients(shifts[:, 0]) * second.coefficients(shifts[:, 1])
    return Pair(float(weights @ means - 0.25) / scale, np.asarray(weights @ products / scale))
