"""The whole specification as text: every number with its source, to be read and changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from memisis_core.description.toml_file import specification_from_toml, specification_to_toml
from memisis_core.errors import InputError
from memisis_core.text import visible
from memisis_screens.action import Scope
from memisis_screens.actions import bindings

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from memisis_core.description.specification import Specification


class SpecificationScreen(ModalScreen["Specification | None"]):
    """Gives the specification as it was left, None if nothing was changed.

    Parameters
    ----------
    specification : Specification
    """

    SCOPE: ClassVar[Scope] = Scope.SPECIFICATION
    BINDINGS = [*bindings(Scope.SPECIFICATION)]  # noqa: RUF012 - Textual's own declaration

    def __init__(self, specification: Specification) -> None:
        super().__init__()
        self._before = specification_to_toml(specification)

    def compose(self) -> ComposeResult:
        """Yield the text, what is wrong with it, and the keys."""
        keys = Content.assemble(
            ("Esc", "bold $primary"), " done   ", ("^r", "bold $primary"), " as it was   ",
            ("a number that you change: ", "$quiet"), ('source = "person"', "$quiet"),
        )  # fmt: skip
        with Vertical(classes="dialog wide"):
            yield Static(Content.styled("Specification", "bold"), markup=False)
            yield TextArea(self._before, show_line_numbers=True, soft_wrap=False)
            yield Static("", classes="problem", markup=False)
            yield Static(keys, classes="hint", markup=False)

    def on_mount(self) -> None:
        """Begin at the top of the text."""
        self.query_one(TextArea).focus()

    def action_done(self) -> None:
        """Take the text as it is, unless it cannot be a specification."""
        text = self.query_one(TextArea).text
        if text == self._before:
            self.dismiss(None)
            return
        try:
            self.dismiss(specification_from_toml(text))
        except InputError as error:
            said = Content.styled(visible(error.line(), 300), "$error")
            self.query_one(".problem", Static).update(said)

    def action_reset(self) -> None:
        """Give the text back as it was."""
        self.query_one(TextArea).text = self._before
        self.query_one(".problem", Static).update("")
