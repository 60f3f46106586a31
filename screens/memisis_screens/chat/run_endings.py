"""How runs ended, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from memisis_core.runs.states import RunState
from memisis_screens.tables.cell_text import duration

if TYPE_CHECKING:
    from memisis_screens.run_view import RunView


def ending(run: RunView) -> str:
    """Return one line on how a run ended."""
    name = f"{run.label} {run.title}"
    elapsed = run.elapsed(datetime.now(UTC))
    took = f" after {duration(elapsed)}" if elapsed is not None else ""
    match run.state:
        case RunState.DONE:
            return f"{name} is done{took}."
        case RunState.CANCELLED:
            return f"{name} was stopped{took}{': ' + run.reason if run.reason else ''}."
        case RunState.INTERRUPTED:
            return f"{name} was interrupted: {run.reason or 'the program ended'}."
        case _:
            return f"{name} failed{took}: {run.reason or 'no reason is known'}"


def next_step(runs: Sequence[RunView]) -> str:
    """Return what can be done once nothing is at work any more."""
    measured = [run for run in runs if run.metrics]
    if len(measured) >= 2:
        return "Nothing is at work. 4 shows the measures, 5 compares the runs, 6 exports them."
    if measured:
        return "Nothing is at work. 4 shows the measures, 6 exports data, report and plan."
    return "Nothing is at work and nothing was measured. 3 shows why."
