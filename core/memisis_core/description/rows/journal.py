"""The journal of a run: one JSON line for each row, written at once, so that a killed run goes on.

A line is handed to the system as soon as its row is accepted, which a killed process survives, and
forced to the disk after each batch, which a power cut survives.
"""

from __future__ import annotations

import datetime
import fcntl
import json
import os
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Final, Self

from memisis_core.description.rows.cells import Cell, Row
from memisis_core.description.specification import Specification, VariableType
from memisis_core.errors import InputError

PREVIOUS_SUFFIX: Final = ".previous"


@dataclass
class Tally:
    """What a run came to so far.

    Attributes
    ----------
    rows : list of dict
        Accepted rows.
    drawn : Counter
        Values by variable that were drawn from the specification: no model wrote them.
    derived : Counter
        Values by variable that follow from a rule (a total) and were computed.
    rejected : Counter
        Rejected rows by reason.
    rejected_at : Counter
        Rejected rows by the variable that no value was found for, where it was one.
    rejected_values : Counter
        Rejected values by reason (skeleton); the model was asked again.
    attempts, batches : int
    varied : int
        Times that the prompt was varied because patients became too alike.
    seconds : float
        Time of the model's work.
    """

    rows: list[Row] = field(default_factory=list)
    drawn: Counter[str] = field(default_factory=Counter)
    derived: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    rejected_at: Counter[str] = field(default_factory=Counter)
    rejected_values: Counter[str] = field(default_factory=Counter)
    attempts: int = 0
    batches: int = 0
    varied: int = 0
    seconds: float = 0.0

    @property
    def acceptance(self) -> float | None:
        """Share of attempted rows that were accepted, None before the first attempt."""
        return len(self.rows) / self.attempts if self.attempts else None

    @property
    def seconds_a_row(self) -> float | None:
        """Time for each accepted row, None before the first one."""
        return self.seconds / len(self.rows) if self.rows else None


@dataclass(frozen=True)
class Line:
    """One attempt."""

    batch: int
    seconds: float
    row: dict[str, Any] | None = None
    drawn: list[str] = field(default_factory=list)
    derived: list[str] = field(default_factory=list)
    reason: str = ""
    variable: str = ""
    rejected_values: dict[str, int] = field(default_factory=dict)
    varied: int = 0

    def counted_in(self, tally: Tally, dates: frozenset[str]) -> None:
        """Add this attempt to a tally."""
        tally.attempts += 1
        tally.batches = max(tally.batches, self.batch + 1)
        tally.seconds += self.seconds
        tally.varied += self.varied
        tally.rejected_values.update(self.rejected_values)
        if self.row is None:
            tally.rejected[self.reason] += 1
            tally.rejected_at.update([self.variable] if self.variable else [])
            return
        tally.drawn.update(self.drawn)
        tally.derived.update(self.derived)
        tally.rows.append({name: _read(name in dates, cell) for name, cell in self.row.items()})


class Journal:
    """The file of one run, open for writing.

    Parameters
    ----------
    path : Path
    fingerprint : str
        Of what the run depends on; a journal of another run is refused.
    specification : Specification
    resume : bool
        Go on with what is there; otherwise begin anew, and keep the last one beside it.

    Raises
    ------
    InputError
        If there is nothing to go on with, it belongs to another run, or one is at work on it.
    """

    def __init__(
        self, path: Path, fingerprint: str, specification: Specification, *, resume: bool
    ) -> None:
        self.path = path
        self._dates = frozenset(
            variable.name
            for variable in specification.variables
            if variable.type is VariableType.DATE
        )
        self.tally = Tally()
        if resume and not path.is_file():
            raise InputError(
                "there is no run of these settings to go on with", fix="Run without --resume"
            )
        self._file = _locked(path)
        if not resume and path.stat().st_size:
            path.replace(path.with_suffix(PREVIOUS_SUFFIX))
            self._file.close()
            self._file = _locked(path)
        try:
            whole = self._recover(fingerprint) if resume else 0
        except InputError:
            self._file.close()
            raise
        self._file.truncate(whole)  # half a line that a killed run left behind
        self._file.seek(whole)
        if not whole:
            self._file.write(_line({"fingerprint": fingerprint}))
            self.settle()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.settle()
        self._file.close()

    def add(self, line: Line) -> None:
        """Write one attempt and count it."""
        self._file.write(_line({k: v for k, v in asdict(line).items() if v or k == "batch"}))
        line.counted_in(self.tally, self._dates)

    def settle(self) -> None:
        """Force what was written to the disk."""
        os.fsync(self._file.fileno())

    def _recover(self, fingerprint: str) -> int:
        """Count what is there; return the bytes of whole lines."""
        data = self.path.read_bytes()
        whole = data.rfind(b"\n") + 1
        lines = data[:whole].splitlines()
        try:
            head, *rest = (json.loads(line) for line in lines)
            same = head["fingerprint"] == fingerprint
            for document in rest if same else ():
                Line(**{"seconds": 0.0, **document}).counted_in(self.tally, self._dates)
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                "the journal of the run is damaged",
                where=str(self.path),
                fix="Run without --resume",
            ) from error
        if not same:
            raise InputError(
                "the journal belongs to another run",
                where=str(self.path),
                fix="Run without --resume",
            )
        return whole


def _locked(path: Path) -> IO[bytes]:
    """Open a journal for this process alone; the lock ends with it, whatever ends it."""
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0)
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise InputError(
            "another run of the same settings is at work",
            where=str(path),
            fix="Wait for it, stop it, or use another --seed",
        ) from None
    return file


def _line(document: dict[str, Any]) -> bytes:
    return json.dumps(document, default=str, ensure_ascii=False).encode() + b"\n"


def _read(is_date: bool, cell: Any) -> Cell:
    if is_date and isinstance(cell, str):
        return datetime.date.fromisoformat(cell)
    return cell  # type: ignore[no-any-return]
