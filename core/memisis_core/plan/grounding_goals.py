"""Checks the goals that the model claims against the words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from memisis_core.errors import InputError
from memisis_core.plan.goals import Goal
from memisis_core.plan.number_mentions import NumberMention, number_mentions
from memisis_core.plan.provenance import Dropped
from memisis_core.plan.wishes import (
    COMPLEMENTS,
    LOWER_IS_BETTER,
    METRIC_OF_SHORT_NAME,
    METRIC_SAID,
    PLAIN_NUMBERS,
    says_none,
)

_FARTHEST = 80
"""Characters between a measure and its threshold; farther apart they belong to two sentences."""


@dataclass
class GroundedGoals:
    """Goals with support, the spans that support them, and what was dropped."""

    goals: tuple[Goal, ...] = ()
    spans: list[tuple[int, int]] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)


def ground_goals(claimed: Sequence[str], words: str) -> GroundedGoals:
    """Keep the goals of which the words name both measure and threshold.

    Parameters
    ----------
    claimed : sequence of str
        ``auroc_gap<=0.03``; the measure with or without its axis.
    words : str
    """
    result = GroundedGoals()
    numbers = number_mentions(words)
    kept: dict[str, Goal] = {}
    for text in claimed:
        goal, why = _parsed(text)
        span = _support(goal, words, numbers) if goal is not None else None
        if goal is None or span is None:
            why = why or f"the words set no such threshold on {goal.metric if goal else 'it'}"
            result.dropped.append(Dropped(slot="goals", value=text[:80], why=why))
            continue
        kept[goal.metric + goal.op] = goal
        result.spans.append(span)
    result.goals = tuple(kept.values())
    return result


def _parsed(text: str) -> tuple[Goal | None, str]:
    operator = re.sub(r"(?<![<>])=(?!=)|<(?!=)", "<=", re.sub(r">(?!=)", ">=", text))
    try:
        goal = Goal.parse(operator)
    except InputError:
        return None, "not a threshold on a measure"
    short = goal.metric.rpartition(".")[2]
    metric = METRIC_OF_SHORT_NAME.get(short)
    if metric is None:
        return None, "there is no such measure"
    op = "<=" if metric in LOWER_IS_BETTER else goal.op
    return Goal(metric=metric, op=op, value=goal.value), ""


def _support(goal: Goal, words: str, numbers: Sequence[NumberMention]) -> tuple[int, int] | None:
    """Return the span from the measure to the threshold that is nearest to it."""
    named = list(METRIC_SAID[goal.metric].finditer(words))
    means = NumberMention.means if goal.metric in PLAIN_NUMBERS else NumberMention.means_share
    thresholds = [(m.start, m.end) for m in numbers if means(m, goal.value)]
    if goal.value == 0 and (none := says_none(words)):
        thresholds.append(none.span())
    spans = [
        (min(match.start(), start), max(match.end(), end))
        for match in named
        for start, end in thresholds
    ]
    near = [span for span in spans if span[1] - span[0] <= _FARTHEST + 20]
    return min(near, key=lambda span: span[1] - span[0], default=None)


def as_measured(goal: Goal) -> Goal:
    """Return a goal on a distance as a goal on what is measured.

    People speak of a KS distance of at most 0.1; the measure is its complement, so that the goal is
    at least 0.9.
    """
    if goal.metric in COMPLEMENTS and goal.op == "<=":
        return goal.model_copy(update={"op": ">=", "value": round(1.0 - goal.value, 9)})
    return goal
