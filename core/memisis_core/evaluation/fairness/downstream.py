"""Whether a model trained on synthetic rows treats groups of real patients alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.bootstrap import keep_resamples, range_interval, union_interval
from memisis_core.evaluation.fairness.audit import AuditedModel, GroupOutcomes, audited_model
from memisis_core.evaluation.fairness.groups import groupings, refused_groupings
from memisis_core.evaluation.fairness.rates import (
    DISPARITIES,
    MINIMUM_CELL,
    RATES,
    Disparity,
    rate_variances,
    ratio_interval,
)
from memisis_core.evaluation.intervals import wilson
from memisis_core.evaluation.metric import Axis, Direction, Metric, Status
from memisis_core.evaluation.registry import Family
from memisis_core.evaluation.utility.models import Side
from memisis_core.evaluation.utility.task import NoTask, TaskKind

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

Floats = NDArray[np.floating[Any]]

_CELLS: dict[str, tuple[str, float | None, Direction]] = {
    "selection_rate": ("selection rate", None, "target"),
    "tpr": ("true positive rate", 1.0, "higher"),
    "fpr": ("false positive rate", 0.0, "lower"),
}
IDS = (
    *(f"fairness.{rate}" for rate in RATES),
    *(f"fairness.{d.key}" for d in DISPARITIES),
    *(f"fairness.{d.key}_change" for d in DISPARITIES),
)


def measure(context: EvaluationContext) -> list[Metric]:
    """Return the rates of every group, and fairlearn's criteria for every grouping.

    The criteria are those of the model trained on synthetic rows, the baseline that of the model
    trained on real rows, ``…_change`` the difference of the two. Groups with fewer than 10
    positives or negatives in the holdout are left out and named. With more than two classes each
    counts as selected in turn, and the worst is reported.
    """
    audited = audited_model(context)
    if isinstance(audited, NoTask):
        return _nothing("overall", audited.status, audited.why)
    if audited.models.task.kind is TaskKind.NUMERIC:
        why = "the target is a number, nobody is selected; see fairness.group_mae_difference"
        return _nothing("overall", Status.NOT_APPLICABLE, why)
    found: list[Metric] = []
    for title, why in refused_groupings(context).items():
        found += _nothing(title, Status.NOT_APPLICABLE, why)
    for grouping in groupings(context):
        context.checkpoint()
        outcomes = GroupOutcomes.of(audited, grouping)
        found += _criteria(outcomes)
        found += _cells(outcomes)
    return found


def _criteria(outcomes: GroupOutcomes) -> list[Metric]:
    title = outcomes.grouping.title
    if not outcomes.compared:
        why = (
            f"fewer than two groups have {MINIMUM_CELL} positives and {MINIMUM_CELL} negatives in "
            "the holdout"
        )
        return [m for d in DISPARITIES for m in _missing(d, title, Status.INSUFFICIENT_DATA, why)]
    synthetic = outcomes.compared_rates(Side.SYNTHETIC), outcomes.replicates(Side.SYNTHETIC)
    real = outcomes.compared_rates(Side.REAL), outcomes.replicates(Side.REAL)
    return [
        metric
        for disparity in DISPARITIES
        for metric in _criterion(outcomes, disparity, synthetic, real)
    ]


def _criterion(
    outcomes: GroupOutcomes,
    disparity: Disparity,
    synthetic: tuple[Floats, Floats],
    real: tuple[Floats, Floats],
) -> list[Metric]:
    context, title = outcomes.audited.models.context, outcomes.grouping.title
    value, real_value = float(disparity.of(synthetic[0])[0]), float(disparity.of(real[0])[0])
    if not np.isfinite(value):
        why = "the rate is 0 in every group: there is no ratio"
        return _missing(disparity, title, Status.INSUFFICIENT_DATA, why)
    replicates, real_replicates = disparity.of(synthetic[1]), disparity.of(real[1])
    shared: dict[str, Any] = {
        "axis": Axis.FAIRNESS,
        "direction": _direction(disparity),
        "subject": title,
        "n": int(outcomes.sizes[0, 0][~outcomes.left_out[0]].sum()),
        "caveat": _conditions(outcomes),
    }
    keep_resamples(context, f"fairness.{disparity.key}", title, replicates)
    found = [
        Metric(
            id=f"fairness.{disparity.key}",
            name=disparity.name,
            value=value,
            ci=_interval(outcomes, disparity, synthetic, value),
            ideal=_ideal(disparity),
            real_baseline=real_value if np.isfinite(real_value) else None,
            headline=disparity.key == "equalized_odds_difference",
            **shared,
        )
    ]
    if not np.isfinite(real_value):
        why = "the rate of the model trained on real rows is 0 in every group: there is no ratio"
        return [*found, _missing(disparity, title, Status.INSUFFICIENT_DATA, why)[1]]
    change = replicates - real_replicates
    keep_resamples(context, f"fairness.{disparity.key}_change", title, change)
    found.append(
        Metric(
            id=f"fairness.{disparity.key}_change",
            name=f"{disparity.name}, change against real",
            value=value - real_value,
            ci=union_interval(value - real_value, change, -1.0, 1.0),
            real_baseline=0.0,
            **shared,
        )
    )
    return found


def _interval(
    outcomes: GroupOutcomes,
    disparity: Disparity,
    synthetic: tuple[Floats, Floats],
    value: float,
) -> tuple[float, float]:
    """Return the interval of the worst of all pairs of groups, rates and classes."""
    chosen, groups = list(disparity.rates), len(outcomes.grouping)
    estimates = synthetic[0][0][:, chosen].reshape(-1, groups)
    replicates = synthetic[1][:, :, chosen].reshape(len(synthetic[1]), -1, groups)
    sizes = outcomes.sizes[:, chosen].reshape(-1, groups)
    if disparity.combination == "ratio":
        return ratio_interval(estimates, replicates, sizes, value)
    low, high = range_interval(estimates, replicates, rate_variances(estimates, sizes))
    return (low, min(1.0, high))


def _cells(outcomes: GroupOutcomes) -> list[Metric]:
    rates = {side: outcomes.rates(side) for side in (Side.SYNTHETIC, Side.REAL)}
    classes = outcomes.audited.models.task.classes
    several = len(outcomes.classes) > 1
    found = []
    for place, positive in enumerate(outcomes.classes):
        for group, label in enumerate(outcomes.grouping.labels):
            subject = f"{label}: {classes[positive]}" if several else label
            for index, rate in enumerate(RATES):
                found.append(
                    _cell(
                        outcomes,
                        place,
                        group,
                        rate,
                        subject=subject,
                        value=float(rates[Side.SYNTHETIC][place, index, group]),
                        real_value=float(rates[Side.REAL][place, index, group]),
                    )
                )
    return found


def _cell(
    outcomes: GroupOutcomes,
    place: int,
    group: int,
    rate: str,
    *,
    subject: str,
    value: float,
    real_value: float,
) -> Metric:
    cells = outcomes.cells[place]
    positives, negatives = int(cells.positives[group]), int(cells.negatives[group])
    name, ideal, direction = _CELLS[rate]
    n = int(cells.sizes(rate)[group])
    shared: dict[str, Any] = {
        "id": f"fairness.{rate}",
        "axis": Axis.FAIRNESS,
        "name": name,
        "direction": direction,
        "subject": subject,
        "n": n,
        "counts": {"positives": positives, "negatives": negatives},
    }
    if not cells.sufficient[group]:
        why = (
            f"{positives} positive, {negatives} negative in the holdout; {MINIMUM_CELL} of each "
            "are needed"
        )
        return Metric(ideal=ideal, status=Status.INSUFFICIENT_DATA, why=why, **shared)
    return Metric(
        value=value,
        ci=wilson(value * n, n),
        ideal=real_value if ideal is None else ideal,
        real_baseline=real_value,
        real_ci=wilson(real_value * n, n),
        **shared,
    )


def _conditions(outcomes: GroupOutcomes) -> str:
    """Return the model, what counts as selected, the binning and the groups left out."""
    audited: AuditedModel = outcomes.audited
    said = [audited.said()]
    if len(outcomes.classes) > 1:
        said.append("the worst of the classes, each against the rest")
    if outcomes.grouping.binning:
        said.append(outcomes.grouping.binning)
    small = [
        label
        for group, label in enumerate(outcomes.grouping.labels)
        if outcomes.left_out[:, group].any()
    ]
    if small:
        named = ", ".join(small[:3]) + (f" and {len(small) - 3} more" if len(small) > 3 else "")
        said.append(f"left out, under {MINIMUM_CELL} positives or negatives: {named}")
    return "; ".join(said)


def _direction(disparity: Disparity) -> Direction:
    return "lower" if disparity.combination == "difference" else "higher"


def _ideal(disparity: Disparity) -> float:
    return 0.0 if disparity.combination == "difference" else 1.0


def _missing(disparity: Disparity, subject: str, status: Status, why: str) -> list[Metric]:
    shared: dict[str, Any] = {
        "axis": Axis.FAIRNESS,
        "direction": _direction(disparity),
        "subject": subject,
        "status": status,
        "why": why,
    }
    key, name = disparity.key, disparity.name
    return [
        Metric(id=f"fairness.{key}", name=name, ideal=_ideal(disparity), **shared),
        Metric(id=f"fairness.{key}_change", name=f"{name}, change against real", **shared),
    ]


def _nothing(subject: str, status: Status, why: str) -> list[Metric]:
    found = [
        Metric(
            id=f"fairness.{rate}",
            axis=Axis.FAIRNESS,
            name=name,
            ideal=ideal,
            direction=direction,
            subject=subject,
            status=status,
            why=why,
        )
        for rate, (name, ideal, direction) in _CELLS.items()
    ]
    return found + [m for d in DISPARITIES for m in _missing(d, subject, status, why)]


FAMILY = Family("downstream", Axis.FAIRNESS, "predictions for each group", measure, IDS)
