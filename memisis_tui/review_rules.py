"""From a finding to a rule of the next plan: checked while it is written, shown, then added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memisis_core.errors import InputError
from memisis_screens.review.review_view import RuleCheck
from memisis_screens.session import Condition
from memisis_tui.thread_messages import ThreadMessage

if TYPE_CHECKING:
    from memisis_core.plan.model import Plan
    from memisis_tui.desk import Desk
    from memisis_tui.plan_work import PlanWork
    from memisis_tui.review_work import ReviewWork


class RuleChecked(ThreadMessage):
    """A rule was held against the patients."""

    def __init__(self, check: RuleCheck) -> None:
        super().__init__()
        self.check = check


class ReviewRules:
    """Owns `ReviewView.rule`."""

    def __init__(self, desk: Desk, plans: PlanWork, work: ReviewWork) -> None:
        self._desk = desk
        self._plans = plans
        self._work = work
        self._wanted = ""

    def check(self, text: str) -> None:
        """Say what a rule means and who breaks it."""
        from memisis_core.plan.rules import HOW_TO_WRITE, parsed_rule

        material = self._work.material
        self._wanted = text
        if material is None:
            return
        try:
            rule = parsed_rule(text, material.schema)
        except InputError as error:
            examples = f"For example: {'; '.join(HOW_TO_WRITE)}"
            words = error.line() if text.strip() else examples
            self._work.change(rule=RuleCheck(text, words=words))
            return

        def count() -> None:
            from memisis_core.review.rule_checks import checked_rule

            found = checked_rule(rule, material)
            self._desk.post_message(
                RuleChecked(RuleCheck(text, rule, found.words, addable=found.addable))
            )

        self._desk.in_thread("checking the rule", count)

    def show(self, message: RuleChecked) -> None:
        """Show what was found, unless the rule has been written on since."""
        if message.check.text == self._wanted:
            self._work.change(rule=message.check)

    async def add(self) -> None:
        """Add the rule that is shown to the plan on the table, or to a new one like the run's."""
        from memisis_core.plan.rules import named
        from memisis_screens.plan.edits import with_slot

        view = self._work.view
        if view is None or view.rule is None or view.rule.rule is None or not view.rule.addable:
            return
        rule = view.rule.rule
        draft = self._desk.session.draft
        open_draft = draft is not None and draft.condition is Condition.OPEN
        plan = draft.plan if draft is not None and open_draft else self._plan_of_run(view.run_id)
        self._work.change(rule=None)
        if plan is None:
            return
        if rule in plan.constraints:
            self._desk.bench.notify(f"The plan has this rule: {named(rule)}", markup=False)
            return
        plan = with_slot(plan, "constraints", [*plan.constraints, rule])
        if open_draft:
            self._plans.change(plan)
        else:
            await self._plans.propose(plan)
        self._desk.bench.notify(
            f"In the next plan: {named(rule)}. 2 shows it; nothing runs before you confirm it",
            markup=False,
        )

    def _plan_of_run(self, run_id: str) -> Plan | None:
        run = self._desk.session.run(run_id)
        if run is None or run.record is None or self._desk.session.table is None:
            self._desk.bench.notify("Open the table of the run to plan anew", markup=False)
            return None
        return run.record.plan
