"""``memisis run --until-met``: goes on from plan to plan without a person, within limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memisis_core.runs.until_met import Ending, Limits, Outcome, run_until_met
from memisis_tui.commands.carrying_out import followed, open_supervisor
from memisis_tui.commands.output import say

if TYPE_CHECKING:
    import argparse

    from memisis_core.data.dataset import Dataset
    from memisis_core.data.schema import Schema
    from memisis_core.plan.model import EffectivePlan, Plan
    from memisis_core.runs.record import RunRecord

MOST_RUNS = 12
"""Unless --max-runs says otherwise."""
_ENDINGS = {
    Ending.MET: "every goal is met",
    Ending.MOST_RUNS: "--max-runs is reached",
    Ending.MOST_MINUTES: "--max-minutes are over",
    Ending.NOTHING_LEFT: "nothing that might help is left to try",
}


def run_and_tell(
    options: argparse.Namespace, plan: Plan, effective: EffectivePlan, dataset: Dataset
) -> int:
    """Run until every goal is surely met or a limit is reached; 1 if it never was."""
    from memisis_core.data.profile import profile_of
    from memisis_tui.commands.run import shown

    limits = Limits(
        MOST_RUNS if options.max_runs is None else options.max_runs,
        None if options.max_minutes is None else 60 * options.max_minutes,
    )
    profile = profile_of(dataset.table, dataset.schema)
    distinct = {column.name: column.distinct for column in profile.columns}
    with open_supervisor(options.jobs) as supervisor:

        def carry_out(
            todo: Plan, settled: EffectivePlan, schema: Schema, left: float | None
        ) -> list[RunRecord]:
            runs = supervisor.submit(todo, settled, schema, dataset.reference)
            ended = followed(supervisor, runs, left)
            for run in ended:
                for result in run.goals:
                    said = result.verdict.replace("_", " ")
                    why = f": {result.why}" if result.why else ""
                    say(f"{run.label}: {result.goal} is {said}{why}")
            return ended

        outcome = run_until_met(
            plan,
            dataset.schema,
            dataset.rows,
            limits,
            carry_out,
            distinct=distinct,
            on_next=lambda reason: say(f"next: {reason}"),
        )
    shown(options, plan, effective, outcome.runs, {"until_met": _contract(outcome)})
    said = f" by {outcome.met_by.label}" if outcome.met_by is not None else ""
    say(f"ended: {_ENDINGS[outcome.ending]}{said}, {len(outcome.runs)} runs")
    if outcome.caveat:
        say(f"note: {outcome.caveat}")
    return 0 if outcome.ending is Ending.MET else 1


def _contract(outcome: Outcome) -> dict[str, object]:
    return {
        "ending": outcome.ending.value,
        "met_by": outcome.met_by.id if outcome.met_by is not None else None,
        "caveat": outcome.caveat,
        "attempts": [
            {
                "plan": attempt.plan.to_contract(attempt.effective),
                "reason": attempt.reason or None,
                "runs": [run.id for run in attempt.runs],
            }
            for attempt in outcome.attempts
        ],
    }
