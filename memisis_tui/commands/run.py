"""``memisis run``: carry out a goal in words, or a plan file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from memisis_core.errors import InputError
from memisis_core.plan.effective import effective_plan, planned_schema
from memisis_core.plan.provenance import Source
from memisis_core.runs.states import RunState
from memisis_tui.commands.carrying_out import followed, open_supervisor
from memisis_tui.commands.output import print_json, say

if TYPE_CHECKING:
    import argparse

    from memisis_core.data.dataset import Dataset
    from memisis_core.plan.model import EffectivePlan, Plan
    from memisis_core.runs.record import RunRecord


def run(options: argparse.Namespace) -> int:
    """Plan, confirm, run every synthesizer side by side, and print what came of it."""
    if (options.goal is None) == (options.plan is None):
        raise InputError("either a goal in words or --plan FILE is needed, not both")
    if options.jobs is not None and options.jobs < 1:
        raise InputError(f"--jobs {options.jobs} is not a number of runs", fix="Use 1 or more")
    if not options.until_met and (options.max_runs is not None or options.max_minutes is not None):
        raise InputError("--max-runs and --max-minutes go with --until-met", fix="Add --until-met")
    if options.detach and (options.until_met or options.out is not None):
        raise InputError(
            "--detach returns before there is anything to choose from or to export",
            fix="Leave --until-met and --out out; later: memisis runs export",
        )
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
    if options.detach:
        from memisis_tui.commands.detaching import run_detached

        return run_detached(options, plan, effective, dataset)
    if options.until_met:
        from memisis_tui.commands.until_met import run_and_tell

        return run_and_tell(options, plan, effective, dataset)
    records = _carried_out(options, plan, effective, dataset)
    shown(options, plan, effective, records)
    return 0 if all(record.state is RunState.DONE for record in records) else 1


def shown(
    options: argparse.Namespace,
    plan: Plan,
    effective: EffectivePlan,
    records: list[RunRecord],
    more: dict[str, object] | None = None,
) -> None:
    """Export the runs where that was asked for, and print them.

    Parameters
    ----------
    options
        Of the command line.
    plan, effective
        What was asked for.
    records
        The runs.
    more
        Further keys of the JSON document.
    """
    if options.out is not None:
        from memisis_core.report.bundle import export_runs

        for path in export_runs(records, options.out):
            say(f"written: {path}")
    if options.json:
        from memisis_core.report.json_report import run_contract

        runs = [run_contract(record) for record in records]
        print_json({"plan": plan.to_contract(effective), "runs": runs, **(more or {})})
    else:
        from memisis_tui.commands.runs import show_comparison

        show_comparison(records, everything=False)


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
    schema = planned_schema(plan, dataset.schema)
    with open_supervisor(options.jobs) as supervisor:
        runs = supervisor.submit(plan, effective, schema, dataset.reference)
        return followed(supervisor, runs)
