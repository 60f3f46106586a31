"""A language model that says what a test tells it to.

::

    model = FakeModel({"compare all": "intent=generate; epochs=20; rows=1000"})
    model = FakeModel(answers=["intent=chat", "Hello."])         # one after the other
    model = FakeModel(default="one two three", gate=threading.Event())  # waits before each piece

A key matches if it occurs in the last message; the longest matching key wins. `requests` holds what
was asked. `fail_with` makes every request raise.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence

from memisis_core.agent.language_model import Completion, CompletionRequest

PATIENCE_SECONDS = 10.0


class FakeModel:
    """A scripted `LanguageModel`."""

    name = "fake model"

    def __init__(
        self,
        script: Mapping[str, str] | None = None,
        *,
        default: str = "intent=chat",
        answers: Sequence[str] = (),
        gate: threading.Event | None = None,
        fail_with: Exception | None = None,
    ) -> None:
        self.script = dict(script or {})
        self.default = default
        self.answers = list(answers)
        self.gate = gate
        self.fail_with = fail_with
        self.requests: list[CompletionRequest] = []
        self.cancelled = threading.Event()
        self.closed = False

    def complete(self, request: CompletionRequest) -> Completion:
        pieces = list(self.stream(request))
        ending = "cancelled" if self.cancelled.is_set() else "finished"
        return Completion("".join(pieces), ending, tokens=len(pieces))

    def stream(self, request: CompletionRequest) -> Iterator[str]:
        self.requests.append(request)
        if self.fail_with is not None:
            raise self.fail_with
        self.cancelled.clear()
        for piece in re.findall(r"\s*\S+|\s+$", self._answer(request)):
            if self.gate is not None:
                assert self.gate.wait(PATIENCE_SECONDS), "the test never opened the gate"
            if self.cancelled.is_set():
                return
            yield piece

    def cancel(self) -> None:
        self.cancelled.set()
        if self.gate is not None:
            self.gate.set()

    def close(self) -> None:
        self.closed = True

    def _answer(self, request: CompletionRequest) -> str:
        text = self.answers.pop(0) if self.answers else self._scripted(request.messages[-1].text)
        text = text.removeprefix(request.answer_start)
        for stop in request.stop:
            text = text.split(stop)[0]
        return text

    def _scripted(self, asked: str) -> str:
        matching = [key for key in self.script if key in asked]
        return self.script[max(matching, key=len)] if matching else self.default
