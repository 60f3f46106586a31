"""The seam between a job's life and the machine it runs on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from memisis_core.runs.events import Event
from memisis_core.runs.job import JobSpecification
from memisis_core.runs.process_usage import ProcessUsage


class JobHandle(Protocol):
    """One job that was started."""

    def events(self) -> Iterator[Event]:
        """Yield the job's events until it has ended; the last is ``Finished`` or ``Failed``.

        A job that dies without saying so yields ``Failed`` with what is known of the cause.
        """
        ...

    def cancel(self) -> None:
        """Ask the job to stop and keep what it has (safe from any thread, any number of times)."""
        ...

    def kill(self) -> None:
        """End the job now (safe from any thread)."""
        ...

    def pause(self) -> None:
        """Have the job rest with all that it holds, until `go_on` (safe from any thread)."""
        ...

    def go_on(self) -> None:
        """Let a job that rests go on (safe from any thread; else it does nothing)."""
        ...

    def usage(self) -> ProcessUsage | None:
        """Return what the job uses of its machine now; None if that is not known."""
        ...


class Executor(Protocol):
    """Where jobs run: child processes here, a cluster elsewhere, the same to everyone above."""

    def start(self, job: JobSpecification) -> JobHandle:
        """Start a job and return at once."""
        ...

    def close(self) -> None:
        """End every job that is still alive, within two seconds."""
        ...
