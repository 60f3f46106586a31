"""A goal that is not surely met leads to the next plan, with its reason; nothing is tried twice."""

from collections.abc import Callable
from dataclasses import replace

from memisis_core.agent import replies
from memisis_core.agent.conversation import Conversation
from memisis_core.agent.facts import Facts
from memisis_core.agent.planner import Planner
from memisis_core.data.schema import Column, ColumnKind, Schema
from memisis_core.plan.goals import Goal, GoalResult
from memisis_core.plan.next_plan import next_plans
from memisis_core.plan.provenance import Source
from tests.fakes.fake_model import FakeModel

ROWS = 1000
SCHEMA = Schema(
    columns=(
        Column(name="postcode", kind=ColumnKind.CATEGORY),
        Column(name="Diagnosis", kind=ColumnKind.CATEGORY),
    )
)


def result(metric: str, verdict: str, value: float | None = 0.2) -> list[GoalResult]:
    goal = Goal(metric=metric, op="<=", value=0.1)
    return [GoalResult(goal=goal, verdict=verdict, value=value, margin=-0.1)]  # type: ignore[arg-type]


def test_a_goal_that_one_run_surely_meets_needs_no_next_plan(make_run: Callable) -> None:
    met = make_run("A", "ctgan", goals=result("utility.auroc_gap", "met"))
    missed = make_run("B", "tvae", goals=result("utility.auroc_gap", "not_met"))
    assert next_plans([met, missed], SCHEMA, ROWS) == []
    assert next_plans([make_run("C", "ctgan")], SCHEMA, ROWS) == []


def test_missed_utility_leads_to_more_epochs_and_other_synthesizers(make_run: Callable) -> None:
    run = make_run("A", "ctgan", goals=result("utility.auroc_gap", "not_met"))
    first, *others = next_plans([run], SCHEMA, ROWS)
    assert first.changed == ("epochs",)
    assert first.plan.epochs == 2 * run.job.plan.epochs
    assert first.plan.provenance["epochs"].source is Source.EDITED
    assert "utility.auroc_gap <= 0.1 is not met in A, at 0.200" in first.reason
    assert [other.plan.synthesizers for other in others] == [["gaussian_copula"], ["tvae"]]


def test_missed_privacy_leads_to_less_memorising(make_run: Callable) -> None:
    run = make_run("A", "ctgan", goals=result("privacy.membership_auc", "not_met"))
    first, second, *_ = next_plans([run], SCHEMA, ROWS, {"postcode": 900, "Diagnosis": 2})
    assert first.plan.columns["postcode"].role == "excluded"
    assert second.plan.epochs == run.job.plan.epochs // 2


def test_an_uncertain_goal_leads_to_a_narrower_interval(make_run: Callable) -> None:
    run = make_run("A", "gaussian_copula", goals=result("utility.auroc_gap", "uncertain"))
    first, *_ = next_plans([run], SCHEMA, ROWS)
    assert first.changed == ("sample_rows",)
    assert "uncertain" in first.reason


def test_what_was_run_before_is_not_proposed_again(make_run: Callable) -> None:
    run = make_run("A", "ctgan", goals=result("utility.auroc_gap", "not_met"))
    before = make_run("B", "ctgan", plan_id="earlier")
    longer = before.job.plan.model_copy(update={"epochs": 2 * run.job.plan.epochs})
    before = before.model_copy(update={"job": before.job.model_copy(update={"plan": longer})})
    assert all(found.changed != ("epochs",) for found in next_plans([before, run], SCHEMA, ROWS))


def test_an_unknown_goal_proposes_nothing(make_run: Callable) -> None:
    run = make_run("A", "ctgan", goals=result("utility.auroc_gap", "unknown", None))
    assert next_plans([run], SCHEMA, ROWS) == []


def test_the_conversation_proposes_it_as_a_plan_to_confirm(
    facts: Facts, make_run: Callable
) -> None:
    run = make_run("A", "ctgan", goals=result("utility.auroc_gap", "not_met"))
    talk = Conversation(Planner(FakeModel(default="intent=explain")))
    found = list(talk.reply("what should I try next", replace(facts, runs=(run,))))
    assert isinstance(found[-2], replies.Step)
    assert isinstance(found[-1], replies.PlanProposed)
