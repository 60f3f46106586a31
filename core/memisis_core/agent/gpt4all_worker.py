"""The language model's own process: ``python -m memisis_core.agent.gpt4all_worker MODEL …``.

GPT4All is native code that writes to descriptors 1 and 2 as it pleases and cannot be interrupted
while it reads a prompt. Here it can do both: the answers go over a descriptor that it doesn't know,
and the process ends as soon as its parent is gone, however the parent went.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, BinaryIO

from memisis_core.agent.chat_form import Segment
from memisis_core.agent.language_model import Ending
from memisis_core.agent.stop_sequences import StopFilter
from memisis_core.agent.worker_protocol import (
    Cancel,
    Done,
    Failed,
    Fill,
    Generate,
    Piece,
    Ready,
    Request,
    WorkerEvent,
    instruction_of,
    to_line,
)

if TYPE_CHECKING:
    from gpt4all import GPT4All

BATCH = 256
"""Tokens of a prompt read at once; GPT4All's own 8 is several times slower."""
_ERROR_TOKEN = -1


class Events:
    """Writes events, one line each, to the descriptor that native code doesn't know."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def send(self, event: WorkerEvent) -> None:
        """Write one event, whole."""
        data = to_line(event)
        while data:
            data = data[os.write(self._descriptor, data) :]


@dataclass
class Inbox:
    """Requests to work on and requests that were cancelled."""

    requests: SimpleQueue[Request] = field(default_factory=SimpleQueue)
    cancelled: set[int] = field(default_factory=set)

    def listen(self, source: BinaryIO) -> None:
        """Take instructions until the parent is gone, then end this process at once.

        `os._exit`, since the main thread may be deep in native code for seconds.
        """
        for line in source:
            instruction = instruction_of(line)
            if isinstance(instruction, Cancel):
                self.cancelled.add(instruction.id)
            else:
                self.requests.put(instruction)
        os._exit(0)


@dataclass(frozen=True)
class _Mark:
    """A place in the context, and text before the stop that must be read again from there."""

    position: int
    unread: str = ""


@dataclass
class Writer:
    """Answers requests with one loaded model.

    `_known` are the segments that the model's context holds, each with the number of tokens up to
    its end, so that a request which begins like the one before continues from there. `_marks` are
    the ends of the values filled in since, by request.
    """

    model: GPT4All
    events: Events
    cancelled: set[int]
    _known: list[tuple[Segment, int]] = field(default_factory=list)
    _marks: dict[int, _Mark] = field(default_factory=dict)

    def answer(self, request: Request) -> None:
        """Do what a request asks for; each ends in `Done` or `Failed`."""
        outcome = self._fill(request) if isinstance(request, Fill) else self._generate(request)
        self.cancelled.discard(request.id)
        self.events.send(outcome)

    def _generate(self, request: Generate) -> Done | Failed:
        """Read the prompt and write the answer."""
        *beginning, last = request.segments
        known_tokens, trouble = self._read_prompt(beginning)
        if not trouble:
            stop = StopFilter(tuple(request.stop))
            trouble, ending, tokens = self._write(request, last, stop)
        if trouble:
            return Failed("too_long", trouble, request.id)
        return Done(request.id, ending, tokens, known_tokens)

    def _fill(self, request: Fill) -> Done | Failed:
        """Go back to where the value belongs, read its text and write it.

        What the context would have to drop its beginning for is refused: GPT4All would drop the
        instructions without a word. A token holds at least one byte, so bytes bound tokens.
        """
        known_tokens, trouble = 0, ""
        if request.segments:
            known_tokens, trouble = self._read_prompt(request.segments)
            if trouble:
                return Failed("too_long", trouble, request.id)
            mark = _Mark(self._position)
        elif request.after in self._marks:
            mark = self._marks[request.after]
        else:
            return Failed("gone", "the place to go on from is gone", request.id)
        # What was read behind an earlier mark is overwritten now.
        self._marks = {link: at for link, at in self._marks.items() if link <= request.after}
        ending: Ending = "finished"
        tokens = 0
        if request.max_tokens:
            text = mark.unread + request.text
            if mark.position + len(text.encode()) + request.max_tokens > self.model.model.n_ctx:
                return Failed("too_long", "the context is full", request.id)
            self._go_to(mark.position)
            stop = StopFilter(tuple(request.stop))
            trouble, ending, tokens = self._write(request, Segment("", text), stop)
            if trouble:
                return Failed("too_long", trouble, request.id)
            # The token that holds the stop is taken back; what it holds before it is read again.
            mark = _Mark(self._position - stop.stopped, stop.before if stop.stopped else "")
        self._marks[request.id] = mark
        return Done(request.id, ending, tokens, known_tokens)

    def _read_prompt(self, beginning: list[Segment]) -> tuple[int, str]:
        """Read what of a prompt is not known; return the tokens known before, and what is wrong."""
        self._marks.clear()
        shared = self._shared(beginning)
        del self._known[shared:]
        self._go_to(self._known[-1][1] if self._known else 0)
        known_tokens = self._position
        for segment in beginning[shared:]:
            if trouble := self._read(segment):
                return known_tokens, trouble
            self._known.append((segment, self._position))
        return known_tokens, ""

    @property
    def _position(self) -> int:
        context = self.model.model.context
        return int(context.n_past) if context is not None else 0

    def _shared(self, beginning: list[Segment]) -> int:
        """Return how many segments are still in the model's context."""
        shared = 0
        for (known, _), segment in zip(self._known, beginning, strict=False):
            if known != segment:
                break
            shared += 1
        return shared

    def _go_to(self, position: int) -> None:
        context = self.model.model.context
        if context is not None:
            context.n_past = position

    def _read(self, segment: Segment) -> str:
        """Read a segment without writing; return what is wrong, or an empty text."""
        troubles: list[str] = []

        def heard(token: int, text: str) -> bool:
            if token == _ERROR_TOKEN:
                troubles.append(text)
            return False

        self._prompt(segment, heard, n_predict=0)
        return troubles[0] if troubles else ""

    def _write(self, request: Request, last: Segment, stop: StopFilter) -> tuple[str, Ending, int]:
        """Read the last segment and write; return what is wrong, how it ended, and its tokens."""
        settings = _sampling(request)
        deadline = time.monotonic() + (request.seconds if isinstance(request, Fill) else math.inf)
        tokens = 0
        trouble = ""
        ending: Ending = "finished"

        def heard(token: int, text: str) -> bool:
            nonlocal tokens, ending, trouble
            if token == _ERROR_TOKEN:
                trouble = text
                return False
            if request.id in self.cancelled:
                ending = "cancelled"
                return False
            tokens += 1
            if piece := stop.feed(text):
                self.events.send(Piece(request.id, piece))
            if time.monotonic() > deadline and not stop.stopped:
                ending = "length"
                return False
            return not stop.stopped

        self._prompt(last, heard, n_predict=request.max_tokens, **settings)
        if piece := stop.rest():
            self.events.send(Piece(request.id, piece))
        if ending == "finished" and tokens >= request.max_tokens and not stop.stopped:
            ending = "length"
        return trouble, ending, tokens

    def _prompt(
        self, segment: Segment, heard: Callable[[int, str], bool], **settings: float
    ) -> None:
        """Give GPT4All a segment; `heard` gets what it writes.

        An exception in `heard` would be lost in native code, so it must not raise.
        """
        self.model.model.prompt_model(
            segment.text,
            f"{segment.before}%1{segment.after}%2",
            heard,
            n_batch=BATCH,
            reset_context=False,
            special=False,
            **settings,
        )


def _sampling(request: Request) -> dict[str, float]:
    """Return the settings of sampling; a value is drawn as the model weighs it, tails included."""
    common = {"temp": request.temperature, "top_k": 1 if request.temperature <= 0 else 40}
    if isinstance(request, Fill):
        return {**common, "top_p": 1.0, "repeat_penalty": 1.0}
    return {**common, "repeat_penalty": request.repeat_penalty}


def load(path: Path, context: int, threads: int) -> GPT4All:
    """Load the model at `path`; never from anywhere else.

    Raises
    ------
    RuntimeError
        If GPT4All cannot; what native code says goes to descriptor 2.
    """
    from gpt4all import GPT4All

    model = GPT4All(
        path.name,
        model_path=path.parent,
        allow_download=False,
        device="cpu",
        n_ctx=context,
    )
    # GPT4All ignores what load_model returns; this raises if nothing was loaded.
    model.model.set_thread_count(threads)
    return model


def main(arguments: list[str] | None = None) -> int:
    """Load a model, then answer the instructions that arrive on standard input."""
    parser = argparse.ArgumentParser(prog="gpt4all_worker")
    parser.add_argument("model", type=Path)
    parser.add_argument("--context", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    options = parser.parse_args(arguments)
    events = Events(os.dup(1))
    os.dup2(2, 1)
    inbox = Inbox()
    threading.Thread(target=inbox.listen, args=(sys.stdin.buffer,), daemon=True).start()
    started = time.monotonic()
    try:
        model = load(options.model, options.context, options.threads)
    except Exception as error:  # noqa: BLE001  the parent is told, whatever it was
        events.send(Failed("load", str(error) or type(error).__name__))
        return 1
    events.send(Ready(time.monotonic() - started))
    writer = Writer(model, events, inbox.cancelled)
    while True:
        request = inbox.requests.get()
        try:
            writer.answer(request)
        except Exception as error:  # noqa: BLE001  one bad request must not end the process
            events.send(Failed("request", str(error) or type(error).__name__, request.id))


if __name__ == "__main__":
    # Not sys.exit: the thread that reads standard input would make the interpreter abort.
    os._exit(main())
