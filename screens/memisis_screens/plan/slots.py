"""The slots of a plan as lines for people: label, value, and who said so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memisis_core.plan.defaults import SYNTHESIZERS
from memisis_core.plan.provenance import Source
from memisis_core.plan.rules import named
from memisis_core.synthesis.registry import ENTRIES, entry

if TYPE_CHECKING:
    from memisis_core.plan.model import EffectivePlan, Plan
    from memisis_screens.session import DraftPlan

TITLES = {entry.name: entry.title for entry in ENTRIES}
SOURCE_WORDS: dict[Source, str] = {
    Source.SAID: "‹said›",
    Source.EDITED: "‹edited›",
    Source.DATASET: "‹dataset›",
    Source.DEFAULT: "‹default›",
}
PRIMARY_SLOTS = (
    "synthesizers",
    "epochs",
    "sample_rows",
    "train_rows",
    "target",
    "protected",
    "priority",
    "goals",
)
"""Always on the card; the others are gathered in one line there unless somebody set them."""
SECONDARY_SLOTS = ("holdout_fraction", "seed", "batch_size", "constraints", "columns")
LABELS: dict[str, str] = {
    "synthesizers": "synthesizers",
    "epochs": "epochs",
    "sample_rows": "rows",
    "train_rows": "train rows",
    "target": "target",
    "protected": "protected",
    "priority": "priority",
    "goals": "goals",
    "holdout_fraction": "holdout",
    "seed": "seed",
    "batch_size": "batch size",
    "constraints": "constraints",
    "columns": "columns",
}


@dataclass(frozen=True)
class SlotLine:
    """One slot.

    Attributes
    ----------
    slot, label, value : str
    source : Source or None
        None where nothing is known yet.
    words : str
        The words that say it, if somebody said it.
    """

    slot: str
    label: str
    value: str
    source: Source | None
    words: str = ""

    @property
    def stated(self) -> bool:
        """Whether a person said or set it."""
        return self.source in (Source.SAID, Source.EDITED)


def slot_lines(draft: DraftPlan) -> list[SlotLine]:
    """Return every slot of a plan, as it will be carried out where that is known."""
    lines = []
    for slot in (*PRIMARY_SLOTS, *SECONDARY_SLOTS):
        known = draft.plan.provenance.get(slot)
        if draft.effective is not None and slot in draft.effective.provenance:
            known = draft.effective.provenance[slot]
        value = slot_value(slot, draft.plan, draft.effective)
        if not value and slot in ("goals", "constraints", "columns"):
            continue
        if slot in ("epochs", "batch_size") and _without_epochs(draft.effective):
            if known is None or known.source not in (Source.SAID, Source.EDITED):
                continue
            value += ", not used: no epochs in this plan"
        lines.append(
            SlotLine(
                slot,
                LABELS[slot],
                value or "none",
                known.source if known else (Source.EDITED if slot == "columns" else None),
                (known.words or "") if known else "",
            )
        )
    return lines


def slot_value(slot: str, plan: Plan, effective: EffectivePlan | None) -> str:
    """Return the value of one slot for people, empty if there is none."""
    if slot == "holdout_fraction":
        return _holdout(plan, effective)
    return _WRITERS[slot](plan if effective is None else effective, plan)


def _without_epochs(effective: EffectivePlan | None) -> bool:
    """Return whether nothing in a plan trains in epochs."""
    if effective is None:
        return False
    return not any(entry(name).trains_in_epochs for name in effective.synthesizers)


def synthesizers_value(names: tuple[str, ...]) -> str:
    """Return the synthesizers' titles, or that all are meant."""
    if set(names) == set(TITLES):
        return "all three" if len(names) == 3 else f"all {len(names)}"
    return ", ".join(TITLES.get(name, name) for name in names)


def _holdout(plan: Plan, effective: EffectivePlan | None) -> str:
    if effective is not None:
        return f"{effective.holdout_rows:,} rows ({effective.holdout_fraction:.0%})"
    return f"{plan.holdout_fraction:.0%}" if plan.holdout_fraction else ""


_Writer = Callable[["Plan | EffectivePlan", "Plan"], str]


def _number(slot: str) -> _Writer:
    def write(source: Plan | EffectivePlan, _plan: Plan) -> str:
        number = getattr(source, slot)
        return f"{number:,}" if number is not None else ""

    return write


def _constraints(_source: Plan | EffectivePlan, plan: Plan) -> str:
    return "; ".join(named(rule) for rule in plan.constraints)


def _columns(_source: Plan | EffectivePlan, plan: Plan) -> str:
    return "; ".join(
        f"{name}: {' '.join(filter(None, (choice.kind, choice.role)))}"
        for name, choice in plan.columns.items()
    )


_WRITERS: dict[str, _Writer] = {
    "synthesizers": lambda s, _: synthesizers_value(tuple(s.synthesizers) or SYNTHESIZERS),
    "epochs": _number("epochs"),
    "sample_rows": _number("sample_rows"),
    "train_rows": _number("train_rows"),
    "batch_size": _number("batch_size"),
    "seed": _number("seed"),
    "target": lambda s, _: s.target or "",
    "protected": lambda s, _: ", ".join(s.protected),
    "priority": lambda s, _: s.priority.value if s.priority else "",
    "goals": lambda s, _: "; ".join(str(goal) for goal in s.goals),
    "constraints": _constraints,
    "columns": _columns,
}
