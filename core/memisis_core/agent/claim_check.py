"""Refuses an answer that states a number nobody measured, or a deed that nobody did."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from memisis_core.plan.number_mentions import NumberMention, number_mentions

if TYPE_CHECKING:
    from memisis_core.agent.facts import Facts
    from memisis_core.runs.record import RunRecord

_SMALL_COUNTS: Final = frozenset(range(0, 4))
"""Spelled out ("two runs", "one of them"), these are grammar, not measurements."""
_DEED: Final = re.compile(
    r"\b(?:I|we)(?:'ve| have|'ll| will|'m| am)? (?:just |now |already )?"
    r"(?:sent|send|sending|e-?mailed|e-?mail|deleted?|deleting|saved?|saving|uploaded?|uploading|shared?|sharing|started?|starting"
    r"|run|running|ran|exported?|exporting|created?|creating|generated?|generating|removed?|removing"
    r"|changed?|changing|anonymi[sz]ed?)\b",
    re.IGNORECASE,
)


def unsupported_claim(answer: str, words: str, known: Iterable[float]) -> str:
    """Return what in `answer` nothing supports, empty if all of it is supported.

    Parameters
    ----------
    answer : str
        What a model wrote.
    words : str
        What the person said; their own numbers may be repeated.
    known : iterable of float
        Numbers that stand in the store (see `numbers_of`).
    """
    deed = _DEED.search(answer)
    if deed is not None:
        return f"it claims a deed ({deed[0]!r}) that was not done"
    said = {reading for mention in number_mentions(words) for reading in mention.readings}
    allowed = [*said, *known]
    for mention in number_mentions(answer):
        spelled = not any(character.isdigit() for character in mention.text)
        if spelled and mention.readings[0] in _SMALL_COUNTS:
            continue
        if not any(_stands_for(mention, value, allowed) for value in mention.readings):
            return f"it states {mention.text}, which is not in the facts"
    return ""


def numbers_of(facts: Facts) -> list[float]:
    """Return every number of the session that an answer may state."""
    numbers: list[float] = []
    if facts.dataset is not None:
        numbers += [facts.dataset.rows, facts.dataset.columns]
    if facts.schema is not None:
        numbers += [len(facts.schema.columns), *(c.missing for c in facts.schema.columns)]
    if facts.plan is not None:
        plan = facts.plan
        numbers += [n for n in (plan.epochs, plan.train_rows, plan.sample_rows) if n is not None]
        numbers += [goal.value for goal in plan.goals]
    for run in facts.runs:
        numbers += _numbers_of_run(run)
    return numbers


def _numbers_of_run(run: RunRecord) -> Iterator[float]:
    plan = run.job.plan
    yield from (plan.epochs, plan.train_rows, plan.sample_rows, plan.holdout_rows, plan.seed)
    if run.epochs_trained is not None:
        yield run.epochs_trained
    for metric in run.metrics:
        values = (metric.value, metric.ideal, metric.real_baseline, metric.n, *(metric.ci or ()))
        yield from (value for value in values if value is not None)
    for result in run.goals:
        yield result.goal.value
        yield from (v for v in (result.value, result.margin, *(result.ci or ())) if v is not None)


def _stands_for(mention: NumberMention, value: float, allowed: Iterable[float]) -> bool:
    """Return whether a stated number is a known one, rounded to the digits that are stated.

    A percentage stands for a share. Signs are not compared: words carry them ("loses 0.02").
    """
    decimals = 0
    if value != int(value):
        decimals = len(re.sub(r".*[.,]", "", re.sub(r"\D+$", "", mention.text)))
    tolerance = 0.5 * 10.0**-decimals if decimals or mention.percent else 0.0
    factor = 100.0 if mention.percent else 1.0
    return any(
        math.isfinite(known) and abs(abs(factor * known) - value) <= tolerance + 1e-9
        for known in allowed
    )
