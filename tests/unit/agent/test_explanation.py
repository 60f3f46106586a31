"""Explanations are made of measured facts; every number in them is a stored one."""

import re
from collections.abc import Callable

from memisis_core.agent.claim_check import numbers_of, unsupported_claim
from memisis_core.agent.explanation import NOT_PROOF, explain
from memisis_core.agent.facts import Facts
from memisis_core.agent.own_words import NO_RUNS
from memisis_core.evaluation.metric import Axis, Metric
from memisis_core.plan.goals import Goal, GoalResult

MakeRun = Callable[..., object]


def privacy(value: float, low: float, high: float) -> Metric:
    return Metric(
        id="privacy.membership_auc",
        axis=Axis.PRIVACY,
        name="membership AUC",
        value=value,
        ci=(low, high),
        ideal=0.5,
        direction="target",
        real_baseline=0.5,
        n=700,
        headline=True,
    )


def utility(value: float, low: float, high: float) -> Metric:
    return Metric(
        id="utility.auroc_gap",
        axis=Axis.UTILITY,
        name="AUROC gap",
        value=value,
        ci=(low, high),
        ideal=0.0,
        direction="lower",
        real_baseline=0.0,
        n=300,
        headline=True,
    )


def two_runs(make_run: Callable) -> tuple:
    goal = GoalResult(
        goal=Goal.parse("utility.auroc_gap <= 0.05"), verdict="uncertain", value=0.041, margin=0.009
    )
    return (
        make_run(
            "A", "ctgan", metrics=[privacy(0.512, 0.49, 0.53), utility(0.041, 0.02, 0.06)],
            goals=[goal],
        ),
        make_run("B", "tvae", metrics=[privacy(0.713, 0.69, 0.73), utility(0.008, -0.002, 0.015)]),
    )  # fmt: skip


def test_the_answer_names_the_best_and_the_trade_off(make_run: Callable) -> None:
    text = explain("which one is best", two_runs(make_run)).text
    assert "A has the best membership AUC, 0.512" in text
    assert "better than B on privacy" in text or "better than A on utility" in text


def test_a_question_about_one_axis_is_answered_on_it(make_run: Callable) -> None:
    text = explain("which has the better utility", two_runs(make_run)).text
    assert "AUROC gap" in text
    assert "Privacy:" not in text


def test_an_uncertain_goal_is_not_called_met(make_run: Callable) -> None:
    text = explain("did we reach the goal", two_runs(make_run)).text
    assert "cannot be told" in text


def test_sharing_is_answered_by_privacy_and_never_with_a_promise(make_run: Callable) -> None:
    answer = explain("which one should I share, and why?", two_runs(make_run))
    assert "On privacy, A came out best" in answer.text
    assert NOT_PROOF in answer.text
    assert "A privacy.membership_auc overall" in answer.sources


def test_runs_are_chosen_by_label_or_synthesizer(make_run: Callable) -> None:
    runs = two_runs(make_run)
    assert explain("how did run B do", runs).text.startswith("B is tvae.")
    assert explain("how did the GAN do", runs).text.startswith("A is ctgan.")


def test_every_number_of_an_answer_stands_in_the_store(make_run: Callable) -> None:
    runs = two_runs(make_run)
    text = explain("which one should I share, and why?", runs).text
    text = re.sub(r"\(95 % ([^)]*)\)", r"\1", text).replace("arXiv 2505.01524", "")
    assert unsupported_claim(text, "", numbers_of(Facts(runs=runs))) == ""


def test_without_runs_nothing_is_explained(make_run: Callable) -> None:
    assert explain("why", []).text == NO_RUNS
    assert explain("why", [make_run("A", "ctgan")]).text == NO_RUNS
