"""Text for table cells: what comes from data, a model or an error is never read as markup."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text

from memisis_core.text import visible

LONGEST = 400
"""Characters of one value that a cell is given; a cell of 10,000 would only be cut off later."""


def cell(text: str, style: str | Style = "", *, right: bool = False) -> Text:
    """Return `text` for a cell, control characters made visible.

    Parameters
    ----------
    text : str
    style : str or Style
        A Rich style.
    right : bool
        Whether the cell is aligned to the right, as numbers are.
    """
    return Text(
        visible(text, LONGEST),
        style=style,
        no_wrap=True,
        overflow="ellipsis",
        justify="right" if right else "left",
        end="",
    )


def joined(*parts: Text, separator: str = " ") -> Text:
    """Return one text of several, each with its own style."""
    return Text(separator, no_wrap=True, overflow="ellipsis", end="").join(parts)


def duration(seconds: float) -> str:
    """Return a duration for people: ``4.1 s``, ``0:41``, ``1:02:03``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def about(seconds: float) -> str:
    """Return an estimate of a duration, no more exact than estimates are."""
    if seconds < 90:
        return f"about {max(round(seconds), 1)} s"
    if seconds < 5400:
        return f"about {round(seconds / 60)} min"
    return f"about {seconds / 3600:.1f} h"
