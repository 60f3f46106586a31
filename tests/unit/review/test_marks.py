"""What is unusual about a patient: against values whose frequency is known."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from memisis_core.data.schema import Column, ColumnKind, Schema
from memisis_core.review.marks import MarkKind, is_marked, marks_of, usual
from memisis_core.review.reference import FEWEST_EXPECTED, Reference

N = 2_000
SCHEMA = Schema(
    columns=(
        Column(name="age", kind=ColumnKind.INTEGER),
        Column(name="sex", kind=ColumnKind.CATEGORY),
        Column(name="pregnant", kind=ColumnKind.CATEGORY),
        Column(name="admitted", kind=ColumnKind.DATE, date_format="%d.%m.%Y"),
        Column(name="score", kind=ColumnKind.NUMBER, decimals=1),
    )
)


@pytest.fixture(scope="module")
def train() -> pl.DataFrame:
    """Women may be pregnant, men never; nine ages are above 90; two wards are rare."""
    random = np.random.default_rng(3)
    sex = random.permutation(np.repeat(["f", "m"], N // 2))
    pregnant = np.where((sex == "f") & (random.random(N) < 0.4), "yes", "no")
    age = random.integers(20, 80, N)
    age[:9] = 91
    days = np.datetime64("2020-01-01") + random.integers(0, 700, N)
    return pl.DataFrame(
        {
            "age": age,
            "sex": sex,
            "pregnant": pregnant,
            "admitted": pl.Series(days).cast(pl.Date).dt.strftime("%d.%m.%Y"),
            "score": np.where(np.arange(N) == 5, np.nan, random.normal(10, 2, N).round(1)),
        }
    ).with_columns(pl.col("score").fill_nan(None))


@pytest.fixture(scope="module")
def reference(train: pl.DataFrame) -> Reference:
    return Reference.learn(train, SCHEMA)


def patient(**changes: object) -> pl.DataFrame:
    usual_one = {
        "age": 50,
        "sex": "f",
        "pregnant": "no",
        "admitted": "05.06.2020",
        "score": 10.0,
    }
    return pl.DataFrame({name: [value] for name, value in {**usual_one, **changes}.items()})


def kinds(reference: Reference, **changes: object) -> list[tuple[MarkKind, tuple[str, ...]]]:
    return [(m.kind, m.columns) for m in marks_of(reference, patient(**changes), 0)]


def test_a_usual_patient_has_no_mark(reference: Reference) -> None:
    assert kinds(reference) == []


@pytest.mark.parametrize(
    ("changes", "kind", "column"),
    [
        ({"age": 91}, MarkKind.HIGH, "age"),
        ({"age": 150}, MarkKind.HIGH, "age"),
        ({"age": -3}, MarkKind.LOW, "age"),
        ({"sex": "x"}, MarkKind.RARE, "sex"),
        ({"admitted": "01.01.1900"}, MarkKind.LOW, "admitted"),
        ({"admitted": "01.01.2090"}, MarkKind.HIGH, "admitted"),
        ({"score": None}, MarkKind.MISSING, "score"),
    ],
)
def test_an_unusual_value_is_marked(
    reference: Reference, changes: dict[str, object], kind: MarkKind, column: str
) -> None:
    assert (kind, (column,)) in kinds(reference, **changes)


def test_counts_are_those_of_the_training_patients(reference: Reference) -> None:
    mark = marks_of(reference, patient(age=91), 0)[0]
    assert (mark.people, mark.of) == (9, N)
    assert "fewer than 10 of 2,000 training patients" in mark.words  # nine are not counted out
    assert "none of 2,000" in marks_of(reference, patient(age=92), 0)[0].words


def test_two_usual_values_that_never_meet_are_marked_together(reference: Reference) -> None:
    mark = marks_of(reference, patient(sex="m", pregnant="yes"), 0)[0]
    assert (mark.kind, mark.columns, mark.people) == (
        MarkKind.TOGETHER,
        ("sex", "pregnant"),
        0,
    )
    assert mark.expected == pytest.approx(0.5 * 0.2 * N, rel=0.1)
    assert kinds(reference, sex="f", pregnant="yes") == []


def test_unrelated_columns_are_hardly_ever_marked_together() -> None:
    random = np.random.default_rng(0)
    schema = Schema(columns=tuple(Column(name=f"c{i}", kind=ColumnKind.NUMBER) for i in range(12)))
    table = pl.DataFrame({f"c{i}": random.normal(size=1_000) for i in range(12)})
    assert Reference.learn(table, schema).pairs == ()


def test_a_small_table_judges_no_pair_on_too_few_patients(train: pl.DataFrame) -> None:
    small = Reference.learn(train.head(FEWEST_EXPECTED - 1), SCHEMA)
    assert small.pairs == ()


def test_many_at_once_are_marked_like_one(reference: Reference, train: pl.DataFrame) -> None:
    rows = [
        patient(),
        patient(age=95),
        patient(sex="m", pregnant="yes"),
        patient(score=None),
        patient(sex=None),
    ]
    table = pl.concat([row.cast(patient().schema, strict=False) for row in rows])
    expected = [bool(marks_of(reference, table, i)) for i in range(table.height)]
    assert is_marked(reference, table).tolist() == expected == [False, True, True, True, True]


def test_what_is_usual_names_no_rare_category(reference: Reference) -> None:
    rare = pl.DataFrame({"ward": ["a"] * 95 + ["b"] * 5})
    schema = Schema(columns=(Column(name="ward", kind=ColumnKind.CATEGORY),))
    assert usual(Reference.learn(rare, schema).columns[0]) == "a 95%"
    assert usual(reference.column("age")).count("to") == 1


def test_hostile_values_stay_values() -> None:
    odd = ["[/]", "\x1b[31m", "患者", "🫀", "\u202eabc"]
    schema = Schema(columns=(Column(name="[mmol]", kind=ColumnKind.CATEGORY),))
    table = pl.DataFrame({"[mmol]": odd * 100})
    reference = Reference.learn(table, schema)
    assert not is_marked(reference, table).any()
    assert is_marked(reference, pl.DataFrame({"[mmol]": ["x" * 10_000]})).all()
