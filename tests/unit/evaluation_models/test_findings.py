"""Facts of a comparison, each true of the numbers."""

from memisis_core.evaluation.comparison import compare
from memisis_core.evaluation.findings import Finding, findings, measured
from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.plan.goals import Goal, GoalResult
from tests.unit.evaluation_models.test_comparison import headlines, lower, metric


def texts(found: list[Finding], kind: str) -> list[str]:
    return [finding.text for finding in found if finding.kind == kind]


def test_the_best_run_of_each_axis_is_named_with_its_interval() -> None:
    found = findings(compare({"A": headlines(0.02, 0.50), "B": headlines(0.10, 0.60)}))
    assert "Utility: A has the best AUROC gap to real, 0.020 (95 % 0.010 to 0.030)." in texts(
        found, "best"
    )
    assert len(texts(found, "best")) == 2
    assert "no difference in pair trends beyond noise" in texts(found, "within_noise")[0]


def test_ties_with_the_best_are_named() -> None:
    runs = {
        "A": headlines(0.020, 0.5), "B": headlines(0.021, 0.5), "C": headlines(0.2, 0.5),
    }  # fmt: skip
    (best,) = texts(findings(compare(runs)), "best")
    assert best.endswith("; within noise of it: B.")


def test_a_trade_off_is_between_two_runs_and_names_both_sides() -> None:
    found = findings(compare({"A": headlines(0.02, 0.60), "B": headlines(0.10, 0.50)}))
    assert texts(found, "trade_off") == ["A is better than B on utility and worse on privacy."]
    assert texts(found, "dominated") == []


def test_a_dominated_run_is_named_after_the_one_that_beats_it() -> None:
    found = findings(compare({"A": headlines(0.02, 0.50), "B": headlines(0.10, 0.60)}))
    assert texts(found, "dominated") == [
        "A is better than B on privacy and utility and worse on no axis."
    ]


def test_runs_worse_than_real_data_are_named_with_the_baseline() -> None:
    runs = {
        "A": [metric(0.80, 0.02, real_baseline=0.9, headline=True)],
        "B": [metric(0.89, 0.02, real_baseline=0.9, headline=True)],
    }
    assert texts(findings(compare(runs)), "worse_than_real") == [
        "AUROC is worse than on real data (0.900) beyond noise: A 0.800 (95 % 0.780 to 0.820)."
    ]


def test_what_could_not_be_measured_is_said_with_the_reason() -> None:
    missing = Metric(
        id="utility.auroc_gap",
        axis=Axis.UTILITY,
        name="AUROC gap to real",
        status=Status.NOT_APPLICABLE,
        why="no target is set",
    )
    found = findings(compare({"A": [*headlines(0.1, 0.5)[1:], missing]}))
    assert "Utility of A has no headline value: no target is set." in texts(found, "missing")


def test_rules_broken_more_often_than_by_real_rows_come_first() -> None:
    def share(value: float, name: str, baseline: float) -> Metric:
        return metric(
            value,
            id=f"validation.{name}",
            axis=Axis.VALIDATION,
            name=name,
            real_baseline=baseline,
        )

    rules = [share(0.98, "ranges", 1.0), share(0.98, "dates", 0.97)]
    found = findings(compare({"A": [*headlines(0.1, 0.5), *rules]}))
    assert [finding.kind for finding in found[:2]] != ["violation", "violation"]
    assert found[0].text == "A breaks a rule of the table: ranges 0.98, real 1."


def test_goals_are_told_with_their_verdict() -> None:
    goal = Goal(metric="utility.auroc_gap", op="<=", value=0.05)
    results = {
        "A": [GoalResult(goal=goal, verdict="met", value=0.02)],
        "B": [GoalResult(goal=goal, verdict="unknown", why="no target is set")],
    }
    found = findings(compare({"A": headlines(0.02, 0.5), "B": []}), results)
    assert texts(found, "goal") == [
        "A: the goal utility.auroc_gap <= 0.05 is met at 0.020.",
        "B: the goal utility.auroc_gap <= 0.05 is unknown: no target is set.",
    ]


def test_many_comparisons_carry_a_warning_of_chance() -> None:
    def columns(shift: float) -> list[Metric]:
        return [metric(0.9 + shift, 0.05, subject=f"c{i}") for i in range(40)]

    found = findings(compare({"A": columns(0.0), "B": columns(0.01)}))
    assert texts(found, "caveat") == [
        "Of the 40 differences held against 95 % intervals, about 2 would stand out by chance "
        "alone if the runs were equal."
    ]


def test_caveats_of_the_headlines_are_said_once() -> None:
    runs = {
        name: [lower(0.1, 0.01, id="utility.auroc_gap", name="gap", caveat="same holdout")]
        for name in "AB"
    }
    assert texts(findings(compare(runs)), "caveat") == ["gap: same holdout."]


def test_values_are_never_naked() -> None:
    assert measured(metric(0.1234, 0.01)) == "0.123 (95 % 0.113 to 0.133)"
    assert measured(metric(1234.5, 10)) == "1.23e+03 (95 % 1.22e+03 to 1.24e+03)"
    assert measured(metric(None, status=Status.FAILED)) == "no value"
