"""What every tab is: a pane that follows the session and says what to do while it is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.actions import SkipAction
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from memisis_screens.action import Scope
from memisis_screens.actions import bindings
from memisis_screens.session import Session
from memisis_screens.tables.filter_input import FilterInput

if TYPE_CHECKING:
    from textual.widget import Widget


class EmptyState(Static):
    """Two lines in place of a content that is not there yet: what is missing, what to do."""

    def __init__(self) -> None:
        super().__init__("", markup=False)

    def say(self, what: str, next_step: str) -> None:
        """Show what is missing and what to do about it."""
        self.update(Content.assemble((what, "bold"), "\n\n", (next_step, "$quiet")))


class WorkPane(Vertical, can_focus=True):
    """Base of the tabs' panes.

    A subclass overrides `session_changed` and gives `main` the widget that takes the focus.
    """

    SCOPE: ClassVar[Scope]
    BINDINGS = [*bindings(Scope.PANE)]  # noqa: RUF012 - Textual's own declaration
    session: reactive[Session] = reactive(Session(), init=False, repaint=False)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._seen = Session()
        """The session as the pane shows it; a pane that is not in front lags behind."""

    def watch_session(self) -> None:
        """Show a change at once if the pane is in front."""
        if self.is_mounted and self.display:
            self.catch_up()

    def on_mount(self) -> None:
        """Show the session as it is when the pane appears."""
        self.session_changed(self._seen, self.session)
        self._seen = self.session

    def on_show(self) -> None:
        """Show what changed while another tab was in front."""
        self.catch_up()

    def catch_up(self) -> None:
        """Show the session as it is now."""
        old, self._seen = self._seen, self.session
        if old is not self._seen:
            self.session_changed(old, self._seen)

    def session_changed(self, old: Session, new: Session) -> None:
        """Show what differs between two states of the session."""
        raise NotImplementedError

    @property
    def main(self) -> Widget:
        """The widget that takes the focus with the pane: its first one, or itself while empty."""
        return next(
            (widget for widget in self.query("*") if widget.focusable and widget.display), self
        )

    def step_back(self) -> bool:
        """Go back one step within the pane; return False if there is nothing to go back from."""
        for line in self.query(FilterInput):
            if line.display:
                line.action_clear_filter()
                return True
        return False

    def action_step_back(self) -> None:
        """Go back one step, in the pane or out of it."""
        if not self.step_back():
            raise SkipAction

    @property
    def can_begin(self) -> bool:
        """Whether Enter begins something, since the pane shows nothing yet."""
        return False

    def begin(self) -> None:
        """Begin what the empty pane proposes."""

    def action_begin(self) -> None:
        """Begin what the empty pane proposes, if it does."""
        if not self.can_begin:
            raise SkipAction
        self.begin()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to begin only where nothing is shown yet."""
        return self.can_begin if action == "begin" else True

    def action_filter(self) -> None:
        """Open the filter line."""
        for line in self.query(FilterInput):
            line.open()
