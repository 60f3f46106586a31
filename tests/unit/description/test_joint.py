"""Specification mode: what is drawn is what is stated, within sampling error."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import polars as pl
import pytest

from memisis_core.description.conformity import disagreeing, statements_of
from memisis_core.description.drawing import Drawn, draw
from memisis_core.description.joint import Joint, joint_of
from memisis_core.description.ready_made import EXAMPLES, example
from memisis_core.description.specification import Specification
from memisis_core.description.table_values import table_values
from memisis_core.errors import InputError

ROWS = 20_000


@pytest.fixture(scope="module", params=EXAMPLES)
def drawn(request: pytest.FixtureRequest) -> tuple[Joint, pl.DataFrame]:
    joint = joint_of(example(request.param))
    return joint, draw(joint, ROWS, seed=3).frame


@pytest.fixture(scope="module")
def alzheimer() -> tuple[Joint, pl.DataFrame]:
    joint = joint_of(example("alzheimer"))
    return joint, draw(joint, ROWS, seed=3).frame


def of(*variables: dict[str, Any], **rest: Any) -> Specification:
    return Specification.model_validate({"title": "t", "variables": variables, **rest})


def draw_specification(specification: Specification, rows: int) -> tuple[Joint, Drawn]:
    joint = joint_of(specification)
    return joint, draw(joint, rows)


def number(name: str, **keys: Any) -> dict[str, Any]:
    return {"name": name, "type": "number", "low": -50, "high": 50, "mean": 0, "sd": 10, **keys}


def contradicted(joint: Joint, frame: pl.DataFrame) -> set[str]:
    statements = statements_of(joint, table_values(frame, joint.specification))
    return {statement.subject for statement in disagreeing(statements, 0.001)}


def test_every_statement_holds_within_sampling_error(drawn: tuple[Joint, pl.DataFrame]) -> None:
    joint, frame = drawn
    values = table_values(frame, joint.specification)
    statements = statements_of(joint, values)
    stated = len(joint.marginals) + len(joint.specification.relations)
    assert len(statements) >= stated
    assert {s.subject: s for s in disagreeing(statements, 0.001)} == {}
    assert not any(mask.any() for mask in values.invalid.values())


def test_every_statement_is_met_exactly_by_construction(drawn: tuple[Joint, pl.DataFrame]) -> None:
    joint, _ = drawn
    assert not [note for note in joint.notes if "cannot" in note or "reaches" in note]


@pytest.mark.parametrize(
    ("wrong", "subject"),
    [
        (pl.col("MMSE").shuffle(seed=1), "ADAS11 × MMSE"),
        (pl.col("AGE") + 0.5, "AGE"),
        ((pl.col("AGE") - 75.3) * 0.93 + 75.3, "AGE"),
        ((pl.col("PTGENDER") - 1).abs(), "ICV_bl, PTGENDER=1"),
        (pl.when(pl.col("APOE4") == 2).then(1).otherwise(pl.col("APOE4")).alias("APOE4"), "APOE4"),
        (pl.col("CDRSB").sort(), "CDRSB × MMSE"),
        ((pl.col("WholeBrain_bl") * 1.01), "WholeBrain_bl, PTGENDER=0"),
    ],
)
def test_a_wrong_table_is_found_out(
    alzheimer: tuple[Joint, pl.DataFrame], wrong: pl.Expr, subject: str
) -> None:
    joint, frame = alzheimer
    assert contradicted(joint, frame) == set()
    assert subject in contradicted(joint, frame.with_columns(wrong))


def test_the_seed_makes_the_table() -> None:
    joint = joint_of(example("parkinson"))
    assert draw(joint, 500, seed=1).frame.equals(draw(joint, 500, seed=1).frame)
    assert not draw(joint, 500, seed=1).frame.equals(draw(joint, 500, seed=2).frame)
    again = joint_of(example("parkinson"))
    assert draw(again, 500, seed=1).frame.equals(draw(joint, 500, seed=1).frame)


@pytest.mark.parametrize("rho", [-0.6, 0.15, 0.6])
def test_codes_do_not_weaken_a_correlation(rho: float) -> None:
    answers = {"name": "a", "type": "ordinal", "categories": [{"code": i, "share": s} for i, s in
               enumerate((0.5, 0.3, 0.2))]}  # fmt: skip
    yes = {"name": "b", "type": "boolean", "categories": [{"code": 0, "share": 0.6}, 1]}
    relations = [
        {"between": ["a", "b"], "rho": rho},
        {"between": ["a", "c"], "rho": rho / 2},
    ]
    joint, table = draw_specification(of(answers, yes, number("c"), relations=relations), 50_000)
    ranks = table.frame.select(pl.all().rank()).to_numpy()
    got = np.corrcoef(ranks.T)
    assert got[0, 1] == pytest.approx(rho, abs=0.015)
    assert got[0, 2] == pytest.approx(rho / 2, abs=0.015)
    assert joint.notes == ()


def test_a_latent_correlation_is_that_of_the_normals_behind() -> None:
    yes = {"type": "boolean", "categories": [{"code": 0, "share": 0.5}, 1]}
    relation = {"between": ["a", "b"], "rho": 0.5, "scale": "latent"}
    specification = of({"name": "a", **yes}, {"name": "b", **yes}, relations=[relation])
    _, table = draw_specification(specification, 50_000)
    # Two medians cut from normals of correlation r agree with probability 1/2 + asin(r)/π.
    agree = (table.frame["a"] == table.frame["b"]).mean()
    assert agree == pytest.approx(0.5 + np.arcsin(0.5) / np.pi, abs=0.01)


def test_groups_within_groups() -> None:
    sex = {
        "name": "sex",
        "type": "category",
        "categories": [{"code": c, "share": 0.5} for c in "FM"],
    }
    sick = {"name": "sick", "type": "boolean"}
    groups = [
        {"variable": "sick", "by": "sex", "means": {"F": 0.2, "M": 0.5}},
        {"variable": "x", "by": "sick", "means": {"0": -3, "1": 9}},
        {"variable": "x", "by": "sex", "means": {"F": 2, "M": 0.4}},
    ]
    specification = of(sex, sick, number("x", mean=1.2), number("y"), groups=groups,
                       relations=[{"between": ["x", "y"], "rho": 0.4},
                                  {"between": ["sick", "y"], "rho": -0.3}])  # fmt: skip
    joint = joint_of(specification)
    assert joint.notes == ()
    assert contradicted(joint, draw(joint, ROWS).frame) == set()


def test_impossible_correlations_become_the_nearest_ones_and_say_so() -> None:
    relations = [
        {"between": ["a", "b"], "rho": 0.9},
        {"between": ["b", "c"], "rho": 0.9},
        {"between": ["a", "c"], "rho": -0.9},
    ]
    joint = joint_of(of(number("a"), number("b"), number("c"), relations=relations))
    (note,) = joint.notes
    assert "cannot hold together" in note
    assert "move 3 of 3" in note
    assert "becomes" in note


def test_a_correlation_out_of_reach_is_said() -> None:
    rare = {"name": "a", "type": "boolean", "categories": [{"code": 0, "share": 0.98}, 1]}
    relation = {"between": ["a", "x"], "rho": 0.9}
    joint = joint_of(of(rare, number("x"), relations=[relation]))
    assert "the correlation reaches 0.242, not 0.9" in joint.notes[0]


def test_group_means_out_of_reach_are_said() -> None:
    sex = {
        "name": "sex",
        "type": "category",
        "categories": [{"code": c, "share": 0.5} for c in "FM"],
    }
    groups = [{"variable": "x", "by": "sex", "means": {"F": -20, "M": 20}}]
    joint = joint_of(of(sex, number("x"), groups=groups))
    assert "means by sex cannot be met" in joint.notes[0]


def test_rules_hold_and_their_cost_is_counted() -> None:
    rules = [{"kind": "inequality", "columns": ["a", "b"]}]
    joint = joint_of(of(number("a"), number("b", mean=5), rules=rules))
    table = draw(joint, 5_000)
    assert (table.frame["a"] <= table.frame["b"]).all()
    assert table.rejected["a <= b"] > 1_000
    assert "broke 'a <= b'" in table.notes[0]
    assert table.tried > 5_000
    codes = [{"code": c, "share": 0.5} for c in ("x", "y")]
    pair = [{"name": n, "type": "category", "categories": codes} for n in "ab"]
    rule = {
        "kind": "fixed_combinations",
        "columns": ["a", "b"],
        "combinations": [["x", "y"], ["y", "y"]],
    }
    frame = draw(joint_of(of(*pair, rules=[rule])), 1_000).frame
    assert set(frame.rows()) == {("x", "y"), ("y", "y")}


def test_rules_that_no_row_keeps_are_refused() -> None:
    rules = [{"kind": "inequality", "columns": ["a", "b"]}]
    joint = joint_of(of(number("a", mean=40, sd=1), number("b", mean=-40, sd=1), rules=rules))
    with pytest.raises(InputError, match=r"only 0 of .* drawn rows keep the rules"):
        draw(joint, 100)


def test_totals_are_the_sum_of_their_parts() -> None:
    frame = draw(joint_of(example("parkinson")), 2_000).frame
    parts = frame.select(
        pl.sum_horizontal("updrs1_score", "updrs2_score", "updrs3_score")
    ).to_series()
    assert (frame["updrs_totscore"] == parts).all()


def test_totals_stay_in_their_own_range() -> None:
    whole = [{"name": n, "type": "integer", "low": 0, "high": 10} for n in "abc"]
    rule = {"kind": "sum", "columns": ["c", "a", "b"]}
    table = draw(joint_of(of(*whole, rules=[rule])), 2_000)
    assert table.frame["c"].max() <= 10
    assert table.rejected["c = a + b"] > 0


def test_missing_shares_and_types() -> None:
    specification = of(
        number("x", missing=0.25, decimals=1),
        {"name": "day", "type": "date", "earliest": "2020-01-01", "latest": "2020-03-01"},
        {"name": "code", "type": "category", "categories": [{"code": 1}, {"code": "b"}]},
        {"name": "flag", "type": "boolean", "categories": [True, False], "missing": 0.5},
    )
    joint, table = draw_specification(specification, 4_000)
    frame = table.frame
    assert frame.dtypes == [pl.Float64, pl.Date, pl.String, pl.Boolean]
    assert frame["x"].null_count() / 4_000 == pytest.approx(0.25, abs=0.03)
    assert set(frame["code"].unique()) == {"1", "b"}
    assert any("mix numbers and text" in note for note in joint.notes)
    assert contradicted(joint, frame) == set()


def test_a_hundred_thousand_rows_take_seconds() -> None:
    start = time.process_time()
    _, table = draw_specification(example("nhefs"), 100_000)
    assert table.frame.height == 100_000
    assert time.process_time() - start < 10


def test_five_hundred_variables() -> None:
    relations = [{"between": [f"v{i}", f"v{i + 1}"], "rho": 0.5} for i in range(0, 499, 5)]
    names = [number(f"v{i}") for i in range(500)]
    _, table = draw_specification(of(*names, relations=relations), 500)
    assert table.frame.shape == (500, 500)


def test_one_value_and_one_row() -> None:
    fixed = {"name": "a", "type": "integer", "low": 7, "high": 7}
    lone = {"name": "b", "type": "category", "categories": ["only"]}
    _, table = draw_specification(of(fixed, lone), 1)
    assert table.frame.rows() == [(7, "only")]
