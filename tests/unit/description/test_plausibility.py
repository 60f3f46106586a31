"""The measures of a table that has a specification and no real data."""

from __future__ import annotations

import polars as pl
import pytest

from memisis_core.description.drawing import draw
from memisis_core.description.joint import Joint, joint_of
from memisis_core.description.plausibility import DEFINITIONS, measure_against
from memisis_core.description.ready_made import example
from memisis_core.evaluation.metric import Metric, Status


@pytest.fixture(scope="module")
def joint() -> Joint:
    return joint_of(example("alzheimer"))


@pytest.fixture(scope="module")
def frame(joint: Joint) -> pl.DataFrame:
    return draw(joint, 4_000, seed=5).frame


def overall(metrics: list[Metric]) -> dict[str, Metric]:
    return {m.id.removeprefix("validation."): m for m in metrics if m.subject == "overall"}


def test_a_drawn_table_fits(joint: Joint, frame: pl.DataFrame) -> None:
    metrics = measure_against(frame, joint)
    found = overall(metrics)
    assert {f"validation.{name}" for name in found} == {d.id for d in DEFINITIONS}
    assert found["specified_values"].value == 1
    assert found["specified_rules"].value == 1
    assert found["specified_statements"].value == 1
    assert found["distinct_rows"].value == 1
    assert found["specified_distributions"].value < 0.03
    assert found["specified_distributions"].ci[0] == 0
    assert found["specified_relations"].value < 0.06
    assert found["specified_spread"].value == pytest.approx(1, abs=0.02)
    assert all(m.ci is not None for m in metrics if m.id.endswith(("relations", "distributions")))
    subjects = {m.subject for m in metrics if m.id.endswith("specified_relations")}
    assert {"ADAS11 × MMSE", "ICV_bl, PTGENDER=0"} <= subjects


def test_wrong_values_and_broken_rules_are_counted(joint: Joint, frame: pl.DataFrame) -> None:
    wrong = frame.with_columns(
        MMSE=pl.when(pl.int_range(pl.len()) < 40).then(31).otherwise("MMSE"),
        PTGENDER=pl.when(pl.int_range(pl.len()) < 80).then(7).otherwise("PTGENDER"),
        WholeBrain_bl=pl.when(pl.int_range(pl.len()) < 400).then(1.3e6).otherwise("WholeBrain_bl"),
        ICV_bl=pl.when(pl.int_range(pl.len()) < 400).then(1.2e6).otherwise("ICV_bl"),
    ).drop("AGE")
    metrics = measure_against(wrong, joint)
    by = {(m.id.removeprefix("validation."), m.subject): m for m in metrics}
    assert by["specified_values", "MMSE"].value == pytest.approx(0.99)
    assert by["specified_values", "PTGENDER"].value == pytest.approx(0.98)
    assert by["specified_values", "AGE"].value == 0
    assert by["specified_rules", "WholeBrain_bl <= ICV_bl"].value == pytest.approx(0.9)
    assert by["specified_rules", "overall"].ci[1] < 0.92


def test_the_same_patient_again_is_seen(joint: Joint, frame: pl.DataFrame) -> None:
    same = pl.concat([frame.head(3)] * 500)
    found = overall(measure_against(same, joint))
    assert found["distinct_rows"].value == pytest.approx(3 / 1_500)
    assert found["specified_spread"].value < 0.6
    assert found["specified_statements"].value < 0.6


def test_text_and_nothing_are_measured_too(joint: Joint, frame: pl.DataFrame) -> None:
    prose = frame.head(20).with_columns(MMSE=pl.lit("about twenty"), AGE=pl.lit(None))
    metrics = {(m.id, m.subject): m for m in measure_against(prose, joint)}
    assert metrics["validation.specified_values", "MMSE"].value == 0
    lone = metrics["validation.specified_distributions", "AGE"]
    assert lone.status is Status.INSUFFICIENT_DATA


def test_a_file_read_back_is_the_same(joint: Joint, frame: pl.DataFrame, tmp_path) -> None:
    frame.write_csv(tmp_path / "a.csv")
    again = pl.read_csv(tmp_path / "a.csv")
    values = [(m.id, m.subject, m.value) for m in measure_against(again, joint)]
    assert values == [(m.id, m.subject, m.value) for m in measure_against(frame, joint)]
