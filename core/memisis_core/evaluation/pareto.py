"""The trade-off between the axes: one measure each, no weights, no sum. Imports no data library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from memisis_core.evaluation.differences import Difference, difference, shortfall
from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.evaluation.resamples import ResamplesByMetric

HEADLINES: dict[Axis, tuple[str, ...]] = {
    Axis.FIDELITY: ("fidelity.pair_trends", "fidelity.column_shapes"),
    Axis.PRIVACY: ("privacy.membership_auc",),
    Axis.UTILITY: ("utility.auroc_gap", "utility.r2_gap"),
    Axis.FAIRNESS: (
        "fairness.equalized_odds_difference",
        "fairness.group_mae_difference",
        "fairness.representation",
    ),
}
"""The measure that stands for an axis: the first of these that every compared run has.

Fidelity: pairs, since columns can look right while what ties them together is lost. Privacy: an
attack, not a similarity. Utility: the gap to the model trained on real rows, for the best learner.
Fairness: both error rates between groups, for the attribute or intersection where they differ
most.
"""


class Headline(BaseModel):
    """The measure that stands for an axis, with each run's value.

    Attributes
    ----------
    axis : Axis
    metrics : dict of str to Metric
        By run. The overall value, else the subject that falls shortest of the ideal; runs without
        a value are not in it.
    """

    model_config = ConfigDict(frozen=True)

    axis: Axis
    id: str
    metrics: dict[str, Metric]


class ParetoView(BaseModel):
    """Which runs no other beats.

    Attributes
    ----------
    headlines : tuple of Headline
        In the order of the axes; axes that no run has a value on are not in it.
    dominated_by : dict of str to tuple of str
        By run: the runs that are better on at least one axis beyond noise, and on none worse
        beyond noise.
    front : tuple of str
        Runs with a value on some axis that nothing dominates. All of them, should they dominate
        each other in a circle (which comparisons with noise allow).
    """

    model_config = ConfigDict(frozen=True)

    headlines: tuple[Headline, ...]
    dominated_by: dict[str, tuple[str, ...]]
    front: tuple[str, ...]
    differences: dict[Axis, dict[str, dict[str, Difference]]]
    """Of each axis's headline: run, then the other run."""


def pareto(
    metrics_by_run: Mapping[str, Sequence[Metric]],
    resamples: Mapping[str, ResamplesByMetric] | None = None,
) -> ParetoView:
    """Return the runs on each axis, and those that no other run beats.

    Parameters
    ----------
    metrics_by_run : mapping of str to sequence of Metric
    resamples : mapping, optional
        By run, where both runs were measured on one holdout.
    """
    headlines = [
        found for axis in HEADLINES if (found := headline(metrics_by_run, axis)) is not None
    ]
    known = resamples or {}
    differences = {found.axis: _differences(found, known) for found in headlines}
    dominated_by = {
        run: tuple(
            other
            for other in metrics_by_run
            if other != run and _dominates(other, run, list(differences.values()))
        )
        for run in metrics_by_run
    }
    placed = [run for run in metrics_by_run if any(run in one.metrics for one in headlines)]
    front = tuple(run for run in placed if not dominated_by[run])
    return ParetoView(
        headlines=tuple(headlines),
        dominated_by=dominated_by,
        front=front or tuple(placed),
        differences=differences,
    )


def headline(metrics_by_run: Mapping[str, Sequence[Metric]], axis: Axis) -> Headline | None:
    """Return the measure that stands for an axis, None if no run has a value of any.

    The first of `HEADLINES` that all runs have, else the first that any has.
    """
    candidates = []
    for identifier in HEADLINES.get(axis, ()):
        found = {
            run: chosen
            for run, metrics in metrics_by_run.items()
            if (chosen := _worst(metrics, identifier)) is not None
        }
        if found:
            candidates.append(Headline(axis=axis, id=identifier, metrics=found))
    whole = [one for one in candidates if len(one.metrics) == len(metrics_by_run)]
    return next(iter([*whole, *candidates]), None)


def _worst(metrics: Sequence[Metric], identifier: str) -> Metric | None:
    valued = [
        m for m in metrics if m.id == identifier and m.status is Status.OK and m.value is not None
    ]
    overall = next((m for m in valued if m.subject == "overall"), None)
    return overall or max(valued, key=_shortfall, default=None)


def _shortfall(metric: Metric) -> float:
    return shortfall(metric.value or 0.0, metric) or 0.0


def _differences(
    found: Headline, resamples: Mapping[str, ResamplesByMetric]
) -> dict[str, dict[str, Difference]]:
    return {
        run: {
            other: difference(
                metric,
                found.metrics[other],
                resamples.get(run, {}).get(metric.key),
                resamples.get(other, {}).get(found.metrics[other].key),
            )
            for other in found.metrics
            if other != run
        }
        for run, metric in found.metrics.items()
    }


def _dominates(run: str, other: str, axes: list[dict[str, dict[str, Difference]]]) -> bool:
    verdicts = [axis[run][other].verdict for axis in axes if run in axis and other in axis]
    return "better" in verdicts and "worse" not in verdicts
