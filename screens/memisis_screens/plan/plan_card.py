"""The plan card: what will be done, who said so; Enter runs it, e edits it, Esc drops it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from memisis_screens.action import Scope
from memisis_screens.actions import bindings
from memisis_screens.messages import PlanConfirmed, PlanDropped, PlanEdited, PlanTakenUp
from memisis_screens.plan.card_text import card_lines
from memisis_screens.plan.plan_form import PlanForm
from memisis_screens.session import Condition

if TYPE_CHECKING:
    from textual.app import ComposeResult, RenderResult
    from textual.geometry import Size

    from memisis_core.data.schema import Schema
    from memisis_screens.session import DraftPlan


_HINTS: dict[Condition, str] = {
    Condition.CONFIRMED: "confirmed · Enter takes it up again as a new plan",
    Condition.DROPPED: "dropped · Enter takes it up again",
    Condition.REPLACED: "replaced by a later plan · Enter takes it up again",
}


class CardBody(Widget):
    """The lines of the card at the present width."""

    def __init__(self, draft: DraftPlan, *, full: bool) -> None:
        super().__init__()
        self.draft = draft
        self.full = full

    def show(self, draft: DraftPlan) -> None:
        """Show another state of the plan."""
        self.draft = draft
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the number of lines at `width` cells."""
        return len(card_lines(self.draft, width, full=self.full))

    def render(self) -> RenderResult:
        """Return the lines."""
        return Content("\n").join(card_lines(self.draft, self.size.width, full=self.full))


class PlanCard(Vertical, can_focus=True):
    """A plan in the conversation or in the Plan tab.

    Parameters
    ----------
    draft : DraftPlan
    schema : Schema
        Columns to choose the target and protected attributes from.
    full : bool
        Every slot on its own line.
    """

    SCOPE: ClassVar[Scope] = Scope.PLAN_CARD
    BINDINGS = [*bindings(Scope.PLAN_CARD)]  # noqa: RUF012 - Textual's own declaration
    BORDER_TITLE = "plan"

    def __init__(
        self,
        draft: DraftPlan,
        schema: Schema,
        *,
        full: bool = False,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self.draft = draft
        self.schema = schema
        self.full = full

    def compose(self) -> ComposeResult:
        """Yield the lines and the hint below them."""
        yield CardBody(self.draft, full=self.full)
        yield Static(self._hint(), classes="hint", markup=False)

    def show(self, draft: DraftPlan, schema: Schema) -> None:
        """Show another state of the plan, in the form too if it is open."""
        self.draft = draft
        self.schema = schema
        self.query_one(CardBody).show(draft)
        self.query_one(".hint", Static).update(self._hint())
        self._classify()
        for form in self.query(PlanForm):
            form.show(draft)
        self.refresh_bindings()

    def on_mount(self) -> None:
        """Be found while the plan waits for an answer."""
        self._classify()

    def on_focus(self) -> None:
        """Say what the keys do now."""
        self.query_one(".hint", Static).update(self._hint())

    def on_blur(self) -> None:
        """Say how to come back."""
        self.query_one(".hint", Static).update(self._hint())

    def _classify(self) -> None:
        waits = self.condition is Condition.OPEN
        self.set_class(waits, "open-plan")
        self.set_class(not waits, "-past")

    def become(self, condition: Condition) -> None:
        """Say what became of the plan."""
        self.show(replace(self.draft, condition=condition), self.schema)

    @property
    def condition(self) -> Condition:
        """What became of the plan."""
        return self.draft.condition

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done with the plan as it is."""
        if action in ("edit", "drop"):
            return self.condition is Condition.OPEN and not self.editing
        if action == "confirm":
            return not self.editing
        return True

    @property
    def editing(self) -> bool:
        """Whether the form is open."""
        return bool(self.query(PlanForm))

    def action_confirm(self) -> None:
        """Run the plan, or take an earlier one up again."""
        if self.condition is not Condition.OPEN:
            self.post_message(PlanTakenUp(self.draft.plan))
        elif self.draft.effective is None:
            self.notify(
                self.draft.problem or "The plan is not ready", severity="warning", markup=False
            )
        else:
            self.post_message(PlanConfirmed(self.draft.plan))

    async def action_edit(self) -> None:
        """Open the form in place of the lines."""
        self.query_one(CardBody).display = False
        form = PlanForm(self.draft, self.schema)
        await self.mount(form, before=".hint")
        self.query_one(".hint", Static).update(self._hint())
        form.open_field(0)

    def action_drop(self) -> None:
        """Set the plan aside."""
        self.post_message(PlanDropped(self.draft.plan))

    def on_plan_form_changed(self, message: PlanForm.Changed) -> None:
        """Pass on a plan that was changed in the form."""
        message.stop()
        self.post_message(PlanEdited(message.plan))

    async def on_plan_form_closed(self, message: PlanForm.Closed) -> None:
        """Show the lines again."""
        message.stop()
        await self.query(PlanForm).remove()
        self.query_one(CardBody).display = True
        self.query_one(".hint", Static).update(self._hint())
        self.screen.set_focus(self)

    def _hint(self) -> Content:
        if self.condition is not Condition.OPEN:
            return Content.styled(_HINTS[self.condition], "$quiet")
        if self.editing:
            keys = [("Tab", "next"), ("Enter", "accept"), ("^r", "reset"), ("Esc", "done")]
        elif not self.has_focus:
            keys = [("Enter", "to the plan, or say a change")]
        elif self.draft.effective is None:
            keys = [("e", "edit"), ("Esc", "drop")]
        else:
            keys = [("Enter", "run"), ("e", "edit"), ("Esc", "drop")]
        parts = [Content.assemble((key, "bold $primary"), " ", (do, "$quiet")) for key, do in keys]
        return Content("   ").join(parts)
