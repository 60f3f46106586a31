"""Without a person: plan after plan until one run surely meets every goal, or a limit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from memisis_core.data.schema import Column, ColumnKind, Schema
from memisis_core.errors import InputError
from memisis_core.plan.effective import effective_plan
from memisis_core.plan.goals import Goal, GoalResult
from memisis_core.plan.model import DatasetReference, EffectivePlan, Plan
from memisis_core.runs.job import JobSpecification
from memisis_core.runs.record import RunRecord
from memisis_core.runs.states import RunState
from memisis_core.runs.until_met import Ending, Limits, run_until_met

ROWS = 1000
GOAL = Goal(metric="utility.auroc_gap", op="<=", value=0.1)
SCHEMA = Schema(columns=(Column(name="Diagnosis", kind=ColumnKind.CATEGORY),))
DATASET = DatasetReference(path="/data/p.csv", sha256="0" * 64, rows=ROWS, columns=1)
PLAN = Plan(request="compare", dataset=DATASET, goals=[GOAL], synthesizers=["ctgan"], epochs=10)


class Laboratory:
    """Carries plans out at once; a rule says which verdict a run gets."""

    def __init__(self, rule: Callable[[str, int], str]) -> None:
        self.rule = rule
        self.done: list[tuple[str, int, int]] = []
        self.left: list[float | None] = []

    def __call__(
        self, plan: Plan, effective: EffectivePlan, schema: Schema, left: float | None
    ) -> Sequence[RunRecord]:
        self.left.append(left)
        runs = []
        for name in effective.synthesizers:
            verdict = self.rule(name, effective.epochs)
            self.done.append((name, effective.epochs, effective.train_rows))
            result = GoalResult(goal=GOAL, verdict=verdict, value=0.2, margin=-0.1)  # type: ignore[arg-type]
            label = chr(64 + len(self.done))
            job = JobSpecification(
                run_id=label,
                synthesizer=name,
                dataset=DATASET,
                schema_=schema,
                plan=effective,
                folder=Path("/runs"),
                cache=Path("/cache"),
            )
            runs.append(
                RunRecord(
                    id=label,
                    plan_id=str(len(self.left)),
                    label=label,
                    job=job,
                    plan=plan,
                    state=RunState.DONE,
                    created=datetime(2026, 1, 1, tzinfo=UTC),
                    goals=[result],
                )
            )
        return runs


def test_it_goes_on_with_reasons_until_a_run_meets_every_goal() -> None:
    laboratory = Laboratory(lambda name, epochs: "met" if epochs >= 40 else "not_met")
    said: list[str] = []
    outcome = run_until_met(PLAN, SCHEMA, ROWS, Limits(runs=12), laboratory, on_next=said.append)
    assert outcome.ending is Ending.MET
    assert outcome.met_by is outcome.runs[-1]
    assert outcome.met_by.job.plan.epochs >= 40
    assert len(said) == len(outcome.attempts) - 1 > 0
    assert all("is not met in" in reason for reason in said)


def test_an_uncertain_goal_is_not_a_met_one() -> None:
    outcome = run_until_met(
        PLAN, SCHEMA, ROWS, Limits(runs=3), Laboratory(lambda name, epochs: "uncertain")
    )
    assert outcome.ending is Ending.MOST_RUNS
    assert outcome.met_by is None
    assert len(outcome.runs) == 3


def test_a_goal_met_at_the_first_try_needs_no_caveat_and_one_met_later_does() -> None:
    first = run_until_met(PLAN, SCHEMA, ROWS, Limits(12), Laboratory(lambda n, e: "met"))
    assert (first.caveat, len(first.runs)) == (None, 1)
    later = run_until_met(
        PLAN, SCHEMA, ROWS, Limits(12), Laboratory(lambda n, e: "met" if e > 10 else "not_met")
    )
    assert later.caveat is not None
    assert later.caveat.startswith(f"{len(later.runs)} runs were held against the same held-out")


def test_nothing_is_run_twice_and_other_synthesizers_come_before_ever_more_epochs() -> None:
    laboratory = Laboratory(lambda name, epochs: "not_met")
    run_until_met(PLAN, SCHEMA, ROWS, Limits(runs=8), laboratory)
    assert len(set(laboratory.done)) == len(laboratory.done) == 8
    assert {name for name, *_ in laboratory.done[:4]} == {"ctgan", "gaussian_copula", "tvae"}


def test_the_number_of_runs_is_never_exceeded_by_a_plan_with_several_synthesizers() -> None:
    plan = PLAN.model_copy(update={"synthesizers": ["ctgan", "gaussian_copula", "tvae"]})
    laboratory = Laboratory(lambda name, epochs: "not_met")
    outcome = run_until_met(plan, SCHEMA, ROWS, Limits(runs=2), laboratory)
    assert [run.synthesizer for run in outcome.runs] == ["ctgan", "gaussian_copula"]


def test_each_plan_is_told_the_time_that_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(0, 1000, 20))
    monkeypatch.setattr("memisis_core.runs.until_met.time.monotonic", lambda: float(next(now)))
    laboratory = Laboratory(lambda name, epochs: "not_met")
    outcome = run_until_met(PLAN, SCHEMA, ROWS, Limits(runs=12, seconds=60), laboratory)
    assert outcome.ending is Ending.MOST_MINUTES
    assert laboratory.left == [40.0, 20.0]


@pytest.mark.parametrize(
    ("plan", "limits", "said"),
    [
        (PLAN.model_copy(update={"goals": []}), Limits(runs=3), "needs a goal"),
        (PLAN, Limits(runs=0), "no run at all"),
        (PLAN, Limits(runs=3, seconds=0.0), "no run at all"),
    ],
)
def test_a_call_that_can_lead_to_nothing_is_refused(plan: Plan, limits: Limits, said: str) -> None:
    with pytest.raises(InputError, match=said):
        run_until_met(plan, SCHEMA, ROWS, limits, Laboratory(lambda n, e: "met"))


def test_the_plans_that_follow_are_valid_for_the_same_table() -> None:
    outcome = run_until_met(
        PLAN, SCHEMA, ROWS, Limits(runs=6), Laboratory(lambda name, epochs: "not_met")
    )
    for attempt in outcome.attempts:
        assert effective_plan(attempt.plan, SCHEMA, ROWS).train_rows <= ROWS
