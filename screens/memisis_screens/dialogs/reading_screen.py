"""A text over the workbench: scrolled with the arrows, left with Esc."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from memisis_screens.action import Scope
from memisis_screens.actions import bindings

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.content import Content


_WIDEST, _FRAME = 92, 7


def reading_width(window: int) -> int:
    """Return the cells of a line of text in a window of `window` cells."""
    return min(_WIDEST, int(window * 0.96)) - _FRAME


class ReadingBox(VerticalScroll, inherit_bindings=False):
    """Scrolled by the keys of the registry alone."""


class ReadingScreen(ModalScreen[None]):
    """Shows a title and a text; nothing in either is read as markup."""

    SCOPE: ClassVar[Scope] = Scope.READING
    BINDINGS = [*bindings(Scope.READING)]  # noqa: RUF012 - Textual's own declaration
    AUTO_FOCUS = ".reading"

    def __init__(self, title: str, text: Content) -> None:
        super().__init__()
        self.heading = title
        self.text = text

    def compose(self) -> ComposeResult:
        """Yield the text."""
        with ReadingBox(classes="reading") as box:
            box.border_title = self.heading.replace("[", r"\[")
            box.border_subtitle = "Esc back"
            yield Static(self.text, markup=False)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()

    def action_scroll(self, lines: int) -> None:
        """Scroll by some lines."""
        box = self.query_one(".reading")
        box.scroll_relative(y=lines, animate=False)
