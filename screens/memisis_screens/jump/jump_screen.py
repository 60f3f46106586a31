"""Letters over the workbench; pressing one goes there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from memisis_screens.action import Scope
from memisis_screens.actions import bindings

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Key
    from textual.widget import Widget

LETTERS = "asdfghjklqwertyuiopzxcvbnm"
"""The home row first: those that are found without looking."""


@dataclass(frozen=True)
class Target:
    """A place to go to.

    Attributes
    ----------
    x, y : int
        Where its letter stands, in cells of the screen.
    widget : Widget or None
        What takes the focus.
    tab : str
        Or the tab that comes to the front.
    """

    x: int
    y: int
    widget: Widget | None = None
    tab: str = ""


class JumpScreen(ModalScreen[Target | None]):
    """Shows a letter on each target and gives the one whose letter was pressed.

    Parameters
    ----------
    targets : iterable of Target
        Those beyond the number of letters cannot be reached this way.
    """

    SCOPE: ClassVar[Scope] = Scope.JUMP
    BINDINGS = [*bindings(Scope.JUMP)]  # noqa: RUF012 - Textual's own declaration

    def __init__(self, targets: Iterable[Target]) -> None:
        super().__init__()
        self.targets: dict[str, Target] = dict(zip(LETTERS, targets, strict=False))

    def compose(self) -> ComposeResult:
        """Yield the letters, and what they are for."""
        for letter, target in self.targets.items():
            label = Static(Content(f" {letter} "), classes="jump-letter", markup=False)
            label.styles.offset = (target.x, target.y)
            yield label
        yield Static(Content("A letter goes there, Esc back"), classes="jump-hint", markup=False)

    def on_key(self, event: Key) -> None:
        """Go where the letter stands; other keys do nothing."""
        target = self.targets.get(event.character or "")
        if target is not None:
            event.stop()
            self.dismiss(target)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)


def targets_of(widgets: Iterable[Widget], tabs: Sequence[tuple[str, int, int]]) -> list[Target]:
    """Return what can be jumped to.

    Parameters
    ----------
    widgets : iterable of Widget
        Those on the screen; the ones that can have the focus and are seen are taken. One that
        only holds others is left out.
    tabs : sequence of (str, int, int)
        Name and place of each tab.
    """
    seen = [w for w in widgets if w.focusable and w.is_on_screen and w.region.area > 0]
    holders = {node for widget in seen for node in widget.ancestors}
    places = [Target(w.region.x, w.region.y, widget=w) for w in seen if w not in holders]
    return [*(Target(x, y, tab=name) for name, x, y in tabs), *places]
