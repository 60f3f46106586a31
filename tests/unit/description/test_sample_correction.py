"""The hybrid: real rows move means, spreads and shares, and whoever sees the numbers sees that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from memisis_core.description.describe import describe
from memisis_core.description.sample_correction import corrected
from memisis_core.description.sources import touched_real_data
from memisis_core.description.specification import NumberSource, Specification
from memisis_core.errors import InputError
from memisis_tui.command_line import main

CLINIC: dict[str, Any] = {
    "title": "Clinic",
    "origin": "by hand",
    "variables": [
        {"name": "age", "type": "integer", "low": 18, "high": 100, "mean": 60, "sd": 10},
        {"name": "sex", "type": "category",
         "categories": [{"code": "F", "share": 0.5}, {"code": "M", "share": 0.5}]},
        {"name": "stage", "type": "ordinal",
         "categories": [{"code": 1, "share": 0.6}, {"code": 2, "share": 0.3},
                        {"code": 3, "share": 0.1}]},
        {"name": "score", "type": "number", "low": 0, "high": 70, "q1": 6, "median": 12, "q3": 20},
        {"name": "seen", "type": "date", "earliest": "2020-01-01", "latest": "2021-01-01"},
        {"name": "other", "type": "number", "low": 0, "high": 1},
    ],
    "relations": [{"between": ["age", "score"], "rho": 0.4}],
}  # fmt: skip


@pytest.fixture
def clinic() -> Specification:
    return Specification.model_validate(CLINIC)


def sample(rows: int = 40) -> pl.DataFrame:
    draw = np.random.default_rng(3)
    return pl.DataFrame(
        {
            "age": draw.normal(75, 5, rows).round().astype(int),
            "sex": ["M"] * (rows - rows // 4) + ["F"] * (rows // 4),
            "stage": [1] * (rows - 3) + [2, 2, 3],
            "score": draw.uniform(20, 40, rows).round(2),
            "unknown": ["x"] * rows,
        }
    )


def test_marginals_move_towards_the_sample_by_its_size(clinic: Specification) -> None:
    rows = sample()
    found = corrected(clinic, rows).specification
    age = found.variable("age")
    # 40 real values against ten rows' worth of specification.
    assert age.mean.value == pytest.approx(0.8 * rows["age"].mean() + 0.2 * 60, rel=1e-3)
    assert age.mean.source is NumberSource.SAMPLE
    men = found.variable("sex").levels[1].share
    assert men.value == pytest.approx((30 + 5) / 50)
    score = found.variable("score")
    assert score.median.value == pytest.approx(0.8 * rows["score"].median() + 0.2 * 12, rel=1e-3)
    assert score.q1.value < score.median.value < score.q3.value
    assert found.relations[0].rho.value == 0.4
    assert found.relations[0].rho.source is NumberSource.PERSON


def test_a_larger_sample_weighs_more_and_ends_at_its_own_moments(clinic: Specification) -> None:
    rows = sample(20_000)
    age = corrected(clinic, rows).specification.variable("age")
    assert age.mean.value == pytest.approx(rows["age"].mean(), abs=0.05)
    assert age.sd.value == pytest.approx(rows["age"].std(), rel=0.02)


def test_codes_of_few_people_are_not_told_apart(clinic: Specification) -> None:
    """Two people at stage 2 and one at 3 are three people at 2 or 3, divided as specified."""
    levels = corrected(clinic, sample()).specification.variable("stage").levels
    shares = [level.share.value for level in levels]
    assert shares[1] / shares[2] == pytest.approx(3)
    assert sum(shares) == pytest.approx(1)


def test_it_is_marked_wherever_it_is_seen(clinic: Specification) -> None:
    assert not touched_real_data(clinic)
    done = corrected(clinic, sample())
    assert touched_real_data(done.specification)
    assert done.specification.origin == "by hand. Marginals corrected with 40 real rows"
    assert "this specification has touched real data" in done.notes[0]
    described = describe(done.specification, 2_000)
    assert any("this touched real data" in line for line in described.warnings)
    expected = done.specification.variable("age").mean.value
    assert described.drawn.frame["age"].mean() == pytest.approx(expected, abs=0.8)


def test_no_real_value_and_no_extreme_is_taken(clinic: Specification) -> None:
    rows = sample().with_columns(pl.lit(99).alias("age"))
    changed = corrected(clinic, rows).specification
    assert (changed.variable("age").low.value, changed.variable("age").high.value) == (18, 100)
    assert changed.variable("seen") == clinic.variable("seen")
    assert not touched_real_data(clinic)


def test_impossible_real_values_are_counted_and_left_out(clinic: Specification) -> None:
    ages = [*([70] * 35), *([150] * 5)]
    done = corrected(clinic, sample().with_columns(pl.Series("age", ages)))
    assert any("age: 5 real values are none that the specification allows" in n for n in done.notes)
    assert done.specification.variable("age").mean.value < 71


def test_too_few_values_correct_nothing(clinic: Specification) -> None:
    ages = [*([70] * 10), *([None] * 30)]
    done = corrected(clinic, sample().with_columns(pl.Series("age", ages)))
    assert done.specification.variable("age").mean.value == 60
    assert "age: not corrected, too few real values" in done.notes


@pytest.mark.parametrize(
    ("rows", "says"),
    [(sample(19), "19 real rows are too few"), (sample().select("unknown"), "has none of")],
)
def test_a_sample_that_is_none_is_refused(
    clinic: Specification, rows: pl.DataFrame, says: str
) -> None:
    with pytest.raises(InputError, match=says):
        corrected(clinic, rows)


def test_the_command_marks_the_file_beside_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    real, out = tmp_path / "real.csv", tmp_path / "drawn.csv"
    sample().write_csv(real)
    spec = tmp_path / "clinic.toml"
    from memisis_core.description.toml_file import write_specification

    write_specification(Specification.model_validate(CLINIC), spec)
    call = ["describe", "--spec", str(spec), "--correct-with", str(real), "--rows", "50"]
    assert main([*call, "--out", str(out)]) == 0
    assert "this specification has touched real data" in capsys.readouterr().err
    text = (tmp_path / "drawn.spec.toml").read_text(encoding="utf-8")
    assert "a sample of real rows corrected some of its numbers" in text
    assert 'source = "sample"' in text
    assert "no real row was used" not in text
