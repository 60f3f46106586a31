"""A number that nobody measured, or a deed that nobody did, is not passed on."""

import pytest

from memisis_core.agent.claim_check import numbers_of, unsupported_claim
from memisis_core.agent.facts import Facts

KNOWN = [0.5312, 1000.0, 0.02]


@pytest.mark.parametrize(
    "answer",
    [
        "The AUC is 0.53.",
        "The AUC is 0.531, of 1,000 rows.",
        "That is 53 % of them; the gap is 2 percent.",
        "One of the two runs is better.",
        "You asked for 20 epochs.",
        "There is no number here.",
    ],
)
def test_known_numbers_pass_at_the_digits_they_are_stated_with(answer: str) -> None:
    assert unsupported_claim(answer, "20 epochs", KNOWN) == ""


@pytest.mark.parametrize(
    "answer", ["The AUC is 0.54.", "It takes 5 minutes.", "About 0.5 %", "a hundred rows", "0.5313"]
)
def test_other_numbers_do_not(answer: str) -> None:
    assert "not in the facts" in unsupported_claim(answer, "20 epochs", KNOWN)


@pytest.mark.parametrize(
    "answer", ["I've deleted the file.", "I will send it to your boss.", "We ran the plan."]
)
def test_deeds_do_not(answer: str) -> None:
    assert "deed" in unsupported_claim(answer, "", [])


def test_the_facts_of_a_session_are_numbers_of_table_plan_and_runs(facts: Facts) -> None:
    numbers = numbers_of(facts)
    assert {1000, 6, 12, 40} <= set(numbers)
