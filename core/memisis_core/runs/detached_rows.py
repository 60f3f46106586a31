"""Runs that go on without a terminal: where their process and those who follow them meet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from memisis_core.runs.database import Database
from memisis_core.runs.events import Progress
from memisis_core.runs.states import RunState

_PULSE = """
SELECT runs.state, detached_runs.progress,
    (SELECT COUNT(*) FROM metrics WHERE run_id = runs.id) AS metrics,
    (SELECT COUNT(*) FROM warnings WHERE run_id = runs.id) AS warnings
FROM runs LEFT JOIN detached_runs ON detached_runs.run_id = runs.id WHERE runs.id = ?
"""


@dataclass(frozen=True)
class Pulse:
    """Where a run stands, cheap to read several times a second.

    Attributes
    ----------
    state : RunState
    progress : str or None
        The latest progress of the phase, as JSON.
    metrics, warnings : int
        How many the store has.
    """

    state: RunState
    progress: str | None
    metrics: int
    warnings: int


class DetachedRows:
    """Keeps what detached runs and their followers say to each other (`Store.detached`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, run_ids: Iterable[str]) -> None:
        """Remember that these runs are carried out by a process of their own."""
        with self._database.writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO detached_runs (run_id) VALUES (?)",
                [(run_id,) for run_id in run_ids],
            )

    def remove(self, run_id: str) -> None:
        """Remember that a run is carried out by the program that shows it."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM detached_runs WHERE run_id = ?", (run_id,))

    def at_work(self) -> list[str]:
        """Return the detached runs that have not ended, in the order in which they were made."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id, state FROM runs WHERE id IN (SELECT run_id FROM detached_runs) "
                "ORDER BY rowid"
            ).fetchall()
        return [row["id"] for row in rows if not RunState(row["state"]).final]

    def set_progress(self, run_id: str, progress: Progress | None) -> None:
        """Replace the latest progress; None when a new phase begins."""
        document = progress.model_dump_json() if progress is not None else None
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE detached_runs SET progress = ? WHERE run_id = ?", (document, run_id)
            )

    def pulse(self, run_id: str) -> Pulse | None:
        """Return where a run stands, None if there is no such run."""
        with self._database.reading() as connection:
            row = connection.execute(_PULSE, (run_id,)).fetchone()
        if row is None:
            return None
        return Pulse(RunState(row["state"]), row["progress"], row["metrics"], row["warnings"])

    def request_stop(self, run_id: str) -> bool:
        """Ask a detached run to stop; return False if it is not one or has ended."""
        if run_id not in self.at_work():
            return False
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE detached_runs SET stops = stops + 1 WHERE run_id = ?", (run_id,)
            )
        return True

    def stops(self, run_ids: Iterable[str]) -> dict[str, int]:
        """Return how often each of these runs was asked to stop."""
        chosen = set(run_ids)
        with self._database.reading() as connection:
            rows = connection.execute("SELECT run_id, stops FROM detached_runs").fetchall()
        return {row["run_id"]: row["stops"] for row in rows if row["run_id"] in chosen}
