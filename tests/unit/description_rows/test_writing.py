"""Row mode with the joint distribution of the specification, up to figures and the ablation."""

from __future__ import annotations

from pathlib import Path

import pytest

from memisis_core.agent.model_files import CHAT_FILE
from memisis_core.description.joint import Joint, joint_of
from memisis_core.description.ready_made import EXAMPLES, example
from memisis_core.description.rows.alikeness import Alikeness
from memisis_core.description.rows.json_rows import checked_row
from memisis_core.description.rows.patients import Patients
from memisis_core.description.rows.prompt import RowPrompt
from memisis_core.description.rows.settings import Ablation, RowSettings
from memisis_core.description.rows.writers import SMALL_BYTES, row_model
from memisis_core.description.rows.writing import ablate, frame_of, journal_path, write_rows
from memisis_core.description.specification import Specification
from memisis_core.errors import InputError, ModelUnavailable
from tests.unit.description_rows.conftest import COHORT, FakeWriter, Knowing


@pytest.fixture(scope="module")
def joint() -> Joint:
    return joint_of(Specification.model_validate(COHORT))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MEMISIS_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_examples_and_draws_are_patients_that_would_be_accepted(joint: Joint) -> None:
    patients = Patients(joint, seed=4)
    for row in patients.reference(50):
        assert checked_row(joint.specification, dict(row)) == row
    draw = patients.cells()
    assert {draw("SEX") for _ in range(40)} == {"F", "M"}
    assert Patients(joint, seed=4).reference(50) == patients.reference(50)


@pytest.mark.parametrize("name", EXAMPLES)
def test_ready_made_specifications_can_be_asked_for(name: str) -> None:
    joint = joint_of(example(name))
    specification = joint.specification
    reference = Patients(joint).reference(30)
    assert all(checked_row(specification, dict(row)) == row for row in reference)
    order = tuple(specification.names)
    text = (
        RowPrompt(specification, order, reference[0], "skeleton", 10, Ablation()).messages()[0].text
    )
    assert len(text) < 5000
    assert all(f"\n{name}: " in text for name in order)


def test_a_model_that_knows_the_specification_is_as_varied_as_it(joint: Joint) -> None:
    written = write_rows(joint, Knowing(joint), RowSettings(rows=60))  # type: ignore[arg-type]
    assert written.result.state == "done"
    assert written.entropy_share == pytest.approx(1.0, abs=0.08)
    assert written.distinct == 60
    assert written.to_json()["acceptance"] > 0.9
    frame = frame_of(written.result.tally, joint)
    assert frame.columns == joint.specification.names
    assert frame["ONSET"].null_count() > 0


def test_copies_are_known_by_how_much_patients_have_in_common(joint: Joint) -> None:
    reference = Patients(joint).reference()
    alikeness = Alikeness(joint.specification, reference)
    fresh = Patients(joint, seed=50).reference(100)
    assert sum(alikeness.is_copy(row, reference[:200]) for row in fresh) < 5
    assert alikeness.is_copy(fresh[0], [fresh[0]])
    coin = Specification.model_validate(
        {"title": "Coin", "variables": [{"name": "C", "type": "boolean"}]}
    )
    assert not Alikeness(coin, [{"C": 0}, {"C": 1}] * 50).is_copy({"C": 0}, [{"C": 0}])


def test_the_ablation_runs_every_prompt_and_goes_on_where_it_ended(joint: Joint) -> None:
    settings = RowSettings(rows=3)
    told: list[str] = []
    first = ablate(joint, Knowing(joint), settings, lambda name, _progress: told.append(name))  # type: ignore[arg-type]
    assert list(first) == list(Ablation.each_off())
    assert set(told) == set(first)
    told.clear()
    again = ablate(joint, FakeWriter(lambda _name: ""), settings)  # type: ignore[arg-type]
    assert [w.result.tally.rows for w in again.values()] == [
        w.result.tally.rows for w in first.values()
    ]


def test_another_specification_or_model_has_another_journal(joint: Joint) -> None:
    settings = RowSettings(rows=3)
    other = joint_of(Specification.model_validate({**COHORT, "title": "Another"}))
    paths = {
        journal_path(settings, joint, "a"),
        journal_path(settings, joint, "b"),
        journal_path(settings, other, "a"),
        journal_path(RowSettings(rows=3, seed=1), joint, "a"),
    }
    assert len(paths) == 4
    assert journal_path(RowSettings(rows=9), joint, "a") in paths


def test_no_rows_are_refused(joint: Joint) -> None:
    with pytest.raises(InputError, match="no rows"):
        write_rows(joint, Knowing(joint), RowSettings(rows=0))  # type: ignore[arg-type]


def test_without_a_model_the_command_that_helps_is_named() -> None:
    with pytest.raises((InputError, ModelUnavailable), match="models"):
        row_model(None, None, print)


def test_small_models_get_the_skeleton(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from memisis_core.description.rows import writers

    file = tmp_path / CHAT_FILE
    file.write_bytes(b"GGUF")
    monkeypatch.setattr(writers, "usable_file", lambda _name: file)
    monkeypatch.setattr(writers, "ADAPTER", tmp_path / "none")
    assert row_model("a.gguf", None, print).form == "skeleton"
    assert row_model("a.gguf", "json", print).form == "json"
    monkeypatch.setattr(writers, "SMALL_BYTES", 2)
    assert row_model("a.gguf", None, print).form == "json"
    assert SMALL_BYTES > 500_000_000
