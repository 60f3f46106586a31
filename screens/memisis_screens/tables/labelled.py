"""A label and a text that wraps beside it, never below it."""

from __future__ import annotations

from textual.content import Content

from memisis_core.text import visible

_LEAST_TEXT = 16


def labelled(label: str, text: str, label_width: int, width: int, style: str = "") -> Content:
    """Return the lines of a labelled text.

    Parameters
    ----------
    label, text : str
        Shown as they are, control characters made visible.
    label_width : int
        Cells that the label takes, its gap included.
    width : int
        Cells of a whole line.
    style : str, optional
        Of the text.
    """
    shown = Content.styled(visible(text), style)
    lines = shown.wrap(max(width - label_width, _LEAST_TEXT)) or [Content("")]
    head = Content.styled(f"{label:<{label_width}}", "$quiet")
    margin = Content(" " * label_width)
    return Content("\n").join(
        [Content.assemble(margin if index else head, line) for index, line in enumerate(lines)]
    )
