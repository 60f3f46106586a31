"""All plots of a report, in the order of its axes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from memisis_core.errors import WorkFailed
from memisis_core.evaluation.plot_data import ARTEFACT, PlotSet, read_plots
from memisis_core.report.plots import (
    associations,
    attacks,
    distributions,
    groups,
    losses,
    pareto,
)
from memisis_core.report.plots.figure import PlotSection, PlottedRun, PlottedRuns
from memisis_core.runs.comparing import compare_records, names_of
from memisis_core.runs.record import RunRecord
from memisis_core.secure_files import sha256_of

_SECTIONS = (pareto, distributions, associations, attacks, groups, losses)


def gallery(runs: Sequence[RunRecord]) -> tuple[PlotSection, ...]:
    """Return the plots of these runs; each section says which runs it lacks, and why.

    Parameters
    ----------
    runs : sequence of RunRecord
        In the order of the report's columns.
    """
    names = names_of((run.id, run.label) for run in runs)
    plotted, unread = [], []
    for place, run in enumerate(runs):
        plots, why = _plots(run)
        plotted.append(PlottedRun(names[run.id], place, run, plots))
        if why:
            unread.append(f"{names[run.id]}: {why}")
    together = PlottedRuns(tuple(plotted), compare_records(runs))
    made = tuple(kind.section(together) for kind in _SECTIONS)
    if not unread:
        return made
    return (PlotSection("Runs without plots of their data", "", (), tuple(unread)), *made)


def _plots(run: RunRecord) -> tuple[PlotSet | None, str]:
    """Return what a run's worker kept for plots, or why there is nothing."""
    artefact = run.artefacts.get(ARTEFACT)
    if artefact is None:
        return None, f"its worker kept none ({run.state.value})"
    path = Path(artefact.path)
    try:
        plots = read_plots(path)
        if sha256_of(path) != artefact.sha256:
            return None, "the file was changed after the run wrote it"
    except WorkFailed as error:
        return None, error.what
    return plots, ""
