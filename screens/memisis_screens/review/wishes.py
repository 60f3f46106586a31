"""What a reviewer may want: one message for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from memisis_core.review.judgement import Verdict


class ReviewRequested(Message):
    """A person wants to review the patients of a run."""

    def __init__(self, run_id: str) -> None:
        super().__init__()
        self.run_id = run_id


class PatientRequested(Message):
    """A person wants another patient: `step` further, or the next with a mark."""

    def __init__(self, step: int, *, marked: bool = False) -> None:
        super().__init__()
        self.step = step
        self.marked = marked


class MorePatientsRequested(Message):
    """A person wants to judge more patients than were drawn."""


class PatientJudged(Message):
    """A person said what they think of the patient that is shown."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__()
        self.verdict = verdict


class JudgementWithdrawn(Message):
    """A person takes back what they said of the patient that is shown."""


class ReasonGiven(Message):
    """A person said why."""

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why


class ValuesNamed(Message):
    """A person points at values of the patient, or no longer."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        super().__init__()
        self.columns = columns


class RuleWritten(Message):
    """A person is writing a rule for the next plan."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class RuleAdded(Message):
    """A person wants the rule that was checked in the next plan."""


class BlindedTestRequested(Message):
    """A person wants a blinded test, or to go on with the one that was begun."""

    def __init__(self, of_each: int) -> None:
        super().__init__()
        self.of_each = of_each


class BlindedAnswerGiven(Message):
    """A person took the patient for a real or a synthetic one."""

    def __init__(self, real: bool) -> None:
        super().__init__()
        self.real = real


class PatientsRequested(Message):
    """A person wants to go back from the blinded test to the patients."""
