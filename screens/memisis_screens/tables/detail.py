"""The lines below a table: what stands under the cursor, in full."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from memisis_core.text import visible


class Detail(Static):
    """A heading and a few sentences, never read as markup."""

    def __init__(self) -> None:
        super().__init__("", markup=False)

    def say(self, heading: str, *sentences: str) -> None:
        """Show a heading and what there is to say; empty sentences are left out."""
        text = "  ".join(visible(sentence) for sentence in sentences if sentence)
        self.update(Content.assemble((visible(heading), "bold"), "  ", (text, "$quiet")))

    def show(self, content: Content) -> None:
        """Show a text."""
        self.update(content)

    def be_empty(self) -> None:
        """Show nothing."""
        self.update("")
