"""The answer line: what is written can be read back, and nothing else is read into it."""

import pytest

from memisis_core.agent.training.labels import (
    Answer,
    answer_line,
    parse_answer,
    prompt,
)
from memisis_core.agent.training.requests import generate_requests


def test_every_generated_answer_reads_back():
    for request in generate_requests(seed=11, count=1500):
        assert parse_answer(answer_line(request.answer)) == request.answer


def test_a_full_answer_is_written_in_the_fixed_order():
    answer = Answer(
        intent="generate",
        synthesizers=("ctgan", "tvae"),
        epochs="40",
        train_rows="800",
        rows="1000",
        target="Diagnosis",
        protected=("Race", "Sex"),
        priority="privacy",
        goals=("auroc_gap<=0.03", "exact_copies<=0"),
    )
    assert answer_line(answer) == (
        "intent=generate; synthesizers=ctgan,tvae; epochs=40; train_rows=800; rows=1000; "
        "target=Diagnosis; protected=Race,Sex; priority=privacy; "
        "goals=auroc_gap<=0.03,exact_copies<=0"
    )


def test_what_is_not_stated_is_a_dash():
    assert answer_line(Answer()) == (
        "intent=generate; synthesizers=-; epochs=-; train_rows=-; rows=-; target=-; protected=-; "
        "priority=-; goals=-"
    )


@pytest.mark.parametrize("line", ["", "nonsense", "intent=fly; rows=", "rows=5; intent=", ";;=;"])
def test_a_line_without_a_known_intent_counts_as_chat(line):
    assert parse_answer(line).intent == "chat"


def test_the_prompt_has_the_chat_form_of_the_model():
    assert prompt(("a", "b"), "make 5 rows") == (
        "<|im_start|>user\nColumns: a, b\nRequest: make 5 rows<|im_end|>\n<|im_start|>assistant\n"
    )


def test_the_application_asks_with_the_prompt_of_the_training():
    from memisis_core.agent.chat_form import CHATML
    from memisis_core.agent.language_model import CompletionRequest
    from memisis_core.agent.planner_line import ANSWER_START, ShownColumns
    from memisis_core.agent.planner_line import prompt as asked

    message = asked(ShownColumns.of(["Age", "Hb1Ac_v2"]), "300 rows")
    request = CompletionRequest(messages=(message,), answer_start=ANSWER_START, max_tokens=9)
    sent = "".join(part.before + part.text + part.after for part in CHATML.segments(request))
    assert sent == prompt(("Age", "Hb1Ac_v2"), "300 rows") + "intent="
