"""The one family of exceptions: each message is one line that says what, where and what to do."""

from __future__ import annotations

from memisis_core.text import visible


class MemisisError(Exception):
    """Base of every error that a person is meant to read.

    Parameters
    ----------
    what : str
        What is wrong, in plain words, without a full stop.
    where : str, optional
        File, line, column, run or key that it is about.
    fix : str, optional
        What the person can do now.

    Notes
    -----
    Control characters in any part are made visible, since parts may quote the data.
    """

    exit_code: int = 1

    def __init__(self, what: str, *, where: str | None = None, fix: str | None = None) -> None:
        self.what = visible(what)
        self.where = visible(where) if where else None
        self.fix = visible(fix) if fix else None
        super().__init__(self.line())

    def line(self) -> str:
        """Return the message on one line: ``where: what. fix``."""
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}. {self.fix}" if self.fix else head


class InputError(MemisisError):
    """The call or the input was wrong (exit status 2)."""

    exit_code = 2


class WorkFailed(MemisisError):
    """The input was right but the work failed (exit status 1)."""


class ModelUnavailable(WorkFailed):
    """No usable language model, or its process died."""


class Cancelled(MemisisError):
    """A person asked for the work to stop, and it did."""
