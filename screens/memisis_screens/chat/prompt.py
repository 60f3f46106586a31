"""The prompt: several lines, a history, Enter sends, Esc stops the answer."""

from __future__ import annotations

from os.path import commonprefix
from typing import ClassVar

from textual.events import Key
from textual.reactive import reactive
from textual.widgets import TextArea

from memisis_screens.action import Scope
from memisis_screens.actions import action, bindings
from memisis_screens.chat.commands import SlashCommand, completions, split_command
from memisis_screens.messages import (
    AnswerStopRequested,
    CommandSubmitted,
    GoalSubmitted,
    LeaveRequested,
    NothingSent,
)

ASK = "What data do you need"
TO_PLAN = "Enter to the plan, or say a change"
MOST_HISTORY = 200
_IN_TURN = ("prompt.send", "prompt.newline", "prompt.leave")


class Prompt(TextArea):
    """Where goals are written.

    Attributes
    ----------
    sent : list of str
        What was sent before, oldest first.
    """

    SCOPE: ClassVar[Scope] = Scope.PROMPT
    BINDINGS = [*bindings(Scope.PROMPT)]  # noqa: RUF012 - Textual's own declaration

    answering: reactive[bool] = reactive(False, init=False)
    """Whether an answer is being made: Esc stops it then."""
    plan_waits: reactive[bool] = reactive(False, init=False)
    """Whether a plan waits to be run. It never takes the focus: the next words may change it."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(
            "",
            id=id,
            show_line_numbers=False,
            soft_wrap=True,
            tab_behavior="focus",
            highlight_cursor_line=False,
            placeholder=ASK,
        )
        self.cursor_blink = False  # nothing here blinks, and an idle line carries nothing
        self.sent: list[str] = []
        self._place = 0
        self._unsent = ""

    async def _on_key(self, event: Key) -> None:
        """Send, or begin a line, in turn with the letters.

        A binding would be looked up by the application while letters typed before it still wait in
        this widget's queue: somebody who types fast, or a script, would send half of the words.
        """
        for name in _IN_TURN:
            known = action(name)
            keys = self.app._keymap.get(known.id, known.keys)
            if event.key in keys.split(","):
                event.stop()
                event.prevent_default()
                await self.run_action(known.method)
                return
        await super()._on_key(event)

    def watch_answering(self) -> None:
        """Show the key that stops an answer while there is one."""
        self.refresh_bindings()

    def watch_plan_waits(self, waits: bool) -> None:
        """Say what Enter does while nothing is written."""
        self.placeholder = TO_PLAN if waits else ASK

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer stopping and completing only while there is something to stop or complete."""
        if action == "complete":
            return bool(self.completions)
        return self.answering if action == "stop" else True

    def action_send(self) -> None:
        """Send the words; without any, go to the plan that waits for an answer."""
        text = self.text.strip()
        if not text:
            self.post_message(NothingSent())
            return
        self.remember(text)
        self.clear()
        if split_command(text) is not None:
            self.post_message(CommandSubmitted(text))
            return
        self.post_message(GoalSubmitted(text))

    def remember(self, text: str) -> None:
        """Add words to the history (not twice in a row)."""
        if not self.sent or self.sent[-1] != text:
            self.sent.append(text)
            del self.sent[:-MOST_HISTORY]
        self._place = len(self.sent)

    def give_back(self, text: str) -> None:
        """Put words back to be changed, unless something else was begun meanwhile."""
        if not self.text.strip():
            self.text = text
            self.move_cursor(self.document.end)

    @property
    def completions(self) -> list[SlashCommand]:
        """What the command that is being written may become."""
        return completions(self.text)

    def on_text_area_changed(self) -> None:
        """Offer completion only while there is something to complete."""
        self.refresh_bindings()

    def action_complete(self) -> None:
        """Write as much of the command as is sure."""
        names = [known.name for known in self.completions]
        if names:
            sure = commonprefix(names)  # noqa: RUF071 - letters are meant
            whole = len(names) == 1 and bool(self.completions[0].argument)
            self._show(f"/{sure} " if whole else f"/{sure}")

    def action_newline(self) -> None:
        """Begin a new line."""
        self.insert("\n")

    def action_earlier(self) -> None:
        """Go up a line; in the first one, to what was sent before."""
        if self.cursor_location[0] > 0 or not self._place:
            self.action_cursor_up()
            return
        if self._place == len(self.sent):
            self._unsent = self.text
        self._place -= 1
        self._show(self.sent[self._place])

    def action_later(self) -> None:
        """Go down a line; in the last one, to what was sent after."""
        if self.cursor_location[0] < self.document.line_count - 1 or self._place >= len(self.sent):
            self.action_cursor_down()
            return
        self._place += 1
        at_end = self._place == len(self.sent)
        self._show(self._unsent if at_end else self.sent[self._place])

    def action_stop(self) -> None:
        """Ask for the answer to stop."""
        self.post_message(AnswerStopRequested())

    def action_leave_if_empty(self) -> None:
        """Quit, as shells do, if nothing is written; else delete to the right."""
        if self.text:
            self.action_delete_right()
        else:
            self.post_message(LeaveRequested())

    def _show(self, text: str) -> None:
        self.text = text
        self.move_cursor(self.document.end)
