"""No cursor blinks: nothing here does, and an idle line carries nothing."""

from __future__ import annotations

from textual.events import DescendantFocus
from textual.widgets import Input


class StillCursors:
    """A part of the application, so that the palette's own line is reached too."""

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Keep the cursor of the line that has the focus as it is."""
        if isinstance(event.widget, Input):
            event.widget.cursor_blink = False
