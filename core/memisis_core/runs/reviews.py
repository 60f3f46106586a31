"""Judgements and blinded tests, kept with their run (`Store.reviews`)."""

from __future__ import annotations

import sqlite3

from memisis_core.errors import InputError
from memisis_core.review.blinded import BlindedTest
from memisis_core.review.judgement import Judgement
from memisis_core.runs.database import Database


class Reviews:
    """Keeps what reviewers said; each answer is written whole before the next is asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def judge(self, run_id: str, judgement: Judgement) -> None:
        """Keep a judgement; one of the same patient before it is replaced.

        Raises
        ------
        InputError
            If there is no such run.
        """
        with self._database.writing() as connection:
            _check_run(connection, run_id)
            connection.execute(
                'INSERT OR REPLACE INTO judgements (run_id, "row", document) VALUES (?, ?, ?)',
                (run_id, judgement.row, judgement.model_dump_json()),
            )

    def withdraw(self, run_id: str, row: int) -> None:
        """Take back what was said of one patient."""
        with self._database.writing() as connection:
            connection.execute(
                'DELETE FROM judgements WHERE run_id = ? AND "row" = ?', (run_id, row)
            )

    def judgements(self, run_id: str) -> list[Judgement]:
        """Return what was said of a run's patients, in the order of their rows."""
        with self._database.reading() as connection:
            rows = connection.execute(
                'SELECT document FROM judgements WHERE run_id = ? ORDER BY "row"', (run_id,)
            )
            return [Judgement.model_validate_json(row["document"]) for row in rows]

    def add_test(self, run_id: str, test: BlindedTest) -> BlindedTest:
        """Keep a new blinded test and return it with its number.

        Raises
        ------
        InputError
            If there is no such run.
        """
        with self._database.writing() as connection:
            _check_run(connection, run_id)
            cursor = connection.execute(
                "INSERT INTO blinded_tests (run_id, document) VALUES (?, ?)",
                (run_id, test.model_dump_json(exclude={"id"})),
            )
        return test.model_copy(update={"id": cursor.lastrowid or 0})

    def keep_test(self, test: BlindedTest) -> None:
        """Keep the answers of a test so far; answers that were given are never taken back."""
        with self._database.writing() as connection:
            row = connection.execute(
                "SELECT document FROM blinded_tests WHERE id = ?", (test.id,)
            ).fetchone()
            if row is None:
                raise InputError("the run of this blinded test was deleted")
            before = BlindedTest.model_validate_json(row["document"])
            if len(test.answers) >= len(before.answers):
                connection.execute(
                    "UPDATE blinded_tests SET document = ? WHERE id = ?",
                    (test.model_dump_json(exclude={"id"}), test.id),
                )

    def tests(self, run_id: str) -> list[BlindedTest]:
        """Return a run's blinded tests in the order in which they began."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id, document FROM blinded_tests WHERE run_id = ? ORDER BY id", (run_id,)
            )
            return [
                BlindedTest.model_validate_json(row["document"]).model_copy(
                    update={"id": row["id"]}
                )
                for row in rows
            ]


def _check_run(connection: sqlite3.Connection, run_id: str) -> None:
    if connection.execute("SELECT 1 FROM runs WHERE id = ?", (run_id,)).fetchone() is None:
        raise InputError(f"there is no run {run_id!r}")
