"""Keeps a drawn table as a run, beside the ones that synthesizers made.

Such a run has no real table: what stands in the place of the dataset is the specification's file in
the run's folder, with its hash, and nothing was trained or held out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from memisis_core.data.schema import Column, ColumnKind, Schema
from memisis_core.description.sources import touched_real_data
from memisis_core.description.toml_file import specification_to_toml
from memisis_core.errors import WorkFailed
from memisis_core.plan.model import DatasetReference, EffectivePlan, Plan
from memisis_core.plan.provenance import Provenance, Source
from memisis_core.runs.environment import environment_of
from memisis_core.runs.events import (
    ArtefactWritten,
    Failed,
    Finished,
    MetricsMeasured,
    StateChanged,
    Warned,
)
from memisis_core.runs.job import JobSpecification
from memisis_core.runs.owner import Owner
from memisis_core.runs.states import RunState
from memisis_core.secure_files import replacing, sha256_of, write_private
from memisis_core.synthesis.registry import SPECIFICATION

if TYPE_CHECKING:
    import polars as pl

    from memisis_core.description.specification import Specification
    from memisis_core.evaluation.metric import Metric
    from memisis_core.runs.record import RunRecord
    from memisis_core.runs.store import Store

NOTHING_REAL = "drawn from a description; no real row was used"
TOUCHED_REAL = "drawn from a description that a sample of real rows corrected"


@dataclass(frozen=True)
class Keepsake:
    """A table made from a specification, in whatever way, and what is to be remembered of it.

    Attributes
    ----------
    frame : polars.DataFrame
    specification : Specification
        As it was used, every default filled in.
    seed : int
    metrics : list of Metric
        Against the specification, and against real data where there was some.
    warnings : tuple of str
    request : str
        The person's words or the file that asked for it.
    mode : str
        How its rows were made: ``specification`` or ``rows``.
    """

    frame: pl.DataFrame
    specification: Specification
    seed: int
    metrics: list[Metric]
    warnings: tuple[str, ...] = ()
    request: str = ""
    mode: str = "specification"


def keep(
    store: Store, kept: Keepsake, label: str | None = None, *, session_id: str | None = None
) -> RunRecord:
    """Keep a table with its specification and measures as a finished run.

    Parameters
    ----------
    store : Store
    kept : Keepsake
    label : str, optional
        Name for people; else the next free letter.
    session_id : str, optional
        The session that it belongs to.

    Raises
    ------
    WorkFailed
        If a file cannot be written; the run is then kept as failed.
    """
    run_id = store.new_run_id()
    folder = store.run_folder(run_id)
    specification = kept.specification
    file = write_private(folder / "specification.toml", specification_to_toml(specification))
    reference = DatasetReference(
        path=str(file), sha256=sha256_of(file), rows=0, columns=len(specification.variables)
    )
    rows = kept.frame.height
    plan = Plan(
        intent="describe",
        request=kept.request,
        dataset=reference,
        sample_rows=rows,
        seed=kept.seed,
    )
    effective = _effective(rows, kept.seed)
    job = JobSpecification(
        run_id=run_id,
        synthesizer=SPECIFICATION.name,
        dataset=reference,
        schema_=schema_of(specification),
        plan=effective,
        folder=folder,
        cache=store.cache_folder,
    )
    owner = Owner.claim(store.owners_folder)
    try:
        plan_id = store.add_plan(plan, effective, session_id)
        store.add_run(plan_id, job, owner=owner, session_id=session_id, label=label)
        _Filler(store, job).fill(kept)
    except OSError as error:
        why = error.strerror or str(error)
        store.apply(run_id, Failed(reason=f"its files could not be written ({why})"))
        raise WorkFailed(f"the run cannot be kept ({why})", where=str(folder)) from error
    finally:
        owner.release()
    return store.run(run_id)


def schema_of(specification: Specification) -> Schema:
    """Return the columns of a table drawn from a specification."""
    return Schema(
        columns=tuple(
            Column(
                name=variable.name,
                kind=ColumnKind(variable.type.value),
                reason="the specification says so",
                levels=tuple(map(str, variable.codes)) if variable.type == "ordinal" else None,
                decimals=variable.decimals,
                description=variable.description or None,
                unit=variable.unit,
            )
            for variable in specification.variables
        )
    )


def _effective(rows: int, seed: int) -> EffectivePlan:
    said = Provenance(source=Source.SAID)
    return EffectivePlan(
        synthesizers=(SPECIFICATION.name,),
        epochs=0,
        train_rows=0,
        sample_rows=rows,
        batch_size=0,
        seed=seed,
        holdout_fraction=0.0,
        holdout_rows=0,
        target=None,
        protected=(),
        priority=None,
        goals=(),
        constraints=(),
        provenance={"sample_rows": said, "seed": said},
    )


class _Filler:
    """Writes the files of one run and says so to the store, as a worker would."""

    def __init__(self, store: Store, job: JobSpecification) -> None:
        self._store = store
        self._job = job

    def fill(self, kept: Keepsake) -> None:
        store, run_id = self._store, self._job.run_id
        store.apply(run_id, StateChanged(state=RunState.SAMPLING))
        for warning in kept.warnings:
            store.apply(run_id, Warned(text=warning))
        self._report("specification", "specification.toml")
        self._write("environment", "environment.json", _as_json(environment_of(self._job)))
        self._write("synthetic", "synthetic.csv", kept.frame.write_csv)
        self._write("synthetic_parquet", "synthetic.parquet", kept.frame.write_parquet)
        measured = [metric.model_dump(mode="json") for metric in kept.metrics]
        self._write("metrics", "metrics.json", _as_json(measured))
        store.apply(run_id, MetricsMeasured(metrics=kept.metrics))
        made_of = TOUCHED_REAL if touched_real_data(kept.specification) else NOTHING_REAL
        store.apply(run_id, Finished(state=RunState.DONE, note=f"{kept.mode} mode: {made_of}"))

    def _write(self, name: str, file: str, writer: Callable[[Path], object]) -> None:
        with replacing(self._job.folder / file) as temporary:
            writer(temporary)
        self._report(name, file)

    def _report(self, name: str, file: str) -> None:
        digest = sha256_of(self._job.folder / file)
        self._store.apply(self._job.run_id, ArtefactWritten(name=name, path=file, sha256=digest))


def _as_json(document: object) -> Callable[[Path], object]:
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    return lambda path: path.write_text(text, encoding="utf-8")
