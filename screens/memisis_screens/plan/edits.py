"""Changing one slot of a plan by hand: pure, validated, marked as edited."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from memisis_core.errors import InputError
from memisis_core.plan.changes import slot_of_question
from memisis_core.plan.model import Plan
from memisis_core.plan.provenance import Provenance, Source
from memisis_screens.plan.slots import LABELS

_EMPTY: dict[str, Any] = {"synthesizers": [], "protected": [], "goals": [], "constraints": []}


def with_slot(plan: Plan, slot: str, value: Any) -> Plan:
    """Return the plan with one slot set by hand; questions about it are settled by that.

    Parameters
    ----------
    plan : Plan
    slot : str
        Name of a slot, such as ``epochs``.
    value : object
        None or empty: the person wants none (no target, no protected attribute).

    Raises
    ------
    InputError
        If the slot cannot have this value.
    """
    document = plan.model_dump()
    document[slot] = _EMPTY.get(slot) if value is None else value
    document["provenance"] = {
        **document["provenance"],
        slot: Provenance(source=Source.EDITED).model_dump(),
    }
    document["questions"] = [q for q in plan.questions if slot_of_question(q) != slot]
    return _validated(document, slot)


def without_slot(plan: Plan, slot: str) -> Plan:
    """Return the plan with one slot as if nobody had stated it."""
    document = plan.model_dump()
    document[slot] = _EMPTY.get(slot)
    document["provenance"] = {k: v for k, v in document["provenance"].items() if k != slot}
    return _validated(document, slot)


def _validated(document: dict[str, Any], slot: str) -> Plan:
    try:
        return Plan.model_validate(document)
    except ValidationError as error:
        message = error.errors()[0]["msg"]
        raise InputError(message.removeprefix("Value error, "), where=LABELS[slot]) from error
