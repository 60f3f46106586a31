import numpy as np
import pandas as pd
import pytest

from memisis_core.data.schema import Column, ColumnKind, Schema
from memisis_core.evaluation.metric import Status
from memisis_core.evaluation.validation import constraints, records, structure, values
from memisis_core.evaluation.validation.violations import violations
from memisis_core.plan.model import Constraint
from tests.unit.evaluation.tables import PATIENTS, context_of, draws, patients

FAMILIES = (constraints, records, structure, values)


def measured(context):
    return {m.key: m for family in FAMILIES for m in family.measure(context)}


def spoiled(**changes):
    """Return a context whose synthetic rows are fresh draws with some values replaced."""
    synthetic = patients(100, 3, missing=0)
    train = patients(300, 1)
    for name in ("age", "bmi", "pressure"):  # draws beyond the extremes of other draws are right
        synthetic[name] = synthetic[name].clip(train[name].min(), train[name].max())
    days = train["admitted"]
    synthetic["admitted"] = synthetic["admitted"].clip(days.min(), days.max())
    for name, at in changes.items():
        for row, value in at.items():
            synthetic[name] = synthetic[name].astype(object)
            synthetic.loc[row, name] = value
    return context_of(train, patients(200, 2), synthetic)


def rows_of(context, check, subject):
    return next(v for v in violations(context) if (v.check, v.subject) == (check, subject))


def test_rows_that_could_be_real_break_no_rule():
    context = spoiled()
    metrics = measured(context)

    assert violations(context) == []
    for name in ("columns", "kinds", "categories", "ranges", "rounding", "dates", "missingness"):
        metric = metrics[f"validation.{name}", "overall"]
        assert metric.value == 1.0, name
        assert metric.real_baseline == 1.0
    assert metrics["validation.duplicate_rows", "overall"].value == 0.0


@pytest.mark.parametrize(
    ("check", "column", "value"),
    [
        ("validation.kinds", "age", 40.5),
        ("validation.kinds", "bmi", "heavy"),
        ("validation.kinds", "bmi", np.inf),
        ("validation.kinds", "sex", 3),
        ("validation.categories", "race", "Martian"),
        ("validation.categories", "stage", "IV"),
        ("validation.categories", "died", 2),
        ("validation.ranges", "age", 130),
        ("validation.ranges", "pressure", -5.0),
        ("validation.rounding", "bmi", 27.123),
        ("validation.dates", "admitted", pd.Timestamp("1950-01-01")),
        ("validation.dates", "admitted", pd.Timestamp("2020-01-01T13:00")),
        ("validation.missingness", "age", np.nan),
    ],
)
def test_a_value_that_could_not_be_real_is_found_with_its_row(check, column, value):
    context = spoiled(**{column: {7: value, 40: value}})

    found = rows_of(context, check, column)
    metrics = measured(context)

    assert found.rows == (7, 40)
    assert found.count == 2
    assert found.what
    assert metrics[check, "overall"].value < 1.0
    assert metrics[check, column].value == pytest.approx(0.98, abs=0.001)


def test_a_gap_is_allowed_where_real_rows_have_gaps():
    assert violations(spoiled(bmi={3: np.nan})) == []


def test_columns_that_are_missing_or_surplus_are_named():
    context = draws(60, 40, 60, absent=("weight",), surplus=("height",))

    assert measured(context)["validation.columns", "overall"].value == pytest.approx(0.9)
    assert [(v.subject, v.what) for v in structure.column_violations(context)] == [
        ("weight", "the column is missing"),
        ("height", "the real table has no such column"),
    ]


def test_values_that_could_not_be_read_are_of_the_wrong_kind():
    context = draws(60, 40, 60, unreadable={"age": np.array([2, 5])})

    assert rows_of(context, "validation.kinds", "age").rows == (2, 5)
    assert measured(context)["validation.kinds", "age"].value == pytest.approx(58 / 60)


def test_repeated_rows_are_counted_after_the_first():
    synthetic = patients(50, 3)
    synthetic = pd.concat([synthetic, synthetic.head(10)], ignore_index=True)
    context = context_of(patients(60, 1), patients(40, 2), synthetic)

    assert measured(context)["validation.duplicate_rows", "overall"].value == pytest.approx(1 / 6)
    assert rows_of(context, "validation.duplicate_rows", "all columns").rows == tuple(range(50, 60))


def test_identifiers_must_be_there_and_unique():
    schema = Schema(columns=(Column(name="id", kind=ColumnKind.IDENTIFIER),))
    tables = [pd.DataFrame({"id": [f"{part}{i}" for i in range(30)]}) for part in "abc"]
    tables[2].loc[4, "id"] = "c3"
    tables[2].loc[9, "id"] = np.nan
    context = context_of(*tables, schema)

    assert rows_of(context, "validation.keys_unique", "id").rows == (3, 4, 9)


CONSTRAINED = Schema(
    columns=tuple(
        Column(name=name, kind=kind)
        for name, kind in {
            "low": ColumnKind.NUMBER, "mid": ColumnKind.NUMBER, "high": ColumnKind.NUMBER,
            "ward": ColumnKind.CATEGORY, "floor": ColumnKind.INTEGER,
            "first": ColumnKind.BOOLEAN, "second": ColumnKind.BOOLEAN,
        }.items()
    )
)  # fmt: skip


def constrained(seed):
    draw = np.random.default_rng(seed)
    low = draw.integers(0, 10, 40).astype(float)
    ward = draw.choice(["A", "B"], 40).astype(object)
    first = draw.random(40) < 0.5
    return pd.DataFrame(
        {
            "low": low, "mid": low + 1, "high": low + 2.5, "ward": ward,
            "floor": np.where(ward == "A", 1, 2), "first": first, "second": ~first,
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "column", "value"),
    [
        (Constraint(kind="inequality", columns=("low", "high")), "low", 99.0),
        (Constraint(kind="inequality", columns=("low", "mid"), strict=True), "mid", 0.0),
        (Constraint(kind="range", columns=("low", "mid", "high")), "mid", 50.0),
        (Constraint(kind="fixed_combinations", columns=("ward", "floor")), "floor", 7),
        (Constraint(kind="fixed_increments", columns=("low",), value=0.5), "low", 3.3),
        (Constraint(kind="at_most", columns=("low",), value=20), "low", 20.5),
        (Constraint(kind="at_least", columns=("low",), value=0), "low", -1.0),
        (Constraint(kind="forbidden", columns=("ward", "floor"), values=("A", "9")), "floor", 9),
    ],
)
def test_rows_that_break_a_constraint_are_found(rule, column, value):
    synthetic = constrained(3)
    synthetic.loc[5, "ward"] = "A" if rule.values else synthetic.loc[5, "ward"]
    synthetic.loc[5, column] = value
    if rule.strict:
        synthetic.loc[5, "low"] = value
    context = context_of(
        constrained(1), constrained(2), synthetic, CONSTRAINED, constraints=(rule,)
    )

    metric = measured(context)["validation.constraints", "overall"]

    assert metric.value == pytest.approx(39 / 40)
    assert metric.real_baseline == 1.0
    assert rows_of(context, "validation.constraints", constraints.named(rule)).rows == (5,)


def test_one_hot_columns_hold_exactly_one():
    synthetic = constrained(3)
    synthetic.loc[[1, 2], "second"] = synthetic.loc[[1, 2], "first"]
    rule = Constraint(kind="one_hot", columns=("first", "second"))
    context = context_of(
        constrained(1), constrained(2), synthetic, CONSTRAINED, constraints=(rule,)
    )

    found = rows_of(context, "validation.constraints", "exactly one of first, second")
    assert found.rows == (1, 2)


def test_rules_without_anything_to_check_do_not_apply():
    metrics = measured(draws(50, 30, 50))

    for name in ("constraints", "keys_unique"):
        assert metrics[f"validation.{name}", "overall"].status is Status.NOT_APPLICABLE


def test_many_faulty_rows_are_counted_in_full_and_listed_in_part():
    synthetic = patients(3000, 3).assign(age=500)
    context = context_of(patients(100, 1), patients(50, 2), synthetic)

    found = rows_of(context, "validation.ranges", "age")

    assert found.count == 3000
    assert len(found.rows) == 1000


def test_an_empty_synthetic_table_is_said_to_be_empty():
    metrics = measured(context_of(patients(60, 1), patients(40, 2), patients(0, 3)))

    assert metrics["validation.ranges", "overall"].status is Status.INSUFFICIENT_DATA
    assert metrics["validation.columns", "overall"].value == 1.0


def test_every_identifier_of_a_family_is_returned():
    for context in (draws(50, 30, 50), draws(50, 0, 0)):
        for family in FAMILIES:
            assert {m.id for m in family.measure(context)} == set(family.FAMILY.ids)


def test_violations_carry_no_value_of_the_table():
    found = violations(spoiled(race={1: "Very Rare Name"}, bmi={2: "secret"}))

    assert "Very Rare" not in str(found)
    assert "secret" not in str(found)


def test_the_schema_of_the_fixture_is_what_its_frames_hold():
    assert list(patients(5, 1).columns) == PATIENTS.names
