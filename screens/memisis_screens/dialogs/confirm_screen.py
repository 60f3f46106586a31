"""A question with two answers; going back is always the safe one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from memisis_screens.action import Scope
from memisis_screens.actions import bindings

if TYPE_CHECKING:
    from textual.app import ComposeResult


class ConfirmScreen(ModalScreen[bool]):
    """Gives True if the person pressed y.

    Parameters
    ----------
    question, consequence : str
        What is asked, and what yes will do.
    """

    SCOPE: ClassVar[Scope] = Scope.DIALOG
    BINDINGS = [*bindings(Scope.DIALOG)]  # noqa: RUF012 - Textual's own declaration

    def __init__(self, question: str, consequence: str) -> None:
        super().__init__()
        self.question = question
        self.consequence = consequence

    def compose(self) -> ComposeResult:
        """Yield the question and its keys."""
        keys = Content.assemble(
            ("y", "bold $primary"), " yes   ", ("Esc", "bold $primary"), " back"
        )
        with Vertical(classes="dialog"):
            yield Static(Content.styled(self.question, "bold"), markup=False)
            yield Static(Content(self.consequence), markup=False)
            yield Static(keys, classes="hint", markup=False)

    def action_yes(self) -> None:
        """Answer yes."""
        self.dismiss(True)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss(False)
