"""The effective plan: every slot a value and a source, contradictions refused."""

import pytest

from memisis_core.data.schema import Column, ColumnKind, Role, Schema
from memisis_core.errors import InputError
from memisis_core.plan import defaults
from memisis_core.plan.effective import effective_plan, planned_schema
from memisis_core.plan.model import ColumnChoice, Constraint, Plan
from memisis_core.plan.provenance import Provenance, Source


@pytest.fixture
def schema() -> Schema:
    return Schema(
        columns=(
            Column(name="id", kind=ColumnKind.IDENTIFIER, role=Role.IDENTIFIER),
            Column(name="age", kind=ColumnKind.INTEGER),
            Column(name="race", kind=ColumnKind.CATEGORY, role=Role.PROTECTED),
            Column(name="sex", kind=ColumnKind.CATEGORY),
            Column(name="death", kind=ColumnKind.BOOLEAN, role=Role.TARGET),
        )
    )


def test_an_empty_plan_is_filled_from_the_dataset_and_the_defaults(schema: Schema) -> None:
    effective = effective_plan(Plan(), schema, rows=1000)
    assert effective.synthesizers == defaults.SYNTHESIZERS
    assert effective.epochs == defaults.EPOCHS
    assert (effective.train_rows, effective.holdout_rows) == (700, 300)
    assert effective.sample_rows == 700
    assert (effective.target, effective.protected) == ("death", ("race",))
    assert effective.provenance["target"].source is Source.DATASET
    assert effective.provenance["epochs"].source is Source.DEFAULT


def test_what_was_said_keeps_its_words(schema: Schema) -> None:
    said = Provenance(source=Source.SAID, words="40 epochs")
    effective = effective_plan(Plan(epochs=40, provenance={"epochs": said}), schema, rows=1000)
    assert effective.epochs == 40
    assert effective.provenance["epochs"] == said


def test_a_person_can_want_no_target(schema: Schema) -> None:
    plan = Plan(provenance={"target": Provenance(source=Source.EDITED)})
    assert effective_plan(plan, schema, rows=1000).target is None


def test_a_protected_attribute_that_is_named_is_no_longer_the_suggested_target(
    schema: Schema,
) -> None:
    effective = effective_plan(Plan(protected=["death"]), schema, rows=1000)
    assert effective.target is None
    assert effective.protected == ("death",)


@pytest.mark.parametrize(
    ("plan", "rows", "message"),
    [
        (Plan(train_rows=900), 1000, "only 700 are left"),
        (Plan(), 20, "too few"),
        (Plan(target="nowhere"), 1000, "no column 'nowhere'"),
        (Plan(target="race", protected=["race"]), 1000, "both the target and a protected"),
        (Plan(synthesizers=["gan9000"]), 1000, "no synthesizer called 'gan9000'"),
        (Plan(questions=["20 or 30 epochs?"]), 1000, "open question"),
        (
            Plan(constraints=[Constraint(kind="inequality", columns=("id", "age"))]),
            1000,
            "left out",
        ),
    ],
)
def test_contradictions_are_refused(schema: Schema, plan: Plan, rows: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        effective_plan(plan, schema, rows)


@pytest.mark.parametrize(("train_rows", "expected"), [(5000, 500), (300, 150), (25, 10)])
def test_the_batch_size_suits_small_tables(schema: Schema, train_rows: int, expected: int) -> None:
    effective = effective_plan(Plan(train_rows=train_rows), schema, rows=10_000)
    assert effective.batch_size == expected


def test_the_plan_changes_kinds_and_roles_of_columns(schema: Schema) -> None:
    plan = Plan(target="sex", columns={"id": ColumnChoice(kind="category", role="feature")})
    planned = planned_schema(plan, schema)
    assert planned.column("id").synthesised
    assert planned.target == "sex"
    assert planned.column("death").role is Role.FEATURE


def test_an_unknown_role_is_one_clear_line(schema: Schema) -> None:
    with pytest.raises(InputError, match="'captain' is not a valid Role") as caught:
        planned_schema(Plan(columns={"age": ColumnChoice(role="captain")}), schema)
    assert "\n" not in str(caught.value)
