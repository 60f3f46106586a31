"""``memisis describe --mode rows`` as scripts call it; the writer knows the specification."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest

from memisis_core.description.joint import Joint, joint_of
from memisis_core.description.rows import writers
from memisis_core.description.rows.settings import Ablation
from memisis_core.description.rows.writers import RowModel
from memisis_core.description.specification import Specification
from memisis_core.description.toml_file import write_specification
from memisis_tui.command_line import main
from memisis_tui.commands import describe_rows
from tests.unit.description_rows.conftest import COHORT, FakeWriter, Knowing


@pytest.fixture(scope="module")
def joint() -> Joint:
    return joint_of(Specification.model_validate(COHORT))


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MEMISIS_HOME", str(tmp_path / "home"))
    return write_specification(Specification.model_validate(COHORT), tmp_path / "cohort.toml")


@pytest.fixture
def written_by(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Let rows be written by a given writer."""

    def use(writer: FakeWriter) -> None:
        @contextmanager
        def opened(_model: RowModel) -> Iterator[FakeWriter]:
            yield writer

        model = RowModel(tmp_path / "fake.gguf", "skeleton", trained=False)
        monkeypatch.setattr(writers, "row_model", lambda *_given: model)
        monkeypatch.setattr(describe_rows, "_writer", opened)

    return use


def test_rows_are_written_with_the_specification_beside_them(
    spec: Path, joint: Joint, written_by, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written_by(Knowing(joint))
    out = tmp_path / "out.csv"
    call = ["describe", "--spec", str(spec), "--mode", "rows", "--rows", "12", "--out", str(out)]
    assert main(call) == 0
    said = capsys.readouterr()
    assert "done: 12 rows accepted of" in said.err
    assert "was not trained to write rows" in said.err
    assert "values as specified" in said.out
    assert pl.read_csv(out).height == 12
    assert "row mode" in (tmp_path / "out.spec.toml").read_text()


def test_json_says_what_no_model_wrote(
    spec: Path, joint: Joint, written_by, capsys: pytest.CaptureFixture[str]
) -> None:
    writer = Knowing(joint)
    knowing = writer.say
    writer.say = lambda name: "?" if name == "SEX" and knowing(name) else knowing(name)
    written_by(writer)
    call = ["describe", "--spec", str(spec), "--mode", "rows", "--rows", "4", "--json"]
    assert main([*call, "--draw-missing"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["drawn_values"] == {"SEX": 4}
    assert document["rejected_values"]["unknown code"] >= 16
    assert {m["id"] for m in document["metrics"]}
    assert (document["mode"], document["trained_for_rows"]) == ("rows", False)


def test_a_run_that_fails_says_why_and_writes_nothing(
    spec: Path, written_by, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written_by(FakeWriter(lambda _name: "as a language model"))
    out = tmp_path / "out.csv"
    call = ["describe", "--spec", str(spec), "--mode", "rows", "--rows", "3", "--out", str(out)]
    assert main(call) == 1
    said = capsys.readouterr().err
    assert "failed: 0 rows accepted of 30 (0%)" in said
    assert "0 of 3 rows after 30 attempts (" in said
    assert not out.exists()


def test_the_ablation_is_a_table_of_prompts(
    spec: Path, joint: Joint, written_by, capsys: pytest.CaptureFixture[str]
) -> None:
    written_by(Knowing(joint))
    call = ["describe", "--spec", str(spec), "--mode", "rows", "--rows", "3", "--ablate"]
    assert main(call) == 0
    header, *lines = capsys.readouterr().out.splitlines()
    assert header.split()[:3] == ["prompt", "accepted", "acceptance"]
    assert [line.split("  ")[0] for line in lines] == list(Ablation.each_off())
    assert main([*call, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["ablation"]["all parts"]["accepted"] == 3
