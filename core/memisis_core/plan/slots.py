"""What a language model says a request states: nine slots, nothing checked yet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from memisis_core.plan.model import Intent


class PlannerIntent(StrEnum):
    """What a person wants with a message."""

    GENERATE = "generate"
    CHANGE = "change"
    RUN = "run"
    STOP = "stop"
    DATASET = "dataset"
    EXPLAIN = "explain"
    EXPORT = "export"
    DESCRIBE = "describe"
    CHAT = "chat"

    @property
    def contract(self) -> Intent:
        """The intent as plans and the JSON contract, which know four, call it."""
        return _CONTRACT[self]


_CONTRACT: Final[dict[PlannerIntent, Intent]] = {
    PlannerIntent.GENERATE: "generate",
    PlannerIntent.CHANGE: "generate",
    PlannerIntent.RUN: "chat",
    PlannerIntent.STOP: "chat",
    PlannerIntent.DATASET: "chat",
    PlannerIntent.EXPLAIN: "explain",
    PlannerIntent.EXPORT: "chat",
    PlannerIntent.DESCRIBE: "describe",
    PlannerIntent.CHAT: "chat",
}

CLEARED: Final = "none"
"""What a slot holds when a change takes it back."""


@dataclass(frozen=True)
class Slots:
    """The slots of one request, as text; None or empty where nothing is stated.

    Attributes
    ----------
    intent : str or None
    synthesizers : tuple of str
        Names; under ``change``, ``+tvae`` joins and ``-tvae`` leaves.
    epochs, train_rows, rows : str or None
        Numbers as the model wrote them.
    target, priority : str or None
        ``none`` under ``change``: taken back.
    protected : tuple of str
        Columns; ``("none",)``: taken back.
    goals : tuple of str
        Such as ``auroc_gap<=0.03``; ``("none",)``: taken back.
    quotes : tuple of (str, str)
        Claimed column and the words that are said to mean it.
    """

    intent: str | None = None
    synthesizers: tuple[str, ...] = ()
    epochs: str | None = None
    train_rows: str | None = None
    rows: str | None = None
    target: str | None = None
    protected: tuple[str, ...] = ()
    priority: str | None = None
    goals: tuple[str, ...] = ()
    quotes: tuple[tuple[str, str], ...] = ()

    @property
    def stated(self) -> tuple[str, ...]:
        """Names of the slots, beside the intent, that hold something."""
        return tuple(name for name in SLOT_NAMES if getattr(self, name))


SLOT_NAMES: Final = (
    "synthesizers",
    "epochs",
    "train_rows",
    "rows",
    "target",
    "protected",
    "priority",
    "goals",
)
LIST_SLOTS: Final = frozenset({"synthesizers", "protected", "goals"})


@dataclass(frozen=True)
class Proposal:
    """What the model said, unchecked.

    Attributes
    ----------
    slots : Slots
    line : str
        The answer as the model wrote it.
    strange : tuple of str
        Parts of the answer that are no slot.
    words_read : int
        Characters of the request that the model saw; fewer than it has if it is very long.
    columns_left_out : int
        Columns that did not fit into the prompt: those that the words have least to do with.
    """

    slots: Slots
    line: str = ""
    strange: tuple[str, ...] = ()
    words_read: int = 0
    columns_left_out: int = 0
