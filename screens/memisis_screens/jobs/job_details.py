"""All that is known of one run, as text."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from memisis_core.runs.states import RunState
from memisis_core.text import visible
from memisis_screens.jobs.sparkline import sparkline
from memisis_screens.tables.cell_text import duration
from memisis_screens.tables.labelled import labelled

if TYPE_CHECKING:
    from memisis_screens.run_view import RunView

LABEL_WIDTH = 15
CURVE_WIDTH = 22
MOST_HISTORY = 12


def job_details(run: RunView, now: datetime, width: int = 80) -> Content:
    """Return the details of a run at `now`, in lines of `width` cells."""
    lines = [*_outcome(run), *_settings(run), *_curves(run)]
    lines.extend(Line("warning", text) for text in dict.fromkeys(run.warnings))
    lines.extend([*_goals(run), *_history(run)])
    elapsed = run.elapsed(now)
    if elapsed is not None:
        lines.insert(0, Line("elapsed", duration(elapsed)))
    said = [labelled(line.label, line.text, LABEL_WIDTH, width, line.style) for line in lines]
    return Content("\n").join([_heading(run), *said])


class Line(NamedTuple):
    """A label, what stands beside it, and how."""

    label: str
    text: str
    style: str = ""


def _heading(run: RunView) -> Content:
    return Content.styled(f"{run.label} {visible(run.title)}  {run.id}", "bold $primary")


def _outcome(run: RunView) -> list[Line]:
    if run.state is RunState.FAILED:
        return [Line("failed", run.reason or "no reason is known", "bold $error")]
    if run.paused:
        return [Line("paused", "keeps its memory and its place; Space resumes it", "bold")]
    if run.state is RunState.INTERRUPTED:
        return [Line("interrupted", f"{run.reason}. r begins it again", "bold $warning")]
    if run.reason:
        return [Line("note", run.reason)]
    return []


def _settings(run: RunView) -> list[Line]:
    if run.record is None:
        return []
    plan, job = run.record.job.plan, run.record.job
    text = (
        f"{plan.train_rows:,} rows to train, {plan.sample_rows:,} to sample, "
        f"{plan.epochs:,} epochs, seed {plan.seed}"
    )
    allowed = f"{job.threads} for arithmetic"
    return [Line("plan", text), Line("threads", f"{allowed}{_threads(run)}"), *_memory(run)]


def _threads(run: RunView) -> str:
    return f", {run.usage.threads} in all" if run.usage is not None else ""


def _memory(run: RunView) -> list[Line]:
    if run.usage is None:
        return []
    return [Line("memory", f"{run.usage.memory_bytes / 1e6:,.0f} MB in use")]


def _curves(run: RunView) -> list[Line]:
    lines = []
    for name, values in sorted(run.losses.series.items()):
        curve = sparkline(values, CURVE_WIDTH)
        text = f"{curve}  {values[0]:.3g} → {values[-1]:.3g} at epoch {run.losses.epochs[-1]:,}"
        lines.append(Line(name, text))
    return lines


def _goals(run: RunView) -> list[Line]:
    words = {"met": "✓ met", "not_met": "✗ not met", "uncertain": "? uncertain", "unknown": "· –"}
    return [
        Line("goal", f"{result.goal} {words[result.verdict]} ({result.subject})")
        for result in run.goals
    ]


def _history(run: RunView) -> list[Line]:
    return [
        Line(moment.astimezone().strftime("%H:%M:%S"), text, "$quiet")
        for moment, text in run.history[-MOST_HISTORY:]
    ]
