"""``memisis run``: carry out a goal in words, or a plan file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from memisis_core.errors import InputError
from memisis_core.plan.effective import effective_plan, planned_schema
from memisis_core.plan.provenance import Source
from memisis_core.runs.states import RunState
from memisis_core.synthesis.registry import entry
from memisis_tui.commands.output import print_json, say
from memisis_tui.commands.progress import RunsProgress

if TYPE_CHECKING:
    import argparse

    from memisis_core.data.dataset import Dataset
    from memisis_core.plan.model import EffectivePlan, Plan
    from memisis_core.runs.record import RunRecord
    from memisis_core.runs.supervisor import Supervisor


def run(options: argparse.Namespace) -> int:
    """Plan, confirm, run every synthesizer side by side, and print what came of it."""
    if (options.goal is None) == (options.plan is None):
        raise InputError("either a goal in words or --plan FILE is needed, not both")
    if options.jobs is not None and options.jobs < 1:
        raise InputError(f"--jobs {options.jobs} is not a number of runs", fix="Use 1 or more")
    from memisis_core.data.dataset import open_dataset

    dataset = open_dataset(options.data)
    plan = _plan_of(options, dataset)
    schema = planned_schema(plan, dataset.schema)
    effective = effective_plan(plan, dataset.schema, dataset.rows)
    for warning in (*dataset.warnings, *dataset.check_ready(schema)):
        say(f"note: {warning}")
    if not _confirmed(options, plan, effective, dataset):
        say("nothing was run")
        return 0
    records = _carried_out(options, plan, effective, dataset)
    if options.out is not None:
        from memisis_core.report.bundle import export_runs

        for path in export_runs(records, options.out):
            say(f"written: {path}")
    if options.json:
        from memisis_core.report.json_report import run_contract

        print_json(
            {"plan": plan.to_contract(effective), "runs": [run_contract(r) for r in records]}
        )
    else:
        from memisis_tui.commands.runs import show_comparison

        show_comparison(records, everything=False)
    return 0 if all(record.state is RunState.DONE for record in records) else 1


def _plan_of(options: argparse.Namespace, dataset: Dataset) -> Plan:
    if options.plan is None:
        from memisis_tui.commands.planning import plan_from_words

        plan = plan_from_words(dataset, options.goal, options.model)
        if plan.intent != "generate":
            raise InputError(
                f"the words were understood as {plan.intent!r}, not as a request for data",
                fix="Say what data are needed, or use --plan FILE",
            )
        return plan
    from memisis_core.plan.toml_file import read_plan

    plan = read_plan(options.plan)
    if plan.dataset is not None and plan.dataset.sha256 != dataset.reference.sha256:
        say(f"note: the plan was made for another state of {plan.dataset.path}")
    return plan.model_copy(update={"dataset": dataset.reference})


def _confirmed(
    options: argparse.Namespace, plan: Plan, effective: EffectivePlan, dataset: Dataset
) -> bool:
    """Ask before a plan that a model made is run, where there is somebody to ask."""
    if options.plan is not None or options.yes or options.json or not sys.stdin.isatty():
        for slot, known in effective.provenance.items():
            if known.source is Source.SAID:
                say(f"understood: {slot} = {getattr(effective, slot)} (“{known.words}”)")
        return True
    from memisis_tui.commands.plan import show_plan

    show_plan(plan, effective, dataset)
    sys.stderr.write("Run this plan? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _carried_out(
    options: argparse.Namespace, plan: Plan, effective: EffectivePlan, dataset: Dataset
) -> list[RunRecord]:
    from memisis_core.runs.child_process import ChildProcessExecutor
    from memisis_core.runs.store import Store
    from memisis_core.runs.supervisor import Supervisor

    store = Store.open()
    store.mark_interrupted()
    supervisor = Supervisor(store, ChildProcessExecutor(), cores=options.jobs)
    try:
        schema = planned_schema(plan, dataset.schema)
        runs = supervisor.submit(plan, effective, schema, dataset.reference)
        return _followed(supervisor, runs)
    finally:
        supervisor.close()
        store.close()


def _followed(supervisor: Supervisor, runs: list[RunRecord]) -> list[RunRecord]:
    names = {record.id: f"{record.label} {entry(record.synthesizer).title}" for record in runs}
    with RunsProgress(names).shown() as listener:
        return supervisor.supervise_all(names, listener)
