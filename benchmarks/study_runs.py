"""The runs of a study: every synthesizer of a plan with every seed, through the program's store."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from memisis_core.data.dataset import open_dataset
from memisis_core.data.samples import sample_table
from memisis_core.errors import InputError, WorkFailed
from memisis_core.plan.effective import effective_plan, planned_schema
from memisis_core.plan.model import EffectivePlan, Plan
from memisis_core.runs.child_process import ChildProcessExecutor
from memisis_core.runs.executor import Executor
from memisis_core.runs.record import RunRecord
from memisis_core.runs.states import RunState
from memisis_core.runs.store import Store
from memisis_core.runs.supervisor import Supervisor

STUDIES = Path(__file__).parent / "studies"
_WHAT_MATTERS = {"epochs", "train_rows", "sample_rows", "batch_size", "seed", "holdout_rows"}
_WHAT_MATTERS |= {"target", "protected", "constraints"}


@dataclass(frozen=True)
class Study:
    """What a study asks for, as its file in ``studies/`` says."""

    name: str
    title: str
    table: Path
    seeds: tuple[int, ...]
    plan: Plan
    caveats: tuple[str, ...]


def read_study(name: str) -> Study:
    """Read ``studies/NAME.toml``.

    Raises
    ------
    InputError
        If there is no such study, or its file does not hold one.
    """
    path = STUDIES / f"{name}.toml"
    try:
        document: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        known = ", ".join(sorted(file.stem for file in STUDIES.glob("*.toml")))
        raise InputError(f"there is no study {name!r}", fix=f"There are: {known}") from error
    seeds = tuple(document["seeds"])
    if len(seeds) < 3 or len(set(seeds)) < len(seeds):
        raise InputError("a study needs three or more different seeds", where=str(path))
    return Study(
        name=name,
        title=document["title"],
        table=sample_table(document["table"]),
        seeds=seeds,
        plan=Plan.model_validate(document["plan"]),
        caveats=tuple(document["caveats"]),
    )


def carry_out(
    study: Study, home: Path | None = None, executor: Executor | None = None
) -> list[RunRecord]:
    """Do the runs that the store does not hold yet, one at a time, and return all of them.

    Raises
    ------
    WorkFailed
        If a run did not end well; those that did are kept for the next call.
    """
    dataset = open_dataset(study.table)
    store = Store.open(home)
    store.mark_interrupted()
    supervisor = Supervisor(store, executor or ChildProcessExecutor(), cores=1)
    found: list[RunRecord] = []
    try:
        for seed in study.seeds:
            plan = study.plan.model_copy(update={"seed": seed, "dataset": dataset.reference})
            schema = planned_schema(plan, dataset.schema)
            for synthesizer in plan.synthesizers:
                one = plan.model_copy(update={"synthesizers": [synthesizer]})
                effective = effective_plan(one, dataset.schema, dataset.rows)
                record = finished_run(store, synthesizer, dataset.reference.sha256, effective)
                if record is None:
                    (queued,) = supervisor.submit(one, effective, schema, dataset.reference)
                    record = _followed(supervisor, queued)
                found.append(record)
    finally:
        supervisor.close()
        store.close()
    return found


def finished_run(
    store: Store, synthesizer: str, sha256: str, effective: EffectivePlan
) -> RunRecord | None:
    """Return the newest finished run of this table, synthesizer and plan, if there is one."""
    wanted = effective.model_dump(include=_WHAT_MATTERS)
    fitting = [
        run
        for run in store.runs(states=[RunState.DONE])
        if run.synthesizer == synthesizer
        and run.job.dataset.sha256 == sha256
        and run.job.plan.model_dump(include=_WHAT_MATTERS) == wanted
    ]
    return fitting[-1] if fitting else None


def _followed(supervisor: Supervisor, queued: RunRecord) -> RunRecord:
    record = supervisor.supervise(queued.id)
    if record.state is not RunState.DONE or record.started is None or record.ended is None:
        what = f"{record.synthesizer}, seed {record.seed}, ended {record.state}"
        raise WorkFailed(f"{what}: {record.reason}", where=record.id)
    seconds = (record.ended - record.started).total_seconds()
    print(f"{record.synthesizer}, seed {record.seed}: {seconds:.0f} s", flush=True)
    return record
