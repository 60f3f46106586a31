"""The log of a job as it is read: what happened when, then what its process wrote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from memisis_core.text import visible

if TYPE_CHECKING:
    from memisis_screens.run_view import RunView

MOST_LINES = 2000
"""The last ones; a log holds at most 256 kB."""


def job_log_text(run: RunView, lines: Sequence[str]) -> Content:
    """Return the log of a run.

    Parameters
    ----------
    run : RunView
        With what this session saw of it.
    lines : sequence of str
        What its process wrote to standard error.
    """
    parts = [Content.styled("What happened", "bold")]
    parts.extend(
        Content.assemble((f"{moment.astimezone():%H:%M:%S}  ", "$quiet"), visible(text))
        for moment, text in run.history
    )
    if not run.history:
        parts.append(Content.styled("Before this session: its times were not kept", "$quiet"))
    parts.extend([Content(""), Content.styled("What its process wrote", "bold")])
    hidden = len(lines) - MOST_LINES
    if hidden > 0:
        parts.append(Content.styled(f"{hidden:,} earlier lines are left out here", "$quiet"))
    parts.extend(Content(visible(line)) for line in lines[-MOST_LINES:])
    if not lines:
        parts.append(Content.styled("Nothing", "$quiet"))
    return Content("\n").join(parts)
