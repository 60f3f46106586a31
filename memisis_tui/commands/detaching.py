"""``memisis run --detach`` and ``memisis runs stop``: runs that need no terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memisis_core.errors import InputError
from memisis_core.plan.effective import planned_schema
from memisis_core.runs.store import Store
from memisis_core.synthesis.registry import entry
from memisis_tui.commands.output import print_json, print_lines, say

if TYPE_CHECKING:
    import argparse

    from memisis_core.data.dataset import Dataset
    from memisis_core.plan.model import EffectivePlan, Plan


def run_detached(
    options: argparse.Namespace, plan: Plan, effective: EffectivePlan, dataset: Dataset
) -> int:
    """Start the runs in a process of their own, print what they are called, and return."""
    from memisis_core.report.json_report import run_contract
    from memisis_core.runs.detached_supervisor import DetachedSupervisor

    store = Store.open()
    store.mark_interrupted()
    schema = planned_schema(plan, dataset.schema)
    supervisor = DetachedSupervisor(store, cores=options.jobs)
    records = supervisor.submit(plan, effective, schema, dataset.reference)
    supervisor.close()
    if options.json:
        runs = [run_contract(record) for record in records]
        print_json({"plan": plan.to_contract(effective), "runs": runs})
    else:
        print_lines(f"{r.id}  {r.label} {entry(r.synthesizer).title}" for r in records)
        say("they go on without this terminal; see: memisis runs list; end: memisis runs stop RUN")
    store.close()
    return 0


def stop_runs(options: argparse.Namespace) -> int:
    """Ask detached runs to stop and keep their models."""
    store = Store.open()
    store.mark_interrupted()
    chosen = [store.run(name) for name in options.run]
    for record in chosen:
        if not store.detached.request_stop(record.id):
            state = f"is {record.state}" if record.state.final else "was not started with --detach"
            raise InputError(f"run {record.label} {state}", where=record.id)
    if options.json:
        print_json({"stopping": [record.id for record in chosen]})
    else:
        print_lines(f"stopping: {record.label} {record.id}" for record in chosen)
    store.close()
    return 0
