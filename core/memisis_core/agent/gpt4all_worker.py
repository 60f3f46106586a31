"""The language model's own process: ``python -m memisis_core.agent.gpt4all_worker MODEL …``.

GPT4All is native code that writes to descriptors 1 and 2 as it pleases and cannot be interrupted
while it reads a prompt. Here it can do both: the answers go over a descriptor that it doesn't know,
and the process ends as soon as its parent is gone, however the parent went.
"""

from __future__ import annotations

import argparse
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
    Generate,
    Piece,
    Ready,
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

    requests: SimpleQueue[Generate] = field(default_factory=SimpleQueue)
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


@dataclass
class Writer:
    """Answers requests with one loaded model.

    `_known` are the segments that the model's context holds, each with the number of tokens up to
    its end, so that a request which begins like the one before continues from there.
    """

    model: GPT4All
    events: Events
    cancelled: set[int]
    _known: list[tuple[Segment, int]] = field(default_factory=list)

    def answer(self, request: Generate) -> None:
        """Read the prompt and write the answer; every request ends in `Done` or `Failed`."""
        *beginning, last = request.segments
        shared = self._shared(beginning)
        self._go_back(shared)
        known_tokens = self._position
        for segment in beginning[shared:]:
            trouble = self._read(segment)
            if trouble:
                break
            self._known.append((segment, self._position))
        else:
            trouble, ending, tokens = self._write(request, last)
        self.cancelled.discard(request.id)
        if trouble:
            self.events.send(Failed("too_long", trouble, request.id))
        else:
            self.events.send(Done(request.id, ending, tokens, known_tokens))

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

    def _go_back(self, shared: int) -> None:
        del self._known[shared:]
        context = self.model.model.context
        if context is not None:
            context.n_past = self._known[-1][1] if self._known else 0

    def _read(self, segment: Segment) -> str:
        """Read a segment without writing; return what is wrong, or an empty text."""
        troubles: list[str] = []

        def heard(token: int, text: str) -> bool:
            if token == _ERROR_TOKEN:
                troubles.append(text)
            return False

        self._prompt(segment, heard, n_predict=0)
        return troubles[0] if troubles else ""

    def _write(self, request: Generate, last: Segment) -> tuple[str, Ending, int]:
        """Read the last segment and write; return what is wrong, how it ended, and its tokens."""
        stop = StopFilter(tuple(request.stop))
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
            return not stop.stopped

        self._prompt(
            last,
            heard,
            n_predict=request.max_tokens,
            temp=request.temperature,
            top_k=1 if request.temperature <= 0 else 40,
            repeat_penalty=request.repeat_penalty,
        )
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
