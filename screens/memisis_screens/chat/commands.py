"""Commands that begin with a slash, for those who prefer them to words and keys.

Each carries out an action of the registry, so that nothing can be done in the prompt only.
"""

from __future__ import annotations

from dataclasses import dataclass

from memisis_screens.actions import action


@dataclass(frozen=True)
class SlashCommand:
    """A word after a slash.

    Attributes
    ----------
    name : str
        Without the slash.
    action_id : str
        The action of the registry.
    argument : str
        What may follow, for people; empty: nothing.
    """

    name: str
    action_id: str
    argument: str = ""

    @property
    def title(self) -> str:
        """What it does, as the palette says it."""
        return action(self.action_id).title


COMMANDS: tuple[SlashCommand, ...] = (
    SlashCommand("compare", "tab.compare"),
    SlashCommand("copy", "chat.copy"),
    SlashCommand("data", "tab.data"),
    SlashCommand("help", "app.help"),
    SlashCommand("jobs", "tab.jobs"),
    SlashCommand("jump", "app.jump"),
    SlashCommand("metrics", "tab.metrics"),
    SlashCommand("new", "plan.new"),
    SlashCommand("open", "app.open", "FILE"),
    SlashCommand("plan", "tab.plan"),
    SlashCommand("plots", "tab.plots"),
    SlashCommand("quit", "app.quit"),
    SlashCommand("report", "tab.report"),
    SlashCommand("review", "tab.review"),
    SlashCommand("save", "chat.save", "FILE"),
    SlashCommand("sessions", "session.list"),
    SlashCommand("theme", "app.theme"),
)


def split_command(text: str) -> tuple[str, str] | None:
    """Return name and argument of a command, None if `text` is none (two slashes are words)."""
    if not text.startswith("/") or text.startswith("//") or "\n" in text:
        return None
    name, _, argument = text[1:].partition(" ")
    return name, argument.strip()


def completions(text: str) -> list[SlashCommand]:
    """Return the commands that `text` may become; none once an argument was begun."""
    if split_command(text) is None or " " in text:
        return []
    return [known for known in COMMANDS if known.name.startswith(text[1:])]


def command(name: str) -> SlashCommand | None:
    """Return the command of this name, or the only one that begins so."""
    fitting = [known for known in COMMANDS if known.name == name]
    fitting = fitting or [known for known in COMMANDS if name and known.name.startswith(name)]
    return fitting[0] if len(fitting) == 1 else None
