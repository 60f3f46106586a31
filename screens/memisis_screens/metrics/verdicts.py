"""What a value says beside the others: best, within the noise of the best, worse than real."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from memisis_core.evaluation.metric import Metric, Status

if TYPE_CHECKING:
    from collections.abc import Mapping


class Verdict(StrEnum):
    """The glyph that stands beside a value."""

    BEST = "▲"
    WITHIN_NOISE = "="
    WORSE_THAN_REAL = "!"
    NO_VALUE = "·"
    NONE = " "


LEGEND = "▲ best   = within noise of best   ! worse than real   · no value"


def verdicts(metrics: Mapping[str, Metric]) -> dict[str, Verdict]:
    """Return the verdict on each run's value of one measure.

    Parameters
    ----------
    metrics : mapping of str to Metric
        By run.

    Notes
    -----
    Two values are told apart only beyond the noise of their difference, taken from both
    intervals as if they were independent (which overstates the noise of runs that share a
    holdout). A lone run is never called best. ``!`` goes before ``▲``: the best of several may
    still be worse than real data.
    """
    found = {name: Verdict.NO_VALUE for name in metrics}
    valued = {
        name: metric
        for name, metric in metrics.items()
        if metric.status is Status.OK and metric.value is not None
    }
    best = min(valued, key=lambda name: _distance(valued[name]), default=None)
    for name, metric in valued.items():
        found[name] = Verdict.NONE
        if best is None or len(valued) < 2:
            continue
        if name == best:
            clear = all(
                _clearly_further(other, metric) for key, other in valued.items() if key != best
            )
            found[name] = Verdict.BEST if clear else Verdict.WITHIN_NOISE
        elif not _clearly_further(metric, valued[best]):
            found[name] = Verdict.WITHIN_NOISE
    for name, metric in valued.items():
        if worse_than_real(metric):
            found[name] = Verdict.WORSE_THAN_REAL
    return found


def worse_than_real(metric: Metric) -> bool:
    """Return whether a value is further from the ideal than real data, beyond its own noise."""
    if metric.value is None or metric.real_baseline is None:
        return False
    real = metric.model_copy(update={"value": metric.real_baseline, "ci": None})
    return _clearly_further(metric, real)


def _clearly_further(far: Metric, near: Metric) -> bool:
    """Return whether `far` is further from the ideal than `near` beyond the noise of both."""
    noise = (_half(far) ** 2 + _half(near) ** 2) ** 0.5
    return _distance(far) - _distance(near) > max(noise, 1e-12)


def _distance(metric: Metric) -> float:
    distance = metric.distance_from_ideal()
    return float("inf") if distance is None else distance


def _half(metric: Metric) -> float:
    return (metric.ci[1] - metric.ci[0]) / 2 if metric.ci is not None else 0.0
