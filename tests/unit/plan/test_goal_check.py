"""Goals are met by whole intervals, not by values."""

from typing import Any

import pytest

from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.plan.goal_check import check_goals
from memisis_core.plan.goals import Goal, GoalResult


def gap(value: float | None, ci: tuple[float, float] | None = None, **given: Any) -> Metric:
    settings = {"id": "utility.auroc_gap", "axis": Axis.UTILITY, "name": "gap"} | given
    return Metric(value=value, ci=ci, **settings)


def odds(subject: str, value: float | None, ci: tuple[float, float] | None = None, **given: Any):  # type: ignore[no-untyped-def]
    return gap(
        value, ci, id="fairness.equalized_odds_difference", axis=Axis.FAIRNESS,
        subject=subject, **given,
    )  # fmt: skip


def check(text: str, *metrics: Metric, subject: str | None = None) -> GoalResult:
    (result,) = check_goals([Goal.parse(text).model_copy(update={"subject": subject})], metrics)
    return result


@pytest.mark.parametrize(
    ("text", "verdict", "margin"),
    [
        ("utility.auroc_gap <= 0.05", "met", 0.02),
        ("utility.auroc_gap <= 0.04", "met", 0.01),
        ("utility.auroc_gap <= 0.035", "uncertain", 0.005),
        ("utility.auroc_gap <= 0.025", "uncertain", -0.005),
        ("utility.auroc_gap <= 0.01", "not_met", -0.02),
        ("utility.auroc_gap >= 0.01", "met", 0.02),
        ("utility.auroc_gap >= 0.03", "uncertain", 0.0),
        ("utility.auroc_gap >= 0.05", "not_met", -0.02),
        ("auroc_gap <= 0.05", "met", 0.02),
    ],
)
def test_the_whole_interval_decides(text: str, verdict: str, margin: float) -> None:
    result = check(text, gap(0.03, (0.02, 0.04)))
    assert result.verdict == verdict
    assert result.margin == pytest.approx(margin)
    assert (result.value, result.ci) == (0.03, (0.02, 0.04))


def test_a_value_that_is_no_estimate_decides_alone() -> None:
    assert check("auroc_gap <= 0.03", gap(0.03)).verdict == "met"
    assert check("auroc_gap <= 0.02", gap(0.03)).verdict == "not_met"


def test_the_overall_value_is_meant_where_there_is_one() -> None:
    metrics = (gap(0.2, (0.1, 0.3), subject="random_forest"), gap(0.01, (0.0, 0.02)))
    assert check("auroc_gap <= 0.05", *metrics).verdict == "met"
    named = check("auroc_gap <= 0.05", *metrics, subject="Random_Forest")
    assert (named.verdict, named.subject) == ("not_met", "random_forest")


def test_otherwise_the_least_favourable_subject_decides() -> None:
    metrics = (odds("Sex", 0.02, (0.0, 0.05)), odds("Race", 0.08, (0.04, 0.12)))
    result = check("fairness.equalized_odds_difference <= 0.1", *metrics)
    assert (result.verdict, result.subject) == ("uncertain", "Race")
    assert result.why == "the least favourable of 2: Race"
    assert check("equalized_odds_difference <= 0.2", *metrics).verdict == "met"


def test_a_subject_without_a_value_leaves_the_goal_unknown_unless_another_fails() -> None:
    small = odds("Race × Sex", None, status=Status.INSUFFICIENT_DATA, why="small cells")
    fine, bad = odds("Sex", 0.02, (0.0, 0.05)), odds("Race", 0.3, (0.2, 0.4))
    unknown = check("equalized_odds_difference <= 0.1", fine, small)
    assert (unknown.verdict, unknown.why) == ("unknown", "small cells")
    assert check("equalized_odds_difference <= 0.1", fine, small, bad).verdict == "not_met"


def test_groups_are_not_asked_where_the_attribute_stands_for_them() -> None:
    def share(subject: str, value: float, ci: tuple[float, float]) -> Metric:
        return odds(subject, value, ci).model_copy(update={"id": "fairness.representation"})

    metrics = (share("Race", 0.1, (0.0, 0.2)), share("Race=Black", 0.9, (0.8, 1.0)))
    assert check("representation <= 0.3", *metrics).verdict == "met"


def test_a_disparity_counts_in_both_directions() -> None:
    def share(value: float, ci: tuple[float, float]) -> Metric:
        return gap(
            value, ci, id="fairness.representation", axis=Axis.FAIRNESS,
            direction="target", ideal=0.0, subject="Race",
        )  # fmt: skip

    assert check("representation <= 0.3", share(-0.7, (-0.9, -0.5))).verdict == "not_met"
    assert check("representation <= 0.3", share(-0.1, (-0.2, 0.1))).verdict == "met"
    assert check("representation <= 0.15", share(-0.1, (-0.2, 0.1))).verdict == "uncertain"


@pytest.mark.parametrize(
    ("text", "metrics", "words"),
    [
        ("auroc_gap <= 0.1", (), "utility.auroc_gap was not measured"),
        ("aurok_gap <= 0.1", (), "Did you mean utility.auroc_gap"),
        ("missingness >= 0.9", (), "may be validation.missingness or fidelity.missingness"),
        (
            "auroc_gap <= 0.1",
            (gap(None, status=Status.NOT_APPLICABLE, why="no target is set"),),
            "no target is set",
        ),
    ],
)
def test_what_was_not_measured_is_unknown_and_says_why(
    text: str, metrics: tuple[Metric, ...], words: str
) -> None:
    result = check(text, *metrics)
    assert result.verdict == "unknown"
    assert words in (result.why or "")


def test_results_come_in_the_order_of_the_goals() -> None:
    goals = [Goal.parse("auroc_gap <= 0.1"), Goal.parse("auroc_gap <= 0.01")]
    assert [r.verdict for r in check_goals(goals, [gap(0.05)])] == ["met", "not_met"]
