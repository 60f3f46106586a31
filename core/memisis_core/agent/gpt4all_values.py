"""Writes values between texts of the program with GPT4All (a `ValueWriter`), context kept."""

from __future__ import annotations

from collections.abc import Sequence

from memisis_core.agent.gpt4all_process import Asking, GPT4AllModel, encodable
from memisis_core.agent.language_model import (
    CompletionRequest,
    Ending,
    Message,
    Value,
    ValueRequest,
)
from memisis_core.agent.model_files import recorded_checksum
from memisis_core.agent.worker_protocol import Fill, Piece


class GPT4AllValueWriter(GPT4AllModel):
    """A model file run by GPT4All in a child process that also writes single values.

    GPT4All 2.8.2 draws with a seed of its own that cannot be set: with a temperature, the same
    texts give other values each time.
    """

    @property
    def identity(self) -> str:
        """Name and checksum of the file; its size where no checksum was recorded."""
        return f"{self.name} {recorded_checksum(self.path) or self.path.stat().st_size}"

    def read(self, messages: Sequence[Message]) -> int:
        """Read a prompt (see `ValueWriter`)."""
        segments = self._segments(CompletionRequest(tuple(messages)))
        return self._filled(
            lambda number: Fill(number, segments, 0, "", 0, [], temperature=0.0, seconds=0.0)
        ).mark

    def write(self, after: int, request: ValueRequest) -> Value:
        """Write one value (see `ValueWriter`)."""
        return self._filled(
            lambda number: Fill(
                id=number,
                segments=[],
                after=after,
                text=encodable(request.text),
                max_tokens=max(1, request.max_tokens),
                stop=list(request.stop),
                temperature=request.temperature,
                seconds=request.seconds,
            )
        )

    def _filled(self, asking: Asking) -> Value:
        pieces: list[str] = []
        ending: Ending = "cancelled"
        mark = tokens = 0
        for event in self._events(asking):
            if isinstance(event, Piece):
                pieces.append(event.text)
            else:
                mark, ending, tokens = event.id, event.ending, event.tokens
        return Value("".join(pieces), ending, mark, tokens)
