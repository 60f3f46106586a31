"""The SQLite file of the store: opened privately, migrated, shared by threads and processes."""

from __future__ import annotations

import os
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from memisis_core.errors import InputError, WorkFailed
from memisis_core.secure_files import private_folder

_MIGRATION_NAME = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")
_PATIENCE_SECONDS = 15.0
"""How long to wait for another process that is writing."""


@dataclass(frozen=True)
class Migration:
    """One numbered change of the tables."""

    number: int
    name: str
    statements: tuple[str, ...]


def released_migrations() -> list[Migration]:
    """Return the migrations that this version knows, in order.

    Raises
    ------
    RuntimeError
        If the numbers are not 1, 2, 3 … (a mistake in the program).
    """
    found = []
    for file in resources.files("memisis_core.runs.migrations").iterdir():
        match = _MIGRATION_NAME.match(file.name)
        if match:
            statements = _statements(file.read_text(encoding="utf-8"))
            found.append(Migration(int(match.group(1)), file.name, statements))
    found.sort(key=lambda migration: migration.number)
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise RuntimeError(f"migrations are not numbered 1, 2, 3 …: {[m.name for m in found]}")
    return found


def _statements(script: str) -> tuple[str, ...]:
    """Split a script into statements (`executescript` would commit between them)."""
    statements, current = [], ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            statements.append(current.strip())
            current = ""
    if current.strip():
        raise RuntimeError(f"a migration ends in an unfinished statement: {current.strip()!r}")
    return tuple(statements)


class Database:
    """One connection, used by many threads in turn; other processes may have theirs.

    Parameters
    ----------
    path : Path
        Made with mode 0600 if it is new (SQLite gives its ``-wal`` and ``-shm`` the same).
    migrations : list of Migration, optional
        Those that this version knows.

    Raises
    ------
    InputError
        If the file was written by a newer version or is no database.
    WorkFailed
        If it cannot be opened or written.
    """

    def __init__(self, path: Path, migrations: list[Migration] | None = None) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._closed = False
        private_folder(path.parent)
        with self._errors():
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            self._connection = sqlite3.connect(
                path, timeout=_PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
            )
        try:
            with self._errors():
                self._connection.row_factory = sqlite3.Row
                self._use_write_ahead_log()
                # WAL with NORMAL survives a power cut whole; only the last moments may be missing.
                self._connection.execute("PRAGMA synchronous = NORMAL")
                self._connection.execute("PRAGMA foreign_keys = ON")
                self._connection.execute("PRAGMA secure_delete = ON")  # deleted means gone
            self._migrate(released_migrations() if migrations is None else migrations)
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._closed = True
            self._connection.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection; everything read in the block is of one moment."""
        with self._lock, self._errors():
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                self._connection.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection; what the block writes is written whole or not at all."""
        with self._lock, self._errors():
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # SQLite ends it itself when the disk is full
                    self._connection.execute("ROLLBACK")
                raise

    def _use_write_ahead_log(self) -> None:
        """Switch to WAL; SQLite does not wait for a lock here, so wait for it ourselves."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
            else:
                return

    def _migrate(self, migrations: list[Migration]) -> None:
        newest = len(migrations)
        with self.writing() as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > newest:
                raise InputError(
                    f"the store was written by a newer version of Memisis (format {version}, "
                    f"this one knows {newest})",
                    where=str(self.path),
                    fix="Use that version, or set MEMISIS_HOME to another folder",
                )
            for migration in migrations[version:]:
                for statement in migration.statements:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {migration.number:d}")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn what SQLite and the file system say into one line for a person."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise WorkFailed(
                f"the store cannot be used ({error})",
                where=str(self.path),
                fix="Check the disk's space and permissions, and other programs that use it",
            ) from error
        except sqlite3.ProgrammingError as error:
            if self._closed:
                raise WorkFailed("the store was closed", where=str(self.path)) from error
            raise
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.IntegrityError):
                raise
            raise InputError(
                f"the file is no store of Memisis or is damaged ({error})",
                where=str(self.path),
                fix="Move it away, or set MEMISIS_HOME to another folder",
            ) from error
        except PermissionError as error:
            raise WorkFailed(
                "the store cannot be opened (permission denied)",
                where=str(self.path),
                fix="Set MEMISIS_HOME to a folder that you may write to",
            ) from error
