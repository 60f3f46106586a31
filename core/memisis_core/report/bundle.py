"""Everything of a set of runs in one folder: data, plans, report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from memisis_core.errors import InputError, WorkFailed
from memisis_core.report.export import export_data, export_plan, export_report
from memisis_core.runs.record import RunRecord
from memisis_core.synthesis.registry import SPECIFICATION


def export_runs(runs: Sequence[RunRecord], folder: Path) -> list[Path]:
    """Write synthetic data and plan of each run, and one report on all, into `folder`.

    Runs without data (failed, stopped early) are in the report only.

    Parameters
    ----------
    runs : sequence of RunRecord
        At least one.
    folder : Path
        Made for this user alone if it is new; files of the same names are replaced.

    Returns
    -------
    list of Path
        The files, in the order in which they were written.

    Raises
    ------
    InputError
        If there are no runs, or `folder` is a file.
    WorkFailed
        If something cannot be written.
    """
    if not runs:
        raise InputError("there is no run to export", fix="Name one or more runs")
    _make(folder)
    written: list[Path] = []
    for run in runs:
        stem = f"{run.label}-{run.synthesizer}"
        if "synthetic" in run.artefacts:
            written.append(export_data(run, folder / f"{stem}.csv"))
        kind = "spec" if run.synthesizer == SPECIFICATION.name else "plan"
        written.append(export_plan(run, folder / f"{stem}.{kind}.toml"))
    written.extend(export_report(runs, folder / f"report{ending}") for ending in (".html", ".md"))
    return written


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError as error:
        raise InputError("there is a file of that name", where=str(folder)) from error
    except OSError as error:
        raise WorkFailed(
            f"the folder cannot be made ({error.strerror})",
            where=str(folder),
            fix="Choose another folder",
        ) from error
