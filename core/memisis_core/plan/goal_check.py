"""Holds a run's metrics against the goals of its plan. Imports no data library."""

from __future__ import annotations

from collections.abc import Sequence

from memisis_core.errors import InputError
from memisis_core.evaluation.catalogue import resolve
from memisis_core.evaluation.metric import Metric, Status
from memisis_core.plan.goals import Goal, GoalResult

_SEVERITY = ("not_met", "unknown", "uncertain", "met")
"""Of the results of several subjects, the first of these that occurs is the goal's."""


def check_goals(goals: Sequence[Goal], metrics: Sequence[Metric]) -> list[GoalResult]:
    """Return one result a goal, in the order of the goals.

    A goal is met only if the whole interval lies on its side of the threshold, not met only if all
    of it lies on the other. A goal without a subject is about the overall value; where a measure
    has none (fairness is measured attribute by attribute), about every subject, and the result is
    that of the least favourable one. Groups and classes too small to measure then leave it
    unknown, unless a subject already fails.

    Parameters
    ----------
    goals : sequence of Goal
        Metric names with or without their axis (``auroc_gap`` for ``utility.auroc_gap``).
    metrics : sequence of Metric
        All metrics of the run.
    """
    return [_check(goal, metrics) for goal in goals]


def _check(goal: Goal, metrics: Sequence[Metric]) -> GoalResult:
    try:
        identifier = resolve(goal.metric)
    except InputError as error:
        return GoalResult(goal=goal, verdict="unknown", why=error.line())
    found = [metric for metric in metrics if metric.id == identifier]
    if not found:
        why = f"{identifier} was not measured"
        return GoalResult(goal=goal, verdict="unknown", why=why)
    chosen = _about(goal, found)
    if not chosen:
        why = f"{identifier} was not measured for {goal.subject!r}"
        return GoalResult(goal=goal, verdict="unknown", subject=goal.subject or "overall", why=why)
    results = [_held(goal, metric) for metric in chosen]
    worst = min(results, key=lambda r: (_SEVERITY.index(r.verdict), _margin(r)))
    if len(results) > 1 and worst.why is None:
        why = f"the least favourable of {len(results)}: {worst.subject}"
        return worst.model_copy(update={"why": why})
    return worst


def _about(goal: Goal, found: Sequence[Metric]) -> list[Metric]:
    """Return the metrics that a goal is about."""
    if goal.subject is not None:
        exact = [m for m in found if m.subject == goal.subject]
        return exact or [m for m in found if m.subject.casefold() == goal.subject.casefold()]
    overall = [m for m in found if m.subject == "overall"]
    if overall:
        return overall
    # A measure that stands for an attribute beside each of its groups: the attribute says all.
    wholes = [m for m in found if "=" not in m.subject]
    return wholes or list(found)


def _held(goal: Goal, metric: Metric) -> GoalResult:
    if metric.status is not Status.OK or metric.value is None:
        why = metric.why or f"{metric.id} has no value"
        return GoalResult(goal=goal, verdict="unknown", subject=metric.subject, why=why)
    sign = 1.0 if goal.op == "<=" else -1.0
    low, value, high = _range(metric)
    margin = sign * (goal.value - value)
    margins = sorted(sign * (goal.value - bound) for bound in (low, high))
    if margins[0] >= 0 and margin >= 0:
        verdict = "met"
    elif margins[1] < 0 and margin < 0:
        verdict = "not_met"
    else:
        verdict = "uncertain"
    return GoalResult.model_validate(
        {
            "goal": goal,
            "verdict": verdict,
            "value": metric.value,
            "ci": metric.ci,
            "margin": margin,
            "subject": metric.subject,
        }
    )


def _range(metric: Metric) -> tuple[float, float, float]:
    """Return lower bound, value and upper bound; as sizes where 0 is ideal from both sides.

    "representation <= 0.3" (a log disparity) is about groups drawn too often and too rarely alike.
    """
    value = metric.value if metric.value is not None else 0.0
    low, high = metric.ci or (value, value)
    if metric.direction != "target" or metric.ideal != 0.0:
        return low, value, high
    sizes = [abs(low), abs(high)]
    return (0.0 if low <= 0.0 <= high else min(sizes)), abs(value), max(sizes)


def _margin(result: GoalResult) -> float:
    return result.margin if result.margin is not None else 0.0
