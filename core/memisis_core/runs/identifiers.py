"""Identifiers and labels: short, in order of time, easy to read out and to type."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from memisis_core.errors import InputError

_LABEL_LIMIT = 40


def new_identifier(
    connection: sqlite3.Connection, kind: Literal["run", "plan", "session"], now: datetime
) -> str:
    """Return the next identifier of the day, such as ``20261121-003`` (UTC).

    Plans begin with ``p``, sessions with ``s``. Call it inside a transaction. A number is never
    given again, even if its run was deleted.
    """
    day = now.strftime("%Y%m%d")
    (number,) = connection.execute(
        "INSERT INTO identifiers (kind, day, last) VALUES (?, ?, 1) "
        "ON CONFLICT (kind, day) DO UPDATE SET last = last + 1 RETURNING last",
        (kind, day),
    ).fetchone()
    prefix = {"run": "", "plan": "p", "session": "s"}[kind]
    return f"{prefix}{day}-{number:03d}"


def next_label(used: Iterable[str]) -> str:
    """Return the letter after the last one in use: A … Z, AA, AB …; other names are left alone."""
    taken = [_position(label) for label in used if label.isascii() and label.isupper()]
    return _letters(max(taken, default=0) + 1)


def checked_label(label: str) -> str:
    """Return a name that a person gave, without surrounding space.

    Raises
    ------
    InputError
        If it is empty, too long or holds control characters.
    """
    name = label.strip()
    if not name or len(name) > _LABEL_LIMIT or not name.isprintable():
        raise InputError(
            f"{label!r} cannot be the name of a run",
            fix=f"Give 1 to {_LABEL_LIMIT} printable characters",
        )
    return name


def _position(label: str) -> int:
    position = 0
    for letter in label:
        if not "A" <= letter <= "Z":
            return 0
        position = position * 26 + ord(letter) - ord("A") + 1
    return position if len(label) <= 3 else 0


def _letters(position: int) -> str:
    letters = ""
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
