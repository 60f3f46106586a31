"""Blocks of the conversation as they are kept in a session, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memisis_core.runs.session_state import BlockKind, SavedBlock
from memisis_screens.chat.answer_block import AnswerBlock
from memisis_screens.chat.blocks import Block, ErrorBlock, NoticeBlock, PersonBlock, StepBlock
from memisis_screens.chat.chat_pane import WELCOME
from memisis_screens.plan.plan_card import PlanCard

if TYPE_CHECKING:
    from textual.widget import Widget

_KINDS: dict[type[Widget], BlockKind] = {
    PersonBlock: "person",
    StepBlock: "step",
    NoticeBlock: "notice",
    ErrorBlock: "error",
    Block: "text",
}
_CLASSES: dict[str, type[PersonBlock | StepBlock | NoticeBlock | ErrorBlock]] = {
    "person": PersonBlock,
    "step": StepBlock,
    "notice": NoticeBlock,
    "error": ErrorBlock,
}


def saved_block(block: Widget) -> SavedBlock | None:
    """Return a block as a session keeps it, None if it is not worth keeping."""
    if isinstance(block, PlanCard):
        return SavedBlock(kind="plan", plan=block.draft.plan, condition=block.condition.value)
    if isinstance(block, AnswerBlock):
        return SavedBlock(kind="answer", text=block.written)
    kind = _KINDS.get(type(block))
    if kind is None or not isinstance(block, Block) or block.text.plain == WELCOME:
        return None
    return SavedBlock(kind=kind, text=block.text.plain)


def restored_block(saved: SavedBlock) -> Widget:
    """Return the widget of a block that holds words (an answer is written into it)."""
    if saved.kind == "answer":
        return AnswerBlock()
    known = _CLASSES.get(saved.kind)
    return known(saved.text) if known is not None else Block("", saved.text)


def mark_of(block: Widget) -> object:
    """Return what tells whether a block has changed since it was last kept; cheap to compare."""
    if isinstance(block, PlanCard):
        return (id(block), id(block.draft))
    if isinstance(block, AnswerBlock):
        return (id(block), len(block.written))
    return id(block)
