"""Drawn tables as runs of the store, beside trained ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from memisis_core.data.schema import ColumnKind
from memisis_core.description.describe import describe
from memisis_core.description.keeping import Keepsake, keep
from memisis_core.description.ready_made import example
from memisis_core.description.toml_file import read_specification
from memisis_core.errors import InputError
from memisis_core.plan.effective import effective_plan
from memisis_core.plan.model import Plan
from memisis_core.report.bundle import export_runs
from memisis_core.runs.artefacts import verified_path
from memisis_core.runs.comparing import compare_records
from memisis_core.runs.states import RunState
from memisis_core.runs.store import Store
from memisis_core.synthesis.registry import create, entry


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "home")
    yield opened
    opened.close()


def kept(seed: int) -> Keepsake:
    done = describe(example("alzheimer"), 120, seed)
    return Keepsake(
        done.drawn.frame, done.joint.specification, seed, done.metrics, ("a note",), "words"
    )


def test_a_drawn_table_is_a_finished_run(store: Store) -> None:
    what = kept(3)
    run = keep(store, what)
    assert (run.state, run.synthesizer, run.seed, run.label) == (
        RunState.DONE, "specification", 3, "A",
    )  # fmt: skip
    assert run.reason == "specification mode: drawn from a description; no real row was used"
    assert run.warnings == ["a note"]
    assert {m.key for m in run.metrics} == {m.key for m in what.metrics}
    assert pl.read_parquet(verified_path(run, "synthetic_parquet")).equals(what.frame)
    assert read_specification(verified_path(run, "specification")) == what.specification
    assert run.job.schema_.column("APOE4").kind is ColumnKind.ORDINAL
    assert entry(run.synthesizer).title == "Specification"


def test_it_is_compared_and_exported_like_others(store: Store, tmp_path: Path) -> None:
    runs = [keep(store, kept(1)), keep(store, kept(2), "second")]
    comparison = compare_records(runs).to_json()
    assert "validation.specified_values" in str(comparison)
    written = {path.name for path in export_runs(runs, tmp_path / "out")}
    assert {"A-specification.csv", "A-specification.spec.toml", "report.html"} <= written
    again = read_specification(tmp_path / "out" / "second-specification.spec.toml")
    assert describe(again, 120, 2).drawn.frame.equals(kept(2).frame)


def test_a_plan_for_a_table_cannot_ask_for_it(store: Store) -> None:
    run = keep(store, kept(1))
    with pytest.raises(InputError, match="no synthesizer called 'specification'"):
        effective_plan(Plan(synthesizers=["specification"]), run.job.schema_, 100)
    with pytest.raises(InputError, match="no synthesizer called 'specification'"):
        create("specification")
