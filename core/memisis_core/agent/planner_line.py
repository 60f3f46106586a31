"""The planner's language: one line in, one line out. Fixed together with the training.

Prompt: ``Columns: a, b, c`` and ``Request: …`` in the model's chat form. Answer: one line
``intent=…; synthesizers=…; epochs=…; …`` with ``-`` for what isn't stated. Numbers stand as the
words say them (``two thousand``), a column behind the words that mean it (``who dies>DEATH_EVENT``;
``?`` for a column that the table doesn't have) unless they are its name: first it is found what is
said, then what it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from memisis_core.agent.language_model import Message
from memisis_core.plan.slots import LIST_SLOTS, SLOT_NAMES, Slots

UNSTATED: Final = "-"
UNKNOWN: Final = "?"
BECOMES: Final = ">"
ANSWER_START: Final = "intent="
ANSWER_TOKENS: Final = 200
"""The longest honest answers (eight long column names, three goals) take about 150 tokens."""

_LONGEST_NAME = 60
_SEPARATORS = re.compile(r"[,;>\s\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class ShownColumns:
    """Columns as the model sees them: no name holds a separator of the line.

    Attributes
    ----------
    names : tuple of (str, str)
        Name as shown, name in the table.
    """

    names: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, columns: Iterable[str]) -> ShownColumns:
        """Return the columns under names that are safe to show; doubles keep the first."""
        shown: dict[str, str] = {}
        for column in columns:
            safe = _SEPARATORS.sub(" ", column).strip()[:_LONGEST_NAME].strip()
            if safe and safe not in (UNSTATED, UNKNOWN):
                shown.setdefault(safe, column)
        return cls(tuple(shown.items()))

    def real(self, shown: str) -> str:
        """Return the table's name for a shown one; any other text comes back as it is."""
        return dict(self.names).get(shown, shown)


def prompt(columns: ShownColumns, words: str) -> Message:
    """Return the prompt that asks for the slots of `words`."""
    listed = ", ".join(shown for shown, _ in columns.names)
    return Message("user", f" {words.strip()}", fixed=f"Columns: {listed}\nRequest:")


def parse(line: str, columns: ShownColumns) -> tuple[Slots, tuple[str, ...]]:
    """Read the model's answer, whatever it is.

    Returns
    -------
    Slots
        What could be read; a slot that is named twice counts once, the first time.
    tuple of str
        Parts of the line that are no slot, for the record of what was dropped.
    """
    found: dict[str, str] = {}
    strange: list[str] = []
    for part in line.strip().split(";"):
        name, sign, value = part.partition("=")
        name, value = name.strip().lower(), value.strip()
        if not sign or name not in ("intent", *SLOT_NAMES):
            if part.strip():
                strange.append(part.strip()[:80])
            continue
        if value and value != UNSTATED:
            found.setdefault(name, value)
    lists = {slot: _items(found.pop(slot, "")) for slot in LIST_SLOTS}
    quotes: dict[str, str] = {}
    claimed = (_column(item, columns, quotes) for item in lists["protected"])
    lists["protected"] = tuple(name for name in claimed if name)
    intent = found.pop("intent", "").lower() or None
    if "target" in found:
        found["target"] = _column(found["target"], columns, quotes)
    slots = Slots(
        intent=intent,
        synthesizers=lists["synthesizers"],
        protected=lists["protected"],
        goals=lists["goals"],
        epochs=found.get("epochs"),
        train_rows=found.get("train_rows"),
        rows=found.get("rows"),
        target=found.get("target") or None,
        priority=found.get("priority"),
        quotes=tuple(quotes.items()),
    )
    return slots, tuple(strange)


def _column(claimed: str, columns: ShownColumns, quotes: dict[str, str]) -> str:
    """Return the column that is claimed, and note the words that are said to mean it."""
    words, means, shown = (part.strip() for part in claimed.partition(BECOMES))
    if not means:
        return columns.real(words)
    column = words if shown in ("", UNKNOWN, UNSTATED) else columns.real(shown)
    if words:
        quotes[column] = words
    return column


def _items(value: str) -> tuple[str, ...]:
    parts = (part.strip() for part in value.split(","))
    return tuple(dict.fromkeys(part for part in parts if part and part != UNSTATED))
