"""Whether one value is better than another beyond noise. Plain data; imports no data library."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from memisis_core.evaluation.metric import Axis, Metric, Status

Verdict = Literal["better", "worse", "within_noise", "not_comparable"]
Replicates = Sequence[float]
"""A metric's value on each resample of the holdout, in their order."""

_EXACT = 1e-12
"""Values closer than this are one value, stored twice."""


class Difference(BaseModel):
    """One value held against another of the same measure.

    Attributes
    ----------
    value : float or None
        This value minus the other; None if one is missing.
    ci : pair of float or None
        95 % interval of the difference; None if neither value is an estimate.
    verdict : {"better", "worse", "within_noise", "not_comparable"}
        For this value. ``better`` and ``worse`` only if the whole interval of the difference in
        distance from the ideal lies on one side of 0.
    paired : bool
        Whether the interval comes from resamples that both values share. If not, it treats them as
        independent, which overstates the noise of runs tested on one holdout.
    why : str or None
        Why they cannot be compared, or why a visible difference does not count.
    """

    model_config = ConfigDict(frozen=True)

    value: float | None = None
    ci: tuple[float, float] | None = None
    verdict: Verdict
    paired: bool = False
    why: str | None = None


def shortfall(value: float, metric: Metric) -> float | None:
    """Return how far `value` falls short of the ideal of `metric`; 0 is as good as it gets.

    Beyond the ideal nothing is gained: where lower is better and 0.5 is ideal (an attack no better
    than a coin), 0.48 falls as short as 0.5, by nothing. Measures without an ideal give the value
    itself, negated where higher is better.

    Returns
    -------
    float or None
        None for a measure that only describes (a target without an ideal).
    """
    if metric.direction == "target":
        return None if metric.ideal is None else abs(value - metric.ideal)
    signed = value if metric.direction == "lower" else -value
    if metric.ideal is None:
        return signed
    ideal = metric.ideal if metric.direction == "lower" else -metric.ideal
    return max(signed - ideal, 0.0)


def difference(
    metric: Metric,
    other: Metric,
    replicates: Replicates | None = None,
    other_replicates: Replicates | None = None,
) -> Difference:
    """Hold one run's metric against another's.

    Parameters
    ----------
    metric, other : Metric
        Of the same measure and subject.
    replicates, other_replicates : sequence of float, optional
        Values on the same resamples of the same holdout (see `memisis_core.evaluation.resamples`);
        used if both are there and as long.

    Returns
    -------
    Difference
        From the paired resamples, else from both intervals (MOVER: Zou & Donner 2008, Stat. Med.
        27:1693).
    """
    for one in (metric, other):
        if one.status is not Status.OK or one.value is None:
            return Difference(verdict="not_comparable", why=one.why or "there is no value")
    if metric.value is None or other.value is None:  # for the type checker; never reached
        return Difference(verdict="not_comparable")
    change = metric.value - other.value
    short, other_short = shortfall(metric.value, metric), shortfall(other.value, other)
    if short is None or other_short is None:
        return Difference(
            value=change, verdict="not_comparable", why="the measure describes; none is better"
        )
    pairs = _pairs(replicates, other_replicates)
    if not pairs and metric.ci is other.ci is None and not _is_counted(metric):
        return Difference(
            value=change,
            verdict="within_noise",
            why=None if abs(change) <= _EXACT else "neither has an interval: it may be noise",
        )
    if pairs:
        interval: tuple[float, float] | None = _of_replicates(change, [a - b for a, b in pairs])
        short_interval = _of_replicates(
            short - other_short,
            [(shortfall(a, metric) or 0.0) - (shortfall(b, other) or 0.0) for a, b in pairs],
        )
    else:
        estimated = metric.ci is not None or other.ci is not None
        interval = _of_intervals(_range(metric), _range(other)) if estimated else None
        short_interval = _of_intervals(_shortfall_range(metric), _shortfall_range(other))
    return Difference(
        value=change,
        ci=interval,
        verdict=_verdict(short_interval),
        paired=bool(pairs),
        why=_explanation(change, short, other_short),
    )


def against_real(metric: Metric) -> Difference:
    """Hold a metric against its baseline: the same measure on real data.

    With the baseline's interval where it has one. Where the ideal is known the baseline is taken
    as it is, and only the noise of the value itself counts.
    """
    if metric.real_baseline is None:
        return Difference(verdict="not_comparable", why="there is no baseline on real data")
    return difference(metric, _baseline(metric))


def _is_counted(metric: Metric) -> bool:
    """Tell whether a value without an interval is a count of faults in this very table."""
    return metric.axis is Axis.VALIDATION


def _baseline(metric: Metric) -> Metric:
    return metric.model_copy(update={"value": metric.real_baseline, "ci": metric.real_ci})


Range = tuple[float, float, float]
"""Lower bound, value, upper bound."""


def _range(metric: Metric) -> Range:
    value = metric.value if metric.value is not None else math.nan
    low, high = metric.ci or (value, value)
    return (min(low, value), value, max(high, value))


def _shortfall_range(metric: Metric) -> Range:
    low, value, high = _range(metric)
    found = [shortfall(bound, metric) or 0.0 for bound in (low, high)]
    if metric.direction == "target" and metric.ideal is not None and low <= metric.ideal <= high:
        found.append(0.0)
    own = shortfall(value, metric) or 0.0
    return (min([*found, own]), own, max([*found, own]))


def _of_intervals(first: Range, second: Range) -> tuple[float, float]:
    change = first[1] - second[1]
    below = math.hypot(first[1] - first[0], second[2] - second[1])
    above = math.hypot(first[2] - first[1], second[1] - second[0])
    return (change - below, change + above)


def _of_replicates(change: float, replicates: list[float]) -> tuple[float, float]:
    """Return the union of the percentile and the basic bootstrap interval.

    Largest differences between groups are biased upwards on every resample; see
    `memisis_core.evaluation.bootstrap.union_interval`.
    """
    ordered = sorted(replicates)
    below, above = _quantile(ordered, 0.025), _quantile(ordered, 0.975)
    return (min(below, 2 * change - above, change), max(above, 2 * change - below, change))


def _quantile(ordered: list[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    start = int(place)
    end = min(start + 1, len(ordered) - 1)
    return ordered[start] + (ordered[end] - ordered[start]) * (place - start)


def _pairs(first: Replicates | None, second: Replicates | None) -> list[tuple[float, float]]:
    """Return the resamples on which both have a value; none if that is fewer than half of them."""
    if first is None or second is None or len(first) != len(second):
        return []
    found = [
        (a, b) for a, b in zip(first, second, strict=True) if math.isfinite(a) and math.isfinite(b)
    ]
    return found if len(found) * 2 > len(first) else []


def _verdict(interval: tuple[float, float]) -> Verdict:
    if interval[1] < -_EXACT:
        return "better"
    return "worse" if interval[0] > _EXACT else "within_noise"


def _explanation(change: float, short: float, other_short: float) -> str | None:
    if short == other_short == 0.0 and abs(change) > _EXACT:
        return "both are at the ideal or beyond it"
    return None
