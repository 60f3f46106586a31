"""A review as the pane shows it: one immutable value. Imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memisis_core.plan.model import Constraint
    from memisis_core.review.blinded import BlindedTest
    from memisis_core.review.judgement import Judgement
    from memisis_core.review.material import PatientPage


class Phase(StrEnum):
    """What the pane shows."""

    OPENING = "opening"
    TROUBLE = "trouble"
    PATIENTS = "patients"
    BLINDED = "blinded"
    RESULT = "result"


@dataclass(frozen=True)
class RuleCheck:
    """A rule that was written, before it is added.

    Attributes
    ----------
    text : str
        As it was written.
    rule : Constraint or None
        None if it is no rule.
    words : str
        What it means and who breaks it, or why it is no rule.
    addable : bool
    """

    text: str
    rule: Constraint | None = None
    words: str = ""
    addable: bool = False


@dataclass(frozen=True)
class ReviewView:
    """A review of one run.

    Attributes
    ----------
    run_id, name : str
        The run, and what people call it.
    phase : Phase
    trouble : str
        Why the run cannot be reviewed, on one line.
    order : tuple of int
        Rows of the synthetic table that are reviewed, in random order.
    rows : int
        Rows of the whole synthetic table.
    place : int
        Which patient of `order` is shown.
    page : PatientPage or None
        The patient, in a blinded test the one that is asked about.
    judgements : dict of int to Judgement
        By row of the synthetic table.
    named : tuple of str
        Columns of this patient that the reviewer points at.
    marked, marked_holdout : float
        Share of patients with a mark, of the synthetic and of the real holdout ones.
    tests : tuple of BlindedTest
        All of this run, in the order in which they began.
    rule : RuleCheck or None
        The rule that is being written.
    """

    run_id: str
    name: str
    phase: Phase = Phase.OPENING
    trouble: str = ""
    order: tuple[int, ...] = ()
    rows: int = 0
    place: int = 0
    page: PatientPage | None = None
    judgements: dict[int, Judgement] = field(default_factory=dict)
    named: tuple[str, ...] = ()
    marked: float = 0.0
    marked_holdout: float = 0.0
    tests: tuple[BlindedTest, ...] = ()
    rule: RuleCheck | None = None

    @property
    def judgement(self) -> Judgement | None:
        """What was said of the patient that is shown."""
        return self.judgements.get(self.page.row) if self.page is not None else None

    @property
    def judged(self) -> tuple[Judgement, ...]:
        """The judgements of the patients that were drawn for the review."""
        return tuple(self.judgements[row] for row in self.order if row in self.judgements)

    @property
    def test(self) -> BlindedTest | None:
        """The blinded test that was begun last."""
        return self.tests[-1] if self.tests else None
