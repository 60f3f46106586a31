"""The Plan tab: the plan on the table in full, with the words that say each value."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll

from memisis_screens.action import Scope
from memisis_screens.plan.plan_card import PlanCard
from memisis_screens.workbench.work_pane import EmptyState, WorkPane

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from memisis_screens.session import Session


class PlanPane(WorkPane):
    """Shows the draft of the session."""

    SCOPE: ClassVar[Scope] = Scope.PLAN_CARD

    def compose(self) -> ComposeResult:
        """Yield the place of the card."""
        yield EmptyState()
        yield VerticalScroll(id="plan-scroll", can_focus=False)

    def session_changed(self, old: Session, new: Session) -> None:
        """Show another plan, or another state of it."""
        scroll = self.query_one("#plan-scroll")
        empty = self.query_one(EmptyState)
        shown = new.draft is not None and new.table is not None
        empty.display = not shown
        scroll.display = shown
        if new.draft is None or new.table is None:
            empty.say(
                "No plan yet",
                "Say in the conversation what you need (0 goes there)\n"
                "or press n to make a plan by hand",
            )
            return
        if old.draft is not new.draft or old.table is not new.table:
            cards = scroll.query(PlanCard)
            if cards:
                cards.first().show(new.draft, new.table.schema)
            else:
                scroll.mount(PlanCard(new.draft, new.table.schema, full=True))
