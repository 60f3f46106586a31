"""The plan file: a round trip, and one clear line for every way to get it wrong."""

from pathlib import Path

import pytest

from memisis_core.errors import InputError
from memisis_core.plan.goals import Goal
from memisis_core.plan.model import Constraint, DatasetReference, Plan, Priority
from memisis_core.plan.provenance import Dropped, Provenance, Source
from memisis_core.plan.toml_file import plan_from_toml, plan_to_toml, read_plan, write_plan


def full_plan() -> Plan:
    return Plan(
        request='protect "Race", 20 epochs\n[sic] \x1b',
        dataset=DatasetReference(path="/data/a b.csv", sha256="0" * 64, rows=10, columns=2),
        synthesizers=["tvae", "ctgan", "ctgan"],
        epochs=20,
        protected=["Race [code]"],
        priority=Priority.PRIVACY,
        goals=[Goal(metric="utility.auroc_gap", op="<=", value=0.05)],
        constraints=[Constraint(kind="inequality", columns=("a", "b"))],
        provenance={"epochs": Provenance(source=Source.SAID, words="20 epochs", start=3, end=9)},
        dropped=[Dropped(slot="target", value="x", why="no such column")],
    )


def test_a_plan_survives_the_round_trip(tmp_path: Path) -> None:
    path = write_plan(full_plan(), tmp_path / "plan.toml")
    assert read_plan(path) == full_plan()
    assert path.stat().st_mode & 0o777 == 0o600


def test_slots_that_nobody_stated_are_not_in_the_file() -> None:
    text = plan_to_toml(Plan(epochs=3))
    assert "epochs = 3" in text
    assert "target" not in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("epochs = \nseed = 1", "not valid TOML.*line 1"),
        ("epochs = 'many'", "epochs: .*integer"),
        ("epochs = 0", "epochs: .*greater"),
        ("colour = 'red'", "colour: .*not permitted"),
        ("version = 9", "version"),
    ],
)
def test_what_is_wrong_is_named(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        plan_from_toml(text, where="my.toml")
    assert "\n" not in str(caught.value)
    assert "my.toml" in str(caught.value)


def test_a_missing_plan_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_plan(tmp_path / "none.toml")
