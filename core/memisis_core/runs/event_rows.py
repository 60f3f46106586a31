"""What each event of a worker changes in the store: the one place that turns events into rows.

Every change may be made twice with the same result, and none is made to a run that has ended.
"""

from __future__ import annotations

import math
import sqlite3
from datetime import UTC, datetime
from pathlib import PurePosixPath

from memisis_core.errors import WorkFailed
from memisis_core.runs.events import (
    ArtefactWritten,
    Event,
    Failed,
    Finished,
    MetricsMeasured,
    Progress,
    StateChanged,
    Warned,
)
from memisis_core.runs.record import LossPoint
from memisis_core.runs.states import RunState
from memisis_core.text import visible

_REASON_LIMIT = 500


def apply_event(connection: sqlite3.Connection, run_id: str, event: Event) -> None:
    """Write what `event` says of a run that has not ended (inside a transaction)."""
    match event:
        case StateChanged():
            change_state(connection, run_id, event.state)
        case Progress():
            _add_losses(connection, run_id, event)
        case Warned():
            _add_warning(connection, run_id, event)
        case MetricsMeasured():
            _add_metrics(connection, run_id, event)
        case ArtefactWritten():
            _add_artefact(connection, run_id, event)
        case Finished():
            change_state(connection, run_id, event.state, event.note)
            connection.execute(
                "UPDATE runs SET epochs_trained = ? WHERE id = ?", (event.epochs_trained, run_id)
            )
        case Failed():
            change_state(connection, run_id, RunState.FAILED, event.reason)


def change_state(
    connection: sqlite3.Connection, run_id: str, state: RunState, reason: str | None = None
) -> None:
    """Let a run enter `state`: the first one at work starts its clock, a final one stops it."""
    now = datetime.now(UTC).isoformat()
    if reason is not None:
        reason = visible(reason, limit=_REASON_LIMIT)
    connection.execute(
        "UPDATE runs SET state = ?, reason = COALESCE(?, reason), "
        "started = COALESCE(started, ?), ended = ? WHERE id = ?",
        (
            state,
            reason,
            None if state is RunState.QUEUED or state.final else now,
            now if state.final else None,
            run_id,
        ),
    )


def _add_losses(connection: sqlite3.Connection, run_id: str, event: Progress) -> None:
    losses = {name: loss for name, loss in event.losses.items() if math.isfinite(loss)}
    if losses:
        point = LossPoint(epoch=event.step, losses=losses)
        connection.execute(
            "INSERT OR REPLACE INTO losses (run_id, epoch, document) VALUES (?, ?, ?)",
            (run_id, event.step, point.model_dump_json()),
        )


def _add_warning(connection: sqlite3.Connection, run_id: str, event: Warned) -> None:
    connection.execute(
        "INSERT OR IGNORE INTO warnings (run_id, position, text) VALUES "
        "(?, (SELECT COUNT(*) FROM warnings WHERE run_id = ?), ?)",
        (run_id, run_id, visible(event.text, limit=_REASON_LIMIT)),
    )


def _add_metrics(connection: sqlite3.Connection, run_id: str, event: MetricsMeasured) -> None:
    for metric in event.metrics:
        connection.execute(
            "INSERT INTO metrics (run_id, id, subject, axis, status, value, position, document) "
            "VALUES (?, ?, ?, ?, ?, ?, (SELECT COUNT(*) FROM metrics WHERE run_id = ?), ?) "
            "ON CONFLICT (run_id, id, subject) DO UPDATE SET axis = excluded.axis, "
            "status = excluded.status, value = excluded.value, document = excluded.document",
            (
                run_id,
                metric.id,
                metric.subject,
                metric.axis,
                metric.status,
                metric.value,
                run_id,
                metric.model_dump_json(),
            ),
        )


def _add_artefact(connection: sqlite3.Connection, run_id: str, event: ArtefactWritten) -> None:
    path = PurePosixPath(event.path)
    if path.is_absolute() or ".." in path.parts:
        raise WorkFailed(
            f"the worker reported a file outside the run's folder: {event.path}", where=run_id
        )
    connection.execute(
        "INSERT OR REPLACE INTO artefacts (run_id, name, path, sha256) VALUES (?, ?, ?, ?)",
        (run_id, event.name, event.path, event.sha256),
    )
