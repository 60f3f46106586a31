"""The conversation: blocks in the order in which things were said, and the prompt below."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from memisis_screens.action import Scope
from memisis_screens.actions import bindings
from memisis_screens.chat.blocks import Block, NoticeBlock
from memisis_screens.chat.prompt import Prompt
from memisis_screens.messages import NothingSent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.widget import Widget

    from memisis_screens.chat.commands import SlashCommand

MOST_COMMANDS = 6
MOST_BLOCKS = 200
"""Older blocks leave the screen, so that hours of work do not slow it; the store keeps all."""
WELCOME = (
    "Say what synthetic data you need. A plan comes back first; nothing runs before you confirm it."
)


class ChatLog(VerticalScroll, can_focus=False):
    """The blocks; follows the end while the reader is there."""


class CommandList(Static):
    """What the command that is being written may become; away otherwise."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__("", id=id, markup=False)
        self.display = False

    def show(self, commands: Sequence[SlashCommand]) -> None:
        """Show these commands."""
        self.display = bool(commands)
        lines = [
            Content.assemble(
                (f"/{known.name:<9}", "bold $primary"), (f" {known.argument:<5}", "$quiet"),
                (known.title, "$quiet"),
            )
            for known in commands[:MOST_COMMANDS]
        ]  # fmt: skip
        hidden = len(commands) - MOST_COMMANDS
        self.update(Content("\n").join([*lines, *([Content(f"{hidden} more")] * (hidden > 0))]))


class ChatPane(Vertical):
    """Conversation and prompt.

    Attributes
    ----------
    log_view : ChatLog
        The scrolling part.
    prompt : Prompt
        Where words are written.
    """

    SCOPE: ClassVar[Scope] = Scope.CHAT
    BINDINGS = [*bindings(Scope.CHAT)]  # noqa: RUF012 - Textual's own declaration
    BORDER_TITLE = "Chat"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.log_view = ChatLog(NoticeBlock(WELCOME), id="log")
        self.prompt = Prompt(id="prompt")

    def compose(self) -> ComposeResult:
        """Yield the log and the prompt."""
        yield self.log_view
        yield CommandList(id="commands")
        with Horizontal(id="prompt-line"):
            yield Static("›", id="prompt-mark", markup=False)
            yield self.prompt

    def on_mount(self) -> None:
        """Follow the end until the reader scrolls up."""
        self.log_view.anchor()

    async def add(self, block: Widget) -> None:
        """Append a block and let the oldest go if there are too many."""
        log = self.log_view
        if not log.is_attached:
            return  # the application is being closed; threads may still have something to say
        await log.mount(block)
        superfluous = len(log.children) - MOST_BLOCKS
        if superfluous > 0:
            await log.remove_children(log.children[:superfluous])

    async def add_said(self, block: Widget) -> None:
        """Append what the person said; the view goes to the end, since they are there."""
        await self.add(block)
        self.log_view.anchor()

    def on_text_area_changed(self) -> None:
        """Show what a command may become."""
        self.query_one(CommandList).show(self.prompt.completions)

    @property
    def last_answer(self) -> str:
        """What was said last in answer to the person, empty if nothing was."""
        from memisis_screens.chat.answer_block import AnswerBlock

        said = [
            block.written if isinstance(block, AnswerBlock) else block.text.plain
            for block in self.log_view.children
            if isinstance(block, AnswerBlock) or type(block) is Block
        ]
        return next((text for text in reversed(said) if text.strip()), "")

    @property
    def open_card(self) -> Widget | None:
        """The plan that waits for an answer, None if there is none."""
        return next(reversed(self.query(".open-plan")), None)

    def on_nothing_sent(self, message: NothingSent) -> None:
        """Go to the plan that waits for an answer."""
        message.stop()
        card = self.open_card
        if card is not None:
            card.focus()

    def action_page_up(self) -> None:
        """Scroll back without leaving the prompt."""
        self.log_view.release_anchor()
        self.log_view.scroll_page_up(animate=False)

    def action_page_down(self) -> None:
        """Scroll on."""
        self.log_view.scroll_page_down(animate=False)
