"""A line to write in below the patient: why, or a rule. Enter keeps it, Esc leaves it."""

from __future__ import annotations

from typing import ClassVar

from textual.message import Message
from textual.widgets import Input

from memisis_screens.action import Scope
from memisis_screens.actions import bindings


class AnswerLine(Input):
    """Away until it is opened. What is written is text, whatever it looks like."""

    SCOPE: ClassVar[Scope] = Scope.FILTER
    BINDINGS = [*bindings(Scope.FILTER)]  # noqa: RUF012 - Textual's own declaration

    class Kept(Message):
        """The line was finished."""

        def __init__(self, line: AnswerLine, text: str) -> None:
            super().__init__()
            self.line = line
            self.text = text

        @property
        def control(self) -> AnswerLine:
            """The line, for selectors."""
            return self.line

    class Left(Message):
        """The line was left without an answer."""

    def __init__(self, *, placeholder: str, longest: int, id: str) -> None:  # noqa: A002
        super().__init__(
            placeholder=placeholder,
            max_length=longest,
            select_on_focus=False,
            compact=True,
            classes="filter",
            id=id,
        )
        self.display = False

    def open(self, text: str) -> None:
        """Show the line with `text` in it and take the focus."""
        self.value = text
        self.display = True
        self.cursor_position = len(text)
        self.focus()

    def close(self) -> None:
        """Put the line away."""
        self.display = False

    def action_keep(self) -> None:
        """Say what was written."""
        self.post_message(self.Kept(self, self.value.strip()))

    def action_clear_filter(self) -> None:
        """Leave everything as it was."""
        self.close()
        self.post_message(self.Left())
