"""The log of a job: what its process wrote to standard error, bounded and safe to show."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

from memisis_core.errors import InputError
from memisis_core.text import visible

LOG_FILE = "worker.log"
_SIZE_LIMIT = 256 << 10
_LINE_LIMIT = 2000


def log_lines(folder: Path) -> list[str]:
    """Return the lines of the log of the run in `folder`; none if its process wrote nothing.

    Raises
    ------
    InputError
        If the log is there and cannot be read.
    """
    path = folder / LOG_FILE
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise InputError(f"the log cannot be read ({error.strerror})", where=str(path)) from error


class JobLog:
    """Writes lines to a private file that is made with the first one.

    Parameters
    ----------
    path : Path
    size_limit : int, optional
        Greatest size in bytes; what comes after is left out, and the last line says so.
    """

    def __init__(self, path: Path, size_limit: int = _SIZE_LIMIT) -> None:
        self.last_line = ""
        self._path = path
        self._room = size_limit
        self._file: IO[str] | None = None

    def add(self, line: str) -> None:
        """Append one line with its control characters made visible."""
        shown = visible(line, limit=_LINE_LIMIT)
        if shown.strip():
            self.last_line = shown
        if self._room <= 0:
            return
        self._room -= len(shown.encode(errors="replace")) + 1
        target = self._opened()
        target.write(f"{shown}\n")
        if self._room <= 0:
            target.write("… (the rest was left out)\n")
        target.flush()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def _opened(self) -> IO[str]:
        if self._file is None:
            descriptor = os.open(
                self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600
            )
            self._file = os.fdopen(descriptor, "w", encoding="utf-8", errors="replace")
        return self._file
