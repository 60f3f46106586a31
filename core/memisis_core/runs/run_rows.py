"""Rows of the store as `RunRecord`, many at a time."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import Any

from memisis_core.evaluation.metric import Metric
from memisis_core.plan.goals import GoalResult
from memisis_core.plan.model import Plan
from memisis_core.review.blinded import BlindedTest
from memisis_core.review.judgement import Judgement
from memisis_core.runs.job import JobSpecification
from memisis_core.runs.record import Artefact, LossPoint, RunRecord
from memisis_core.runs.states import RunState

_CHUNK = 500
"""Greatest number of runs asked for in one statement (SQLite takes 32,766 variables)."""
_PARTS = {
    "metrics": "SELECT run_id, document FROM metrics WHERE run_id IN ({}) ORDER BY position",
    "losses": "SELECT run_id, epoch, document FROM losses WHERE run_id IN ({}) ORDER BY epoch",
    "artefacts": "SELECT run_id, name, path, sha256 FROM artefacts WHERE run_id IN ({})",
    "warnings": "SELECT run_id, text FROM warnings WHERE run_id IN ({}) ORDER BY position",
    "goals": "SELECT run_id, document FROM goals WHERE run_id IN ({}) ORDER BY position",
    "judgements": 'SELECT run_id, document FROM judgements WHERE run_id IN ({}) ORDER BY "row"',
    "blinded_tests": (
        "SELECT run_id, id, document FROM blinded_tests WHERE run_id IN ({}) ORDER BY id"
    ),
}
_Parts = dict[str, dict[str, list[sqlite3.Row]]]


def records(
    connection: sqlite3.Connection, rows: list[sqlite3.Row], runs_folder: Path
) -> list[RunRecord]:
    """Return the records of `rows` (of the table ``runs``), in their order.

    Parameters
    ----------
    connection : sqlite3.Connection
        In a transaction, so that all parts are of one moment.
    rows : list of sqlite3.Row
    runs_folder : Path
        Where the artefacts lie now (the program's folder may have been moved).
    """
    plans = _plans(connection, rows)
    found: list[RunRecord] = []
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        parts = _parts(connection, [row["id"] for row in chunk])
        found.extend(_record(row, plans[row["plan_id"]], parts, runs_folder) for row in chunk)
    return found


def _plans(connection: sqlite3.Connection, rows: list[sqlite3.Row]) -> dict[str, Plan]:
    statement = "SELECT document FROM plans WHERE id = ?"
    return {
        plan_id: Plan.model_validate_json(connection.execute(statement, (plan_id,)).fetchone()[0])
        for plan_id in {row["plan_id"] for row in rows}
    }


def _parts(connection: sqlite3.Connection, run_ids: list[str]) -> _Parts:
    marks = ", ".join("?" * len(run_ids))
    parts: _Parts = {}
    for name, statement in _PARTS.items():
        by_run: dict[str, list[sqlite3.Row]] = defaultdict(list)
        for row in connection.execute(statement.format(marks), run_ids):
            by_run[row["run_id"]].append(row)
        parts[name] = by_run
    return parts


def _record(row: sqlite3.Row, plan: Plan, parts: _Parts, runs_folder: Path) -> RunRecord:
    run_id = row["id"]
    folder = runs_folder / run_id
    job = JobSpecification.model_validate_json(row["job"]).model_copy(update={"folder": folder})

    def of(part: str) -> list[sqlite3.Row]:
        return parts[part].get(run_id, [])

    fields: dict[str, Any] = {
        name: row[name]
        for name in (
            *("id", "plan_id", "label", "created", "started", "ended", "reason"),
            "epochs_trained",
        )
    }
    return RunRecord(
        **fields,
        job=job,
        plan=plan,
        state=RunState(row["state"]),
        metrics=[Metric.model_validate_json(metric["document"]) for metric in of("metrics")],
        goals=[GoalResult.model_validate_json(goal["document"]) for goal in of("goals")],
        warnings=[warning["text"] for warning in of("warnings")],
        losses=[LossPoint.model_validate_json(loss["document"]) for loss in of("losses")],
        judgements=[Judgement.model_validate_json(said["document"]) for said in of("judgements")],
        blinded_tests=[
            BlindedTest.model_validate_json(test["document"]).model_copy(update={"id": test["id"]})
            for test in of("blinded_tests")
        ],
        artefacts={
            artefact["name"]: Artefact(
                name=artefact["name"],
                path=str(folder / artefact["path"]),
                sha256=artefact["sha256"],
            )
            for artefact in of("artefacts")
        },
    )
