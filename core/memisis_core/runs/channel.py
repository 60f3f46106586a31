"""A worker's side of the pipes: events out, requests to stop in."""

from __future__ import annotations

import json
import math
import os
import threading
from typing import IO

from memisis_core.runs.events import Event, Progress, StateChanged
from memisis_core.runs.states import RunState


class EventChannel:
    """Writes events, one JSON line each, from any thread.

    Attributes
    ----------
    state : RunState
        The phase that was reported last.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self.state = RunState.PREPARING
        self._stream = stream
        self._lock = threading.Lock()

    def send(self, event: Event) -> None:
        """Write one event; if nobody reads any more, end the process."""
        if isinstance(event, StateChanged):
            self.state = event.state
        if isinstance(event, Progress):
            finite = {name: loss for name, loss in event.losses.items() if math.isfinite(loss)}
            event = event.model_copy(update={"losses": finite})
        data = memoryview(event.model_dump_json().encode() + b"\n")
        try:
            with self._lock:
                while data:
                    data = data[self._stream.write(data) or 0 :]
        except BrokenPipeError:
            os._exit(1)


class StopRequests:
    """How often a person asked the job to stop."""

    def __init__(self) -> None:
        self._count = 0
        self._lock = threading.Lock()

    def add(self) -> None:
        """Count one more request."""
        with self._lock:
            self._count += 1

    @property
    def any(self) -> bool:
        """Whether anybody asked at all."""
        return self._count > 0

    @property
    def count(self) -> int:
        """Number of requests so far."""
        return self._count


def listen(requests: IO[bytes], stop: StopRequests) -> None:
    """Read requests in a thread of its own; their end means that the parent is gone."""

    def read() -> None:
        for line in requests:
            try:
                request = json.loads(line)
            except ValueError:
                continue  # not a request: nothing that a worker could do about it
            if isinstance(request, dict) and request.get("request") == "cancel":
                stop.add()
        os._exit(1)

    threading.Thread(target=read, name="requests", daemon=True).start()
