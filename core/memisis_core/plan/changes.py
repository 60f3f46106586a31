"""A follow-up changes what it names and nothing else; an answer settles its question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from memisis_core.plan import defaults
from memisis_core.plan.goals import Goal
from memisis_core.plan.grounded import Grounded, OpenQuestion
from memisis_core.plan.grounding_goals import as_measured
from memisis_core.plan.model import Plan
from memisis_core.plan.number_mentions import number_mentions
from memisis_core.plan.provenance import Provenance, Source

_INSTEAD = re.compile(
    r"\b(?:instead|only|just|rather|replac\w+|switch|swap|now|change|not|no longer)\b",
    re.IGNORECASE,
)
JOINED = "\n"
"""Stands between the words of a plan and those of a change in `Plan.request`."""


def changed_plan(plan: Plan, grounded: Grounded, words: str) -> tuple[Plan, tuple[str, ...]]:
    """Return the plan with the changes that the words name, and the names of the slots changed.

    Parameters
    ----------
    plan : Plan
        As it was.
    grounded : Grounded
        What the follow-up states.
    words : str
        The follow-up; it is added to the plan's request, and provenance points into it.
    """
    request = f"{plan.request}{JOINED}{words}" if plan.request else words
    offset = len(request) - len(words)
    values = _new_values(plan, grounded, words)
    changed = tuple(slot for slot, value in values.items() if getattr(plan, slot) != value)
    provenance = dict(plan.provenance)
    for slot in values:
        provenance.pop(slot, None)
        source = grounded.provenance.get(slot)
        if source is not None:
            provenance[slot] = _moved(source, offset)
        elif slot in grounded.cleared:
            provenance[slot] = Provenance(source=Source.SAID, words=words.strip()[:200])
    questions = [text for text in plan.questions if slot_of_question(text) not in values]
    questions += [question.text for question in grounded.questions]
    after = plan.model_copy(
        update={
            **values,
            "request": request,
            "provenance": provenance,
            "dropped": [
                *(entry for entry in plan.dropped if entry.slot not in values),
                *grounded.dropped,
            ],
            "questions": questions,
        }
    )
    return Plan.model_validate(after.model_dump()), changed


def slot_of_question(text: str) -> str:
    """Return the slot of the plan that a question is about (see `OpenQuestion.text`)."""
    return text.partition(":")[0]


def answered_plan(plan: Plan, question: OpenQuestion, answer: str) -> Plan | None:
    """Return the plan with a question settled, None if `answer` is no answer to it.

    A choice of the question is one, in any capitals; so is a bare number where one was asked for.
    """
    folded = answer.strip().strip(".!").casefold()
    chosen = next((c for c in question.choices if c.casefold() == folded), None)
    numbers = number_mentions(answer)
    bare = len(numbers) == 1 and numbers[0].text == answer.strip().strip(".")
    if chosen is None and not (bare and question.slot in ("epochs", "train_rows")):
        return None
    values = _settled(plan, question, chosen, int(numbers[0].readings[0]) if numbers else None)
    source = Provenance(source=Source.SAID, words=answer.strip())
    after = plan.model_copy(
        update={
            **values,
            "provenance": {**plan.provenance, **dict.fromkeys(values, source)},
            "questions": [text for text in plan.questions if text != question.text],
        }
    )
    return Plan.model_validate(after.model_dump())


def _settled(
    plan: Plan, question: OpenQuestion, chosen: str | None, number: int | None
) -> dict[str, Any]:
    if question.slot in ("epochs", "train_rows"):
        return {question.slot: number}
    if chosen == "target":
        return {}
    if chosen == "protected":
        moved = [plan.target] if plan.target else []
        return {"target": None, "protected": [*plan.protected, *moved]}
    if question.slot == "protected":
        return {"protected": [*plan.protected, chosen]}
    return {question.slot: chosen}


def _new_values(plan: Plan, grounded: Grounded, words: str) -> dict[str, Any]:
    values: dict[str, Any] = {
        slot: [] if slot in ("protected", "goals") else None for slot in grounded.cleared
    }
    for slot in ("epochs", "train_rows", "sample_rows", "target", "priority"):
        value = getattr(grounded, slot)
        if value is not None:
            values[slot] = value
    line_up = _line_up(plan, grounded)
    if line_up is not None:
        values["synthesizers"] = line_up
    if grounded.protected:
        before = [] if _INSTEAD.search(words) else list(plan.protected)
        values["protected"] = list(dict.fromkeys([*before, *grounded.protected]))
    if grounded.goals:
        values["goals"] = _goals(plan.goals, [as_measured(goal) for goal in grounded.goals])
    target = values.get("target")
    if target is not None and target in values.get("protected", plan.protected):
        values["protected"] = [
            name for name in values.get("protected", plan.protected) if name != target
        ]
    return values


def _line_up(plan: Plan, grounded: Grounded) -> list[str] | None:
    """Return the synthesizers after the change, None if it names none."""
    if not (grounded.synthesizers or grounded.added or grounded.removed):
        return None
    base = list(grounded.synthesizers or plan.synthesizers)
    if not base and grounded.removed:
        base = list(defaults.SYNTHESIZERS)  # an unstated line-up is all of them
    kept = [name for name in base if name not in grounded.removed]
    return sorted({*kept, *grounded.added})


def _goals(before: Sequence[Goal], stated: Sequence[Goal]) -> list[Goal]:
    replaced = {goal.metric for goal in stated}
    return [*(goal for goal in before if goal.metric not in replaced), *stated]


def _moved(source: Provenance, offset: int) -> Provenance:
    if source.start is None or source.end is None:
        return source
    return source.model_copy(update={"start": source.start + offset, "end": source.end + offset})
