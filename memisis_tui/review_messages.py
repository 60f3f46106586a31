"""Messages about reviews: the part of the application that carries them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memisis_screens.review import wishes
    from memisis_screens.workbench.workbench_screen import WorkbenchScreen
    from memisis_tui.review_rules import RuleChecked
    from memisis_tui.review_work import MaterialOpened, MaterialRefused, ReviewWork


class ReviewMessages:
    """Handlers by Textual's naming rule, so that a plain class can hold them."""

    if TYPE_CHECKING:
        bench: WorkbenchScreen
        reviews: ReviewWork

    async def on_review_requested(self, message: wishes.ReviewRequested) -> None:
        """Open a run for review and go there."""
        self.reviews.open(message.run_id)
        await self.bench.action_show_tab("review")

    def on_material_opened(self, message: MaterialOpened) -> None:
        """Show a run that was opened."""
        self.reviews.show(message)

    def on_material_refused(self, message: MaterialRefused) -> None:
        """Say why a run cannot be reviewed."""
        self.reviews.refuse(message)

    def on_patient_requested(self, message: wishes.PatientRequested) -> None:
        """Turn the page."""
        self.reviews.turn(message.step, marked=message.marked)

    def on_more_patients_requested(self) -> None:
        """Draw more patients."""
        self.reviews.draw_more()

    def on_patient_judged(self, message: wishes.PatientJudged) -> None:
        """Keep a judgement."""
        self.reviews.judge(message.verdict)

    def on_judgement_withdrawn(self) -> None:
        """Take a judgement back."""
        self.reviews.withdraw()

    def on_reason_given(self, message: wishes.ReasonGiven) -> None:
        """Keep why."""
        self.reviews.give_reason(message.why)

    def on_values_named(self, message: wishes.ValuesNamed) -> None:
        """Keep which values are meant."""
        self.reviews.name(message.columns)

    def on_rule_written(self, message: wishes.RuleWritten) -> None:
        """Check a rule."""
        self.reviews.rules.check(message.text)

    def on_rule_checked(self, message: RuleChecked) -> None:
        """Show what a rule comes to."""
        self.reviews.rules.show(message)

    async def on_rule_added(self) -> None:
        """Put the rule into the next plan."""
        await self.reviews.rules.add()

    def on_blinded_test_requested(self, message: wishes.BlindedTestRequested) -> None:
        """Begin a blinded test, or go on with it."""
        self.reviews.begin_test(message.of_each)

    def on_blinded_answer_given(self, message: wishes.BlindedAnswerGiven) -> None:
        """Keep an answer."""
        self.reviews.answer(message.real)

    def on_patients_requested(self) -> None:
        """Go back to the patients."""
        self.reviews.show_patients()
