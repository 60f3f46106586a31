"""Sessions and what was said in them."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from memisis_core.errors import InputError
from memisis_core.runs.database import Database
from memisis_core.runs.identifiers import new_identifier
from memisis_core.runs.session_state import SessionState

MessageRole = Literal["person", "assistant", "step", "notice"]
_SESSIONS = "SELECT id, title, dataset, created, updated FROM sessions"


class SessionRecord(BaseModel):
    """One stretch of work on a dataset."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    dataset: str | None = None
    """Path of the table, if one was open."""
    created: datetime
    updated: datetime


class MessageRecord(BaseModel):
    """One entry of a session's chat."""

    model_config = ConfigDict(frozen=True)

    id: int
    session_id: str
    role: MessageRole
    """``step``: what the program did; ``notice``: what it has to say on its own account."""
    text: str
    plan_id: str | None = None
    """The plan that this message shows."""
    created: datetime


class Sessions:
    """Keeps sessions and messages (`Store.sessions`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, title: str, dataset: str | None = None) -> SessionRecord:
        """Begin a session."""
        now = datetime.now(UTC)
        with self._database.writing() as connection:
            session = SessionRecord(
                id=new_identifier(connection, "session", now),
                title=title,
                dataset=dataset,
                created=now,
                updated=now,
            )
            connection.execute(
                "INSERT INTO sessions (id, title, dataset, created, updated) "
                "VALUES (?, ?, ?, ?, ?)",
                (session.id, title, dataset, now.isoformat(), now.isoformat()),
            )
        return session

    def free_title(self, title: str) -> str:
        """Return `title`, or `title` with a number if another session has it."""
        taken = {session.title for session in self.all()}
        numbered = (f"{title} ({number})" for number in range(2, len(taken) + 3))
        return next(name for name in (title, *numbered) if name not in taken)

    def all(self) -> list[SessionRecord]:
        """Return every session, the one last worked in first."""
        with self._database.reading() as connection:
            rows = connection.execute(f"{_SESSIONS} ORDER BY updated DESC, id DESC")
            return [_session(row) for row in rows]

    def find(self, name: str | None = None) -> SessionRecord:
        """Return the session with this title, identifier or unique beginning of one of them.

        Parameters
        ----------
        name : str, optional
            The session that was last worked in unless given.

        Raises
        ------
        InputError
            If no session fits, or several do.
        """
        known = self.all()
        if not name:
            if known:
                return known[0]
            raise InputError("there is no session yet", fix="Open a table: memisis DATA")
        exact = [s for s in known if name in (s.id, s.title)]
        fitting = exact or [s for s in known if s.id.startswith(name) or s.title.startswith(name)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise InputError(
                f"{name!r} names {len(fitting)} sessions",
                fix=f"Give an identifier, such as {fitting[0].id}",
            )
        raise InputError(f"there is no session {name!r}", fix="See: memisis sessions list")

    def state(self, session_id: str) -> SessionState | None:
        """Return what a session looked like when it was last saved, None if it never was."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT state FROM sessions WHERE id = ?", (session_id,)
            ).fetchone()
        if row is None or row["state"] is None:
            return None
        return SessionState.model_validate_json(row["state"])

    def save_state(self, session_id: str, state: SessionState) -> None:
        """Keep what a session looks like; whole or, after a crash, as it was before."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE sessions SET state = ?, updated = ? WHERE id = ?",
                (state.model_dump_json(), datetime.now(UTC).isoformat(), session_id),
            )

    def get(self, session_id: str) -> SessionRecord:
        """Return a session.

        Raises
        ------
        InputError
            If there is none.
        """
        with self._database.reading() as connection:
            row = connection.execute(f"{_SESSIONS} WHERE id = ?", (session_id,)).fetchone()
        if row is None:
            raise InputError(f"there is no session {session_id!r}")
        return _session(row)

    def rename(self, session_id: str, title: str) -> SessionRecord:
        """Give a session another title."""
        self._change(session_id, "title", title)
        return self.get(session_id)

    def set_dataset(self, session_id: str, dataset: str | None) -> SessionRecord:
        """Remember which table is open."""
        self._change(session_id, "dataset", dataset)
        return self.get(session_id)

    def delete(self, session_id: str) -> None:
        """Remove a session and its messages; its runs stay."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM sessions WHERE id = ?", (session_id,))

    def add_message(
        self, session_id: str, role: MessageRole, text: str, plan_id: str | None = None
    ) -> MessageRecord:
        """Append to a session's chat."""
        self.get(session_id)
        now = datetime.now(UTC)
        with self._database.writing() as connection:
            cursor = connection.execute(
                "INSERT INTO messages (session_id, role, text, plan_id, created) "
                "VALUES (?, ?, ?, ?, ?)",
                (session_id, role, text, plan_id, now.isoformat()),
            )
            connection.execute(
                "UPDATE sessions SET updated = ? WHERE id = ?", (now.isoformat(), session_id)
            )
        return MessageRecord(
            id=cursor.lastrowid or 0,
            session_id=session_id,
            role=role,
            text=text,
            plan_id=plan_id,
            created=now,
        )

    def messages(self, session_id: str, last: int | None = None) -> list[MessageRecord]:
        """Return a session's chat in order, or only its `last` messages."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT * FROM messages WHERE session_id = ? ORDER BY id DESC LIMIT ?",
                (session_id, -1 if last is None else last),
            ).fetchall()
        return [MessageRecord(**dict(row)) for row in reversed(rows)]

    def remove_message(self, message_id: int) -> None:
        """Take a message back (an answer that was stopped)."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM messages WHERE id = ?", (message_id,))

    def _change(
        self, session_id: str, field: Literal["title", "dataset"], value: str | None
    ) -> None:
        statement = {
            "title": "UPDATE sessions SET title = ?, updated = ? WHERE id = ?",
            "dataset": "UPDATE sessions SET dataset = ?, updated = ? WHERE id = ?",
        }[field]
        with self._database.writing() as connection:
            connection.execute(statement, (value, datetime.now(UTC).isoformat(), session_id))


def _session(row: sqlite3.Row) -> SessionRecord:
    return SessionRecord(**dict(row))
