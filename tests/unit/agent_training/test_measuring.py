"""Measuring a planner: what counts as right, and what is reported."""

from pathlib import Path

from memisis_core.agent.training.labels import SLOTS, answer_line
from memisis_core.agent.training.measuring import read_requests, score

DEV = Path(__file__).with_name("dev_requests.toml")


def test_a_perfect_planner_gets_everything():
    requests = read_requests(DEV)
    lines = iter([answer_line(asked.answer) for asked in requests])
    result = score(requests, lambda _prompt: next(lines))
    assert result.requests == len(requests) >= 60
    assert result.whole == result.requests
    assert result.slots == 1
    assert not result.wrong


def test_a_planner_that_answers_nothing_gets_no_plan():
    requests = [asked for asked in read_requests(DEV) if asked.answer.intent == "generate"]
    result = score(requests, lambda _prompt: "")
    assert result.whole == 0
    assert result.missed["intent"] == len(requests)
    assert 0.5 < result.slots < 0.75


def test_the_order_of_a_list_does_not_count():
    requests = [asked for asked in read_requests(DEV) if len(asked.answer.protected) > 1][:1]
    line = answer_line(requests[0].answer).split("; ")
    turned = ",".join(reversed(requests[0].answer.protected))
    line[SLOTS.index("protected")] = f"protected={turned}"
    assert score(requests, lambda _prompt: "; ".join(line)).whole == 1


def test_the_report_shows_each_miss_beside_what_was_meant():
    requests = read_requests(DEV)[:1]
    report = score(requests, lambda _prompt: "intent=generate; rows=7").report()
    assert "got intent=generate; synthesizers=-; epochs=-; train_rows=-; rows=7" in report
    assert requests[0].text in report
