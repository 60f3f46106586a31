"""The lines that go between the program and the language model's process: JSON, one a line."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal

from memisis_core.agent.chat_form import Segment
from memisis_core.agent.language_model import Ending

PROGRAM = "memisis_core.agent.gpt4all_worker"

Failure = Literal["load", "too_long", "gone", "request"]


@dataclass(frozen=True)
class Generate:
    """Read the segments, then write. A shared beginning with the last request is not read again."""

    op: ClassVar = "generate"
    id: int
    segments: list[Segment]
    max_tokens: int
    stop: list[str]
    temperature: float
    repeat_penalty: float


@dataclass(frozen=True)
class Fill:
    """Read `text` and write one value, behind a prompt or behind an earlier value.

    The chain prompt, value, value, … stays in the model's context. Going on from an earlier link
    (a value that was not liked, the end of the prompt) forgets what came after it.

    Attributes
    ----------
    segments : list of Segment
        The prompt, where this is the first link of a chain, else empty.
    after : int
        The id of the link to go on from; 0 with `segments`.
    text : str
        Forced text; special tokens in it are not obeyed.
    max_tokens : int
        0 only reads the prompt.
    stop : list of str
        Single characters.
    seconds : float
        The value is cut off after this time.
    """

    op: ClassVar = "fill"
    id: int
    segments: list[Segment]
    after: int
    text: str
    max_tokens: int
    stop: list[str]
    temperature: float
    seconds: float


@dataclass(frozen=True)
class Cancel:
    """End request `id` after its next token."""

    op: ClassVar = "cancel"
    id: int


@dataclass(frozen=True)
class Ready:
    """The model is loaded."""

    event: ClassVar = "ready"
    seconds: float


@dataclass(frozen=True)
class Piece:
    """Text that was written."""

    event: ClassVar = "piece"
    id: int
    text: str


@dataclass(frozen=True)
class Done:
    """The answer is whole."""

    event: ClassVar = "done"
    id: int
    ending: Ending
    tokens: int
    known_tokens: int
    """Tokens of the prompt that the model knew from the request before and need not read again."""


@dataclass(frozen=True)
class Failed:
    """The request, or loading, failed."""

    event: ClassVar = "failed"
    kind: Failure
    text: str
    id: int = field(default=0)


Request = Generate | Fill
Instruction = Request | Cancel
WorkerEvent = Ready | Piece | Done | Failed
_EVENTS: dict[str, type[WorkerEvent]] = {kind.event: kind for kind in (Ready, Piece, Done, Failed)}


def to_line(message: Instruction | WorkerEvent) -> bytes:
    """Return `message` as one line of ASCII."""
    kind = {"op": message.op} if isinstance(message, Instruction) else {"event": message.event}
    return json.dumps({**kind, **asdict(message)}).encode() + b"\n"


def instruction_of(line: bytes) -> Instruction:
    """Read a line that `to_line` wrote of an instruction."""
    document: dict[str, Any] = json.loads(line)
    op = document.pop("op")
    if op == Cancel.op:
        return Cancel(**document)
    segments = [Segment(**segment) for segment in document.pop("segments")]
    kind = Fill if op == Fill.op else Generate
    return kind(segments=segments, **document)


def event_of(line: bytes) -> WorkerEvent:
    """Read a line that `to_line` wrote of an event (`ValueError` or `KeyError` if it is none)."""
    document: dict[str, Any] = json.loads(line)
    return _EVENTS[document.pop("event")](**document)
