"""A run's files as they are used later: only if they are still what the worker wrote."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from memisis_core.errors import InputError, WorkFailed
from memisis_core.secure_files import sha256_of

if TYPE_CHECKING:
    from memisis_core.runs.record import RunRecord

WHAT = {"synthetic": "synthetic data", "synthetic_parquet": "synthetic data", "plots": "plots"}


def verified_path(run: RunRecord, name: str) -> Path:
    """Return the path of an artefact that is still what the worker wrote.

    Raises
    ------
    InputError
        If the run has no such artefact.
    WorkFailed
        If its file is missing or was changed.
    """
    artefact = run.artefacts.get(name)
    if artefact is None:
        raise InputError(
            f"run {run.label} has no {WHAT.get(name, name)} ({run.state.value})",
            where=run.id,
            fix="Choose a run that is done",
        )
    path = Path(artefact.path)
    if not path.is_file():
        raise WorkFailed("the file is missing", where=str(path), fix="Run the plan again")
    if sha256_of(path) != artefact.sha256:
        raise WorkFailed(
            "the file was changed after the run wrote it", where=str(path), fix="Run the plan again"
        )
    return path
