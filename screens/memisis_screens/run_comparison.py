"""Comparing runs as the panes have them, running ones included, by what the store kept of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from memisis_core.evaluation.comparison import PLAIN, Comparison, compare
from memisis_core.runs.comparing import kept_resamples, names_of, yardstick

if TYPE_CHECKING:
    from memisis_core.evaluation.comparison import ComparedMetric
    from memisis_screens.run_view import RunView


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
    names = names_of((run.id, run.label) for run in runs)
    records = {names[run.id]: run.record for run in runs if run.record is not None}
    kept = {name: known for name, record in records.items() if (known := kept_resamples(record))}
    comparison = compare(
        {names[run.id]: run.metrics for run in runs},
        pinned=names.get(pinned) if pinned else None,
        resamples=kept,
        measured_on={name: yardstick(record.job) for name, record in records.items()},
    )
    return RunComparison(comparison, names)
