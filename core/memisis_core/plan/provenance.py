"""Who said what: the source of every value of a plan."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Source(StrEnum):
    """Where a value comes from."""

    SAID = "said"
    """The person's own words."""
    EDITED = "edited"
    """Set by hand, in the plan card or the plan file."""
    DATASET = "dataset"
    """Suggested by the table or its data card."""
    DEFAULT = "default"
    """Nobody said anything; see `memisis_core.plan.defaults`."""


class Provenance(BaseModel):
    """The source of one value and, where there are any, the words that say it."""

    model_config = ConfigDict(frozen=True)

    source: Source
    words: str | None = None
    start: int | None = None
    """Where the words begin in the request, in characters; for highlighting."""
    end: int | None = None


class Dropped(BaseModel):
    """Something the model claimed that neither the words nor the schema support."""

    model_config = ConfigDict(frozen=True)

    slot: str
    value: str
    why: str
