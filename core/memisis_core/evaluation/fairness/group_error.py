"""Whether a numeric target is predicted equally well in every group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.bootstrap import keep_resamples, range_interval, union_interval
from memisis_core.evaluation.fairness.audit import AuditedModel, audited_model
from memisis_core.evaluation.fairness.groups import Grouping, groupings, refused_groupings
from memisis_core.evaluation.intervals import quantile_of_normal
from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.evaluation.registry import Family
from memisis_core.evaluation.utility.models import Side
from memisis_core.evaluation.utility.task import NoTask, TaskKind

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

Floats = NDArray[np.float64]

CELL, DIFFERENCE, CHANGE = IDS = (
    "fairness.group_mae",
    "fairness.group_mae_difference",
    "fairness.group_mae_difference_change",
)
_NAMES = {
    CELL: "MAE of the group",
    DIFFERENCE: "MAE difference between groups",
    CHANGE: "MAE difference between groups, change against real",
}
MINIMUM_CELL = 20
"""Holdout rows of a group below which its error is not compared."""


def measure(context: EvaluationContext) -> list[Metric]:
    """Return each group's mean absolute error, and the largest difference between groups.

    In the target's unit. The counterpart of equalised odds for numbers (bounded group loss,
    Agarwal, Dudík & Wu 2019, arXiv 1905.12843).
    """
    audited = audited_model(context)
    if isinstance(audited, NoTask):
        return _nothing("overall", audited.status, audited.why)
    if audited.models.task.kind is not TaskKind.NUMERIC:
        why = "the target is a class; see fairness.equalized_odds_difference"
        return _nothing("overall", Status.NOT_APPLICABLE, why)
    found: list[Metric] = []
    for title, why in refused_groupings(context).items():
        found += _nothing(title, Status.NOT_APPLICABLE, why)[1:]
    for grouping in groupings(context):
        context.checkpoint()
        found += _of_grouping(audited, grouping)
    return found


def group_means(
    weights: NDArray[np.floating[Any]], groups: NDArray[np.intp], number: int, values: Floats
) -> Floats:
    """Return the mean of `values` in every group under every weighting, shape (b, number)."""
    member = np.eye(number)[groups]
    exact = weights.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((exact @ (member * values[:, None])) / (exact @ member))


def _of_grouping(audited: AuditedModel, grouping: Grouping) -> list[Metric]:
    groups = audited.groups(grouping)
    sizes = np.bincount(groups, minlength=len(grouping))
    enough = sizes >= MINIMUM_CELL
    values = {side: _means(audited, side, groups, len(grouping)) for side in _SIDES}
    spread = _standard_errors(audited, groups, len(grouping))
    found = [
        _cell(label, int(sizes[g]), values[Side.SYNTHETIC][g], values[Side.REAL][g], spread[g])
        for g, label in enumerate(grouping.labels)
    ]
    if enough.sum() < 2:
        why = f"fewer than two groups have {MINIMUM_CELL} holdout rows"
        return _nothing(grouping.title, Status.INSUFFICIENT_DATA, why)[1:] + found
    return _differences(audited, grouping, groups, enough, values=values, spread=spread) + found


_SIDES = (Side.SYNTHETIC, Side.REAL)


def _errors(audited: AuditedModel, side: Side, seed: int) -> Floats:
    predicted = audited.models.scores(side, audited.name)[seed][:, 0]
    return np.asarray(np.abs(predicted - audited.models.holdout.labels))


def _means(audited: AuditedModel, side: Side, groups: NDArray[np.intp], number: int) -> Floats:
    """Return each group's error, the mean over seeds, shape (g,)."""
    whole = np.ones((1, len(groups)))
    seeds = range(audited.models.seeds)
    errors = np.mean([_errors(audited, side, seed) for seed in seeds], axis=0)
    return np.asarray(group_means(whole, groups, number, errors)[0])


def _standard_errors(audited: AuditedModel, groups: NDArray[np.intp], number: int) -> Floats:
    errors = _errors(audited, Side.SYNTHETIC, 0)
    found = np.full(number, np.nan)
    for group in range(number):
        inside = errors[groups == group]
        if len(inside) > 1:
            found[group] = inside.std(ddof=1) / np.sqrt(len(inside))
    return found


def _cell(label: str, n: int, value: float, real_value: float, error: float) -> Metric:
    if n < MINIMUM_CELL:
        why = f"{n} holdout rows; {MINIMUM_CELL} are needed"
        return _metric(CELL, subject=label, n=n, status=Status.INSUFFICIENT_DATA, why=why)
    half = quantile_of_normal() * error
    return _metric(
        CELL,
        subject=label,
        value=float(value),
        ci=(max(0.0, float(value - half)), float(value + half)),
        real_baseline=float(real_value),
        n=n,
    )


def _differences(
    audited: AuditedModel,
    grouping: Grouping,
    groups: NDArray[np.intp],
    enough: NDArray[np.bool_],
    *,
    values: dict[Side, Floats],
    spread: Floats,
) -> list[Metric]:
    context, title = audited.models.context, grouping.title
    resampled = {side: _replicates(audited, side, groups, enough) for side in _SIDES}
    ranges = {side: np.nanmax(r, axis=1) - np.nanmin(r, axis=1) for side, r in resampled.items()}
    value, real_value = (float(np.ptp(values[side][enough])) for side in _SIDES)
    change = ranges[Side.SYNTHETIC] - ranges[Side.REAL]
    keep_resamples(context, DIFFERENCE, title, ranges[Side.SYNTHETIC])
    keep_resamples(context, CHANGE, title, change)
    said = audited.said()
    if grouping.binning:
        said += f"; {grouping.binning}"
    if not enough.all():
        said += f"; groups under {MINIMUM_CELL} holdout rows left out"
    shared = {
        "subject": title,
        "caveat": said,
        "n": int(enough[groups].sum()),
    }
    tiny = np.finfo(np.float64).tiny  # groups predicted without any error have no spread
    interval = range_interval(
        values[Side.SYNTHETIC][enough][None],
        resampled[Side.SYNTHETIC][:, None],
        np.square(spread[enough])[None] + tiny,
    )
    return [
        _metric(
            DIFFERENCE,
            value=value,
            ci=interval,
            real_baseline=real_value,
            headline=True,
            **shared,
        ),
        _metric(
            CHANGE,
            value=value - real_value,
            ci=union_interval(value - real_value, change),
            real_baseline=0.0,
            **shared,
        ),
    ]


def _replicates(
    audited: AuditedModel, side: Side, groups: NDArray[np.intp], enough: NDArray[np.bool_]
) -> Floats:
    """Return the errors of the large enough groups on every resample, shape (resamples, g)."""
    models = audited.models
    found = np.empty((len(models.resamples), int(enough.sum())))
    for seed in range(models.seeds):
        errors = _errors(audited, side, seed)
        for where, weights in models.resamples.blocks(seed, models.seeds, 1 << 20):
            found[where] = group_means(weights, groups, len(enough), errors)[:, enough]
    return found


def _nothing(subject: str, status: Status, why: str) -> list[Metric]:
    return [_metric(name, subject=subject, status=status, why=why) for name in IDS]


def _metric(identifier: str, **given: Any) -> Metric:
    return Metric(
        id=identifier,
        axis=Axis.FAIRNESS,
        name=_NAMES[identifier],
        ideal=None if identifier == CHANGE else 0.0,
        direction="lower",
        **given,
    )


FAMILY = Family("group_error", Axis.FAIRNESS, "errors in each group", measure, IDS)
