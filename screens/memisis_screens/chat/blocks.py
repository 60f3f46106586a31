"""Blocks of the conversation: a person's words, steps of the program, notices, answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from memisis_core.text import visible

if TYPE_CHECKING:
    from textual.app import RenderResult
    from textual.geometry import Size

GUTTER = 6
"""Cells that the label takes, its gap included."""


def visible_lines(text: str) -> str:
    """Return `text` with control characters made visible, line ends kept."""
    return "\n".join(visible(line) for line in text.splitlines())


class Block(Widget):
    """A label and a text that wraps beside it, never below it.

    Parameters
    ----------
    label : str
        Who speaks; at most five characters.
    text : str or Content
        A string is shown as it is: nothing in it is read as markup.
    """

    label_style = "$quiet"

    def __init__(self, label: str, text: str | Content, *, classes: str = "") -> None:
        super().__init__(classes=f"block {classes}")
        self.label = label
        self.text = text if isinstance(text, Content) else Content(visible_lines(text))

    def replace_text(self, text: str | Content) -> None:
        """Show another text in the same place."""
        self.text = text if isinstance(text, Content) else Content(visible_lines(text))
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the number of lines at `width` cells."""
        return len(self._lines(width))

    def render(self) -> RenderResult:
        """Return the wrapped text beside its label."""
        lines = self._lines(self.size.width)
        label = Content.styled(f"{self.label:<{GUTTER}}", self.label_style)
        margin = Content(" " * GUTTER)
        return Content("\n").join(
            [Content.assemble(margin if index else label, line) for index, line in enumerate(lines)]
        )

    def _lines(self, width: int) -> list[Content]:
        lines = self.text.wrap(max(width - GUTTER, 8))
        return lines or [Content("")]


class PersonBlock(Block):
    """What a person sent."""

    label_style = "bold $primary"

    def __init__(self, text: str) -> None:
        super().__init__("you", text, classes="person")


class StepBlock(Block):
    """What the program did, in one line."""

    def __init__(self, text: str) -> None:
        super().__init__("", text, classes="step")


class NoticeBlock(Block):
    """What the program has to say on its own account."""

    def __init__(self, text: str | Content) -> None:
        super().__init__("note", text, classes="notice")


class ErrorBlock(Block):
    """Something that could not be done, and why."""

    label_style = "bold $error"

    def __init__(self, text: str) -> None:
        super().__init__("error", text, classes="failure")
