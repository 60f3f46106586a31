"""Runs of the store side by side: unique names, one yardstick, paired resamples where kept.

The workbench, the command line and the report compare through this, so that they show one table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from memisis_core.errors import WorkFailed
from memisis_core.evaluation.comparison import Comparison, compare
from memisis_core.evaluation.resamples import ResamplesByMetric, read_resamples

if TYPE_CHECKING:
    from memisis_core.runs.job import JobSpecification
    from memisis_core.runs.record import RunRecord

RESAMPLES = "resamples"
"""Name of the artefact that makes paired comparison possible."""


def compare_records(runs: Sequence[RunRecord], pinned: str | None = None) -> Comparison:
    """Hold runs against each other, pair by pair over the same holdout where that was kept.

    Parameters
    ----------
    runs : sequence of RunRecord
        A run that is named twice counts once; one without measures is left out.
    pinned : str, optional
        Identifier of the run that the others are held against.

    Returns
    -------
    Comparison
        Its runs are named as `names_of` does.
    """
    names = names_of((run.id, run.label) for run in runs)
    measured = {names[run.id]: run for run in runs if run.metrics}
    held = names.get(pinned) if pinned else None
    return compare(
        {name: run.metrics for name, run in measured.items()},
        pinned=held if held in measured else None,
        resamples={name: known for name, run in measured.items() if (known := kept_resamples(run))},
        measured_on={name: yardstick(run.job) for name, run in measured.items()},
    )


def names_of(runs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return a name for each run: its label, with the identifier where two share one.

    Parameters
    ----------
    runs : iterable of pair of str
        Identifier and label.
    """
    labels = dict(runs)
    used = Counter(labels.values())
    return {
        identifier: label if used[label] == 1 else f"{label} {identifier}"
        for identifier, label in labels.items()
    }


def yardstick(job: JobSpecification) -> str:
    """Return what names the real data, split, target and seed that a run was measured on."""
    plan = job.plan
    return repr((job.dataset.sha256, plan.seed, plan.holdout_rows, plan.target))


def kept_resamples(run: RunRecord) -> ResamplesByMetric | None:
    """Read the values on the holdout resamples that a run's worker kept.

    Returns
    -------
    dict or None
        None if there are none or the file is damaged: the intervals serve instead, and each
        difference says that it is not paired.
    """
    artefact = run.artefacts.get(RESAMPLES)
    if artefact is None:
        return None
    try:
        return read_resamples(Path(artefact.path))
    except WorkFailed:
        return None
