"""The generated requests: deterministic, labelled by their words, varied, free of held-out text."""

import hashlib
import re
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.planner_requests import Request as LabelledRequest
from benchmarks.planner_requests import load_requests
from memisis_core.agent.training.columns import concepts, phrases_of, sample_schema, schemas
from memisis_core.agent.training.corpus_files import lines, pick, sections, table
from memisis_core.agent.training.labels import (
    BECOMES,
    INTENTS,
    SYNTHESIZERS,
    UNKNOWN,
    answer_line,
    prompt,
)
from memisis_core.agent.training.requests import GENERATOR_VERSION, Request, generate_requests
from memisis_core.agent.training.scenes import scenes
from memisis_core.plan.column_mentions import quotation
from memisis_core.plan.number_mentions import counted

COUNT = 2500
DEV = Path(__file__).with_name("dev_set")
METRICS = {line.split()[0] for line in lines("goals")}
DIGESTS = {"5": "c4f6839a329734e0bcf4361cce70c929eabfef23e17accb1c141f19052998d2a"}


@pytest.fixture(scope="module")
def requests() -> list[Request]:
    return list(generate_requests(seed=4, count=COUNT))


@pytest.fixture(scope="module")
def composed() -> list[Request]:
    """Requests from templates and fragments alone."""
    return list(generate_requests(seed=4, count=COUNT, scene_share=0.0))


def test_the_same_seed_gives_the_same_requests():
    assert list(generate_requests(9, 200)) == list(generate_requests(9, 200))
    assert list(generate_requests(9, 50)) != list(generate_requests(10, 50))


def test_a_change_of_the_requests_comes_with_a_new_generator_version():
    digest = hashlib.sha256()
    for request in generate_requests(0, 300):
        digest.update(
            (prompt(request.columns, request.text) + answer_line(request.answer)).encode()
        )
    assert DIGESTS[GENERATOR_VERSION] == digest.hexdigest(), (
        "the requests changed: raise GENERATOR_VERSION, train again and note the new digest"
    )


def test_all_intents_occur_in_their_shares(composed, requests):
    shares = Counter(request.answer.intent for request in composed)
    assert set(shares) == set(INTENTS) == {request.answer.intent for request in requests}
    assert 0.52 < shares["generate"] / COUNT < 0.61
    assert 0.10 < shares["change"] / COUNT < 0.14


@pytest.mark.parametrize("slot", ["synthesizers", "epochs", "train_rows", "rows", "target"])
def test_each_slot_is_often_stated_and_often_not(requests, slot):
    plans = [request for request in requests if request.answer.intent == "generate"]
    stated = sum(bool(getattr(request.answer, slot)) for request in plans) / len(plans)
    assert 0.1 < stated < 0.8


def test_no_hole_or_choice_is_left_open(requests):
    for request in requests:
        assert not re.search(r"[{}]|\[[^\]]*\|[^\]]*\]| @\w", request.text), request.text
        assert request.text.strip()


def claims(request: Request) -> list[tuple[str, str]]:
    """The words and the columns that the answer claims."""
    said = (request.answer.target, *request.answer.protected)
    return [
        (words, column or words)
        for words, _, column in (item.partition(BECOMES) for item in said if item != "none")
        if words
    ]


def test_columns_of_the_answer_stand_in_the_table_or_are_said_to_be_unknown(requests):
    found = [column for request in requests for _, column in claims(request)]
    for request in requests:
        for _, column in claims(request):
            shown = re.sub(r"[,;>]", " ", " ".join(request.columns))
            assert column == UNKNOWN or column in shown, (column, request)
    assert 0.005 < found.count(UNKNOWN) / len(found) < 0.1


def test_words_that_mean_a_column_are_quoted_from_the_request(requests):
    for request in requests:
        for words, _ in claims(request):
            assert quotation(request.text, words), (words, request.text)


def test_words_that_are_the_name_are_not_said_twice(requests):
    for request in requests:
        for item in (request.answer.target, *request.answer.protected):
            words, sign, column = item.partition(BECOMES)
            assert not sign or words != column


def test_a_target_is_never_protected_as_well(requests):
    for request in requests:
        columns = [column for _, column in claims(request) if column != UNKNOWN]
        assert len(columns) == len(set(columns)), request


def test_numbers_are_quoted_and_nearly_all_can_be_read(requests):
    unreadable = 0
    for request in requests:
        for slot in ("epochs", "train_rows", "rows"):
            said = getattr(request.answer, slot)
            if said:
                unreadable += not counted(said)  # twice misspelt
                # "Seven fifty" is no number by itself: the answer has it in digits.
                assert said in " ".join(request.text.split()) or said.isdigit(), request.text
    assert unreadable < 0.002 * len(requests)


def test_synthesizers_are_sorted_and_signed_only_in_changes(requests):
    signed = 0
    for request in requests:
        names = [name.lstrip("+-") for name in request.answer.synthesizers]
        assert names == sorted(names)
        assert set(names) <= set(SYNTHESIZERS)
        if any(name[0] in "+-" for name in request.answer.synthesizers):
            assert request.answer.intent == "change"
            signed += 1
    assert signed > 10


def test_only_plans_and_changes_state_slots(requests):
    for request in requests:
        answer = request.answer
        if answer.intent not in {"generate", "change"}:
            stated = re.findall(
                r"(\w+)=(?!-)", answer_line(answer).replace("<=", "").replace(">=", "")
            )
            assert set(stated) <= (
                {"intent", "rows"} if answer.intent == "describe" else {"intent"}
            )


def test_goals_are_well_formed_over_known_metrics(requests):
    found = [goal for request in requests for goal in request.answer.goals if goal != "none"]
    assert {re.split("[<>]=", goal)[0] for goal in found} == METRICS
    for goal in found:
        assert re.fullmatch(r"\w+[<>]=(0|0\.\d*[1-9]|[1-9]\d*(\.\d*[1-9])?)", goal), goal


def test_goals_stand_in_the_order_of_the_words(requests):
    for request in requests:
        named = [goal for goal in request.answer.goals if re.match(r"(rmse|linkability)", goal)]
        places = [request.text.lower().find(re.split("[<>]=", goal)[0]) for goal in named]
        if len(places) == 2 and min(places) >= 0:
            assert places == sorted(places), request


def test_requests_range_from_one_word_to_eighty(requests):
    sizes = [len(request.text.split()) for request in requests]
    assert min(sizes) == 1
    assert max(sizes) > 80


def test_composed_requests_hardly_repeat(composed):
    texts = {request.text.lower() for request in composed if request.answer.intent == "generate"}
    plans = sum(request.answer.intent == "generate" for request in composed)
    assert len(texts) > 0.97 * plans


def test_tables_have_three_to_forty_distinct_columns():
    import random

    rng = random.Random(6)
    for _ in range(500):
        names = [column.name for column in sample_schema(rng)]
        assert 2 <= len(names) <= 40
        assert len({re.sub(r"[\W_]", "", name.lower()) for name in names}) == len(names)
        assert not any(sign in name for name in names for sign in ",;=")


def test_the_hand_written_corpus_is_as_large_as_it_should_be():
    ways = {
        name: sum(1 + line.count("|") for line in lines(name))
        for name in ("chat", "explain", "dataset", "describe", "change", "run", "stop", "export")
    }
    assert len(schemas()) >= 60
    whole = ("generate_settings", "generate_corrections", "generate_reasons")
    assert sum(len(lines(name)) for name in whole) >= 600
    assert ways["chat"] >= 300
    assert ways["explain"] >= 200
    assert ways["dataset"] >= 150
    assert ways["describe"] >= 150
    assert ways["change"] >= 150
    assert ways["run"] + ways["stop"] + ways["export"] >= 100


def test_every_choice_of_every_section_can_be_said():
    import random

    rng = random.Random(8)
    for name in ("fragments", "priorities", "synthesizers", "asides"):
        for options in sections(name).values():
            assert pick(options, rng)
    assert table("misspellings", "words")["please"]


def test_every_concept_of_a_schema_is_known():
    for schema in schemas():
        for column in schema:
            assert not column.concept or column.concept in concepts()
            assert column.opaque or column.concept or not column.phrases or phrases_of(column)


def dev_set() -> tuple[LabelledRequest, ...]:
    return load_requests(DEV)


def test_the_development_tables_are_not_in_the_training():
    training = [*({c.name for c in schema} for schema in schemas()), *(s.columns for s in scenes())]
    for names in {request.columns for request in dev_set()}:
        for columns in training:
            shared = {name.lower() for name in columns} & {name.lower() for name in names}
            assert len(shared) < 0.4 * len(names), shared


def test_the_development_requests_are_not_in_the_corpus(requests):
    asked = {entry.words.lower() for entry in dev_set() if len(entry.words) > 30}
    names = ("generate_settings", "generate_corrections", "generate_reasons", "change", "chat")
    written = {line.lower() for name in names for line in lines(name)}
    assert not asked & written
    assert not asked & {request.text.lower() for request in requests}
