"""How the benchmark of the planner counts, and that the held-out set obeys its own rules."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.planner_requests import Request, canonical_goal, load_requests, normalised
from benchmarks.planner_scoring import NothingStated, PlannerScore, score_answer, score_planner

SET = Path(__file__).parents[3] / "benchmarks" / "planner_set"
COLUMNS = ("Age", "Sex", "Died")


def request(key: str = "r1", *others: Mapping[str, object], **expected: object) -> Request:
    readings = [expected, *({**expected, **other} for other in others)]
    return Request(key, "ward", COLUMNS, "words", tuple(normalised(one) for one in readings))


def score(*pairs: tuple[Request, Mapping[str, object]], seconds: float = 1.0) -> PlannerScore:
    return PlannerScore(tuple(score_answer(one, answer, seconds) for one, answer in pairs))


def test_a_perfect_answer_has_every_slot_right_whatever_the_order_of_lists():
    asked = request(intent="generate", protected=["Sex", "Age"], rows=500)
    result = score((asked, {"intent": "generate", "rows": 500, "protected": ["Age", "Sex"]}))
    assert result.slots_right == 1.0
    assert result.whole_plans == 1
    assert result.misses == ()


def test_a_list_with_one_name_too_many_is_one_wrong_slot():
    asked = request(intent="generate", protected=["Sex"])
    result = score((asked, {"intent": "generate", "protected": ["Sex", "Age"]}))
    assert result.misses[0].wrong == ("protected",)
    assert result.slots_right == pytest.approx(8 / 9)
    assert result.whole_plans == 0


def test_precision_and_recall_count_stated_slots_only():
    asked = request(intent="generate", rows=500, epochs=10, target="Died")
    answer = {"intent": "generate", "rows": 500, "epochs": 20, "priority": "privacy"}
    stated = score((asked, answer)).stated
    assert (stated.stated, stated.answered, stated.stated_right) == (3, 3, 1)
    assert stated.precision == pytest.approx(1 / 3)
    assert stated.recall == pytest.approx(1 / 3)


def test_an_invented_slot_costs_precision_and_not_recall():
    asked = request(intent="generate", rows=500)
    stated = score((asked, {"intent": "generate", "rows": 500, "target": "Died"})).stated
    assert stated.precision == 0.5
    assert stated.recall == 1.0


def test_precision_of_a_planner_that_states_nothing_is_unknown_and_not_zero():
    asked = request(intent="generate", rows=500)
    result = score_planner(NothingStated(), [asked], clock=lambda: 0.0)
    assert math.isnan(result.stated.precision)
    assert result.stated.recall == 0.0
    assert result.slots_right == pytest.approx(8 / 9)


def test_the_closest_accepted_reading_counts():
    asked = request("r1", {"priority": ""}, intent="generate", rows=5, priority="fairness")
    assert score((asked, {"intent": "generate", "rows": 5})).whole_plans == 1
    assert (
        score((asked, {"intent": "generate", "rows": 5, "priority": "fairness"})).whole_plans == 1
    )
    wrong = score((asked, {"intent": "generate", "rows": 5, "priority": "privacy"}))
    assert wrong.misses[0].wrong == ("priority",)


def test_stated_slots_are_those_of_the_reading_that_was_met():
    asked = request("r1", {"priority": ""}, intent="generate", priority="fairness")
    result = score((asked, {"intent": "generate"}))
    assert result.stated.stated == 0


@pytest.mark.parametrize(
    ("expected", "answered"),
    [("change", "generate"), ("run", "chat"), ("stop", "export"), ("dataset", "chat")],
)
def test_the_contract_tells_four_intents_apart(expected: str, answered: str):
    result = score((request(intent=expected), {"intent": answered}))
    assert result.intents_right == 0
    assert result.contract_intents_right == 1


def test_the_contract_still_tells_explain_from_chat():
    assert score((request(intent="explain"), {"intent": "chat"})).contract_intents_right == 0


def test_a_missing_intent_is_wrong_under_both_counts():
    result = score((request(intent="run"), {}))
    assert (result.intents_right, result.contract_intents_right) == (0, 0)


def test_synthesizers_that_join_are_not_a_new_line_up():
    asked = request(intent="change", synthesizers=["+tvae"])
    assert score((asked, {"intent": "change", "synthesizers": ["tvae"]})).whole_plans == 0
    assert score((asked, {"intent": "change", "synthesizers": ["+tvae"]})).whole_plans == 1


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("auroc_gap<=0.03", "auroc_gap<=0.03"),
        ("utility.auroc_gap <= .030", "auroc_gap<=0.03"),
        (" rmse<=45.0 ", "rmse<=45"),
        ("auroc is good", "auroc is good"),
    ],
)
def test_goals_are_compared_by_metric_and_number(written: str, canonical: str):
    assert canonical_goal(written) == canonical


def test_a_goal_in_the_other_direction_is_wrong():
    asked = request(intent="generate", goals=["auroc>=0.8"])
    result = score((asked, {"intent": "generate", "goals": ["utility.auroc<=0.8"]}))
    assert result.misses[0].wrong == ("goals",)


@pytest.mark.parametrize(
    "answer",
    [
        {"sample_rows": 5},
        {"rows": "500"},
        {"rows": True},
        {"protected": "Sex"},
        {"target": ["Sex"]},
    ],
)
def test_an_answer_of_another_form_is_an_error_and_not_a_miss(answer: Mapping[str, object]):
    with pytest.raises(ValueError, match="slot"):
        normalised(answer)


def test_misses_stand_worst_first():
    good = request("a", intent="generate")
    bad = request("b", intent="generate", rows=5)
    worst = request("c", intent="change", rows=5, epochs=3)
    result = score((good, {"intent": "generate"}), (bad, {"intent": "generate"}), (worst, {}))
    assert [miss.request.key for miss in result.misses] == ["c", "b"]


def test_each_request_is_timed_from_words_to_plan():
    ticks = iter([0.0, 0.5, 1.0, 4.0])
    asked = [request("a", intent="chat"), request("b", intent="chat")]
    result = score_planner(NothingStated(), asked, clock=lambda: next(ticks))
    assert [answer.seconds for answer in result.answers] == [0.5, 3.0]
    assert result.seconds(0.5) == pytest.approx(1.75)


def test_the_planner_gets_words_and_columns_and_never_the_label():
    seen = []

    class Spy:
        def plan(self, words: str, schema_columns: list[str]) -> Mapping[str, object]:
            seen.append((words, schema_columns))
            return {}

    score_planner(Spy(), [request(intent="chat")], clock=lambda: 0.0)
    assert seen == [("words", ["Age", "Sex", "Died"])]


def test_intervals_hold_the_share_and_shrink_with_more_requests():
    right = (request(intent="chat"), {"intent": "chat"})
    wrong = (request(intent="chat"), {"intent": "run", "rows": 3})
    few, many = score(*[right, wrong] * 5), score(*[right, wrong] * 100)
    for result in (few, many):
        low, high = result.slots_interval
        assert low < result.slots_right < high
    assert few.slots_interval[1] - few.slots_interval[0] > (
        many.slots_interval[1] - many.slots_interval[0]
    )
    assert few.slots_interval == few.slots_interval


# ------------------------------------------------------------------ the set itself


def write_set(folder: Path, expect: str, tail: str = "") -> Path:
    (folder / "schemas.toml").write_text('[schema.ward]\ncolumns = ["Age", "Died"]\n')
    entry = f'[[request]]\nid = "x"\nschema = "ward"\nwords = "w"\nexpect = {expect}\n{tail}\n'
    (folder / "requests.toml").write_text(entry)
    return folder


@pytest.mark.parametrize(
    ("expect", "named"),
    [
        ('{intent = "generate", target = "died"}', "died"),
        ('{intent = "generate", protected = ["Sex"]}', "Sex"),
        ('{intent = "make"}', "make"),
        ('{intent = "generate", priority = "speed"}', "speed"),
        ('{intent = "generate", synthesizers = ["gan"]}', "gan"),
        ('{intent = "generate", synthesizers = ["+tvae"]}', "tvae"),
        ('{intent = "generate", goals = ["auroc near 0.8"]}', "near"),
        ('{intent = "generate", goals = ["speed<=3"]}', "speed"),
        ('{intent = "generate", sample_rows = 5}', "sample_rows"),
    ],
)
def test_a_wrong_label_is_refused_with_its_request(tmp_path: Path, expect: str, named: str):
    with pytest.raises(ValueError, match=f"'x'.*{named}"):
        load_requests(write_set(tmp_path, expect))


def test_an_alternative_is_checked_like_the_label(tmp_path: Path):
    folder = write_set(tmp_path, '{intent = "generate"}', 'also = [{target = "Weight"}]')
    with pytest.raises(ValueError, match="Weight"):
        load_requests(folder)


def test_an_id_used_twice_is_refused(tmp_path: Path):
    folder = write_set(tmp_path, '{intent = "chat"}')
    text = (folder / "requests.toml").read_text()
    (folder / "requests.toml").write_text(text + text)
    with pytest.raises(ValueError, match="twice"):
        load_requests(folder)


def test_the_set_holds_what_it_promises():
    requests = load_requests(SET)
    intents = Counter(one.expected["intent"] for one in requests)
    assert len(requests) >= 240
    assert intents["generate"] >= 150
    assert intents["change"] >= 20
    assert len(requests) - intents["generate"] - intents["change"] >= 70
    assert len({one.schema for one in requests}) >= 14
    assert all(5 <= len(one.columns) <= 30 for one in requests)
    assert len({one.words for one in requests}) == len(requests)


def test_intents_that_are_no_plan_carry_no_slots():
    for one in load_requests(SET):
        allowed = {"generate": 9, "change": 9, "describe": 2}.get(str(one.expected["intent"]), 1)
        assert len(one.expected) <= allowed, one.key
        if one.expected["intent"] == "describe":
            assert set(one.expected) <= {"intent", "rows"}, one.key


def test_answering_the_label_scores_full_marks_on_the_whole_set():
    requests = load_requests(SET)

    class Oracle:
        def plan(self, words: str, schema_columns: list[str]) -> Mapping[str, object]:
            return next(one.expected for one in requests if one.words == words)

    result = score_planner(Oracle(), requests, clock=lambda: 0.0)
    assert result.whole_plans == len(requests)
    assert (result.stated.precision, result.stated.recall) == (1.0, 1.0)
