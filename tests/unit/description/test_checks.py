"""Bad specifications: each leads to one clear line."""

from __future__ import annotations

from typing import Any

import pytest

from memisis_core.description.checks import checked, problems_of
from memisis_core.description.specification import Specification
from memisis_core.errors import InputError

AGE = {"name": "age", "type": "integer", "low": 40, "high": 95, "mean": 72, "sd": 8}
SEX = {"name": "sex", "type": "category", "categories": ["F", "M"]}
DX = {
    "name": "dx",
    "type": "category",
    "categories": [{"code": c, "share": s} for c, s in (("CN", 0.5), ("MCI", 0.3), ("AD", 0.2))],
}
MMSE = {"name": "mmse", "type": "integer", "low": 0, "high": 30, "mean": 26, "sd": 3}


def of(*variables: dict[str, Any], **rest: Any) -> Specification:
    return Specification.model_validate({"title": "t", "variables": variables, **rest})


def refusals(specification: Specification) -> list[str]:
    return [problem.line() for problem in problems_of(specification) if problem.refuses]


def test_a_sound_specification_has_no_problem() -> None:
    specification = of(
        AGE,
        SEX,
        DX,
        MMSE,
        relations=[{"between": ["age", "mmse"], "rho": -0.2, "direction": "negative"}],
        groups=[{"variable": "mmse", "by": "dx", "means": {"CN": 28.4, "MCI": 26, "AD": 20}}],
        rules=[{"kind": "inequality", "columns": ["mmse", "age"]}],
    )
    assert problems_of(specification) == []


@pytest.mark.parametrize(
    ("variable", "line"),
    [
        ({**AGE, "low": 99}, "variable age: low 99 is above high 95. Exchange or correct them"),
        ({**AGE, "mean": 120}, "mean 120 is outside its range, 40 to 95"),
        ({**AGE, "sd": 40}, "sd 40 is too large for the range and mean, at most 27.13"),
        ({**AGE, "sd": -1}, "sd -1 is negative"),
        ({**AGE, "sd": 0}, "sd is 0"),
        ({**AGE, "low": 40.5}, "no whole number"),
        ({**AGE, "q1": 70, "median": 60, "q3": 80}, "not in order"),
        ({**AGE, "q1": 70}, "one of q1 and q3 only"),
        ({**AGE, "skew": 9}, "skew 9 is beyond"),
        ({**AGE, "missing": 1.2}, "missing is 1.2, not between 0 and 1"),
        ({**AGE, "categories": ["a"]}, "an integer has no categories"),
        ({"name": "x", "type": "number"}, "nothing says what its values are"),
        ({"name": "x", "type": "number", "sd": 2, "low": 0, "high": 9}, "an sd but no mean"),
        ({"name": "x", "type": "number", "mean": 3}, "nothing says how far its values spread"),
        ({"name": "x", "type": "integer", "low": 0, "high": 1e30}, "beyond ±1e+15"),
        ({**AGE, "mean": 40}, "mean 40 is an end of the range"),
        ({"name": "x", "type": "category"}, "it has no categories"),
        ({"name": "x", "type": "category", "categories": ["a", "a"]}, "code 'a' is there 2 times"),
        ({"name": "x", "type": "category", "categories": [0, "0"]}, "code '0' is there 2 times"),
        ({"name": "x", "type": "category", "categories": ["", "b"]}, "empty or unprintable"),
        ({"name": "x", "type": "category", "categories": ["=1+1", "b"]}, "like a formula"),
        ({"name": "x", "type": "boolean", "categories": ["a", "b", "c"]}, "2 codes, not 3"),
        ({**SEX, "mean": 1}, "a category has shares, not mean"),
        ({**SEX, "decimals": 1}, "has no decimals"),
        ({"name": "x", "type": "date"}, "needs its earliest and latest day"),
        (
            {"name": "x", "type": "date", "earliest": "2020-02-01", "latest": "2020-01-01"},
            "earliest 2020-02-01 is after latest 2020-01-01",
        ),
        ({**AGE, "earliest": "2020-01-01"}, "Use low and high"),
        ({**AGE, "name": " "}, "it has no name"),
        ({**AGE, "name": "a\nb"}, "control characters"),
        ({**AGE, "name": "x" * 200}, "200 characters"),
        ({**AGE, "name": "age "}, "ends with a space"),
        ({**AGE, "name": "=cmd|' /C calc'!A0"}, "which spreadsheets would run"),
    ],
)
def test_a_bad_variable_is_refused_in_one_line(variable: dict[str, Any], line: str) -> None:
    lines = refusals(of(variable))
    assert len(lines) == 1, lines
    assert line in lines[0]
    assert "\n" not in lines[0]


@pytest.mark.parametrize(
    ("shares", "line"),
    [
        ((0.6, 0.6), "the shares sum to 1.2, over 1"),
        ((0.2, 0.2), "the shares sum to 0.4, not 1"),
        ((1.5, None), "share of a is 1.5, not between 0 and 1"),
        ((1.0, None), "leave nothing for the other"),
    ],
)
def test_shares_that_cannot_be(shares: tuple[float | None, ...], line: str) -> None:
    codes = [
        {"code": c, **({"share": s} if s is not None else {})}
        for c, s in zip("ab", shares, strict=True)
    ]
    lines = refusals(of({"name": "x", "type": "category", "categories": codes}))
    assert any(line in found for found in lines)


@pytest.mark.parametrize(
    ("rest", "line"),
    [
        ({"relations": [{"between": ["age", "iq"], "rho": 0.1}]}, "there is no variable 'iq'"),
        ({"relations": [{"between": ["age", "age"], "rho": 0.1}]}, "the same variable twice"),
        ({"relations": [{"between": ["age", "mmse"]}]}, "neither rho nor direction"),
        ({"relations": [{"between": ["age", "mmse"], "rho": 1.4}]}, "rho 1.4 is not between"),
        ({"relations": [{"between": ["age", "mmse"], "rho": -1}]}, "the same variable"),
        ({"relations": [{"between": ["age", "dx"], "rho": 0.2}]}, "dx has no order"),
        (
            {"relations": [{"between": ["age", "mmse"], "rho": 0.2, "direction": "negative"}]},
            "rho 0.2 contradicts the direction",
        ),
        (
            {"relations": [{"between": p, "rho": 0.2} for p in (["age", "mmse"], ["mmse", "age"])]},
            "stated already",
        ),
        ({"groups": [{"variable": "age", "by": "mmse", "means": {"1": 2}}]}, "no categories"),
        ({"groups": [{"variable": "dx", "by": "sex", "means": {"F": 1, "M": 1}}]}, "no order"),
        ({"groups": [{"variable": "age", "by": "sex", "means": {"F": 71}}]}, "no mean for M"),
        (
            {"groups": [{"variable": "age", "by": "sex", "means": {"F": 71, "M": 72, "X": 3}}]},
            "no category 'X'",
        ),
        (
            {"groups": [{"variable": "mmse", "by": "sex", "means": {"F": 31, "M": 20}}]},
            "outside the range",
        ),
        (
            {
                "groups": [
                    {"variable": "mmse", "by": "dx", "means": {"CN": 29, "MCI": 29, "AD": 29}}
                ]
            },
            "the means average 29 over the groups, but the mean is 26",
        ),
        ({"rules": [{"kind": "inequality", "columns": ["age"]}]}, "takes 2 column(s), not 1"),
        ({"rules": [{"kind": "inequality", "columns": ["age", "sex"]}]}, "not numbers"),
        ({"rules": [{"kind": "inequality", "columns": ["age", "mmse"]}]}, "always above mmse"),
        ({"rules": [{"kind": "sum", "columns": ["age", "mmse"]}]}, "at least 2 parts"),
        (
            {"rules": [{"kind": "sum", "columns": ["age", "mmse", "sex"]}]},
            "not numbers that can be compared",
        ),
        ({"rules": [{"kind": "one_hot", "columns": ["sex", "dx"]}]}, "sex is not 0 or 1"),
        ({"rules": [{"kind": "fixed_increments", "columns": ["age"]}]}, "needs a value"),
        ({"rules": [{"kind": "fixed_combinations", "columns": ["sex", "dx"]}]}, "no combination"),
        (
            {
                "rules": [
                    {
                        "kind": "fixed_combinations",
                        "columns": ["sex", "dx"],
                        "combinations": [["F", "PD"]],
                    }
                ]
            },
            "dx has no category 'PD'",
        ),
    ],
)
def test_what_cannot_hang_together(rest: dict[str, Any], line: str) -> None:
    lines = refusals(of(AGE, SEX, DX, MMSE, **rest))
    assert len(lines) == 1, lines
    assert line in lines[0]


def test_differences_in_a_circle() -> None:
    sick = {"name": "sick", "type": "boolean"}
    smokes = {"name": "smokes", "type": "boolean"}
    groups = [
        {"variable": a, "by": b, "means": {"0": 0.4, "1": 0.6}}
        for a, b in (("sick", "smokes"), ("smokes", "sick"))
    ]
    assert any("circle" in line for line in refusals(of(sick, smokes, groups=groups)))


def test_sums_of_sums() -> None:
    whole = [{"name": n, "type": "integer", "low": 0, "high": 9} for n in "abcd"]
    rules = [{"kind": "sum", "columns": list(c)} for c in ("dca", "cab")]
    assert any("is a sum itself" in line for line in refusals(of(*whole, rules=rules)))


def test_duplicated_names() -> None:
    assert "2 variables have this name" in refusals(of(AGE, AGE))[0]
    assert checked(of(AGE, {**AGE, "name": "Age"})) == [
        "variable Age: its name differs from age in capitals only"
    ]


@pytest.mark.parametrize("name", ["/quit", "[red]age[/red]", "<b>age</b>", ":q!"])
def test_names_like_commands_or_markup_stay_text(name: str) -> None:
    lines = checked(of({**AGE, "name": name}))
    assert len(lines) == 1
    assert "kept as text" in lines[0]


def test_the_first_problem_is_raised_with_the_number_of_others() -> None:
    with pytest.raises(InputError) as caught:
        checked(of({**AGE, "low": 99}, {"name": "x", "type": "category"}))
    assert caught.value.line() == (
        "variable age: low 99 is above high 95 (and 1 more). Exchange or correct them"
    )


def test_five_hundred_variables_are_fine_and_too_many_are_not() -> None:
    many = [{**AGE, "name": f"v{i}"} for i in range(2_001)]
    assert problems_of(of(*many[:500])) == []
    assert "2,001 variables" in refusals(of(*many))[0]


def test_rounded_shares_are_scaled_with_a_warning() -> None:
    codes = [{"code": c, "share": 0.333} for c in "abc"]
    lines = checked(of({"name": "x", "type": "category", "categories": codes}))
    assert lines == ["variable x: the shares sum to 0.999 and are scaled to 1"]
