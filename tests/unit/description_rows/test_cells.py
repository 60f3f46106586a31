"""What a model wrote is accepted only as the specification allows, and each no has its reason."""

from __future__ import annotations

import datetime
import math

import pytest

from memisis_core.description.rows.cells import (
    cell_of_json,
    cell_of_text,
    cell_text,
    number_text,
)
from memisis_core.description.rows.json_rows import checked_row, objects_in
from memisis_core.description.rows.rejection import Reason, Rejection
from memisis_core.description.rows.rules import broken_rule
from memisis_core.description.specification import Specification, Variable


def variable(**fields: object) -> Variable:
    return Variable.model_validate({"name": "V", **fields})


AGE = variable(type="integer", low=0, high=120)
DOSE = variable(type="number", decimals=1, low=0, high=5, missing=0.1)
STAGE = variable(type="category", categories=["I", "II", {"code": "IV; late"}])
SMOKES = variable(type="boolean")
CODED = variable(type="ordinal", categories=[1, 2, 3])
VISIT = variable(type="date", earliest="2010-01-01", latest="2020-12-31")


@pytest.mark.parametrize(
    ("which", "text", "cell"),
    [
        (AGE, " 71", 71),
        (AGE, "71.0", 71),
        (DOSE, "2.25", 2.2),
        (DOSE, "NA", None),
        (STAGE, "II", "II"),
        (STAGE, "IV late", "IV; late"),
        (SMOKES, "1", 1),
        (CODED, "3", 3),
        (VISIT, "2015-03-09", datetime.date(2015, 3, 9)),
    ],
)
def test_what_is_allowed_is_read(which: Variable, text: str, cell: object) -> None:
    assert cell_of_text(which, text) == cell
    assert cell_of_text(which, cell_text(which, cell_of_text(which, text))) == cell


@pytest.mark.parametrize(
    ("which", "text", "reason"),
    [
        (AGE, "", Reason.NOTHING),
        (AGE, "about 70", Reason.PROSE),
        (AGE, "70 years", Reason.PROSE),
        (AGE, "70.5", Reason.WRONG_TYPE),
        (AGE, "130", Reason.OUT_OF_RANGE),
        (AGE, "-1", Reason.OUT_OF_RANGE),
        (AGE, "NA", Reason.MISSING),
        (AGE, "9" * 400, Reason.PROSE),
        (STAGE, "V", Reason.UNKNOWN_CODE),
        (SMOKES, "yes", Reason.UNKNOWN_CODE),
        (CODED, "2.0", Reason.UNKNOWN_CODE),
        (VISIT, "March 2015", Reason.WRONG_TYPE),
        (VISIT, "2025-01-01", Reason.OUT_OF_RANGE),
    ],
)
def test_what_is_not_allowed_is_rejected_with_its_reason(
    which: Variable, text: str, reason: Reason
) -> None:
    with pytest.raises(Rejection) as caught:
        cell_of_text(which, text)
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    ("which", "value", "reason"),
    [
        (AGE, "71", Reason.STRING_FOR_NUMBER),
        (AGE, [71], Reason.WRONG_TYPE),
        (AGE, True, Reason.WRONG_TYPE),
        (AGE, math.nan, Reason.WRONG_TYPE),
        (AGE, 10**400, Reason.OUT_OF_RANGE),
        (AGE, None, Reason.MISSING),
        (SMOKES, "1", Reason.STRING_FOR_NUMBER),
        (SMOKES, True, Reason.UNKNOWN_CODE),
        (STAGE, 1, Reason.UNKNOWN_CODE),
        (STAGE, {"code": "I"}, Reason.WRONG_TYPE),
        (VISIT, 2015, Reason.WRONG_TYPE),
    ],
)
def test_types_count_in_json(which: Variable, value: object, reason: Reason) -> None:
    with pytest.raises(Rejection) as caught:
        cell_of_json(which, value)
    assert caught.value.reason is reason


def test_zero_has_no_sign() -> None:
    assert number_text(-0.01, 1) == "0.0"
    assert number_text(-0.06, 1) == "-0.1"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [Reason.NOTHING]),
        (" ]", [Reason.NOTHING]),
        ("Sure! Here are your patients", [Reason.PROSE]),
        ('{"AGE": 71, "SEX": "F"}, {"AGE": 6', [{"AGE": 71, "SEX": "F"}, Reason.TRUNCATED]),
        ('Here: {"AGE": 71}. And {"AGE": 72}]', [{"AGE": 71}, {"AGE": 72}]),
        ('{"AGE": 71 "SEX": F}, {"AGE": 72}', [Reason.MALFORMED, {"AGE": 72}]),
        ('{"AGE": 71, "AGE": 72}', [Reason.WRONG_KEYS]),
        ('{"AGE": ' * 5000, [Reason.TRUNCATED]),
    ],
)
def test_objects_are_found_in_whatever_was_written(text: str, found: list[object]) -> None:
    assert list(objects_in(text)) == found


def test_a_row_has_exactly_the_keys_of_the_specification(cohort: Specification) -> None:
    row = {"SEX": "F", "AGE": 71, "SCORE": 5.0, "ONSET": None, "E4": 0}
    assert list(checked_row(cohort, row)) == cohort.names
    for wrong in ({**row, "MORE": 1}, {k: v for k, v in row.items() if k != "E4"}):
        with pytest.raises(Rejection, match="wrong keys"):
            checked_row(cohort, wrong)
    with pytest.raises(Rejection, match="rule broken"):
        checked_row(cohort, {**row, "ONSET": 80})


@pytest.mark.parametrize(
    ("rule", "kept", "broken"),
    [
        ({"kind": "inequality", "columns": ["a", "b"], "strict": True}, (1, 2), (2, 2)),
        ({"kind": "inequality", "columns": ["a", "b"]}, (2, 2), (3, 2)),
        ({"kind": "range", "columns": ["a", "b", "c"]}, (1, 2, 3), (1, 4, 3)),
        ({"kind": "sum", "columns": ["a", "b", "c"]}, (0.3, 0.1, 0.2), (1, 2, 3)),
        ({"kind": "one_hot", "columns": ["d", "e"]}, (0, 1), (1, 1)),
        ({"kind": "fixed_increments", "columns": ["a"], "value": 0.1}, (0.3,), (0.35,)),
        (
            {"kind": "fixed_combinations", "columns": ["f", "e"], "combinations": [["x", 1]]},
            ("x", 1), ("y", 1),
        ),
    ],
)  # fmt: skip
def test_rules_hold_once_their_columns_are_there(
    rule: dict[str, object], kept: tuple[object, ...], broken: tuple[object, ...]
) -> None:
    named = [
        *({"name": name, "type": "number"} for name in "abc"),
        *({"name": name, "type": "boolean"} for name in "de"),
        {"name": "f", "type": "category", "categories": ["x", "y"]},
    ]
    whole = Specification.model_validate({"title": "T", "variables": named, "rules": [rule]})
    (made,) = whole.rules
    row = dict(zip(made.columns, broken, strict=True))
    assert broken_rule(whole, dict(zip(made.columns, kept, strict=True))) is None
    assert broken_rule(whole, row) == made
    assert broken_rule(whole, row, about="z") is None
    assert broken_rule(whole, {**row, made.columns[0]: None}) is None
    assert broken_rule(whole, dict(list(row.items())[1:])) is None
