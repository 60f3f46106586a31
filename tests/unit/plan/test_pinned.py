from __future__ import annotations

from memisis_core.plan.effective import effective_plan, planned_schema
from memisis_core.plan.model import Plan
from memisis_core.plan.pinned import pinned_plan
from memisis_core.plan.provenance import Provenance, Source
from memisis_core.plan.toml_file import plan_from_toml, plan_to_toml
from tests.fakes.study import SCHEMA, Study, study_of, write_table


def pinned(study: Study, plan: Plan) -> tuple[Plan, Plan]:
    schema = planned_schema(plan, SCHEMA)
    effective = effective_plan(plan, schema, study.dataset.rows)
    return plan, pinned_plan(plan, effective, schema, study.dataset)


def test_a_pinned_plan_does_the_same_and_says_who_said_what(tmp_path):
    study = study_of(write_table(tmp_path / "t.csv"))
    said = Provenance(source=Source.SAID, words="5 epochs")
    original, exact = pinned(
        study, Plan(request="5 epochs", epochs=5, provenance={"epochs": said}, target="Outcome")
    )
    again = plan_from_toml(plan_to_toml(exact))
    schema = planned_schema(original, SCHEMA)
    first = effective_plan(original, schema, 200)
    second = effective_plan(again, planned_schema(again, SCHEMA), 200)
    assert second == first
    assert planned_schema(again, SCHEMA).target == schema.target
    assert second.provenance["epochs"] == said
    assert second.provenance["seed"].source is Source.DEFAULT


def test_a_pinned_plan_holds_whatever_is_guessed_later(tmp_path):
    study = study_of(write_table(tmp_path / "t.csv"))
    _, exact = pinned(study, Plan(target="Outcome"))
    guessed_otherwise = SCHEMA.with_roles("Sex", [])
    schema = planned_schema(exact, guessed_otherwise)
    assert schema.target == "Outcome"
    assert schema.protected == ["Sex"]
    assert exact.epochs == 300
    assert exact.seed == 0
