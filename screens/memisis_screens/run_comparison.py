"""Comparing runs as the store has them: unique names, paired resamples where they were kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from memisis_core.errors import WorkFailed
from memisis_core.evaluation.comparison import PLAIN, Comparison, compare
from memisis_core.evaluation.resamples import ResamplesByMetric, read_resamples

if TYPE_CHECKING:
    from memisis_core.evaluation.comparison import ComparedMetric
    from memisis_screens.run_view import RunView

RESAMPLES = "resamples"
"""Name of the artefact that makes paired comparison possible."""


@dataclass(frozen=True)
class RunComparison:
    """A comparison and the names by which it knows the runs.

    Attributes
    ----------
    comparison : Comparison
    names : dict of str to str
        By run identifier.
    """

    comparison: Comparison
    names: dict[str, str]

    @cached_property
    def rows(self) -> dict[tuple[str, str], ComparedMetric]:
        """The compared measures by identifier and subject."""
        return {(row.id, row.subject): row for row in self.comparison.rows}

    def glyph(self, run_id: str, metric: str, subject: str) -> str:
        """Return the sign beside a value, a space while it was not compared."""
        row = self.rows.get((metric, subject))
        name = self.names.get(run_id)
        return row.glyph(name) if row is not None and name in row.metrics else PLAIN


def compare_runs(runs: Sequence[RunView], pinned: str | None = None) -> RunComparison:
    """Compare runs (reads their resamples: call it in a thread).

    Parameters
    ----------
    runs : sequence of RunView
    pinned : str, optional
        Identifier of the run that the others are held against.
    """
    names = names_of(runs)
    resamples = {names[run.id]: known for run in runs if (known := _resamples(run))}
    comparison = compare(
        {names[run.id]: run.metrics for run in runs},
        pinned=names.get(pinned) if pinned else None,
        resamples=resamples,
        measured_on={names[run.id]: yardstick(run) for run in runs},
    )
    return RunComparison(comparison, names)


def names_of(runs: Sequence[RunView]) -> dict[str, str]:
    """Return a name for each run: its label, with the identifier where two share one."""
    used = Counter(run.label for run in runs)
    return {run.id: run.label if used[run.label] == 1 else f"{run.label} {run.id}" for run in runs}


def yardstick(run: RunView) -> str:
    """Return what names the real data and the split that a run was measured on."""
    if run.record is None:
        return ""
    job = run.record.job
    plan = job.plan
    return f"{job.dataset.sha256} {plan.target} {plan.holdout_rows} {plan.seed}"


def _resamples(run: RunView) -> ResamplesByMetric | None:
    artefact = run.record.artefacts.get(RESAMPLES) if run.record is not None else None
    if artefact is None:
        return None
    try:
        return read_resamples(Path(artefact.path))
    except WorkFailed:
        return None  # the intervals serve instead, and each difference says that it is not paired
