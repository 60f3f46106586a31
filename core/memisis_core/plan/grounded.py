"""What is left of the model's slots once each is traced to the words and the schema."""

from __future__ import annotations

from dataclasses import dataclass, field

from memisis_core.plan.goals import Goal
from memisis_core.plan.model import Priority
from memisis_core.plan.provenance import Dropped, Provenance
from memisis_core.plan.slots import PlannerIntent


@dataclass(frozen=True)
class OpenQuestion:
    """A contradiction in the words, for the person to settle.

    Attributes
    ----------
    slot : str
        The slot of the plan that it is about.
    text : str
        One line; begins with the slot's name and a colon, so that a plan which holds only the text
        still tells which slot settles it.
    choices : tuple of str
        Answers, as a person would write them.
    """

    slot: str
    text: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grounded:
    """Slots with values that the words support.

    Attributes
    ----------
    intent : PlannerIntent
    synthesizers : tuple of str
        A line-up, sorted.
    added, removed : tuple of str
        Under ``change``: synthesizers that join and leave.
    epochs, train_rows, sample_rows : int or None
    target : str or None
    protected : tuple of str
    priority : Priority or None
    goals : tuple of Goal
    cleared : frozenset of str
        Plan slots that a change takes back.
    provenance : dict
        Plan slot to the words that say it.
    dropped : tuple of Dropped
        What the model claimed without support, each with the reason.
    questions : tuple of OpenQuestion
    """

    intent: PlannerIntent
    synthesizers: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    epochs: int | None = None
    train_rows: int | None = None
    sample_rows: int | None = None
    target: str | None = None
    protected: tuple[str, ...] = ()
    priority: Priority | None = None
    goals: tuple[Goal, ...] = ()
    cleared: frozenset[str] = frozenset()
    provenance: dict[str, Provenance] = field(default_factory=dict)
    dropped: tuple[Dropped, ...] = ()
    questions: tuple[OpenQuestion, ...] = ()

    @property
    def stated(self) -> tuple[str, ...]:
        """Plan slots that hold a value or are taken back."""
        slots = ["epochs", "train_rows", "sample_rows", "target", "protected", "priority", "goals"]
        found = [slot for slot in slots if getattr(self, slot) or slot in self.cleared]
        named = self.synthesizers or self.added or self.removed
        return (*(["synthesizers"] if named else []), *found)
