"""Rows of the job tables: one a run, from its view."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rich.text import Text

from memisis_core.runs.states import RunState
from memisis_screens.jobs.sparkline import sparkline
from memisis_screens.tables.cell_text import cell, duration, joined
from memisis_screens.tables.work_table import TableColumn, TableRow

if TYPE_CHECKING:
    from memisis_screens.run_view import RunView

STATE_GLYPHS: dict[RunState, str] = {
    RunState.QUEUED: "·",
    RunState.DONE: "✓",
    RunState.FAILED: "✗",
    RunState.CANCELLED: "■",
    RunState.INTERRUPTED: "?",
}
"""The others are at work, and show ``▸``."""
STATE_WORDS: dict[RunState, str] = {RunState.CANCELLED: "stopped"}
_STATE_STYLES: dict[RunState, str] = {
    RunState.QUEUED: "dim",
    RunState.FAILED: "bold",
    RunState.INTERRUPTED: "bold",
}

_RUN_WIDTH, _STATE_WIDTH, _ELAPSED_WIDTH = 18, 14, 8
_LEAST_PROGRESS = 24
_MOST_CURVE = 24


def job_columns(width: int) -> tuple[TableColumn, ...]:
    """Return the columns for a table of `width` cells; progress takes what is left."""
    rest = width - _RUN_WIDTH - _STATE_WIDTH - _ELAPSED_WIDTH
    return (
        TableColumn("run", Text("run"), _RUN_WIDTH),
        TableColumn("state", Text("state"), _STATE_WIDTH),
        TableColumn("elapsed", Text("elapsed", justify="right"), _ELAPSED_WIDTH),
        TableColumn("progress", Text("  progress"), max(rest, _LEAST_PROGRESS)),
    )


def job_row(run: RunView, now: datetime, width: int) -> TableRow:
    """Return the row of one run at `now` in a table of `width` cells."""
    elapsed = run.elapsed(now)
    room = job_columns(width)[-1].width or _LEAST_PROGRESS
    return TableRow(
        run.id,
        (
            cell(f"{run.label} {run.title}", "bold" if not run.state.final else ""),
            state_cell(run.state, paused=run.paused),
            cell(duration(elapsed) if elapsed is not None else "", right=True),
            joined(cell(" "), progress_cell(run, room - 2)),
        ),
    )


def state_cell(state: RunState, *, paused: bool = False) -> Text:
    """Return the state with its glyph; a job that rests says so."""
    if paused:
        return cell("‖ paused", "bold")
    word = STATE_WORDS.get(state, state.value)
    return cell(f"{STATE_GLYPHS.get(state, '▸')} {word}", _STATE_STYLES.get(state, ""))


def progress_cell(run: RunView, width: int) -> Text:
    """Return how far a run is, its loss curve and what is left; or how it ended."""
    if run.state.final:
        epochs = f"{run.epochs_trained:,} epochs" if run.epochs_trained else ""
        return cell(run.reason or epochs)
    left = f"{duration(max(run.seconds_left, 0))} left" if run.seconds_left is not None else ""
    if run.paused:
        left = "Space resumes"  # how long is left depends on when
    if run.state is not RunState.TRAINING or not run.step:
        counted = f"{run.step}/{run.total}" if run.total and run.step else ""
        return cell("  ".join(filter(None, (counted, run.detail, left))), "dim")
    counted = f"{run.step:,}/{run.total:,}" if run.total else f"{run.step:,}"
    main = run.losses.main
    if main is None:
        return cell("  ".join(filter(None, (counted, left))))
    latest = f"{main[1][-1]:.3g}"
    room = width - len(counted) - len(latest) - len(left) - 5
    curve = sparkline(main[1], min(max(room, 4), _MOST_CURVE))
    return cell("  ".join(filter(None, (counted, f"{curve} {latest}", left))))
