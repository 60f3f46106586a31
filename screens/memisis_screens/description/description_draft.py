"""A description on the table: what will be drawn, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from memisis_screens.session import Condition

if TYPE_CHECKING:
    from memisis_core.description.specification import Specification


@dataclass(frozen=True)
class DescriptionDraft:
    """Patients that a person asked for without giving a table.

    Attributes
    ----------
    specification : Specification
        What they are to look like; every number has its source.
    rows : int
    words : str
        What the person said.
    notes : tuple of str
        How the words were understood, one line each.
    seed : int
    condition : Condition
    problem : str
        Why it could not be drawn, on one line; empty if nothing is known against it.
    """

    specification: Specification
    rows: int
    words: str = ""
    notes: tuple[str, ...] = ()
    seed: int = 0
    condition: Condition = Condition.OPEN
    problem: str = ""
