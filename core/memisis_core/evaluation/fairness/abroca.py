"""How far the ROC curves of groups lie apart, at every threshold (ABROCA)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.bootstrap import keep_resamples, union_interval
from memisis_core.evaluation.fairness.audit import AuditedModel, GroupOutcomes, audited_model
from memisis_core.evaluation.fairness.groups import Grouping, groupings, refused_groupings
from memisis_core.evaluation.fairness.rates import MINIMUM_CELL
from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.evaluation.registry import Family
from memisis_core.evaluation.utility.models import Side
from memisis_core.evaluation.utility.scores import RankedScores
from memisis_core.evaluation.utility.task import NoTask, TaskKind

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

Floats = NDArray[np.floating[Any]]

IDS = ("fairness.abroca",)
_GRID = np.linspace(0.0, 1.0, 401)
"""False positive rates at which curves are compared; four times as many change the 4th decimal."""
_RESAMPLES = 400


def measure(context: EvaluationContext) -> list[Metric]:
    """Return, for every grouping, the largest area between a group's ROC curve and the reference's.

    The reference is the largest group. 0: the model ranks patients equally well in every group.

    References
    ----------
    Gardner, Brooks & Baker 2019, LAK19:225, 10.1145/3303772.3303791; on its skewed distribution in
    small groups: Borchers & Baker 2024, arXiv 2411.19090.
    """
    audited = audited_model(context)
    if isinstance(audited, NoTask):
        return [_metric(status=audited.status, why=audited.why)]
    if audited.models.task.kind is TaskKind.NUMERIC:
        return [_metric(status=Status.NOT_APPLICABLE, why="the target is a number: no ROC curve")]
    found = [
        _metric(subject=title, status=Status.NOT_APPLICABLE, why=why)
        for title, why in refused_groupings(context).items()
    ]
    for grouping in groupings(context):
        context.checkpoint()
        found.append(_of_grouping(audited, grouping))
    return found


def area_between(first: Floats, second: Floats) -> Floats:
    """Return the area between ROC curves given at the same evenly spaced false positive rates.

    Parameters
    ----------
    first, second : ndarray of float, shape (b, grid)
        True positive rates.

    Returns
    -------
    ndarray of float, shape (b,)
    """
    gaps = np.abs(first - second)
    return np.asarray((gaps.sum(axis=1) - (gaps[:, 0] + gaps[:, -1]) / 2) / (gaps.shape[1] - 1))


def roc_on_grid(actual: NDArray[np.bool_], scores: Floats, weights: Floats) -> Floats:
    """Return the true positive rate at each false positive rate of the grid, shape (b, grid)."""
    true, false = RankedScores(actual, scores).counts(weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        heights, places = true / true[:, -1:], false / false[:, -1:]
    return np.stack(
        [
            np.interp(_GRID, np.append(0.0, x), np.append(0.0, y))
            for x, y in zip(places, heights, strict=True)
        ]
    )


def _of_grouping(audited: AuditedModel, grouping: Grouping) -> Metric:
    outcomes = GroupOutcomes.of(audited, grouping)
    title = grouping.title
    if not outcomes.compared:
        why = (
            f"fewer than two groups have {MINIMUM_CELL} positives and {MINIMUM_CELL} negatives in "
            "the holdout"
        )
        return _metric(subject=title, status=Status.INSUFFICIENT_DATA, why=why)
    models = audited.models
    value, replicates = _areas(outcomes, Side.SYNTHETIC)
    kept = models.context.cache.arrays(
        models.cache_name(f"abroca of {audited.name}, {title}, {_kept_labels(outcomes)}"),
        lambda: {"value": np.array(_areas(outcomes, Side.REAL)[0])},
    )
    keep_resamples(models.context, IDS[0], title, replicates)
    reference = grouping.labels[_reference(outcomes, outcomes.compared[0])]
    said = f"{audited.said()}; reference: {reference}, the largest group"
    if grouping.binning:
        said += f"; {grouping.binning}"
    if len(outcomes.classes) > 1:
        said += "; the worst of the classes, each against the rest"
    if outcomes.left_out.any():
        said += f"; groups under {MINIMUM_CELL} positives or negatives left out"
    return _metric(
        subject=title,
        value=value,
        ci=union_interval(value, replicates, 0.0, 1.0),
        real_baseline=float(cast("Floats", kept["value"])),
        n=int(outcomes.sizes[0, 0][~outcomes.left_out[0]].sum()),
        caveat=said + "; above 0 by chance alone in small groups",
    )


def _kept_labels(outcomes: GroupOutcomes) -> list[str]:
    """Name the groups that are compared, for the cache (small ones depend on the holdout only)."""
    return [
        label
        for group, label in enumerate(outcomes.grouping.labels)
        if not outcomes.left_out[:, group].all()
    ]


def _reference(outcomes: GroupOutcomes, place: int) -> int:
    cells = outcomes.cells[place]
    return int(np.argmax(np.where(cells.sufficient, cells.positives + cells.negatives, -1)))


def _areas(outcomes: GroupOutcomes, side: Side) -> tuple[float, Floats]:
    """Return the largest area over groups and classes, the mean over seeds, and its replicates."""
    models = outcomes.audited.models
    n, seeds = len(models.holdout), models.seeds
    values = [float(_largest(outcomes, side, seed, np.ones((1, n)))[0]) for seed in range(seeds)]
    replicates = np.empty(_RESAMPLES)
    for seed in range(seeds):
        for where, weights in models.resamples.blocks(seed, seeds):
            if where.start < _RESAMPLES:
                places = range(_RESAMPLES)[where]
                replicates[where] = _largest(outcomes, side, seed, weights[: len(places)])
    return float(np.mean(values)), replicates


def _largest(outcomes: GroupOutcomes, side: Side, seed: int, weights: Floats) -> Floats:
    audited = outcomes.audited
    groups = audited.groups(outcomes.grouping)
    probabilities = audited.models.scores(side, audited.name)[seed]
    areas = []
    for place in outcomes.compared:
        positive = outcomes.classes[place]
        actual = audited.actual(positive)
        curves = {
            int(group): roc_on_grid(
                actual[groups == group],
                probabilities[groups == group, positive],
                weights[:, groups == group],
            )
            for group in np.flatnonzero(outcomes.cells[place].sufficient)
        }
        reference = curves.pop(_reference(outcomes, place))
        areas += [area_between(curve, reference) for curve in curves.values()]
    return np.asarray(np.max(areas, axis=0))


def _metric(**given: Any) -> Metric:
    return Metric(
        id=IDS[0],
        axis=Axis.FAIRNESS,
        name="ABROCA",
        ideal=0.0,
        direction="lower",
        **given,
    )


FAMILY = Family("abroca", Axis.FAIRNESS, "ROC curves of groups", measure, IDS)
