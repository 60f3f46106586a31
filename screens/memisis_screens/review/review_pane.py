"""The Review tab: one patient a page, judged by key; and the blinded test."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.widgets import DataTable, Static

from memisis_core.text import visible
from memisis_screens.action import Scope
from memisis_screens.actions import bindings
from memisis_screens.review.answer_line import AnswerLine
from memisis_screens.review.patient_rows import (
    PAIR_KEY,
    blinded_rows,
    mark_at,
    patient_columns,
    patient_rows,
)
from memisis_screens.review.review_text import (
    BLINDED_DETAIL,
    blinded_heading,
    judgement_line,
    patient_detail,
    patient_heading,
    result_text,
    summary_text,
)
from memisis_screens.review.review_view import Phase, ReviewView
from memisis_screens.review.wishes import (
    BlindedAnswerGiven,
    BlindedTestRequested,
    JudgementWithdrawn,
    MorePatientsRequested,
    PatientJudged,
    PatientRequested,
    PatientsRequested,
    ReasonGiven,
    ReviewRequested,
    RuleAdded,
    RuleWritten,
    ValuesNamed,
)
from memisis_screens.tables.detail import Detail
from memisis_screens.tables.work_table import WorkTable
from memisis_screens.workbench.work_pane import EmptyState, WorkPane

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from memisis_screens.run_view import RunView
    from memisis_screens.session import Session

LONGEST_REASON = 2_000


class PatientTable(WorkTable):
    """The patient under review."""

    SCOPE: ClassVar[Scope] = Scope.REVIEW
    BINDINGS = [*bindings(Scope.REVIEW)]  # noqa: RUF012 - Textual's own declaration

    @property
    def _pane(self) -> ReviewPane:
        return next(node for node in self.ancestors if isinstance(node, ReviewPane))

    def action_judge(self, verdict: str) -> None:
        """Say what the reviewer thinks of this patient."""
        from memisis_core.review.judgement import Verdict

        self._pane.judge(Verdict(verdict))

    def action_patient(self, step: int) -> None:
        """Turn the page."""
        self.post_message(PatientRequested(step))

    def action_next_marked(self) -> None:
        """Go to the next patient with a mark."""
        self.post_message(PatientRequested(1, marked=True))

    def action_name_value(self) -> None:
        """Point at the value under the cursor, or no longer."""
        self._pane.name_value()

    def action_say_why(self) -> None:
        """Open the line for the reason."""
        self._pane.ask_why()

    def action_withdraw(self) -> None:
        """Take back what was said of this patient."""
        self.post_message(JudgementWithdrawn())

    def action_write_rule(self) -> None:
        """Open the line for a rule of the next plan."""
        self._pane.ask_rule()

    def action_more_patients(self) -> None:
        """Draw more patients."""
        self.post_message(MorePatientsRequested())

    def action_blinded(self, of_each: int) -> None:
        """Begin a blinded test, or go on with one."""
        self.post_message(BlindedTestRequested(of_each))

    def action_next_run(self) -> None:
        """Review the next run that is done."""
        self._pane.review_next_run()


class BlindedTable(WorkTable):
    """The patient of a blinded test."""

    SCOPE: ClassVar[Scope] = Scope.BLINDED
    BINDINGS = [*bindings(Scope.BLINDED)]  # noqa: RUF012 - Textual's own declaration

    def action_answer(self, kind: str) -> None:
        """Say what the reviewer takes the patient for."""
        self.post_message(BlindedAnswerGiven(kind == "real"))


class ReviewPane(WorkPane):
    """Heading, patient, details, and what was said."""

    SCOPE: ClassVar[Scope] = Scope.PANE

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._goes_on = False
        """Whether the next patient follows once the reason is given."""

    def compose(self) -> ComposeResult:
        """Yield the parts; which of them are there depends on the phase."""
        yield EmptyState()
        yield Static("", id="review-heading", markup=False)
        yield PatientTable(cursor_type="row", cell_padding=0, id="patient")
        yield BlindedTable(cursor_type="row", cell_padding=0, id="blinded")
        with VerticalScroll(id="review-result"):
            yield Static("", markup=False)
        yield Static("", id="review-judgement", markup=False)
        yield AnswerLine(
            placeholder="Why? Enter keeps it, Esc leaves it open", longest=LONGEST_REASON, id="why"
        )
        yield AnswerLine(
            placeholder="Age >= 18   admitted <= discharged   not Sex = male and Pregnant = yes",
            longest=500,
            id="rule",
        )
        yield Static("", id="rule-check", markup=False)
        yield Detail()
        yield Static("", id="review-summary", markup=False)

    def session_changed(self, old: Session, new: Session) -> None:
        """Show the review as it is now."""
        if new.review is None or new.review is not old.review or old.runs is not new.runs:
            self._show(turned=_page_key(old.review) != _page_key(new.review))

    def on_resize(self, event: Resize) -> None:
        """Give the table the width there is."""
        self._show(turned=False)

    @property
    def view(self) -> ReviewView | None:
        """The review that is shown."""
        return self.session.review

    def _show(self, *, turned: bool) -> None:
        view = self.view
        phase = view.phase if view is not None else None
        shown = _PARTS.get(phase, ()) if phase is not None else ()
        had_focus = self.has_focus_within and not isinstance(self.app.focused, AnswerLine)
        for widget in self.children:
            if isinstance(widget, EmptyState):
                widget.display = not shown
            elif not isinstance(widget, AnswerLine):
                widget.display = (widget.id or "detail") in shown
            elif phase is not Phase.PATIENTS:
                widget.close()
        if view is None or not shown:
            self._say_empty()
        elif phase is Phase.PATIENTS:
            self._show_patient(view, turned)
        elif phase is Phase.BLINDED:
            self._show_blinded(view, turned)
        else:
            self.query_one("#review-result Static", Static).update(result_text(view))
        focused = self.app.focused
        if had_focus and (focused is None or focused is self or not focused.display):
            self.main.focus()

    def _show_patient(self, view: ReviewView, turned: bool) -> None:
        assert view.page is not None, "a patient is shown only once there is one"
        table = self.query_one(PatientTable)
        table.present(
            patient_columns(view.page, self._table_width(table), blinded=False),
            patient_rows(view.page, view.named),
        )
        if turned:
            table.move_cursor(row=0, animate=False)
        self._say("#review-heading", patient_heading(view))
        self._say("#review-judgement", judgement_line(view))
        self._say("#review-summary", summary_text(view))
        rule = self.query_one("#rule", AnswerLine)
        self.query_one("#rule-check").display = rule.display
        if view.rule is not None:
            self._say("#rule-check", Content(visible(view.rule.words)))
        self._show_detail()

    def _show_blinded(self, view: ReviewView, turned: bool) -> None:
        assert view.page is not None, "a patient is shown only once there is one"
        table = self.query_one(BlindedTable)
        table.present(
            patient_columns(view.page, self._table_width(table), blinded=True),
            blinded_rows(view.page),
        )
        if turned:
            table.move_cursor(row=0, animate=False)
        self._say("#review-heading", blinded_heading(view))
        self.query_one(Detail).show(Content.styled(BLINDED_DETAIL, "$quiet"))

    def _table_width(self, table: WorkTable) -> int:
        return max((table.size.width or self.content_size.width) - 1, 40)

    def _show_detail(self) -> None:
        view = self.view
        if view is not None and view.phase is Phase.PATIENTS:
            key, _ = self.query_one(PatientTable).cursor_key
            self.query_one(Detail).show(patient_detail(view, key))

    def _say(self, selector: str, text: Content) -> None:
        self.query_one(selector, Static).update(text)

    @property
    def _last_run(self) -> RunView | None:
        """The run that is begun with where none was chosen: the last that came to an end."""
        ended = [run for run in self.session.runs if run.state.final and run.metrics]
        return ended[-1] if ended else None

    @property
    def can_begin(self) -> bool:
        """Whether there are patients that could be reviewed, and none are."""
        return self.view is None and self._last_run is not None

    def begin(self) -> None:
        """Review the last run."""
        if self._last_run is not None:
            self.post_message(ReviewRequested(self._last_run.id))

    def _say_empty(self) -> None:
        empty, view = self.query_one(EmptyState), self.view
        last = self._last_run
        if view is not None and view.phase is Phase.TROUBLE:
            empty.say(f"{visible(view.name)} cannot be reviewed", visible(view.trouble))
        elif view is not None:
            empty.say(f"Opening {visible(view.name)}", "The table is read anew from where it lies")
        elif last is not None:
            empty.say(
                "No run is under review",
                f"Enter shows the patients of {last.label} {visible(last.title)} one at a time; "
                "v on a run elsewhere those of that run",
            )
        else:
            empty.say("Nothing to review yet", "Runs that are done can be reviewed from here")

    @property
    def main(self) -> WorkTable | VerticalScroll | ReviewPane:
        """The widget that takes the focus: the patient, the question, or the result."""
        phase = self.view.phase if self.view is not None else None
        match phase:
            case Phase.PATIENTS:
                return self.query_one(PatientTable)
            case Phase.BLINDED:
                return self.query_one(BlindedTable)
            case Phase.RESULT:
                return self.query_one("#review-result", VerticalScroll)
        return self

    def help_topic(self) -> Content | None:
        """Say what marks are, for the help."""
        from memisis_core.review.reference import THRESHOLDS

        return Content("\n").join([Content(line) for line in (*THRESHOLDS, "")])

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Say everything about the row under the cursor."""
        event.stop()
        self._show_detail()

    def step_back(self) -> bool:
        """Go from the blinded test or its result back to the patients."""
        view = self.view
        if view is not None and view.phase in (Phase.BLINDED, Phase.RESULT):
            self.post_message(PatientsRequested())
            return True
        return False

    # What the patient's table asks for.

    def judge(self, verdict: object) -> None:
        """Judge this patient; a doubt is asked for its reason."""
        from memisis_core.review.judgement import Verdict

        kind = Verdict(str(verdict))
        self.post_message(PatientJudged(kind))
        if kind is not Verdict.PLAUSIBLE:
            self.ask_why()
            self._goes_on = True

    def ask_why(self) -> None:
        """Open the line for the reason."""
        view = self.view
        if view is not None and view.page is not None:
            said = view.judgement
            self._goes_on = False
            self.query_one("#why", AnswerLine).open(said.why if said is not None else "")

    def name_value(self) -> None:
        """Point at the value or the combination under the cursor, or no longer."""
        view, key = self.view, self.query_one(PatientTable).cursor_key[0]
        if view is None or view.page is None or key is None:
            return
        mark = mark_at(view.page, key)
        columns = mark.columns if key.startswith(PAIR_KEY) and mark is not None else (key,)
        named = [name for name in view.named if name not in columns]
        if len(named) == len(view.named):
            named.extend(columns)
        self.post_message(ValuesNamed(tuple(named)))

    def ask_rule(self) -> None:
        """Open the line for a rule, with a beginning that fits what is under the cursor."""
        from memisis_screens.review.rule_beginnings import rule_beginning

        view = self.view
        if view is not None and view.page is not None and view.phase is Phase.PATIENTS:
            key, _ = self.query_one(PatientTable).cursor_key
            table = self.session.table
            schema = table.schema if table is not None else None
            self.query_one("#rule", AnswerLine).open(rule_beginning(view.page, key, schema))
            self.query_one("#rule-check").display = True
            self.post_message(RuleWritten(self.query_one("#rule", AnswerLine).value))

    def review_next_run(self) -> None:
        """Go to the next run that has synthetic patients."""
        runs = [run.id for run in self.session.runs if run.state.final and run.metrics]
        if runs:
            here = self.view.run_id if self.view is not None else ""
            place = runs.index(here) + 1 if here in runs else 0
            self.post_message(ReviewRequested(runs[place % len(runs)]))

    # The lines.

    def on_input_changed(self, event: AnswerLine.Changed) -> None:
        """Check a rule while it is written."""
        event.stop()
        if event.input.id == "rule" and event.input.display:
            self.post_message(RuleWritten(event.value))

    def on_answer_line_kept(self, event: AnswerLine.Kept) -> None:
        """Take the reason, or add the rule if it is one."""
        event.stop()
        view = self.view
        if event.line.id == "why":
            event.line.close()
            self.post_message(ReasonGiven(event.text))
            if self._goes_on and view is not None and view.place + 1 < len(view.order):
                self.post_message(PatientRequested(1))
            self.query_one(PatientTable).focus()
        elif view is not None and view.rule is not None and view.rule.addable:
            event.line.close()
            self.post_message(RuleAdded())
            self.query_one("#rule-check").display = False
            self.query_one(PatientTable).focus()

    def on_answer_line_left(self, event: AnswerLine.Left) -> None:
        """Go back to the patient."""
        event.stop()
        self.query_one("#rule-check").display = False
        self.query_one(PatientTable).focus()


_PARTS: dict[Phase, tuple[str, ...]] = {
    Phase.PATIENTS: (
        *("review-heading", "patient", "review-judgement", "detail", "review-summary"),
    ),
    Phase.BLINDED: ("review-heading", "blinded", "detail"),
    Phase.RESULT: ("review-result",),
}
"""Which parts are there in which phase; in the others an explanation stands in their place."""


def _page_key(view: ReviewView | None) -> object:
    """Return what tells one page from another."""
    if view is None:
        return None
    answered = len(view.test.answers) if view.test is not None else 0
    return (view.run_id, view.phase, view.place, answered)
