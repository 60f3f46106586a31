"""Questions about the table are answered from schema and profile."""

from dataclasses import replace

import pytest

from memisis_core.agent.dataset_answers import dataset_answer
from memisis_core.agent.facts import Facts
from memisis_core.data.profile import (
    CategoryCount,
    ColumnProfile,
    GroupCount,
    NumberSummary,
    Profile,
)
from memisis_core.data.schema import ColumnKind, Role


@pytest.fixture
def profiled(facts: Facts) -> Facts:
    sex = ColumnProfile(
        name="Sex", kind=ColumnKind.CATEGORY, role=Role.PROTECTED, rows=1000, missing=0, distinct=2,
        categories=(CategoryCount("female", 600), CategoryCount("male", 400)),
    )  # fmt: skip
    quantiles = {q: 10 * q for q in (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)}
    stay = ColumnProfile(
        name="los_hosp", kind=ColumnKind.NUMBER, role=Role.FEATURE, rows=1000, missing=40,
        distinct=30, numbers=NumberSummary(1.0, 90.0, 6.5, 3.25, quantiles),
    )  # fmt: skip
    groups = (GroupCount((("Race", "Asian"),), 7), GroupCount((("Race", "White"),), 993))
    return replace(facts, profile=Profile(1000, (sex, stay), groups, duplicated_rows=3))


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("how big is the table", ["1,000 rows and 6 columns", "target Diagnosis"]),
        ("which columns have missing values", ["52 values", "los_hosp 40 (4.0 %)", "Race 12"]),
        ("are there identifiers in it", ["pat_no (unique in every row)", "3 rows equal"]),
        ("are there small groups", ["Race=Asian 7", "1 of them"]),
        ("list all columns", ["pat_no (category)", "Diagnosis (category)"]),
        ("how is los_hosp distributed", ["mean 6.5", "median 5", "40 missing (4.0 %)"]),
        ("how many values does Sex have", ["2 values: female 600, male 400"]),
    ],
)
def test_questions(profiled: Facts, words: str, parts: list[str]) -> None:
    text = dataset_answer(words, profiled).text
    for part in parts:
        assert part in text


def test_extreme_values_of_single_people_are_not_quoted(profiled: Facts) -> None:
    assert "90" not in dataset_answer("describe los_hosp", profiled).text


def test_without_a_table_it_says_how_to_open_one() -> None:
    assert "memisis DATA" in dataset_answer("how many rows", Facts()).text
