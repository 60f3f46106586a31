"""A follow-up changes what it names and nothing else; an answer settles its question."""

from memisis_core.data.schema import Column, ColumnKind, Schema
from memisis_core.plan.changes import answered_plan, changed_plan
from memisis_core.plan.goals import Goal
from memisis_core.plan.grounding import ground
from memisis_core.plan.model import Plan
from memisis_core.plan.provenance import Provenance, Source
from memisis_core.plan.slots import Slots

SCHEMA = Schema(
    columns=tuple(Column(name=n, kind=ColumnKind.CATEGORY) for n in ("Sex", "Race", "Diagnosis"))
)
BEFORE = Plan(
    request="ctgan, 20 epochs, protect Race",
    synthesizers=["ctgan"],
    epochs=20,
    protected=["Race"],
    target="Diagnosis",
    goals=[Goal.parse("utility.auroc_gap <= 0.05")],
    provenance={"epochs": Provenance(source=Source.SAID, words="20 epochs", start=7, end=16)},
)


def change(words: str, **slots: object) -> tuple[Plan, tuple[str, ...]]:
    claimed = Slots(intent="change", **slots)  # type: ignore[arg-type]
    return changed_plan(BEFORE, ground(claimed, words, SCHEMA), words)


def test_only_what_is_named_changes() -> None:
    plan, changed = change("only 500 rows then", rows="500")
    assert changed == ("sample_rows",)
    assert plan.sample_rows == 500
    rest = {"sample_rows", "request", "provenance"}
    assert plan.model_dump(exclude=rest) == BEFORE.model_dump(exclude=rest)


def test_the_words_of_a_change_are_found_in_the_request() -> None:
    plan, _ = change("only 500 rows then", rows="500")
    source = plan.provenance["sample_rows"]
    assert plan.request[source.start : source.end] == source.words == "500 rows"
    first = plan.provenance["epochs"]
    assert plan.request[first.start : first.end] == "20 epochs"


def test_synthesizers_join_leave_or_are_replaced() -> None:
    assert change("add tvae", synthesizers=("+tvae",))[0].synthesizers == ["ctgan", "tvae"]
    assert change("take tvae instead", synthesizers=("tvae",))[0].synthesizers == ["tvae"]
    unstated = BEFORE.model_copy(update={"synthesizers": []})
    grounded = ground(Slots("change", ("-ctgan",)), "drop ctgan", SCHEMA)
    plan, _ = changed_plan(unstated, grounded, "drop ctgan")
    assert plan.synthesizers == ["gaussian_copula", "tvae"]


def test_protected_attributes_join_unless_the_words_replace_them() -> None:
    assert change("protect Sex as well", protected=("Sex",))[0].protected == ["Race", "Sex"]
    assert change("protect Sex instead", protected=("Sex",))[0].protected == ["Sex"]


def test_slots_can_be_taken_back() -> None:
    plan, changed = change("no target, no goals", target="none", goals=("none",))
    assert (plan.target, plan.goals, set(changed)) == (None, [], {"target", "goals"})
    assert plan.provenance["target"].source is Source.SAID


def test_a_goal_on_the_same_measure_is_replaced() -> None:
    plan, _ = change("AUROC within 0.02 of real", goals=("auroc_gap<=0.02",))
    assert [str(goal) for goal in plan.goals] == ["utility.auroc_gap <= 0.02"]


def test_a_new_target_is_no_longer_protected() -> None:
    plan, _ = change("predict Race", target="Race")
    assert (plan.target, plan.protected) == ("Race", [])


def test_what_changes_nothing_says_so() -> None:
    assert change("20 epochs", epochs="20")[1] == ()


def test_a_change_of_its_slot_settles_a_question() -> None:
    words = "ctgan 20 epochs, tvae 50 epochs"
    grounded = ground(Slots("generate", epochs="20"), words, SCHEMA)
    asked = BEFORE.model_copy(update={"questions": [grounded.questions[0].text]})
    plan, _ = changed_plan(
        asked, ground(Slots("change", epochs="30"), "30 epochs", SCHEMA), "30 epochs"
    )
    assert plan.questions == []


def test_an_answer_settles_its_question_and_other_words_do_not() -> None:
    words = "ctgan 20 epochs, tvae 50 epochs"
    question = ground(Slots("generate", epochs="20"), words, SCHEMA).questions[0]
    asked = BEFORE.model_copy(update={"questions": [question.text]})
    for answer in ("50 epochs", "50", " 50 EPOCHS. "):
        settled = answered_plan(asked, question, answer)
        assert settled is not None
        assert (settled.epochs, settled.questions) == (50, [])
    assert answered_plan(asked, question, "what is an epoch") is None


def test_which_part_a_column_plays_can_be_answered() -> None:
    slots = Slots("generate", target="Sex", protected=("Sex",))
    question = ground(slots, "predict Sex, protect Sex", SCHEMA).questions[0]
    asked = Plan(target="Sex", questions=[question.text])
    protected = answered_plan(asked, question, "protected")
    assert protected is not None
    assert (protected.target, protected.protected) == (None, ["Sex"])
    target = answered_plan(asked, question, "target")
    assert target is not None
    assert (target.target, target.protected, target.questions) == ("Sex", [], [])
