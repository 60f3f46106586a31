"""How groups shift variables: the table of groups, and shifts that give the stated means.

The variables that others differ by (diagnosis, sex) span a table of cells with probabilities. Any
other variable is a step function of a normal whose mean depends on the cell; its thresholds are
those of the mixture over all cells, so that its distribution over the whole table stays exactly
what is stated, whatever the shifts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from memisis_core.description.marginals import Marginal
from memisis_core.description.pairs import shares_under
from memisis_core.errors import InputError

Floats = NDArray[np.float64]
MOST_CELLS = 20_000
_GRID = np.linspace(-30.0, 30.0, 12_001)
_GREATEST_SHIFT = 12.0
_NOBODY = 1e-9


@dataclass(frozen=True)
class GroupTable:
    """Cells of the variables that others differ by.

    Attributes
    ----------
    names : tuple of str
    levels : ndarray of int, shape (cells, len(names))
        Position of the code of each variable in each cell.
    probabilities : ndarray of float, shape (cells,)
    """

    names: tuple[str, ...]
    levels: NDArray[np.int64]
    probabilities: Floats

    def level_of(self, name: str) -> NDArray[np.int64]:
        """Return the position of the code of a variable in each cell."""
        return self.levels[:, self.names.index(name)]

    def with_variable(self, name: str, shares: Floats) -> GroupTable:
        """Return the table divided further; `shares` has shape (cells, codes)."""
        cells, codes = shares.shape
        if cells * codes > MOST_CELLS:
            raise InputError(
                f"the variables that others differ by have over {MOST_CELLS:,} combinations",
                where=f"groups by {', '.join((*self.names, name))}",
                fix="State fewer group differences",
            )
        levels = np.repeat(self.levels, codes, axis=0)
        own = np.tile(np.arange(codes, dtype=np.int64), cells)
        probabilities = (self.probabilities[:, None] * shares).ravel()
        return GroupTable((*self.names, name), np.column_stack([levels, own]), probabilities)


def one_group() -> GroupTable:
    """Return the table of one cell, which holds everybody."""
    return GroupTable((), np.zeros((1, 0), dtype=np.int64), np.ones(1))


@dataclass(frozen=True)
class MeanTarget:
    """The mean of a variable in each category of another, as a vector over its codes."""

    by: str
    means: Floats


@dataclass(frozen=True)
class RankTarget:
    """The rank correlation of a variable with one of the table."""

    by: str
    rho: float
    ranks: Floats
    """Mid-ranks of the codes of `by`."""
    sd: float
    """Their standard deviation."""


Target = MeanTarget | RankTarget


@dataclass(frozen=True)
class Shifted:
    """A variable with its shifts.

    Attributes
    ----------
    shifts : ndarray of float, shape (cells,)
    missed : float
        By how much the worst target is missed: sds for a mean, correlation for a rank.
    worst : Target or None
        Which one that is.
    """

    shifts: Floats
    missed: float
    worst: Target | None


def shifts_for(marginal: Marginal, table: GroupTable, targets: list[Target]) -> Shifted:
    """Return shifts of the cells with which a variable meets its targets.

    Solved by least squares over one number for each category but the first (means) and one slope
    (rank correlation), on the exact distribution: nothing is sampled.
    """
    if not targets:
        return Shifted(np.zeros(len(table.probabilities)), 0.0, None)
    from scipy.optimize import least_squares

    binned = _Binned.of(marginal)
    names = list(dict.fromkeys(target.by for target in targets))
    columns = np.column_stack([table.level_of(name) for name in names])
    cells, inverse = np.unique(columns, axis=0, return_inverse=True)
    inverse = inverse.ravel()
    weights = np.bincount(inverse, weights=table.probabilities).astype(np.float64)
    levels = [cells[:, names.index(target.by)] for target in targets]
    design = np.column_stack([_columns(t, at) for t, at in zip(targets, levels, strict=True)])

    def misses(parameters: Floats) -> Floats:
        shifts = design @ parameters
        under = shares_under(thresholds(binned.cumulative[:-1], shifts, weights), shifts)
        return np.concatenate(
            [_missed(t, binned, under, weights, at) for t, at in zip(targets, levels, strict=True)]
        )

    def slopes(parameters: Floats) -> Floats:
        # A step far above the error of interpolated thresholds, which a default one is not.
        steps = 1e-3 * np.eye(len(parameters))
        ahead = [misses(parameters + step) - misses(parameters - step) for step in steps]
        return np.column_stack(ahead) / 2e-3

    start = np.zeros(design.shape[1])
    bounds = (-_GREATEST_SHIFT, _GREATEST_SHIFT)
    found = least_squares(misses, start, slopes, bounds=bounds, xtol=1e-10, max_nfev=60)
    sizes = [len(t.means) if isinstance(t, MeanTarget) else 1 for t in targets]
    worst = int(np.abs(found.fun).argmax())
    owner = targets[int(np.searchsorted(np.cumsum(sizes), worst, side="right"))]
    return Shifted((design @ found.x)[inverse], float(np.abs(found.fun[worst])), owner)


def _columns(target: Target, level: NDArray[np.int64]) -> Floats:
    if isinstance(target, RankTarget):
        return np.asarray((target.ranks[level] - 0.5) / max(target.sd, 1e-9))[:, None]
    return np.asarray(level[:, None] == np.arange(1, len(target.means))[None, :], dtype=np.float64)


@dataclass(frozen=True)
class _Binned:
    """A marginal in at most some 200 bins: fine enough to solve for shifts."""

    cumulative: Floats
    scores: Floats
    ranks: Floats
    sd: float
    rank_sd: float

    @classmethod
    def of(cls, marginal: Marginal) -> _Binned:
        cumulative, shares, scores = marginal.coarse(200)
        ranks = np.cumsum(shares) - shares / 2
        rank_sd = float(np.sqrt(max(float(shares @ ranks**2) - 0.25, 1e-12)))
        return cls(cumulative, scores, ranks, max(marginal.sd, 1e-12), rank_sd)


def _missed(
    target: Target,
    binned: _Binned,
    under: Floats,
    weights: Floats,
    level: NDArray[np.int64],
) -> Floats:
    """Return by how much a target is missed, given the shares of each bin in each cell."""
    if isinstance(target, RankTarget):
        covariance = weights @ ((under @ binned.ranks) * target.ranks[level]) - 0.25
        return np.array([covariance / (binned.rank_sd * target.sd) - target.rho])
    codes = len(target.means)
    total = np.bincount(level, weights=weights, minlength=codes)
    sums = np.bincount(level, weights=weights * (under @ binned.scores), minlength=codes)
    # A category that hardly anyone is in has no mean that could be met.
    means = np.where(total > _NOBODY, sums / np.maximum(total, _NOBODY), target.means)
    return np.asarray((means - target.means) / binned.sd)


def mixture(shifts: Floats, weights: Floats) -> Floats:
    """Return the distribution function, on `_GRID`, of a unit normal plus a shift of its cell."""
    from scipy.special import ndtr

    rounded: Floats = np.asarray(np.round(shifts, 12), dtype=np.float64)
    distinct, cell = np.unique(rounded, return_inverse=True)
    share = np.bincount(cell.ravel(), weights=weights)
    return np.asarray(ndtr(_GRID[:, None] - distinct[None, :]) @ share)


def thresholds(cumulative: Floats, shifts: Floats, weights: Floats) -> Floats:
    """Return where the mixture reaches `cumulative`."""
    from scipy.special import ndtri

    if not np.ptp(shifts):
        return np.asarray(np.clip(ndtri(cumulative), -30, 30) + shifts[0])
    heights = mixture(shifts, weights)
    rising = np.concatenate([[True], np.diff(heights) > 1e-15])
    return np.asarray(np.interp(cumulative, heights[rising], _GRID[rising]))


def probabilities_of(
    normals: Floats, cell: NDArray[np.int64], table: GroupTable, shifts: Floats
) -> Floats:
    """Return, for unit normals of known cells, the probability that the variable lies below."""
    from scipy.special import ndtr

    if not np.ptp(shifts):
        return np.asarray(ndtr(normals))
    heights = mixture(shifts, table.probabilities)
    return np.asarray(np.interp(normals + shifts[cell], _GRID, heights))
