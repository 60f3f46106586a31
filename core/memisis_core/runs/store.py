"""The store: plans, runs and what came of them, sessions; safe for threads and processes."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from memisis_core import locations
from memisis_core.errors import InputError, WorkFailed
from memisis_core.plan.goals import GoalResult
from memisis_core.plan.model import EffectivePlan, Plan
from memisis_core.runs import owner as owners
from memisis_core.runs.database import Database
from memisis_core.runs.detached_rows import DetachedRows
from memisis_core.runs.event_rows import apply_event, change_state
from memisis_core.runs.events import Event, Progress
from memisis_core.runs.identifiers import checked_label, new_identifier, next_label
from memisis_core.runs.job import JobSpecification
from memisis_core.runs.record import RunRecord
from memisis_core.runs.reviews import Reviews
from memisis_core.runs.run_rows import records
from memisis_core.runs.sessions import Sessions
from memisis_core.runs.states import RunState
from memisis_core.runs.unfinished import remove_unfinished
from memisis_core.secure_files import private_folder

_RESULT_TABLES = (
    *("metrics", "losses", "artefacts", "warnings", "goals"),
    *("judgements", "blinded_tests"),
)
_BEING_DELETED = ".deleting-"


class Store:
    """What the program remembers, in one SQLite file and one folder of artefacts a run.

    One object serves all threads of a process; other processes open their own.

    Attributes
    ----------
    home : Path
        The program's folder.
    sessions : Sessions
        Sessions and their chat.
    detached : DetachedRows
        Runs that go on without a terminal.
    """

    def __init__(self, home: Path, database: Database) -> None:
        self.home = home
        self.sessions = Sessions(database)
        self.reviews = Reviews(database)
        self.detached = DetachedRows(database)
        self._database = database
        self._progress: dict[str, Progress] = {}
        self._progress_lock = threading.Lock()

    @classmethod
    def open(cls, home: Path | None = None) -> Store:
        """Open the store under `home` (`memisis_core.locations.home` unless given).

        Raises
        ------
        InputError
            If it was written by a newer version, or is damaged.
        WorkFailed
            If it cannot be read or written.
        """
        folder = private_folder(home) if home is not None else locations.home()
        return cls(folder, Database(folder / locations.database_file().name))

    def close(self) -> None:
        """Close the file; the object is of no use afterwards."""
        self._database.close()

    # Folders.

    @property
    def owners_folder(self) -> Path:
        """Where the locks of those who work on runs lie."""
        return self.home / "owners"

    @property
    def cache_folder(self) -> Path:
        """Where results that depend on real data alone are shared between jobs."""
        return private_folder(self.home / "cache")

    def run_folder(self, run_id: str) -> Path:
        """Return the artefact folder of a run, made private if it is new."""
        return private_folder(private_folder(self._runs_folder) / run_id)

    @property
    def _runs_folder(self) -> Path:
        return self.home / "runs"

    # Plans.

    def add_plan(
        self, plan: Plan, effective: EffectivePlan | None = None, session_id: str | None = None
    ) -> str:
        """Keep a plan and return its identifier."""
        now = datetime.now(UTC)
        with self._database.writing() as connection:
            plan_id = new_identifier(connection, "plan", now)
            connection.execute(
                "INSERT INTO plans (id, session_id, created, document, effective) "
                "VALUES (?, ?, ?, ?, ?)",
                (
                    plan_id,
                    session_id,
                    now.isoformat(),
                    plan.model_dump_json(),
                    effective.model_dump_json() if effective else None,
                ),
            )
        return plan_id

    def plan(self, plan_id: str) -> Plan:
        """Return a plan as it was confirmed.

        Raises
        ------
        InputError
            If there is none.
        """
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT document FROM plans WHERE id = ?", (plan_id,)
            ).fetchone()
        if row is None:
            raise InputError(f"there is no plan {plan_id!r}")
        return Plan.model_validate_json(row["document"])

    # Runs: adding and changing.

    def new_run_id(self) -> str:
        """Return an identifier that no run has or had."""
        with self._database.writing() as connection:
            return new_identifier(connection, "run", datetime.now(UTC))

    def add_run(
        self,
        plan_id: str,
        job: JobSpecification,
        *,
        owner: owners.Owner | None = None,
        session_id: str | None = None,
        label: str | None = None,
    ) -> RunRecord:
        """Keep a queued run; without a `label` it gets the session's next letter."""
        with self._database.writing() as connection:
            used = connection.execute(
                "SELECT label FROM runs WHERE session_id IS ?", (session_id,)
            ).fetchall()
            name = checked_label(label) if label else next_label(row["label"] for row in used)
            connection.execute(
                "INSERT INTO runs (id, plan_id, session_id, label, synthesizer, seed, state, job, "
                "owner, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(job.run_id, plan_id, session_id, name, job.synthesizer, job.plan.seed),
                    *(RunState.QUEUED, job.model_dump_json(), self._keep_owner(connection, owner)),
                    datetime.now(UTC).isoformat(),
                ),
            )
            return self._by_id(connection, job.run_id)

    def rename_run(self, name: str, label: str) -> RunRecord:
        """Give a run a name for people."""
        run_id = self.run(name).id
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE runs SET label = ? WHERE id = ?", (checked_label(label), run_id)
            )
            return self._by_id(connection, run_id)

    def set_state(self, run_id: str, state: RunState, reason: str | None = None) -> bool:
        """Let a run enter `state`; return False if it had ended before."""
        with self._database.writing() as connection:
            if self._has_ended(connection, run_id):
                return False
            change_state(connection, run_id, state, reason)
        self._forget_progress(run_id, state)
        return True

    def apply(self, run_id: str, event: Event) -> bool:
        """Write what a worker said; return False if the run had ended before.

        The same event may be given twice. The latest progress is kept in memory only.
        """
        with self._database.writing() as connection:
            if self._has_ended(connection, run_id):
                return False
            apply_event(connection, run_id, event)
        if isinstance(event, Progress):
            with self._progress_lock:
                self._progress[run_id] = event
        else:
            self._forget_progress(run_id, getattr(event, "state", None))
        return True

    def progress(self, run_id: str) -> Progress | None:
        """Return the latest progress of the phase that a run of this process is in."""
        with self._progress_lock:
            return self._progress.get(run_id)

    def set_goals(self, run_id: str, results: Iterable[GoalResult]) -> None:
        """Keep how a run's metrics stand against the goals of its plan."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM goals WHERE run_id = ?", (run_id,))
            connection.executemany(
                "INSERT INTO goals (run_id, position, document) VALUES (?, ?, ?)",
                [
                    (run_id, position, result.model_dump_json())
                    for position, result in enumerate(results)
                ],
            )

    def requeue(self, run_id: str, owner: owners.Owner | None = None) -> RunRecord:
        """Let a run that failed, was stopped or interrupted begin again, without old results.

        Raises
        ------
        InputError
            If it is done or still at work.
        """
        record = self.run(run_id)
        if not record.state.final or record.state is RunState.DONE:
            raise InputError(f"run {record.label} is {record.state}", where=record.id)
        with self._database.writing() as connection:
            for table in _RESULT_TABLES:
                connection.execute(f"DELETE FROM {table} WHERE run_id = ?", (run_id,))  # noqa: S608
            connection.execute(
                "UPDATE runs SET state = ?, owner = ?, started = NULL, ended = NULL, "
                "reason = NULL, epochs_trained = NULL WHERE id = ?",
                (RunState.QUEUED, self._keep_owner(connection, owner), run_id),
            )
        shutil.rmtree(self._runs_folder / run_id, ignore_errors=True)
        return self.run(run_id)

    def delete_run(self, name: str) -> RunRecord:
        """Remove a run with all its artefacts and return what it was.

        Raises
        ------
        InputError
            If there is none, or it is still at work.
        """
        record = self.run(name)
        if not record.state.final:
            raise InputError(
                f"run {record.label} is {record.state}", where=record.id, fix="Stop it first"
            )
        folder = self._runs_folder / record.id
        doomed = folder.with_name(_BEING_DELETED + record.id)
        try:
            # Out of sight first: a crash in between leaves a folder that the next start removes.
            if folder.exists():
                folder.rename(doomed)
            with self._database.writing() as connection:
                connection.execute("DELETE FROM runs WHERE id = ?", (record.id,))
            self._sweep()
        except OSError as error:
            raise WorkFailed(
                f"the run's files cannot be removed ({error.strerror})", where=str(folder)
            ) from error
        return record

    # Runs: finding.

    def runs(
        self,
        *,
        session_id: str | None = None,
        plan_id: str | None = None,
        states: Iterable[RunState] | None = None,
        last: int | None = None,
    ) -> list[RunRecord]:
        """Return runs in the order in which they were made, or only the `last` ones that fit."""
        conditions, values = ["1"], list[object]()
        for column, value in (("session_id", session_id), ("plan_id", plan_id)):
            if value is not None:
                conditions.append(f"{column} = ?")
                values.append(value)
        if states is not None:
            wanted = list(states)
            conditions.append(f"state IN ({', '.join('?' * len(wanted))})")
            values.extend(wanted)
        statement = (
            f"SELECT * FROM runs WHERE {' AND '.join(conditions)} "  # noqa: S608 (names are ours)
            "ORDER BY rowid DESC LIMIT ?"
        )
        with self._database.reading() as connection:
            rows = connection.execute(statement, (*values, -1 if last is None else last)).fetchall()
            return records(connection, rows[::-1], self._runs_folder)

    def run_count(self, session_id: str) -> int:
        """Return how many runs a session has."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT COUNT(*) FROM runs WHERE session_id = ?", (session_id,)
            ).fetchone()
        return int(row[0])

    def run(self, name: str, session_id: str | None = None) -> RunRecord:
        """Return the run with this identifier, label or unique beginning of an identifier.

        A label is looked for in `session_id` first, then everywhere.

        Raises
        ------
        InputError
            If no run fits, or several do.
        """
        with self._database.reading() as connection:
            return self._find(connection, name, session_id)

    def mark_interrupted(self) -> list[RunRecord]:
        """Mark the runs whose supervisor died (crash, ``kill -9``, power cut) and return them.

        Call it at start. Runs of other living processes are left alone.
        """
        self._sweep()
        with self._database.writing() as connection:
            rows = connection.execute("SELECT id, owner, state FROM runs").fetchall()
            active = [row for row in rows if not RunState(row["state"]).final]
            alive = {
                identity: owners.is_alive(self.owners_folder, identity)
                for identity in {row["owner"] for row in active if row["owner"]}
            }
            lost = [row for row in active if not alive.get(row["owner"], False)]
            for row in lost:
                reason = f"the program ended while the run was {row['state']}"
                change_state(connection, row["id"], RunState.INTERRUPTED, reason)
                remove_unfinished(self._runs_folder / row["id"])
            connection.execute(
                "DELETE FROM owners WHERE id NOT IN (SELECT owner FROM runs WHERE owner NOT NULL)"
            )
            return [self._by_id(connection, row["id"]) for row in lost]

    # Inside.

    def _find(self, connection: sqlite3.Connection, name: str, session_id: str | None) -> RunRecord:
        attempts = [
            ("SELECT id FROM runs WHERE id = ?", (name,)),
            ("SELECT id FROM runs WHERE label = ? AND session_id IS ?", (name, session_id)),
            ("SELECT id FROM runs WHERE label = ?", (name,)),
            ("SELECT id FROM runs WHERE ? != '' AND substr(id, 1, length(?)) = ?", (name,) * 3),
        ]
        if session_id is None:
            del attempts[1]
        for statement, values in attempts:
            found = [row["id"] for row in connection.execute(f"{statement} ORDER BY rowid", values)]
            if len(found) == 1:
                return self._by_id(connection, found[0])
            if found:
                raise InputError(
                    f"{name!r} names {len(found)} runs",
                    fix=f"Give an identifier, such as {found[-1]}",
                )
        raise InputError(f"there is no run {name!r}", fix="See: memisis runs list")

    def _by_id(self, connection: sqlite3.Connection, run_id: str) -> RunRecord:
        rows = connection.execute("SELECT * FROM runs WHERE id = ?", (run_id,)).fetchall()
        return records(connection, rows, self._runs_folder)[0]

    def _has_ended(self, connection: sqlite3.Connection, run_id: str) -> bool:
        row = connection.execute("SELECT state FROM runs WHERE id = ?", (run_id,)).fetchone()
        if row is None:
            raise InputError(f"there is no run {run_id!r}")
        return RunState(row["state"]).final

    def _keep_owner(self, connection: sqlite3.Connection, owner: owners.Owner | None) -> str | None:
        if owner is None:
            return None
        connection.execute(
            "INSERT OR IGNORE INTO owners (id, host, pid, process_started, created) "
            "VALUES (?, ?, ?, ?, ?)",
            (owner.id, owner.host, owner.pid, owner.process_started, datetime.now(UTC).isoformat()),
        )
        return owner.id

    def _forget_progress(self, run_id: str, state: RunState | None) -> None:
        """Drop the progress of the phase that ended: a new one begins without."""
        if state is not None:
            with self._progress_lock:
                self._progress.pop(run_id, None)

    def _sweep(self) -> None:
        for folder in self._runs_folder.glob(f"{_BEING_DELETED}*"):
            shutil.rmtree(folder)
