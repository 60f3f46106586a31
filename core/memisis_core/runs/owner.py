"""Who works on a run, and whether they still live.

A process identifier can be given to another program after a crash, and host names change; the
kernel's lock on a file ends with the process that holds it, whatever ended it. So the lock decides,
and host, process and start time are kept for people to read.
"""

from __future__ import annotations

import fcntl
import os
import platform
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from memisis_core.secure_files import private_folder


@dataclass
class Owner:
    """A supervisor at work; alive as long as its lock is held.

    Attributes
    ----------
    id : str
        Unique.
    host, pid, process_started : str, int, str or None
        For people. The start is in clock ticks since the machine started, where the system says.
    """

    id: str
    host: str
    pid: int
    process_started: str | None
    _path: Path = field(repr=False)
    _descriptor: int = field(repr=False)

    @classmethod
    def claim(cls, folder: Path) -> Owner:
        """Take a new identity under `folder`, held until `release` or the end of the process."""
        identity = uuid.uuid4().hex
        path = private_folder(folder) / f"{identity}.lock"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return cls(identity, platform.node(), os.getpid(), _started(), path, descriptor)

    def release(self) -> None:
        """Give the identity up (any number of times)."""
        if self._descriptor >= 0:
            with suppress(FileNotFoundError):
                self._path.unlink()
            os.close(self._descriptor)
            self._descriptor = -1


def is_alive(folder: Path, owner_id: str) -> bool:
    """Return whether somebody holds the lock of `owner_id`; the file of a dead one is removed."""
    path = folder / f"{owner_id}.lock"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        # Shared: two programs that look at the same time must not take each other for the owner.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        with suppress(FileNotFoundError):
            path.unlink()
        return False
    finally:
        os.close(descriptor)


def _started() -> str | None:
    try:
        stat = Path("/proc/self/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return stat.rpartition(")")[2].split()[19]
