"""A `LanguageModel` in a process of its own: started lazily, kept warm, replaced when it dies.

Imports no gpt4all: only the child does.
"""

from __future__ import annotations

import itertools
import os
import queue
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from memisis_core.agent.chat_form import ChatForm, Segment, chat_form
from memisis_core.agent.gguf_header import read_gguf_header
from memisis_core.agent.language_model import Completion, CompletionRequest, Ending
from memisis_core.agent.worker_protocol import (
    PROGRAM,
    Cancel,
    Done,
    Failed,
    Generate,
    Instruction,
    Piece,
    Ready,
    Request,
    WorkerEvent,
    event_of,
    to_line,
)
from memisis_core.errors import InputError, ModelUnavailable
from memisis_core.text import visible

_SECONDS_TO_LEAVE = 1.0
_BYTES_PER_SECOND = 20e6
"""Slowest disk that a model is expected to be loaded from."""


Asking = Callable[[int], Request]
"""Makes a request of the worker from its number."""


class ModelDied(ModelUnavailable):
    """The model's process ended while it was needed."""


class PromptTooLong(InputError):
    """The prompt does not fit into the model's context."""


@dataclass(frozen=True)
class Limits:
    """How long to wait for the model's process, in seconds.

    Attributes
    ----------
    load : float
        From start to loaded, beside what a slow disk needs for the file.
    silence : float
        Between two events of one answer; reading a long prompt is the longest silence.
    """

    load: float = 60.0
    silence: float = 120.0


class _Process:
    """One child: its pipes, its threads, its last words."""

    def __init__(self, model: Path, context: int, threads: int) -> None:
        # A plain environment would do, but native code reads thread counts from it.
        environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
        self.popen = subprocess.Popen(
            [
                *(sys.executable, "-m", PROGRAM, str(model)),
                *("--context", str(context), "--threads", str(threads)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,  # Ctrl+C in the terminal is for the program, not the model
        )
        self.events: queue.SimpleQueue[WorkerEvent | None] = queue.SimpleQueue()
        self.noise: deque[str] = deque(maxlen=40)
        self._sending = threading.Lock()
        self._threads = [
            threading.Thread(target=read, daemon=True, name=f"model {read.__name__}")
            for read in (self._read_events, self._read_noise)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def alive(self) -> bool:
        return self.popen.poll() is None

    def send(self, instruction: Instruction) -> None:
        """Write an instruction; a child that is gone is noticed by whoever waits for events."""
        assert self.popen.stdin is not None
        with self._sending, suppress(OSError, ValueError):
            self.popen.stdin.write(to_line(instruction))
            self.popen.stdin.flush()

    def last_words(self) -> str:
        """Return what native code said before it died, on one line."""
        lines = [line for line in self.noise if "cuda" not in line.lower()]
        return visible("; ".join(lines[-2:]), limit=200)

    def end(self) -> None:
        """End the child: asked first, then made to."""
        assert self.popen.stdin is not None
        with self._sending, suppress(OSError):
            self.popen.stdin.close()
        # Without its input the child leaves by itself; one that does not is made to.
        for insist in (None, self.popen.terminate, self.popen.kill):
            if insist is not None:
                insist()
            with suppress(subprocess.TimeoutExpired):
                self.popen.wait(_SECONDS_TO_LEAVE)
                break
        for thread in self._threads:
            thread.join(_SECONDS_TO_LEAVE)

    def _read_events(self) -> None:
        assert self.popen.stdout is not None
        with self.popen.stdout as source:
            for line in source:
                # A line that is no event is native noise that went astray.
                try:
                    self.events.put(event_of(line))
                except (ValueError, KeyError, TypeError):
                    self.noise.append(line.decode("utf-8", "replace").strip())
        self.events.put(None)

    def _read_noise(self) -> None:
        assert self.popen.stderr is not None
        with self.popen.stderr as source:
            for line in source:
                self.noise.append(line.decode("utf-8", "replace").strip())


class GPT4AllModel:
    """A model file run by GPT4All in a child process (a `LanguageModel`).

    Parameters
    ----------
    path : Path
        The GGUF file.
    form : ChatForm, optional
        The chat form of its family; without one, that of the chat template in the file's header.
    context : int
        Tokens that prompt and answer may take together.
    threads : int, optional
        Threads of the child; without a number, half the cores, 1 to 4: its threads spin while they
        wait for each other, which starves jobs that train on the same cores.
    limits : Limits
    """

    def __init__(
        self,
        path: Path,
        form: ChatForm | None = None,
        *,
        context: int = 2048,
        threads: int | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.path = path
        self._form = form
        self._context = context
        self._threads = threads or max(1, min(4, (os.cpu_count() or 1) // 2))
        self._limits = limits or Limits()
        self._process: _Process | None = None
        self._turn = threading.Lock()
        self._numbers = itertools.count(1)
        self._current: int | None = None
        self._closings = 0

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.path.stem

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.alive

    @property
    def process_id(self) -> int | None:
        """Identifier of the process, None if there is none."""
        return self._process.popen.pid if self._process is not None else None

    def start(self) -> None:
        """Start the process and load the model now instead of at the first request.

        Raises
        ------
        ModelUnavailable
            If the model cannot be loaded.
        """
        with self._turn:
            self._started()

    def complete(self, request: CompletionRequest) -> Completion:
        """Write the whole answer (see `LanguageModel`)."""
        started = time.monotonic()
        pieces: list[str] = []
        done: Done | None = None
        for event in self._events(self._generating(request)):
            if isinstance(event, Piece):
                pieces.append(event.text)
            else:
                done = event
        ending: Ending = done.ending if done is not None else "cancelled"
        tokens = done.tokens if done is not None else 0
        return Completion("".join(pieces), ending, tokens, time.monotonic() - started)

    def stream(self, request: CompletionRequest) -> Iterator[str]:
        """Give the answer piece by piece (see `LanguageModel`)."""
        for event in self._events(self._generating(request)):
            if isinstance(event, Piece):
                yield event.text

    def cancel(self) -> None:
        """End the answer being written, if there is one, after its next token."""
        process, number = self._process, self._current
        if process is not None and number is not None:
            process.send(Cancel(number))

    def close(self) -> None:
        """End the process. A later request starts another one."""
        self._closings += 1
        process, self._process = self._process, None
        if process is not None:
            process.end()

    def _events(self, asking: Asking) -> Iterator[Piece | Done]:
        """Give the events of one answer; a process that died since the last one is replaced."""
        with self._turn:
            said, closings = False, self._closings
            try:
                for event in self._answer(self._started(), asking):
                    said = True
                    yield event
            except ModelDied:
                if said or closings != self._closings:
                    raise
                yield from self._answer(self._started(), asking)

    def _answer(self, process: _Process, asking: Asking) -> Iterator[Piece | Done]:
        number = next(self._numbers)
        self._current = number
        whole = False
        try:
            process.send(asking(number))
            while not whole:
                event = self._next(process, number)
                whole = isinstance(event, Done)
                yield event
        except (PromptTooLong, ModelDied):
            whole = True
            raise
        finally:
            self._current = None
            if not whole and process.alive:
                self._abandon(process, number)

    def _abandon(self, process: _Process, number: int) -> None:
        """Cancel a request whose reader left, and wait until the model is free again."""
        process.send(Cancel(number))
        with suppress(ModelUnavailable, PromptTooLong):
            while not isinstance(self._next(process, number), Done):
                continue

    def _segments(self, request: CompletionRequest) -> list[Segment]:
        return [_encodable(segment) for segment in self._chat_form.segments(request)]

    @property
    def _chat_form(self) -> ChatForm:
        if self._form is None:
            self._form = chat_form(read_gguf_header(self.path).text("tokenizer.chat_template"))
        return self._form

    def _generating(self, request: CompletionRequest) -> Asking:
        def ask(number: int) -> Generate:
            return Generate(
                id=number,
                segments=self._segments(request),
                max_tokens=max(1, request.max_tokens),
                stop=[*request.stop, self._chat_form.stop],
                temperature=request.temperature,
                repeat_penalty=request.repeat_penalty,
            )

        return ask

    def _next(self, process: _Process, number: int) -> Piece | Done:
        """Return the next event of request `number`."""
        while True:
            event = self._wait(process, self._limits.silence)
            if isinstance(event, Failed):
                if event.kind == "too_long":
                    raise PromptTooLong("the request is too long for the model", fix="Shorten it")
                if event.kind == "gone":
                    raise ModelDied("the language model was started anew", fix="Begin again")
                raise ModelUnavailable(f"the language model failed: {event.text}")
            if isinstance(event, Piece | Done) and event.id == number:
                return event

    def _started(self) -> _Process:
        if self._process is not None and self._process.alive:
            return self._process
        if not self.path.is_file():
            raise ModelUnavailable(
                "there is no such model file",
                where=str(self.path),
                fix="Run: memisis models install",
            )
        process = _Process(self.path, self._context, self._threads)
        self._process = process
        patience = self._limits.load + self.path.stat().st_size / _BYTES_PER_SECOND
        event = self._wait(process, patience)
        if not isinstance(event, Ready):
            self._process = None
            process.end()
            said = event.text if isinstance(event, Failed) else "it answered out of turn"
            raise ModelUnavailable(
                f"GPT4All cannot load the model ({process.last_words() or said})",
                where=str(self.path),
                fix="Run: memisis models check",
            )
        return process

    def _wait(self, process: _Process, seconds: float) -> WorkerEvent:
        """Return the next event, or say why there is none; a child that is silent is ended."""
        try:
            event = process.events.get(timeout=seconds)
        except queue.Empty:
            self._drop(process)
            raise ModelUnavailable(
                f"the language model said nothing for {seconds:.0f} s and was stopped",
                where=str(self.path),
                fix="Ask again; it is started anew",
            ) from None
        if event is None:
            self._drop(process)
            status = process.popen.returncode
            ended = f"signal {-status}" if status is not None and status < 0 else f"exit {status}"
            words = process.last_words()
            raise ModelDied(
                f"the language model's process died ({ended}{': ' + words if words else ''})",
                where=str(self.path),
                fix="Ask again; it is started anew",
            )
        return event

    def _drop(self, process: _Process) -> None:
        if self._process is process:
            self._process = None
        process.end()


def _encodable(segment: Segment) -> Segment:
    """Return a segment that native code can take: no zero byte, nothing that UTF-8 cannot hold."""
    return Segment(segment.before, encodable(segment.text), segment.after)


def encodable(text: str) -> str:
    """Return `text` without what native code cannot take."""
    return text.replace("\x00", " ").encode("utf-8", "replace").decode()
