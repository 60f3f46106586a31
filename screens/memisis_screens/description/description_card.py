"""The card of a description: Enter makes the patients, e edits the specification, Esc drops it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from memisis_screens.action import Scope
from memisis_screens.actions import bindings
from memisis_screens.description.description_text import description_lines
from memisis_screens.session import Condition

if TYPE_CHECKING:
    from textual.app import ComposeResult, RenderResult
    from textual.geometry import Size

    from memisis_screens.description.description_draft import DescriptionDraft

_HINTS = {
    Condition.CONFIRMED: "confirmed · Enter puts it on the table again",
    Condition.DROPPED: "dropped · Enter puts it on the table again",
    Condition.REPLACED: "replaced by a later description · Enter puts it on the table again",
}


class DescriptionConfirmed(Message):
    """A person wants these patients made."""


class DescriptionDropped(Message):
    """A person set the description aside."""


class DescriptionOpened(Message):
    """A person wants to see and edit the whole specification."""


class DescriptionTakenUp(Message):
    """A person wants an earlier description on the table again."""

    def __init__(self, draft: DescriptionDraft) -> None:
        super().__init__()
        self.draft = draft


class DescriptionBody(Widget):
    """The lines of the card at the present width."""

    def __init__(self, draft: DescriptionDraft) -> None:
        super().__init__()
        self.draft = draft

    def show(self, draft: DescriptionDraft) -> None:
        """Show another state of the description."""
        self.draft = draft
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the number of lines at `width` cells."""
        return len(description_lines(self.draft, width))

    def render(self) -> RenderResult:
        """Return the lines."""
        return Content("\n").join(description_lines(self.draft, self.size.width))


class DescriptionCard(Vertical, can_focus=True):
    """A description in the conversation."""

    SCOPE: ClassVar[Scope] = Scope.DESCRIPTION_CARD
    BINDINGS = [*bindings(Scope.DESCRIPTION_CARD)]  # noqa: RUF012 - Textual's own declaration
    BORDER_TITLE = "patients from a description"

    def __init__(self, draft: DescriptionDraft) -> None:
        super().__init__(classes="open-plan")
        self.draft = draft

    def compose(self) -> ComposeResult:
        """Yield the lines and the hint below them."""
        yield DescriptionBody(self.draft)
        yield Static(self._hint(), classes="hint", markup=False)

    def show(self, draft: DescriptionDraft) -> None:
        """Show another state of the description."""
        self.draft = draft
        self.query_one(DescriptionBody).show(draft)
        self.set_class(self.waits, "open-plan")
        self.set_class(not self.waits, "-past")
        self._say_keys()
        self.refresh_bindings()

    @property
    def waits(self) -> bool:
        """Whether it waits for an answer."""
        return self.draft.condition is Condition.OPEN

    def on_focus(self) -> None:
        """Say what the keys do now."""
        self._say_keys()

    def on_blur(self) -> None:
        """Say how to come back."""
        self._say_keys()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done with the description as it is."""
        return self.waits if action in ("edit", "drop") else True

    def action_confirm(self) -> None:
        """Make the patients, or put an earlier description on the table again."""
        self.post_message(DescriptionConfirmed() if self.waits else DescriptionTakenUp(self.draft))

    def action_edit(self) -> None:
        """Show the whole specification."""
        self.post_message(DescriptionOpened())

    def action_drop(self) -> None:
        """Set the description aside."""
        self.post_message(DescriptionDropped())

    def _say_keys(self) -> None:
        self.query_one(".hint", Static).update(self._hint())

    def _hint(self) -> Content:
        if not self.waits:
            return Content.styled(_HINTS[self.draft.condition], "$quiet")
        keys = [("Enter", "to the description")]
        if self.has_focus:
            keys = [("Enter", "make them"), ("e", "edit"), ("Esc", "drop")]
        parts = [Content.assemble((key, "bold $primary"), " ", (do, "$quiet")) for key, do in keys]
        return Content("   ").join(parts)
