"""Requests that people labelled by hand: their slots, their file, and the form that is compared.

The label rules stand in ``benchmarks/planner_set/README.md``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from memisis_core.errors import InputError
from memisis_core.plan.goals import Goal
from memisis_core.plan.model import SYNTHESIZER_NAMES, Priority

SlotValue = str | int | frozenset[str]
Slots = Mapping[str, SlotValue]

TEXT_SLOTS: Final = ("intent", "target", "priority")
NUMBER_SLOTS: Final = ("epochs", "train_rows", "rows")
SET_SLOTS: Final = ("synthesizers", "protected", "goals")
SLOTS: Final = (
    "intent",
    "synthesizers",
    "epochs",
    "train_rows",
    "rows",
    "target",
    "protected",
    "priority",
    "goals",
)
INTENTS: Final = (
    "generate",
    "change",
    "run",
    "stop",
    "dataset",
    "explain",
    "export",
    "describe",
    "chat",
)
GOAL_METRICS: Final = frozenset(
    {
        "auroc_gap",
        "f1_gap",
        "auroc",
        "f1",
        "balanced_accuracy",
        "r2",
        "rmse",
        "membership_risk",
        "membership_auc",
        "dcr_share",
        "exact_copies",
        "attribute_inference",
        "singling_out",
        "linkability",
        "ks",
        "tv",
        "column_shapes",
        "pair_trends",
        "correlation",
        "c2st_auc",
        "equalized_odds_difference",
        "demographic_parity_difference",
        "equal_opportunity_difference",
    }
)
"""The metrics that goals of the set may name, without their axis."""


@dataclass(frozen=True)
class Request:
    """One request of the held-out set.

    Attributes
    ----------
    key : str
        Its id, unique in the set.
    schema : str
        Name of the schema it was written for.
    columns : tuple of str
        Column names of that schema.
    words : str
        What the person says.
    accepted : tuple of Slots
        Readings that count as right: the expected one first, then the alternatives.
    """

    key: str
    schema: str
    columns: tuple[str, ...]
    words: str
    accepted: tuple[Slots, ...]

    @property
    def expected(self) -> Slots:
        """The reading that the label gives."""
        return self.accepted[0]


def load_requests(folder: Path) -> tuple[Request, ...]:
    """Read ``schemas.toml`` and ``requests.toml`` of a set and check every label.

    Raises
    ------
    ValueError
        If an id occurs twice, or a label names an unknown schema, column, slot, intent,
        synthesizer, priority or goal.
    """
    schemas = tomllib.loads((folder / "schemas.toml").read_text(encoding="utf-8"))["schema"]
    entries = tomllib.loads((folder / "requests.toml").read_text(encoding="utf-8"))["request"]
    requests = tuple(_request(entry, schemas) for entry in entries)
    keys = [request.key for request in requests]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"request id {key!r} occurs twice")
    return requests


def normalised(slots: Mapping[str, object]) -> dict[str, SlotValue]:
    """Return slots in the form that is compared.

    Empty values (None, "", an empty list) mean unstated and are left out; lists lose their order;
    goals lose the axis before the metric and the ways to write one number.

    Raises
    ------
    ValueError
        If a slot is unknown or holds a value of another kind; what is compared must not be lost
        silently.
    """
    out: dict[str, SlotValue] = {}
    for slot, value in slots.items():
        if slot not in SLOTS:
            raise ValueError(f"unknown slot {slot!r}")
        if value is None or value in ("", [], (), frozenset()):
            continue
        out[slot] = _normalised_value(slot, value)
    return out


def canonical_goal(text: str) -> str:
    """Return a goal as ``metric<=value``, without its axis.

    ``utility.f1_gap <= .050`` is the same as ``f1_gap<=0.05``. A text that is no goal comes back
    stripped: it can only be wrong.
    """
    try:
        goal = Goal.parse(text)
    except InputError:
        return text.strip()
    return f"{goal.metric.rpartition('.')[2]}{goal.op}{goal.value:g}"


def _normalised_value(slot: str, value: object) -> SlotValue:
    if slot in TEXT_SLOTS and isinstance(value, str):
        return str(value)
    if slot in NUMBER_SLOTS and isinstance(value, int) and not isinstance(value, bool):
        return value
    if slot in SET_SLOTS and isinstance(value, Iterable) and not isinstance(value, str):
        texts = [str(item) for item in value]
        return frozenset(map(canonical_goal, texts) if slot == "goals" else texts)
    raise ValueError(f"slot {slot!r} holds {value!r}")


def _request(entry: Mapping[str, Any], schemas: Mapping[str, Any]) -> Request:
    key = str(entry["id"])
    try:
        columns = tuple(str(name) for name in schemas[entry["schema"]]["columns"])
        overrides = [{}, *entry.get("also", [])]
        accepted = tuple(normalised({**entry["expect"], **override}) for override in overrides)
        for reading in accepted:
            _check_label(reading, columns)
    except (KeyError, ValueError, InputError) as error:
        raise ValueError(f"request {key!r}: {error}") from error
    return Request(key, str(entry["schema"]), columns, str(entry["words"]), accepted)


def _check_label(slots: Slots, columns: Sequence[str]) -> None:
    if slots.get("intent") not in INTENTS:
        raise ValueError(f"unknown intent {slots.get('intent')!r}")
    if "priority" in slots and slots["priority"] not in tuple(Priority):
        raise ValueError(f"unknown priority {slots['priority']!r}")
    named = [slots["target"]] if "target" in slots else []
    for column in [*named, *_set(slots, "protected")]:
        if column not in columns:
            raise ValueError(f"no column {column!r}")
    signs = ("+", "-") if slots["intent"] == "change" else ()
    for name in _set(slots, "synthesizers"):
        if (name[1:] if name.startswith(signs) else name) not in SYNTHESIZER_NAMES:
            raise ValueError(f"unknown synthesizer {name!r}")
    for goal in _set(slots, "goals"):
        if Goal.parse(goal).metric not in GOAL_METRICS:
            raise ValueError(f"unknown metric in goal {goal!r}")


def _set(slots: Slots, slot: str) -> frozenset[str]:
    value = slots.get(slot, frozenset())
    assert isinstance(value, frozenset)
    return value
