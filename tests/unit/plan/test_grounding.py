"""Every value of a plan is traced to words and schema; what can't be traced is dropped."""

import pytest

from memisis_core.data.schema import Column, ColumnKind, Role, Schema
from memisis_core.plan.goals import Goal
from memisis_core.plan.grounding import ground, plan_from
from memisis_core.plan.model import DatasetReference
from memisis_core.plan.provenance import Source
from memisis_core.plan.slots import PlannerIntent, Proposal, Slots

SCHEMA = Schema(
    columns=tuple(
        Column(name=name, kind=ColumnKind.CATEGORY, role=role, description=description)
        for name, role, description in [
            ("pat_no", Role.IDENTIFIER, None),
            ("Sex", Role.PROTECTED, None),
            ("Race", Role.FEATURE, None),
            ("paykl", Role.FEATURE, "kind of insurance"),
            ("mort_30d", Role.FEATURE, None),
            ("mort_90d", Role.FEATURE, None),
            ("Diagnosis", Role.TARGET, None),
        ]
    )
)
DATASET = DatasetReference(path="/data/p.csv", sha256="0" * 64, rows=1000, columns=7)
WORDS = (
    "compare all three synthesizers, 20 epochs, 1000 rows, protect Race and Sex, predict Diagnosis"
)
CLAIMED = Slots(
    intent="generate",
    synthesizers=("ctgan", "gaussian_copula", "tvae"),
    epochs="20",
    rows="1000",
    target="Diagnosis",
    protected=("Race", "Sex"),
)


def reasons(words: str, slots: Slots) -> dict[str, str]:
    return {entry.slot: entry.why for entry in ground(slots, words, SCHEMA, DATASET).dropped}


def test_what_the_words_say_is_kept_with_its_place() -> None:
    grounded = ground(CLAIMED, WORDS, SCHEMA, DATASET)
    assert grounded.intent is PlannerIntent.GENERATE
    assert grounded.synthesizers == ("ctgan", "gaussian_copula", "tvae")
    assert (grounded.epochs, grounded.sample_rows) == (20, 1000)
    assert (grounded.target, grounded.protected) == ("Diagnosis", ("Race", "Sex"))
    assert grounded.dropped == ()
    for slot, words in {
        "epochs": "20 epochs",
        "target": "Diagnosis",
        "protected": "Race and Sex",
    }.items():
        source = grounded.provenance[slot]
        assert source.source is Source.SAID
        assert source.words == words == WORDS[source.start : source.end]


def test_what_nobody_said_is_dropped_with_the_reason() -> None:
    invented = Slots(
        intent="generate",
        synthesizers=("ctgan",),
        epochs="300",
        train_rows="5000",
        rows="77",
        target="Diagnosis",
        protected=("Sex",),
        priority="privacy",
        goals=("auroc_gap<=0.03",),
    )
    grounded = ground(invented, "make me some data", SCHEMA, DATASET)
    assert grounded.stated == ()
    assert {entry.slot for entry in grounded.dropped} == {
        *("synthesizers", "epochs", "train_rows", "sample_rows"),
        *("target", "protected", "priority", "goals"),
    }
    assert all(entry.why for entry in grounded.dropped)


@pytest.mark.parametrize("claimed", ["Horoscope", "DROP TABLE", "star sign", "", "none"])
def test_a_column_that_is_not_in_the_table_is_never_invented(claimed: str) -> None:
    slots = Slots(intent="generate", target=claimed, protected=(claimed,))
    grounded = ground(slots, f"fair by {claimed}, predict {claimed}", SCHEMA, DATASET)
    assert (grounded.target, grounded.protected) == (None, ())


@pytest.mark.parametrize(
    ("words", "claimed"),
    [
        ("2k rows", "2000"),
        ("two and a half thousand rows", "2500"),
        ("a dozen rows", "12"),
        ("1e4 rows", "10000"),
        ("fivehundred rows", "500"),
        ("12,500 rows", "1250"),  # a slip of the model's: one zero or digit lost at the end
        ("12500 rows", "125000"),
    ],
)
def test_numbers_are_those_of_the_words(words: str, claimed: str) -> None:
    grounded = ground(Slots(intent="generate", rows=claimed), words, SCHEMA, DATASET)
    expected = {"12,500 rows": 12500, "12500 rows": 12500}.get(words, int(claimed))
    assert grounded.sample_rows == expected


@pytest.mark.parametrize("claimed", ["-5", "1.5", "many", "0", "99999999999", "1e400", "½"])
def test_a_number_that_cannot_be_one_is_dropped(claimed: str) -> None:
    grounded = ground(Slots(intent="generate", epochs=claimed), f"{claimed} epochs", SCHEMA)
    assert grounded.epochs is None
    assert grounded.dropped


def test_a_number_that_counts_something_else_is_not_taken() -> None:
    slots = Slots(intent="generate", epochs="1000", rows="50")
    grounded = ground(slots, "50 epochs, 1000 synthetic patients", SCHEMA)
    assert grounded.stated == ()
    assert [entry.why for entry in grounded.dropped] == [
        "the words count something else by this number"
    ] * 2


def test_two_numbers_of_two_slots_keep_their_own_places() -> None:
    words = "train on 500 patients and make 500 rows"
    grounded = ground(Slots(intent="generate", train_rows="500", rows="500"), words, SCHEMA)
    assert grounded.provenance["train_rows"].start == words.index("500")
    assert grounded.provenance["sample_rows"].start == words.rindex("500")


def test_the_person_who_rules_a_synthesizer_out_is_heard() -> None:
    slots = Slots(intent="generate", synthesizers=("ctgan", "gaussian_copula", "tvae"))
    grounded = ground(slots, "everything but the GAN", SCHEMA)
    assert grounded.synthesizers == ("gaussian_copula", "tvae")
    assert grounded.dropped[0].why == "the words rule it out"


def test_a_synthesizer_that_does_not_exist_is_dropped() -> None:
    assert (
        "no such"
        in reasons("use the diffusion model", Slots("generate", ("tabddpm",)))["synthesizers"]
    )


@pytest.mark.parametrize(
    ("claimed", "words", "column"),
    [
        ("diagnosis", "predict the diagnosis", "Diagnosis"),
        ("Diagnosys", "predict Diagnosys", "Diagnosis"),
        ("mort_30d", "predict mort 30d", "mort_30d"),
        ("mort_90d", "predict mort_30d", "mort_30d"),  # the model slipped; the words name one
        ("paykl", "predict the kind of insurance", "paykl"),
        ("kind of insurance", "predict the kind of insurance", "paykl"),
    ],
)
def test_columns_are_snapped_to_the_table(claimed: str, words: str, column: str) -> None:
    assert ground(Slots(intent="generate", target=claimed), words, SCHEMA).target == column


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("they lie awake at night, that is what we predict", True),
        ("sleeplessness is the outcome", True),
        ("we care about nights without sleep; please predict that", True),
        ("never mind the target", False),
        ("1000 patients for my thesis", False),
        ("predict that well", False),
    ],
)
def test_a_paraphrase_must_stand_where_the_target_is_spoken_of(words: str, *, kept: bool) -> None:
    schema = Schema(
        columns=tuple(Column(name=n, kind=ColumnKind.CATEGORY) for n in ("isi_7", "Diagnosis"))
    )
    target = ground(Slots(intent="generate", target="isi_7"), words, schema).target
    assert target == ("isi_7" if kept else None)


@pytest.mark.parametrize(
    ("words", "claimed", "column"),
    [
        ("predict Diagnosis for my thesis", "mort_30d", "Diagnosis"),
        ("predict the diagnosis for my thesis", "mort_60d", "Diagnosis"),
        ("predict Race_detail, not by Race", "Race", "Race"),  # both are named: the model chooses
        ("who is dead after 90 days", "mort_90d", "mort_90d"),
    ],
)
def test_a_slip_gives_way_to_the_column_that_the_words_name(
    words: str, claimed: str, column: str
) -> None:
    names = ("Diagnosis", "mort_30d", "mort_90d", "Race", "Race_detail")
    schema = Schema(columns=tuple(Column(name=n, kind=ColumnKind.CATEGORY) for n in names))
    grounded = ground(Slots(intent="generate", target=claimed), words, schema)
    assert grounded.target == column


def test_a_protected_attribute_that_nobody_spoke_of_is_not_paraphrased() -> None:
    slots = Slots(intent="generate", protected=("Sex",))
    assert ground(slots, "fair by star sign", SCHEMA).protected == ()


def test_a_name_that_several_columns_may_mean_is_a_question() -> None:
    grounded = ground(Slots(intent="generate", target="mortality"), "predict mortality", SCHEMA)
    assert grounded.target is None
    assert grounded.questions[0].choices == ("mort_30d", "mort_90d")


def test_a_column_cannot_be_target_and_protected() -> None:
    slots = Slots(intent="generate", target="Sex", protected=("Sex", "Race"))
    grounded = ground(slots, "predict Sex, protect Sex and Race", SCHEMA)
    assert grounded.target == "Sex"
    assert grounded.protected == ("Race",)
    assert grounded.questions[0].slot == "protected"


def test_two_numbers_of_epochs_are_a_question_unless_one_corrects_the_other() -> None:
    slots = Slots(intent="generate", epochs="50")
    asked = ground(slots, "ctgan with 20 epochs, tvae with 50 epochs", SCHEMA).questions
    assert asked[0].choices == ("20 epochs", "50 epochs")
    assert ground(slots, "20 epochs, no, 50 epochs", SCHEMA).questions == ()
    assert ground(slots, "make it 50 epochs, not 20 epochs", SCHEMA).questions == ()


def test_more_training_rows_than_the_table_has_are_a_question() -> None:
    grounded = ground(Slots(intent="generate", train_rows="5000"), "train on 5000", SCHEMA, DATASET)
    assert grounded.train_rows is None
    assert "1,000" in grounded.questions[0].text


@pytest.mark.parametrize(
    ("claimed", "words", "goal"),
    [
        ("auroc_gap<=0.03", "AUROC within 0.03 of real", "utility.auroc_gap <= 0.03"),
        ("auroc_gap<=0.03", "lose at most 3 points of AUC", "utility.auroc_gap <= 0.03"),
        ("membership_risk<=0.1", "membership risk under 10 %", "privacy.membership_risk <= 0.1"),
        ("exact_copies<=0", "no exact copies", "privacy.exact_copies <= 0"),
        ("privacy.dcr_share<=0.5", "DCR share at most 0.5", "privacy.dcr_share <= 0.5"),
        ("ks>=0.9", "KS at least 0.9", "fidelity.ks >= 0.9"),
        ("membership_risk>=0.1", "membership risk under 0.1", "privacy.membership_risk <= 0.1"),
    ],
)
def test_goals_name_a_measure_and_a_threshold(claimed: str, words: str, goal: str) -> None:
    grounded = ground(Slots(intent="generate", goals=(claimed,)), words, SCHEMA)
    assert grounded.goals == (Goal.parse(goal),)


@pytest.mark.parametrize(
    ("claimed", "words"),
    [
        ("auroc_gap<=0.03", "AUROC within 0.05 of real"),
        ("auroc_gap<=0.03", "3 patients"),
        ("happiness>=0.9", "happiness at least 0.9"),
        ("auroc_gap", "AUROC as good as real"),
        ("auroc_gap<=nan", "AUROC nan"),
    ],
)
def test_a_goal_without_support_is_dropped(claimed: str, words: str) -> None:
    grounded = ground(Slots(intent="generate", goals=(claimed,)), words, SCHEMA)
    assert grounded.goals == ()
    assert grounded.dropped


def test_a_goal_on_a_distance_is_planned_as_one_on_its_complement() -> None:
    proposal = Proposal(Slots(intent="generate", goals=("ks<=0.1",)))
    plan = plan_from(proposal, "KS distance under 0.1", SCHEMA)
    assert plan.goals == [Goal.parse("fidelity.ks >= 0.9")]


def test_a_priority_needs_words_that_speak_of_it() -> None:
    slots = Slots(intent="generate", priority="privacy")
    grounded = ground(slots, "10 rows; an outside partner will get it", SCHEMA)
    assert grounded.priority == "privacy"
    assert grounded.provenance["priority"].words == "an outside partner will get it"
    assert ground(slots, "10 rows", SCHEMA).priority is None


def test_a_question_carries_no_settings() -> None:
    slots = Slots(intent="explain", synthesizers=("ctgan",), epochs="20")
    grounded = ground(slots, "why did ctgan do worse after 20 epochs", SCHEMA)
    assert grounded.stated == ()
    assert [entry.slot for entry in grounded.dropped] == ["synthesizers", "epochs"]


def test_a_description_may_say_how_many() -> None:
    grounded = ground(Slots(intent="describe", rows="200"), "invent 200 patients", None)
    assert grounded.sample_rows == 200


def test_an_unknown_intent_is_conversation() -> None:
    grounded = ground(Slots(intent="delete everything"), "delete everything", SCHEMA)
    assert grounded.intent is PlannerIntent.CHAT


def test_without_a_table_no_column_can_be_meant() -> None:
    grounded = ground(Slots(intent="generate", target="Diagnosis"), "predict Diagnosis", None)
    assert grounded.target is None
    assert grounded.dropped[0].why == "no table is open"


def test_a_plan_holds_what_was_said_and_leaves_the_rest_open() -> None:
    proposal = Proposal(CLAIMED, strange=("ha ha",))
    plan = plan_from(proposal, WORDS, SCHEMA, DATASET)
    assert (plan.intent, plan.request, plan.dataset) == ("generate", WORDS, DATASET)
    assert (plan.epochs, plan.train_rows, plan.priority) == (20, None, None)
    assert plan.provenance["epochs"].words == "20 epochs"
    assert plan.dropped[0].value == "ha ha"
    bare = plan_from(Proposal(Slots(intent="generate")), "data please", SCHEMA, DATASET)
    assert (bare.target, bare.protected) == (None, [])


@pytest.mark.parametrize("intent", ["change", "run", "stop", "export", "dataset", "describe"])
def test_plans_know_the_four_intents_of_the_contract(intent: str) -> None:
    expected = {"change": "generate", "describe": "describe"}.get(intent, "chat")
    assert plan_from(Proposal(Slots(intent=intent)), "words", SCHEMA).intent == expected


@pytest.mark.parametrize(
    "words", ["", "x" * 5000, "🎉" * 500, "\x00\x1b[31m", "данные " * 300, "%1%2"]
)
def test_any_words_and_any_claim_are_survived(words: str) -> None:
    slots = Slots(
        "generate", ("ctgan", "x"), "x", "1", words[:50] or None, words[:90] or None, (words,)
    )
    grounded = ground(slots, words, SCHEMA, DATASET)
    assert grounded.protected == ()
    assert grounded.target is None


def quoted(column: str, said: str, slot: str = "target") -> Slots:
    values = {"target": column} if slot == "target" else {"protected": (column,)}
    return Slots(intent="generate", quotes=((column, said),), **values)  # type: ignore[arg-type]


def test_words_that_the_model_quotes_for_a_column_are_its_source() -> None:
    words = "2k patients; we would like to foresee who never sees the next spring, thanks"
    grounded = ground(quoted("mort_90d", "who never sees the next spring"), words, SCHEMA)
    assert grounded.target == "mort_90d"
    assert grounded.provenance["target"].words == "who never sees the next spring"


def test_a_quotation_that_is_not_in_the_words_supports_nothing() -> None:
    grounded = ground(quoted("mort_90d", "who passes away"), "1000 rows, thanks", SCHEMA)
    assert grounded.target is None
    assert grounded.dropped


@pytest.mark.parametrize(
    ("claimed", "said", "column"),
    [
        ("mort_90d", "mort 30d", "mort_30d"),  # the words spell another column
        ("mort", "Diagnosis", "Diagnosis"),  # the model's name is none, the words are one
        ("Diagnosos", "the illness", "Diagnosis"),  # a slip of the model
        ("kind of cover", "insurance", "paykl"),  # the card's description knows the words
    ],
)
def test_what_the_quoted_words_spell_beats_what_the_model_makes_of_them(
    claimed: str, said: str, column: str
) -> None:
    assert ground(quoted(claimed, said), f"predict {said} please", SCHEMA).target == column


def test_quoted_words_that_no_column_means_are_dropped() -> None:
    grounded = ground(quoted("shoe size", "shoe size"), "predict shoe size", SCHEMA)
    assert grounded.target is None
    assert grounded.dropped[0].why == "the table has no such column"


@pytest.mark.parametrize(
    ("said", "rows"),
    [
        ("two and a half thousand", 2500),
        ("Fuor hundred", 400),
        ("10.000", 10_000),
        ("2'358", 2358),
        ("a couple of hundred", 200),
        ("1.5k", 1500),
        ("twelve hundred", 1200),
        ("5e3", 5000),
    ],
)
def test_numbers_are_read_as_the_words_say_them(said: str, rows: int) -> None:
    words = f"we could do with {said} patients for the course of 12 weeks"
    grounded = ground(Slots(intent="generate", rows=said), words, SCHEMA)
    assert grounded.sample_rows == rows
    assert grounded.provenance["sample_rows"].words == f"{said} patients"


def test_words_that_name_several_columns_protect_all_of_them() -> None:
    grounded = ground(quoted("Sex", "race and sex", "protected"), "fair by race and sex", SCHEMA)
    assert grounded.protected == ("Race", "Sex")
    assert grounded.provenance["protected"].words == "race and sex"
