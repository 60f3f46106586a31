"""Rows of the job tables: one a run, from its view."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rich.text import Text

from memisis_core.runs.states import RunState
from memisis_screens.jobs.sparkline import sparkline
from memisis_screens.tables.cell_text import cell, duration
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

COLUMNS: tuple[TableColumn, ...] = (
    TableColumn("run", Text("run"), 17),
    TableColumn("state", Text("state"), 13),
    TableColumn("progress", Text("progress"), 27),
    TableColumn("elapsed", Text("elapsed", justify="right"), 8),
    TableColumn("left", Text("left")),
)


def job_row(run: RunView, now: datetime, spark_width: int = 10) -> TableRow:
    """Return the row of one run at `now`."""
    elapsed = run.elapsed(now)
    return TableRow(
        run.id,
        (
            cell(f"{run.label} {run.title}", "bold" if not run.state.final else ""),
            state_cell(run.state),
            progress_cell(run, spark_width),
            cell(duration(elapsed) if elapsed is not None else "", right=True),
            cell(outlook(run)),
        ),
    )


def state_cell(state: RunState) -> Text:
    """Return the state with its glyph."""
    word = STATE_WORDS.get(state, state.value)
    return cell(f"{STATE_GLYPHS.get(state, '▸')} {word}", _STATE_STYLES.get(state, ""))


def progress_cell(run: RunView, spark_width: int) -> Text:
    """Return epochs, loss curve and latest loss, or what is being done."""
    if run.state.final:
        return cell(f"{run.epochs_trained:,} epochs" if run.epochs_trained else "", "dim")
    if run.state is RunState.TRAINING and run.step:
        counted = f"{run.step:,}/{run.total:,}" if run.total else f"{run.step:,}"
        main = run.losses.main
        if main is None:
            return cell(counted)
        curve = sparkline(main[1], spark_width)
        return cell(f"{counted:>8} {curve} {main[1][-1]:.3g}")
    counted = f"{run.step}/{run.total} " if run.total and run.step else ""
    return cell(counted + run.detail, "dim")


def outlook(run: RunView) -> str:
    """Return what is left, or why it ended as it did."""
    if run.state.final:
        return run.reason
    if run.seconds_left is None:
        return ""
    return f"{duration(max(run.seconds_left, 0))} left"
