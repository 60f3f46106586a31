"""What is asked of a model and a person, what counts as an answer, and who says each number."""

from __future__ import annotations

import random
from typing import Any

import pytest

from memisis_core.agent.gpt4all_process import PromptTooLong
from memisis_core.agent.language_model import Message, Value, ValueRequest
from memisis_core.description.checks import problems_of
from memisis_core.description.describe import describe
from memisis_core.description.joint import joint_of
from memisis_core.description.questions.answer import NoAnswer, Unusable, answer_of
from memisis_core.description.questions.asking import Answer, Answerer, agreed, ask
from memisis_core.description.questions.knowledge import Control, controls, knowledge_of
from memisis_core.description.questions.model_answers import ModelAnswers, prompt
from memisis_core.description.questions.question import Question, Topic, questions_for
from memisis_core.description.ready_made import example
from memisis_core.description.sources import source_counts
from memisis_core.description.specification import NumberSource, Specification

CLINIC: dict[str, Any] = {
    "title": "Clinic",
    "study": {"population": "adults with heart failure"},
    "variables": [
        {"name": "age", "type": "integer", "unit": "years", "low": 18, "high": 100},
        {"name": "sex", "type": "category", "categories": ["F", "M"]},
        {"name": "lvef", "type": "number", "unit": "%", "decimals": 0},
        {"name": "ward", "type": "category", "categories": ["a", "b", "c"]},
    ],
}
ANSWERS = {
    "age: mean": "70", "age: sd": "11 years", "age: shape": "symmetric",
    "sex: share of M": "60", "lvef: low": "5", "lvef: high": "85", "lvef: mean": "about 40",
    "lvef: sd": "14", "lvef: shape": "right-skewed", "ward: share of b": "30",
    "ward: share of c": "20", "age × sex: relation": "lower, weak",
    "age × lvef: relation": "unchanged", "sex × lvef: relation": "lower, moderate",
    "age, ward=a: mean": "68", "age, ward=b: mean": "71", "age, ward=c: mean": "74",
    "lvef, ward=a: mean": "40", "lvef, ward=b: mean": "I do not know",
    "lvef, ward=c: mean": "44",
}  # fmt: skip


@pytest.fixture
def clinic() -> Specification:
    return Specification.model_validate(CLINIC)


def says(answers: dict[str, str]) -> Answerer:
    return lambda question, _specification: [Answer(answers.get(question.label, ""))] * 3


def test_everything_that_is_open_is_asked_and_nothing_that_is_stated(clinic: Specification) -> None:
    labels = [question.label for question in questions_for(clinic)]
    assert set(labels) == set(ANSWERS)
    stated = clinic.replacing("age", mean=70.0, sd=9.0, skew=0.0)
    assert not [q for q in questions_for(stated, 0) if q.variable == "age"]


def test_pairs_are_bounded_and_the_rest_is_not() -> None:
    variables = [{"name": f"x{i}", "type": "number", "low": 0, "high": 1} for i in range(60)]
    many = Specification.model_validate({"title": "Many", "variables": variables})
    questions = questions_for(many, 30)
    assert sum(question.topic is Topic.RELATION for question in questions) == 30
    assert sum(question.topic is Topic.MEAN for question in questions) == 60


def test_answers_become_a_specification_that_says_who_says_each_number(
    clinic: Specification,
) -> None:
    specification, asked = ask(clinic, questions_for(clinic), says(ANSWERS), NumberSource.MODEL)
    age, lvef = specification.variable("age"), specification.variable("lvef")
    assert (age.mean.value, age.mean.source) == (70, NumberSource.MODEL)
    assert age.mean.words == "age: mean: 70 | 70 | 70"
    assert (lvef.low.value, lvef.high.value, lvef.skew.value) == (5, 85, 1)
    shares = [level.share and level.share.value for level in specification.variable("ward").levels]
    assert shares == [None, 0.3, 0.2]
    rhos = {relation.between: relation.rho.value for relation in specification.relations}
    assert rhos == {("age", "sex"): -0.1, ("sex", "lvef"): -0.3}
    # One group of three had no answer: no mean of that difference is used.
    assert [(group.variable, group.by) for group in specification.groups] == [("age", "ward")]
    assert [a.question.label for a in asked if a.stated is None] == ["lvef, ward=b: mean"]
    assert source_counts(specification)[NumberSource.MODEL] == 16
    done = describe(specification, 4_000)
    assert abs(done.drawn.frame["age"].mean() - 70) < 1
    assert abs(done.drawn.frame["lvef"].std() - 14) < 1
    assert any("16 numbers come from a language model" in line for line in done.warnings)


@pytest.mark.parametrize(
    ("topic", "text", "value"),
    [
        (Topic.MEAN, " 72.5 years", 72.5),
        (Topic.MEAN, "about 1,250", 1250),
        (Topic.MEAN, "-3", -3),
        (Topic.SHARE, "35%", 0.35),
        (Topic.SHARE, "35 of them", 0.35),
        (Topic.SHAPE, "Right-skewed.", 1),
        (Topic.RELATION, "lower, strong", -0.5),
        (Topic.RELATION, "Higher", 0.3),
        (Topic.RELATION, "unchanged", 0),
    ],
)
def test_what_is_an_answer(topic: Topic, text: str, value: float) -> None:
    assert answer_of(Question(topic, "x"), text) == value


@pytest.mark.parametrize(
    ("topic", "text", "reason"),
    [
        (Topic.MEAN, "", Unusable.NOTHING),
        (Topic.MEAN, "   \n", Unusable.NOTHING),
        (Topic.MEAN, "The mean depends on the study", Unusable.PROSE),
        (Topic.MEAN, "It could be 72", Unusable.PROSE),
        (Topic.MEAN, "72 is what I would say if one asked me about it", Unusable.PROSE),
        (Topic.MEAN, "between 60 and 70", Unusable.PROSE),
        (Topic.MEAN, "60 to 70", Unusable.SEVERAL_NUMBERS),
        (Topic.MEAN, '{"mean": 7', Unusable.PROSE),
        (Topic.MEAN, "nan", Unusable.PROSE),
        (Topic.SD, "0", Unusable.IMPOSSIBLE),
        (Topic.SD, "-4", Unusable.IMPOSSIBLE),
        (Topic.SHARE, "140", Unusable.IMPOSSIBLE),
        (Topic.SHAPE, "right-skewed or left-skewed", Unusable.PROSE),
        (Topic.SHAPE, "it is symmetric", Unusable.PROSE),
        (Topic.RELATION, "higher or lower", Unusable.PROSE),
        (Topic.RELATION, "higher, weak or strong", Unusable.PROSE),
        (Topic.RELATION, "yes", Unusable.PROSE),
    ],
)
def test_what_is_no_answer(topic: Topic, text: str, reason: Unusable) -> None:
    with pytest.raises(NoAnswer) as refused:
        answer_of(Question(topic, "x"), text)
    assert refused.value.reason is reason


def test_a_number_that_was_cut_off_is_none() -> None:
    with pytest.raises(NoAnswer, match="cut off"):
        answer_of(Question(Topic.MEAN, "x"), "1234", cut=True)
    assert answer_of(Question(Topic.MEAN, "x"), "1234 mm3, which is", cut=True) == 1234


@pytest.mark.parametrize(
    ("topic", "texts", "value"),
    [
        (Topic.MEAN, ("70", "72", "60"), 70),
        (Topic.MEAN, ("70", "30", "70"), None),  # more than a quarter of 18 to 100 apart
        (Topic.MEAN, ("70", "no idea", ""), None),
        (Topic.MEAN, ("70", "no idea", "71"), 70.5),
        (Topic.SD, ("10", "14"), 12),
        (Topic.SD, ("10", "16"), None),
        (Topic.SHARE, ("50", "62"), 0.56),
        (Topic.SHARE, ("50", "70"), None),
        (Topic.RELATION, ("higher, weak", "higher, strong"), 0.1),
        (Topic.RELATION, ("higher, weak", "lower, weak"), None),
        (Topic.RELATION, ("higher, weak", "unchanged"), None),
    ],
)
def test_answers_must_agree(
    clinic: Specification, topic: Topic, texts: tuple[str, ...], value: float | None
) -> None:
    question, answers = Question(topic, "age"), [Answer(text) for text in texts]
    if value is None:
        with pytest.raises(NoAnswer):
            agreed(question, answers, clinic)
    else:
        assert agreed(question, answers, clinic) == pytest.approx(value)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"age: mean": "140"}, "outside its range"),
        ({"age: sd": "80"}, "too large for the range and mean"),
        ({"ward: share of b": "70", "ward: share of c": "40"}, "the shares sum to 1.1, over 1"),
        ({"lvef: low": "90"}, "low 90 is above high 85"),
    ],
)
def test_what_contradicts_is_not_used_and_the_rest_is(
    clinic: Specification, changed: dict[str, str], why: str
) -> None:
    specification, asked = ask(
        clinic, questions_for(clinic), says({**ANSWERS, **changed}), NumberSource.MODEL
    )
    refused = {a.question.label: a.why for a in asked if a.reason is Unusable.CONTRADICTS}
    assert any(why in (text or "") for text in refused.values())
    assert specification.variable("sex").levels[1].share is not None
    problems = [p for p in problems_of(specification) if p.refuses]
    assert all("nothing says what its values are" in p.what for p in problems)
    assert bool(problems) == ("lvef: low" in changed)  # then the person is asked


def test_impossible_correlations_become_the_nearest_that_can_be() -> None:
    variables = [{"name": n, "type": "number", "low": 0, "high": 1} for n in "abc"]
    open_one = Specification.model_validate({"title": "Three", "variables": variables})
    relations = {
        "a × b: relation": "higher, strong", "b × c: relation": "higher, strong",
        "a × c: relation": "lower, strong",
    }  # fmt: skip
    questions = [q for q in questions_for(open_one) if q.topic is Topic.RELATION]
    specification, _ = ask(open_one, questions, says(relations), NumberSource.MODEL)
    assert [relation.rho.value for relation in specification.relations] == [0.5, -0.5, 0.5]
    assert any("cannot hold together" in note for note in joint_of(specification).notes)


def right(question: Question, specification: Specification) -> list[Answer]:
    """Answer as the specification itself says."""
    variable = specification.variable(question.variable)
    if question.topic is Topic.SHARE:
        share = next(v.share.value for v in variable.levels if v.code == question.code)
        return [Answer(f"{100 * share:g}")] * 3
    return [Answer(f"{getattr(variable, question.topic.value).value:g}")] * 3


def test_only_a_model_that_knows_known_numbers_is_believed(clinic: Specification) -> None:
    asked = controls(clinic)
    assert len(asked) == 12
    assert len({(c.specification.title, c.question) for c in asked}) == 12
    assert knowledge_of(right, asked).met == 12
    assert knowledge_of(right, asked).enough
    draw = random.Random(1)
    guess: Answerer = lambda _q, _s: [Answer(str(draw.randint(0, 50)))] * 3  # noqa: E731
    for answerer in (guess, says({})):
        knowledge = knowledge_of(answerer, asked)
        assert not knowledge.enough
        assert "its answers are not used" in knowledge.line("small")


def test_defaults_are_not_knowledge(clinic: Specification) -> None:
    """Who answers what the program would put anyway adds nothing."""
    asked = [c for c in controls(clinic) if c.met_by(c.default)]
    by_question = {(c.question, c.specification.title): c for c in asked}

    def as_default(question: Question, specification: Specification) -> list[Answer]:
        value = by_question[question, specification.title].default
        return [Answer(f"{100 * value if question.topic is Topic.SHARE else value:g}")] * 3

    knowledge = knowledge_of(as_default, asked)
    assert asked
    assert knowledge.met == knowledge.asked == knowledge.by_default
    assert not knowledge.enough


def test_known_numbers_are_not_in_the_question() -> None:
    for control in controls(example("alzheimer"), 40):
        text = prompt(control.question, control.specification)
        if control.question.topic in (Topic.MEAN, Topic.SD) and isinstance(control, Control):
            assert f"{control.value:g}" not in text.replace(",", " ").split()


class Scripted:
    """A `ValueWriter` that writes what it is given."""

    name = identity = "scripted"

    def __init__(self, text: str, room: int = 10_000) -> None:
        self.text, self.room, self.prompts = text, room, list[str]()

    def read(self, messages: tuple[Message, ...]) -> int:
        if len(messages[-1].text) > self.room:
            raise PromptTooLong("full")
        self.prompts.append(messages[-1].text)
        return 1

    def write(self, _after: int, request: ValueRequest) -> Value:
        return Value(self.text[: request.max_tokens * 4], "finished", 2, 1)


def test_the_model_is_asked_the_same_thing_three_times(clinic: Specification) -> None:
    writer = Scripted(" 71 years")
    question = Question(Topic.MEAN, "age")
    answers = ModelAnswers(writer)(question, clinic)
    assert [answer.text for answer in answers] == [" 71 years"] * 3
    assert agreed(question, answers, clinic) == 71
    assert "Population: adults with heart failure" in writer.prompts[0]
    assert "age: in years, from 18 to 100" in writer.prompts[0]
