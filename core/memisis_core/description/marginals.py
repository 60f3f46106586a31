"""The distribution of one variable, built so that the *written* values have what is stated.

Every distribution is one over the values that can be written down (whole numbers, two decimals,
codes, days), or, where those are too many, over narrow cells. Rounding and cutting at the bounds
therefore change nothing afterwards: mean and sd are matched on what is written.
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from memisis_core.description.problem import shown
from memisis_core.description.relation_checks import mean_bounds, scores_of
from memisis_core.description.shapes import (
    Floats,
    greatest_entropy,
    moments,
    one_sided,
    skewed,
    through_quartiles,
)
from memisis_core.description.specification import Rule, Variable, VariableType
from memisis_core.errors import InputError

_MOST_VALUES = 4_096
_SPREADS = 20.0
"""Values up to so many sd from the mean are considered, where no bound is nearer."""
_DEFAULT_DECIMALS = 2


@dataclass(frozen=True)
class Marginal:
    """The distribution of one variable.

    Attributes
    ----------
    variable : Variable
        Filled in.
    values : ndarray of float, shape (k,)
        Ascending: numbers, days (proleptic ordinal), or for codes their position 0, 1, 2 ….
    scores : ndarray of float, shape (k,)
        What stands for each value in a mean: the value itself, or the number of an ordered code.
    shares : ndarray of float, shape (k,)
        Probability of each; they sum to 1.
    cell : float
        Width of the cells that `values` are the middles of; 0 if each is written as it is.
    notes : tuple of str
        What is stated but does not hold in it.
    """

    variable: Variable
    values: Floats
    scores: Floats
    shares: Floats
    cell: float = 0.0
    notes: tuple[str, ...] = ()

    @cached_property
    def cumulative(self) -> Floats:
        """Probability of each value or a lower one; ends in exactly 1."""
        sums = np.cumsum(self.shares)
        return np.append(np.minimum(sums[:-1], 1.0), 1.0)

    @cached_property
    def mean(self) -> float:
        """Mean of the scores."""
        return moments(self.scores, self.shares)[0]

    @cached_property
    def sd(self) -> float:
        """Standard deviation of the scores, that of positions within a cell included."""
        return math.sqrt(moments(self.scores, self.shares)[1] ** 2 + self.cell**2 / 12)

    def drawn(self, probabilities: Floats) -> Floats:
        """Return the quantiles at `probabilities`, as they are written."""
        cumulative = self.cumulative
        at = np.minimum(np.searchsorted(cumulative, probabilities), len(self.values) - 1)
        values = self.values[at]
        if not self.cell:
            return np.asarray(values)
        share = np.maximum(self.shares[at], 1e-300)
        inside = np.clip((probabilities - cumulative[at]) / share + 1.0, 0.0, 1.0)
        exact = values + (inside - 0.5) * self.cell
        return np.asarray(np.round(exact, decimals_of(self.variable)))

    def coarse(self, bins: int = 400) -> tuple[Floats, Floats, Floats]:
        """Return cumulative shares, shares and mean scores of at most about `bins` neighbours."""
        if len(self.values) <= bins:
            return self.cumulative, self.shares, self.scores
        place = np.minimum((self.cumulative - self.shares / 2) * bins, bins - 1).astype(int)
        _, group = np.unique(place, return_inverse=True)
        shares = np.bincount(group, weights=self.shares).astype(np.float64)
        totals = np.bincount(group, weights=self.shares * self.scores)
        scores = np.asarray(totals / shares, dtype=np.float64)
        return np.append(np.cumsum(shares)[:-1], 1.0), shares, scores


def decimals_of(variable: Variable) -> int:
    """Return with how many decimals the values of a number are written."""
    if variable.type is not VariableType.NUMBER:
        return 0
    return _DEFAULT_DECIMALS if variable.decimals is None else variable.decimals


def marginal_of(variable: Variable, rules: tuple[Rule, ...] = ()) -> Marginal:
    """Return the distribution of a variable that `defaults.filled` has filled in.

    - mean and sd: the distribution of greatest entropy that has them on the range, which is a
      normal cut at its bounds, down to even and U-shaped ones;
    - with a skew: Pearson's type III (a shifted gamma), cut at the bounds;
    - quartiles alone: half a normal on each side of the median.

    Raises
    ------
    InputError
        If no distribution on the range has what is stated.
    """
    if variable.is_coded:
        shares = np.array([level.share.value if level.share else 0.0 for level in variable.levels])
        positions = np.arange(len(shares), dtype=float)
        scores = np.array(scores_of(variable)) if variable.is_ordered else positions
        return Marginal(variable, positions, scores, shares / shares.sum())
    if variable.type is VariableType.DATE:
        return _of_dates(variable)
    values, cell = _values(variable, rules)
    shares, notes = _shares(variable, values)
    return Marginal(variable, values, values, shares, cell, notes)


def _of_dates(variable: Variable) -> Marginal:
    first = variable.earliest.value if variable.earliest else datetime.date.min
    last = variable.latest.value if variable.latest else datetime.date.max
    days = np.arange(first.toordinal(), last.toordinal() + 1, dtype=float)
    return Marginal(variable, days, days, np.full(len(days), 1 / len(days)))


def _values(variable: Variable, rules: tuple[Rule, ...]) -> tuple[Floats, float]:
    """Return the values that can be written, or the middles of cells with their width."""
    steps = [r.value for r in rules if r.kind == "fixed_increments" and r.value]
    step = abs(steps[0]) if steps else 10.0 ** -decimals_of(variable)
    low, high = _ends(variable)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    if last < first:
        raise InputError(
            f"no value in steps of {step:g} lies in its range",
            where=f"variable {shown(variable.name)}",
            fix="Widen the range or change the step",
        )
    if steps or last - first < _MOST_VALUES:
        if last - first > 1_000_000:
            raise InputError(
                f"its range holds {last - first:,} steps of {step:g}",
                where=f"variable {shown(variable.name)}",
                fix="Use larger steps",
            )
        values = np.arange(first, last + 1) * step
        return np.asarray(np.round(values, 12)), 0.0
    edges = np.linspace(first * step, last * step, _MOST_VALUES + 1)
    return np.asarray((edges[:-1] + edges[1:]) / 2), float(edges[1] - edges[0])


def _ends(variable: Variable) -> tuple[float, float]:
    """Return between what the values lie; a bound that is open or far away is put far off."""
    low, high = _near_bounds(variable)
    centre, far = _reach(variable)
    return (centre - far if low is None else low, centre + far if high is None else high)


def _near_bounds(variable: Variable) -> tuple[float | None, float | None]:
    """Return the stated bounds, None for one so far away that hardly a value comes near it."""
    low, high = mean_bounds(variable)
    centre, far = _reach(variable)
    if not far:
        return low, high
    near_low = low if low is not None and low >= centre - far else None
    return near_low, high if high is not None and high <= centre + far else None


def _reach(variable: Variable) -> tuple[float, float]:
    """Return the middle of a variable and how far from it values are considered; 0: no limit."""
    middle = variable.mean or variable.median
    spread = variable.sd.value if variable.sd else 0.0
    if not spread and variable.q1 and variable.q3:
        spread = variable.q3.value - variable.q1.value
    return (middle.value if middle else 0.0), _SPREADS * spread


def _shares(variable: Variable, values: Floats) -> tuple[Floats, tuple[str, ...]]:
    mean, sd = variable.mean, variable.sd
    if mean is None or sd is None:
        quartiles = (variable.q1, variable.median, variable.q3)
        return through_quartiles(values, *(q.value if q else 0.0 for q in quartiles)), ()
    if len(values) == 1:
        return np.ones(1), tuple(
            _moments_missed(variable, values, np.ones(1), mean.value, sd.value)
        )
    notes: list[str] = []
    shares = None
    if variable.skew is not None:
        shares = skewed(values, mean.value, sd.value, variable.skew.value)
        if shares is None:
            notes.append(
                f"{shown(variable.name)}: no distribution of its family on the range has mean "
                f"{mean.value:g}, sd {sd.value:g} and skew {variable.skew.value:g}; "
                "the skew is left out"
            )
    if shares is None:
        shares = _of_mean_and_sd(variable, values, mean.value, sd.value)
    if shares is None:
        raise InputError(
            f"no distribution on its values has mean {mean.value:g} and sd {sd.value:g}",
            where=f"variable {shown(variable.name)}",
            fix="Correct mean, sd or range",
        )
    notes.extend(_moments_missed(variable, values, shares, mean.value, sd.value))
    notes.extend(_quartiles_missed(variable, values, shares, sd.value))
    return shares, tuple(notes)


def _of_mean_and_sd(
    variable: Variable, values: Floats, mean: float, sd: float
) -> NDArray[np.float64] | None:
    low, high = _near_bounds(variable)
    shares = greatest_entropy(values, mean, sd)
    bounded = low is not None and high is not None
    if bounded or (shares is not None and shares[0 if low is None else -1] < 1e-9):
        return shares
    # Mass at a bound that nobody stated: a gamma tail says the same without one.
    return one_sided(values, mean, sd, low, high)


def _moments_missed(
    variable: Variable, values: Floats, shares: Floats, mean: float, sd: float
) -> list[str]:
    got = moments(values, shares)
    if abs(got[0] - mean) <= 0.005 * sd and abs(got[1] - sd) <= 0.005 * sd:
        return []
    return [
        f"{shown(variable.name)}: as it is written, its mean comes to {got[0]:.4g} and its sd to "
        f"{got[1]:.4g}, not {mean:g} and {sd:g}"
    ]


def _quartiles_missed(variable: Variable, values: Floats, shares: Floats, sd: float) -> list[str]:
    cumulative = np.cumsum(shares)
    notes = []
    for name, level in (("q1", 0.25), ("median", 0.5), ("q3", 0.75)):
        stated = getattr(variable, name)
        if stated is None:
            continue
        got = float(values[min(int(np.searchsorted(cumulative, level)), len(values) - 1)])
        if abs(got - stated.value) > 0.25 * sd:
            notes.append(
                f"{shown(variable.name)}: mean and sd are kept; {name} comes to {got:.4g}, "
                f"not {stated.value:g}"
            )
    return notes
