"""The generated requests: deterministic, labelled by their words, varied, free of held-out text."""

import hashlib
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from memisis_core.agent.training.columns import concepts, phrases_of, sample_schema, schemas
from memisis_core.agent.training.corpus_files import lines, pick, sections, table
from memisis_core.agent.training.labels import INTENTS, SYNTHESIZERS, answer_line, prompt
from memisis_core.agent.training.requests import GENERATOR_VERSION, Request, generate_requests

COUNT = 2500
DEV = Path(__file__).with_name("dev_requests.toml")
METRICS = {line.split()[0] for line in lines("goals")}
DIGESTS = {"4": "4345e184960f6215a5bc7f79b831656f7f57ee71871e8fec851193f360d1e80a"}


@pytest.fixture(scope="module")
def requests() -> list[Request]:
    return list(generate_requests(seed=4, count=COUNT))


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


def test_all_intents_occur_in_their_shares(requests):
    shares = Counter(request.answer.intent for request in requests)
    assert set(shares) == set(INTENTS)
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


def test_columns_of_the_answer_stand_in_the_table_or_were_said(requests):
    unknown = 0
    for request in requests:
        for name in (request.answer.target, *request.answer.protected):
            if name and name not in request.columns and name != "none":
                assert name in request.text, (name, request.text)
                unknown += 1
    assert unknown > 20


def test_protected_columns_stand_in_the_order_of_the_table(requests):
    for request in requests:
        places = [
            request.columns.index(name)
            for name in request.answer.protected
            if name in request.columns
        ]
        assert places == sorted(places)


def test_a_target_is_never_protected_as_well(requests):
    for request in requests:
        assert request.answer.target not in request.answer.protected or not request.answer.target


def test_numbers_of_the_answer_are_whole_digits(requests):
    for request in requests:
        for slot in ("epochs", "train_rows", "rows"):
            assert re.fullmatch(r"\d*", getattr(request.answer, slot))


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


def test_requests_hardly_repeat(requests):
    texts = {request.text.lower() for request in requests if request.answer.intent == "generate"}
    plans = sum(request.answer.intent == "generate" for request in requests)
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


def dev_set() -> dict:
    return tomllib.loads(DEV.read_text(encoding="utf-8"))


def test_the_development_tables_are_not_in_the_training():
    for names in dev_set()["schemas"].values():
        for schema in schemas():
            shared = {column.name.lower() for column in schema} & {name.lower() for name in names}
            assert len(shared) < 0.3 * len(names), shared


def test_the_development_requests_are_not_in_the_corpus(requests):
    asked = {entry["text"].lower() for entry in dev_set()["request"] if len(entry["text"]) > 25}
    names = ("generate_settings", "generate_corrections", "generate_reasons", "change", "chat")
    written = {line.lower() for name in names for line in lines(name)}
    assert not asked & written
    assert not asked & {request.text.lower() for request in requests}
