"""What the plan card says of a plan, without a screen."""

from memisis_core.data.schema import Column, ColumnKind, Schema
from memisis_core.plan.effective import effective_plan
from memisis_core.plan.model import Plan
from memisis_core.plan.provenance import Provenance, Source
from memisis_screens.plan.slots import slot_lines
from memisis_screens.session import DraftPlan

SCHEMA = Schema(columns=(Column(name="sex", kind=ColumnKind.CATEGORY),))
SAID = Provenance(source=Source.SAID, words="50 epochs", start=0, end=9)


def shown(plan: Plan) -> dict[str, str]:
    draft = DraftPlan(plan, effective_plan(plan, SCHEMA, 500))
    return {line.slot: line.value for line in slot_lines(draft)}


def test_epochs_stand_on_the_card_only_where_something_trains_in_epochs() -> None:
    assert shown(Plan(synthesizers=["ctgan"]))["epochs"] == "300"
    copula = shown(Plan(synthesizers=["gaussian_copula"]))
    assert "epochs" not in copula
    assert "batch_size" not in copula


def test_epochs_that_were_said_but_are_not_used_are_not_kept_quiet() -> None:
    plan = Plan(synthesizers=["gaussian_copula"], epochs=50, provenance={"epochs": SAID})
    assert shown(plan)["epochs"] == "50, not used: no epochs in this plan"
