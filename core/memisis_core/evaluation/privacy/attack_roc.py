"""The ROC curve of a membership attack, and its height at few false alarms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.bootstrap import union_interval
from memisis_core.evaluation.intervals import Interval, bootstrap_weights
from memisis_core.evaluation.privacy.targets import some_rows

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

Floats = NDArray[np.float64]
_RESAMPLES = 300
_CURVE_RESAMPLES = 200
_BEFORE = 1e-9
"""Less than any step of the curve: one record in a billion."""


@dataclass(frozen=True)
class AttackScores:
    """What an attacker thinks of each record: higher is "was in the training data".

    Attributes
    ----------
    members, nonmembers : ndarray of float, shapes (m,) and (n,)
    """

    members: Floats
    nonmembers: Floats

    def balanced(self, context: EvaluationContext, purpose: str) -> AttackScores:
        """Return equally many seeded members and non-members."""
        size = min(len(self.members), len(self.nonmembers))
        return AttackScores(
            self.members[some_rows(context, f"{purpose} members", len(self.members), size)],
            self.nonmembers[some_rows(context, f"{purpose} others", len(self.nonmembers), size)],
        )


def rate_at(scores: AttackScores, false_alarms: float) -> float:
    """Return the share of members that score above all but `false_alarms` of the non-members.

    Between the points of the ROC curve it is linear, which is the mean over random tie-breaks.
    """
    ones = np.ones((1, len(scores.members))), np.ones((1, len(scores.nonmembers)))
    return float(_rates_at(_Curve(scores), ones[0], ones[1], false_alarms)[0])


class _Curve:
    """Where each score lies among the distinct scores, highest first."""

    def __init__(self, scores: AttackScores) -> None:
        together = np.concatenate([scores.members, scores.nonmembers])
        _, places = np.unique(-together, return_inverse=True)
        self.count = int(places.max()) + 1
        self.members = places[: len(scores.members)]
        self.nonmembers = places[len(scores.members) :]

    def cumulated(self, places: NDArray[np.intp], weights: Floats) -> Floats:
        """Return, for each resample, the share of weight at this score or higher."""
        order = np.argsort(places, kind="stable")
        starts = np.searchsorted(places[order], np.arange(self.count))
        totals = np.concatenate(
            [np.zeros((len(weights), 1)), np.cumsum(weights[:, order], axis=1)], axis=1
        )
        ends = np.append(starts[1:], len(places))
        return np.asarray(totals[:, ends] / totals[:, -1:])


def _rates_at(curve: _Curve, members: Floats, nonmembers: Floats, false_alarms: float) -> Floats:
    found = curve.cumulated(curve.members, members)
    accused = curve.cumulated(curve.nonmembers, nonmembers)
    place = np.argmax(accused >= false_alarms, axis=1)
    rows = np.arange(len(found))
    before = np.maximum(place - 1, 0)
    low_x = np.where(place > 0, accused[rows, before], 0.0)
    low_y = np.where(place > 0, found[rows, before], 0.0)
    step = accused[rows, place] - low_x
    share = np.where(step > 0, (false_alarms - low_x) / np.where(step > 0, step, 1.0), 1.0)
    return np.asarray(low_y + share * (found[rows, place] - low_y))


@dataclass(frozen=True)
class CurvePoints:
    """A ROC curve at fixed shares of false alarms.

    Attributes
    ----------
    found, low, high : ndarray of float, shape (k,)
        Share of the members that is found, with its pointwise 95 % interval.
    """

    found: Floats
    low: Floats
    high: Floats


def curve_points(
    scores: AttackScores, false_alarms: Floats, generator: np.random.Generator
) -> CurvePoints:
    """Return the ROC curve at each of `false_alarms`, members and non-members both resampled.

    Parameters
    ----------
    false_alarms : ndarray of float, shape (k,)
        From 0 to 1.
    """
    curve = _Curve(scores)
    sizes = len(scores.members), len(scores.nonmembers)
    [value] = _curves_at(curve, np.ones((1, sizes[0])), np.ones((1, sizes[1])), false_alarms)
    at_once = max(1, (1 << 22) // (curve.count + 1))
    blocks = []
    for start in range(0, _CURVE_RESAMPLES, at_once):
        size = min(at_once, _CURVE_RESAMPLES - start)
        weights = [bootstrap_weights(generator, n, size).astype(np.float64) for n in sizes]
        blocks.append(_curves_at(curve, weights[0], weights[1], false_alarms))
    replicates = np.concatenate(blocks)
    bounds = [
        union_interval(float(value[k]), replicates[:, k], 0.0, 1.0) or (0.0, 1.0)
        for k in range(len(false_alarms))
    ]
    low, high = np.array(bounds).T
    return CurvePoints(value, low, high)


def _curves_at(curve: _Curve, members: Floats, nonmembers: Floats, false_alarms: Floats) -> Floats:
    """Return each resample's curve at each share of false alarms, shape (b, k).

    As `rate_at`, at the foot of a vertical step; but at no false alarm at all its top, so that who
    scores above every non-member is seen.
    """
    found = curve.cumulated(curve.members, members)
    accused = curve.cumulated(curve.nonmembers, nonmembers)
    start = np.zeros((len(found), 1))
    inner = (false_alarms > 0) & (false_alarms < 1)
    at = np.where(inner, false_alarms - _BEFORE, false_alarms)
    return np.stack(
        [
            np.interp(at, xs, ys)
            for xs, ys in zip(np.hstack([start, accused]), np.hstack([start, found]), strict=True)
        ]
    )


def rate_interval(
    scores: AttackScores, false_alarms: float, generator: np.random.Generator
) -> Interval | None:
    """Return the bootstrap interval of `rate_at`, members and non-members both resampled."""
    curve = _Curve(scores)
    at_once = max(1, (1 << 22) // (curve.count + 1))
    replicates = []
    for start in range(0, _RESAMPLES, at_once):
        size = min(at_once, _RESAMPLES - start)
        members = bootstrap_weights(generator, len(scores.members), size).astype(np.float64)
        others = bootstrap_weights(generator, len(scores.nonmembers), size).astype(np.float64)
        replicates.append(_rates_at(curve, members, others, false_alarms))
    value = rate_at(scores, false_alarms)
    return union_interval(value, np.concatenate(replicates), 0.0, 1.0)
