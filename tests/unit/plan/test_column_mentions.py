"""A column is traced to the words: name, typing errors, parts, description, concept."""

import pytest

from memisis_core.plan.column_mentions import Evidence, best_mention, named_mentions, resolve

COLUMNS = [
    "DEATH_EVENT",
    "los_hosp",
    "Hb1Ac_v2",
    "PTGENDER",
    "Race",
    "Race_detail",
    "NIHSS_Adm",
    "ICU Transfer <24h",
    "mort_30d",
    "Temp (°C)",
    "ins_cat",
    "Diagnosis",
    "aki_stage",
]


def evidence(column: str, words: str, description: str | None = None) -> Evidence | None:
    mention = best_mention(column, description, words, named_mentions(words, COLUMNS))
    return mention.evidence if mention is not None else None


@pytest.mark.parametrize(
    ("column", "words", "expected"),
    [
        ("DEATH_EVENT", "predict DEATH_EVENT", Evidence.EXACT),
        ("DEATH_EVENT", "predict death event", Evidence.FOLDED),
        ("NIHSS_Adm", "fair by NIHSSAdm", Evidence.FOLDED),
        ("ICU Transfer <24h", "icu transfer < 24 h", Evidence.FOLDED),
        ("Diagnosis", "predict Diagnosys", Evidence.CLOSE),
        ("los_hosp", "predict the length of stay", Evidence.PARTS),
        ("aki_stage", "acute kidney injury", Evidence.PARTS),
        ("mort_30d", "mortality", Evidence.PARTS),
        ("Temp (°C)", "temperature", Evidence.PARTS),
        ("PTGENDER", "men and women", Evidence.CONCEPT),
        ("DEATH_EVENT", "whether the patient dies", Evidence.CONCEPT),
        ("ins_cat", "health coverage", Evidence.CONCEPT),
    ],
)
def test_words_support_a_column(column: str, words: str, expected: Evidence) -> None:
    assert evidence(column, words) is expected


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("words", ["1000 rows please", "compare all three synthesizers", "🎉", ""])
def test_words_about_something_else_support_no_column(column: str, words: str) -> None:
    assert evidence(column, words) is None


def test_a_description_supports_its_column() -> None:
    words = "protect them by how the stay is paid for"
    found = best_mention("col7", "payment of the stay", words, [])
    assert found is not None
    assert found.evidence is Evidence.DESCRIPTION


def test_words_that_name_one_column_support_no_second_one() -> None:
    assert evidence("Race", "by Race_detail only") is None
    assert evidence("Race_detail", "by Race_detail only") is Evidence.EXACT


@pytest.mark.parametrize(
    ("said", "column"),
    [
        ("Death Event", "DEATH_EVENT"),
        ("gender", "PTGENDER"),
        ("LOS hosp", "los_hosp"),
        ("Diagnos", "Diagnosis"),
        ("star sign", None),
        ("", None),
        ("_", None),
    ],
)
def test_a_name_is_snapped_to_the_one_column_it_may_mean(said: str, column: str | None) -> None:
    assert resolve(said, COLUMNS) == column
