"""What a study compares: its endpoints with their margins, and the verdict on every pair."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from benchmarks.study_statistics import (
    Estimate,
    Interval,
    PairedDifference,
    Verdict,
    holm,
    mean_over_seeds,
    paired_difference,
    verdict,
)
from memisis_core.evaluation.differences import shortfall
from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.runs.record import RunRecord

REAL = "real data"
"""Stands where a synthesizer stands: the measure on real data, run by run."""


@dataclass(frozen=True)
class Endpoint:
    """One measure that the answer rests on.

    Attributes
    ----------
    id : str
        Of the measure; all of its subjects are compared if it has no overall value.
    margin : float
        Greatest difference that is taken to make no difference in use.
    """

    id: str
    margin: float

    @property
    def axis(self) -> Axis:
        """The question that it belongs to."""
        return Axis(self.id.partition(".")[0])


ENDPOINTS = (
    Endpoint("utility.auroc_gap", 0.02),
    Endpoint("utility.average_precision_gap", 0.02),
    Endpoint("utility.balanced_accuracy_gap", 0.02),
    Endpoint("utility.brier_gap", 0.02),
    Endpoint("fairness.equalized_odds_difference", 0.05),
    Endpoint("fairness.demographic_parity_difference", 0.05),
    Endpoint("fairness.representation", 0.1),
    Endpoint("fairness.subgroup_fidelity", 0.05),
    Endpoint("privacy.membership_auc", 0.05),
    Endpoint("privacy.density_membership_auc", 0.05),
    Endpoint("privacy.attribute_inference", 0.05),
    Endpoint("privacy.linkability", 0.05),
    Endpoint("privacy.singling_out", 0.05),
    Endpoint("privacy.disclosure", 0.05),
    Endpoint("fidelity.column_shapes", 0.02),
    Endpoint("fidelity.pair_trends", 0.02),
    Endpoint("fidelity.c2st_auc", 0.05),
    Endpoint("fidelity.alpha_precision", 0.05),
    Endpoint("fidelity.beta_recall", 0.05),
)
MARGIN_REASONS = (
    "0.02 for gaps of predictions and for averages over columns or pairs: two patients or points "
    "in a hundred; 0.05 for differences between groups, for attacks and for measures of whole "
    "records, which are themselves no more certain than that; 0.1 for the log ratio of a group's "
    "share: a tenth of the group"
)
_NOT_SHARES = (
    "gap",
    "change",
    "gain",
    "slope",
    "pmse",
    "representation",
    "importance",
    "rmse",
    "r2",
)
"""Words in the names of measures that are not between 0 and 1."""
ANSWERED = (Axis.UTILITY, Axis.FAIRNESS, Axis.PRIVACY, Axis.FIDELITY)
Key = tuple[str, str]


@dataclass(frozen=True)
class Compared:
    """Two synthesizers (or one and real data) by one endpoint.

    Attributes
    ----------
    difference : PairedDifference
        How much further `first` falls short of the ideal than `second`; negative: `first` is
        better.
    p_different, p_equivalent : float
        Adjusted for all comparisons of the axis.
    """

    axis: Axis
    title: str
    first: str
    second: str
    margin: float
    difference: PairedDifference
    p_different: float
    p_equivalent: float

    @property
    def verdict(self) -> Verdict:
        """What the two p values say."""
        return verdict(self.p_different, self.p_equivalent)

    @property
    def better(self) -> str | None:
        """The better of the two if they differ beyond noise."""
        if not self.verdict.startswith("different"):
            return None
        return self.first if self.difference.value < 0 else self.second


class Results:
    """The measures of all runs of a study, by synthesizer and seed.

    Parameters
    ----------
    runs : sequence of RunRecord
        Every synthesizer with every seed, of one table.
    groups : tuple of str
        Protected attributes and their intersection, as subjects of measures.
    """

    def __init__(self, runs: Sequence[RunRecord], groups: Sequence[str]) -> None:
        self.runs = tuple(runs)
        self.synthesizers = tuple(dict.fromkeys(run.synthesizer for run in runs))
        self.seeds = tuple(dict.fromkeys(run.seed for run in runs))
        self.groups = tuple(groups)
        self._metrics = {
            (run.synthesizer, run.seed): {metric.key: metric for metric in run.metrics}
            for run in runs
        }
        plan = runs[0].job.plan
        self.held_to_trained = plan.holdout_rows / plan.train_rows

    def keys(self, measure: str) -> list[Key]:
        """Return the subjects of a measure that are compared: overall, else each attribute."""
        first = self._metrics[self.synthesizers[0], self.seeds[0]]
        if (measure, "overall") in first and first[measure, "overall"].status is Status.OK:
            return [(measure, "overall")]
        return [(measure, group) for group in self.groups if (measure, group) in first]

    def metrics(self, synthesizer: str, key: Key) -> list[Metric]:
        """Return a measure of one synthesizer, one a seed, where it was measured at all."""
        by_seed = (self._metrics[synthesizer, seed].get(key) for seed in self.seeds)
        return [metric for metric in by_seed if metric is not None]

    def complete(self, synthesizer: str, key: Key) -> bool:
        """Tell whether a measure has a value with every seed."""
        found = self.metrics(synthesizer, key)
        return len(found) == len(self.seeds) and all(
            metric.status is Status.OK and metric.value is not None for metric in found
        )

    def mean(self, synthesizer: str, key: Key) -> Estimate:
        """Return the mean over seeds of a measure that is `complete`, within its bounds."""
        found = self.metrics(synthesizer, key)
        if is_signed_extreme(found[0]):
            return mean_over_seeds([_shortfall(metric) for metric in found], (0.0, math.inf))
        estimates = [Estimate(metric.value or 0.0, metric.ci) for metric in found]
        return mean_over_seeds(estimates, bounds_of(found[0]))

    def baseline(self, key: Key) -> float | None:
        """Return the mean over seeds of the measure on real data."""
        found = [
            abs(m.real_baseline) if is_signed_extreme(m) and m.real_baseline else m.real_baseline
            for m in self.metrics(self.synthesizers[0], key)
        ]
        known = [value for value in found if value is not None]
        return sum(known) / len(known) if known and len(known) == len(found) else None

    def between_synthesizers(self, axis: Axis) -> list[Compared]:
        """Compare every pair of synthesizers by every endpoint of an axis."""
        return self._compared(axis, list(combinations(self.synthesizers, 2)))

    def against_real(self, axis: Axis) -> list[Compared]:
        """Compare every synthesizer with real data by every endpoint of an axis."""
        return self._compared(axis, [(name, REAL) for name in self.synthesizers])

    def left_out(self, axis: Axis) -> list[str]:
        """Return what could not be compared, with the first reason given."""
        missing = []
        for endpoint in (one for one in ENDPOINTS if one.axis is axis):
            for key in self.keys(endpoint.id) or [(endpoint.id, "overall")]:
                for metric in self._without_value(key):
                    missing.append(f"{titled(metric)}: {metric.why or 'no value'}")
                    break
        return missing

    def _without_value(self, key: Key) -> Iterable[Metric]:
        for synthesizer in self.synthesizers:
            for metric in self.metrics(synthesizer, key):
                if metric.status is not Status.OK:
                    yield metric

    def _compared(self, axis: Axis, pairs: Sequence[tuple[str, str]]) -> list[Compared]:
        tested = [
            (endpoint, key, pair)
            for endpoint in ENDPOINTS
            if endpoint.axis is axis
            for key in self.keys(endpoint.id)
            if all(self.complete(name, key) for name in self.synthesizers)
            for pair in pairs
            if REAL not in pair or self.baseline(key) is not None
        ]
        found = [
            paired_difference(
                self._shortfalls(pair[0], key, pair[0]),
                self._shortfalls(pair[1], key, pair[0]),
                self.held_to_trained,
            )
            for _, key, pair in tested
        ]
        different = holm([one.p_different for one in found])
        margins = [endpoint.margin for endpoint, _, _ in tested]
        equivalent = holm([one.p_equivalent(m) for one, m in zip(found, margins, strict=True)])
        return [
            Compared(
                axis=axis,
                title=titled(self.metrics(self.synthesizers[0], key)[0]),
                first=pair[0],
                second=pair[1],
                margin=endpoint.margin,
                difference=found[place],
                p_different=different[place],
                p_equivalent=equivalent[place],
            )
            for place, (endpoint, key, pair) in enumerate(tested)
        ]

    def _shortfalls(self, name: str, key: Key, partner: str) -> list[Estimate]:
        """Return how far a measure falls short of its ideal, seed by seed."""
        if name != REAL:
            return [_shortfall(metric) for metric in self.metrics(name, key)]
        found = self.metrics(partner, key)
        return [
            _shortfall(metric.model_copy(update={"value": metric.real_baseline, "ci": None}))
            for metric in found
        ]


def titled(metric: Metric) -> str:
    """Return a measure's name with its subject."""
    return metric.name if metric.subject == "overall" else f"{metric.name}, {metric.subject}"


def is_signed_extreme(metric: Metric) -> bool:
    """Tell whether a measure is the largest log ratio of any group, with its sign.

    The sign changes from seed to seed with the group that is furthest off; only the size can be
    averaged.
    """
    return metric.id == "fairness.representation" and "=" not in metric.subject


def bounds_of(metric: Metric) -> Interval:
    """Return the least and greatest value that a measure can have."""
    measure = metric.id.partition(".")[2]
    if any(word in measure for word in _NOT_SHARES):
        return (-math.inf, math.inf)
    return (0.0, 1.0)


def _shortfall(metric: Metric) -> Estimate:
    value = metric.value or 0.0
    low, high = metric.ci or (value, value)
    bounds = [shortfall(one, metric) or 0.0 for one in (low, value, high)]
    if metric.direction == "target" and metric.ideal is not None and low <= metric.ideal <= high:
        bounds.append(0.0)
    return Estimate(shortfall(value, metric) or 0.0, (min(bounds), max(bounds)))
