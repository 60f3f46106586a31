"""What a process uses of the machine now, as the kernel says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ProcessUsage:
    """Memory and threads of a process.

    Attributes
    ----------
    memory_bytes : int
        Resident set size: what it holds in memory, shared libraries included.
    threads : int
        Threads that exist, at work or not.
    """

    memory_bytes: int
    threads: int


def usage_of(pid: int) -> ProcessUsage | None:
    """Return what a process uses; None if it is gone or the system does not say (no ``/proc``)."""
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    try:
        memory = int(fields["VmRSS"].split()[0]) * 1024
        return ProcessUsage(memory, int(fields["Threads"]))
    except (KeyError, ValueError, IndexError):
        return None  # a process that has just ended has no memory any more
