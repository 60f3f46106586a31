"""What a session looked like: enough to put everything back where it was, and no row of data."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from memisis_core.plan.model import Plan

BlockKind = Literal["person", "step", "notice", "error", "text", "answer", "plan"]


class SavedBlock(BaseModel):
    """One block of the conversation."""

    model_config = ConfigDict(frozen=True)

    kind: BlockKind
    """``text``: said by the program in answer; ``answer``: Markdown of a language model."""
    text: str = ""
    plan: Plan | None = None
    """The plan that the block shows."""
    condition: str = ""
    """What became of that plan."""


class SessionState(BaseModel):
    """Everything that comes back with a session; its runs are in the store anyway."""

    model_config = ConfigDict(frozen=True)

    version: Literal[1] = 1
    sha256: str = ""
    """Hash of the table's file, to say so if it has changed."""
    roles: dict[str, str] = Field(default_factory=dict)
    """Roles of the columns, by name."""
    tab: str = "chat"
    """The tab in front."""
    work_tab: str = "data"
    """The tab of the work side."""
    marked: tuple[str, ...] = ()
    """Identifiers of the runs marked for comparison."""
    pinned: str = ""
    destination: str | None = None
    """The folder that exports go to."""
    history: tuple[str, ...] = ()
    """Words sent before, for the prompt."""
    unsent: str = ""
    """Words begun in the prompt."""
    blocks: tuple[SavedBlock, ...] = ()
