"""The filter line of a table: opened with /, kept with Enter, cleared with Esc."""

from __future__ import annotations

from typing import ClassVar

from textual.message import Message
from textual.widgets import Input

from memisis_screens.action import Scope
from memisis_screens.actions import bindings


class FilterInput(Input):
    """Away until it is opened; tells its pane what to look for as it is typed."""

    SCOPE: ClassVar[Scope] = Scope.FILTER
    BINDINGS = [*bindings(Scope.FILTER)]  # noqa: RUF012 - Textual's own declaration

    class Sought(Message):
        """The filter changed.

        Attributes
        ----------
        text : str
            What names must contain, in any case; empty: everything is shown.
        """

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The focus should go back to the table."""

    def __init__(self, *, placeholder: str) -> None:
        super().__init__(placeholder=placeholder, compact=True, classes="filter")
        self.display = False

    def open(self) -> None:
        """Show the line and take the focus."""
        self.display = True
        self.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell the pane."""
        event.stop()
        self.display = self.display or bool(event.value.strip())
        self.post_message(self.Sought(event.value.strip()))

    def action_keep(self) -> None:
        """Keep what was typed and go back to the table."""
        self.post_message(self.Left())

    def action_clear_filter(self) -> None:
        """Show everything again."""
        self.value = ""
        self.display = False
        self.post_message(self.Left())


def sought_in(text: str, *fields: str) -> bool:
    """Return whether every word of `text` is part of one of the fields, in any case."""
    lowered = [field.casefold() for field in fields]
    return all(any(word in field for field in lowered) for word in text.casefold().split())
