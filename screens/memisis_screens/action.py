"""What an action is: one thing that a person can do with a key or from the palette."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from textual.binding import Binding


class Scope(StrEnum):
    """Where an action's keys act; each value names the widget class that binds them."""

    WORKBENCH = "workbench"
    CHAT = "chat"
    PROMPT = "prompt"
    PLAN_CARD = "plan card"
    PLAN_FORM = "plan form"
    DESCRIPTION_CARD = "description card"
    SPECIFICATION = "specification"
    CHOICES = "choices"
    TOGGLES = "toggles"
    TABLE = "table"
    PANE = "pane"
    FILTER = "filter"
    DATA = "data"
    JOBS = "jobs"
    METRICS = "metrics"
    COMPARE = "compare"
    REPORT = "report"
    REVIEW = "review"
    BLINDED = "blinded"
    PLOTS = "plots"
    DIALOG = "dialog"
    READING = "reading"
    SESSIONS = "sessions"
    JUMP = "jump"
    OPENING = "opening"
    ROWS = "rows"


SCOPE_TITLES: dict[Scope, str] = {
    Scope.WORKBENCH: "Everywhere",
    Scope.CHAT: "Conversation",
    Scope.PROMPT: "Writing a goal",
    Scope.PLAN_CARD: "Plan card",
    Scope.PLAN_FORM: "Editing a plan",
    Scope.DESCRIPTION_CARD: "Card of a description",
    Scope.SPECIFICATION: "Editing a specification",
    Scope.CHOICES: "Lists of choices",
    Scope.TOGGLES: "Several choices",
    Scope.TABLE: "Tables",
    Scope.PANE: "Every tab",
    Scope.FILTER: "Filtering",
    Scope.DATA: "Data",
    Scope.JOBS: "Jobs",
    Scope.METRICS: "Metrics",
    Scope.COMPARE: "Compare",
    Scope.REPORT: "Report",
    Scope.REVIEW: "Review",
    Scope.BLINDED: "Blinded test",
    Scope.PLOTS: "Plots",
    Scope.DIALOG: "Questions",
    Scope.READING: "Reading",
    Scope.SESSIONS: "Sessions",
    Scope.JUMP: "Jumping",
    Scope.OPENING: "Opening a table",
    Scope.ROWS: "Rows of the table",
}


@dataclass(frozen=True)
class Action:
    """Something a person can do with a key or from the palette.

    Attributes
    ----------
    id : str
        ``scope.verb``, stable; key maps refer to it.
    keys : str
        One or more keys, separated by commas.
    method : str
        Textual action (``action_<method>`` of the widget that binds it).
    title : str
        Full name, as the palette and the help show it.
    help : str
        One sentence more, or empty.
    scope : Scope
    footer : str
        Short name in the key line; empty: not shown there.
    rank : int
        Place in the key line; the greatest go first where the line is too short.
    shown_key : str or None
        How the key is written, where the key's own name reads badly.
    palette : bool
        Whether the palette lists it; movements and editing keys make no sense there.
    priority : bool
        Whether it acts before the widget that has the focus.
    """

    id: str
    keys: str
    method: str
    title: str
    scope: Scope
    help: str = ""
    footer: str = ""
    rank: int = 50
    shown_key: str | None = None
    palette: bool = True
    priority: bool = False

    def binding(self) -> Binding:
        """Return the Textual binding of this action."""
        return Binding(
            self.keys,
            self.method,
            self.footer or self.title,
            show=bool(self.footer),
            key_display=self.shown_key,
            priority=self.priority,
            tooltip=self.help,
            id=self.id,
        )


_KEY_NAMES: dict[str, str] = {
    "escape": "Esc",
    "enter": "Enter",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "space": "Space",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "question_mark": "?",
    "slash": "/",
    "full_stop": ".",
    "comma": ",",
    "plus": "+",
    "minus": "-",
    "f1": "F1",
    "colon": ":",
    "backspace": "Backspace",
    "underscore": "_",
}


def written(key: str) -> str:
    """Return a key as people write it (``ctrl+k``: ``^k``)."""
    key = key.strip()
    if key in _KEY_NAMES:
        return _KEY_NAMES[key]
    head, plus, last = key.rpartition("+")
    name = _KEY_NAMES.get(last, last)
    if head == "ctrl":
        return f"^{name}"
    return f"{head.title()}+{name}" if plus else name
