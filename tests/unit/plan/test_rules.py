"""Rules in words: read, written, and kept by rows."""

from __future__ import annotations

import numpy as np
import pytest

from memisis_core.data.schema import Column, ColumnKind, Role, Schema
from memisis_core.errors import InputError
from memisis_core.plan.model import Constraint
from memisis_core.plan.rules import HOW_TO_WRITE, labels_kept, named, numbers_kept, parsed_rule

SCHEMA = Schema(
    columns=(
        Column(name="Age", kind=ColumnKind.INTEGER),
        Column(name="low", kind=ColumnKind.NUMBER),
        Column(name="middle", kind=ColumnKind.NUMBER),
        Column(name="high", kind=ColumnKind.NUMBER),
        Column(name="admitted", kind=ColumnKind.DATE),
        Column(name="discharged", kind=ColumnKind.DATE),
        Column(name="Sex", kind=ColumnKind.CATEGORY),
        Column(name="Pregnant", kind=ColumnKind.CATEGORY),
        Column(name="Ward", kind=ColumnKind.CATEGORY),
        Column(name="Floor", kind=ColumnKind.CATEGORY),
        Column(name="pO2 < 8 [kPa]", kind=ColumnKind.NUMBER),
        Column(name="name", kind=ColumnKind.IDENTIFIER, role=Role.IDENTIFIER),
    )
)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Age >= 18", Constraint(kind="at_least", columns=("Age",), value=18)),
        ("age > 17.5", Constraint(kind="at_least", columns=("Age",), value=17.5, strict=True)),
        ("18 <= AGE", Constraint(kind="at_least", columns=("Age",), value=18)),
        ("Age ≤ 110", Constraint(kind="at_most", columns=("Age",), value=110)),
        (
            "admitted <= discharged",
            Constraint(kind="inequality", columns=("admitted", "discharged")),
        ),
        ("high > low", Constraint(kind="inequality", columns=("low", "high"), strict=True)),
        ("low<=middle<=high", Constraint(kind="range", columns=("low", "middle", "high"))),
        (
            "not Sex = male and Pregnant = yes",
            Constraint(kind="forbidden", columns=("Sex", "Pregnant"), values=("male", "yes")),
        ),
        (
            "seen together: Ward, Floor",
            Constraint(kind="fixed_combinations", columns=("Ward", "Floor")),
        ),
        (
            '"pO2 < 8 [kPa]" >= 2',
            Constraint(kind="at_least", columns=("pO2 < 8 [kPa]",), value=2),
        ),
    ],
)
def test_a_rule_is_read_as_it_is_meant(text: str, rule: Constraint) -> None:
    assert parsed_rule(text, SCHEMA) == rule


@pytest.mark.parametrize("text", HOW_TO_WRITE)
def test_every_example_can_be_read(text: str) -> None:
    parsed_rule(text, SCHEMA)


@pytest.mark.parametrize("text", [text for text in HOW_TO_WRITE if "seen" not in text])
def test_a_rule_reads_as_it_was_written(text: str) -> None:
    assert named(parsed_rule(text, SCHEMA)) == text


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no rule"),
        ("Age", "no rule"),
        ("Height >= 3", "no column 'Height'"),
        ("name >= 3", "no column 'name'"),
        ("Age >= ", "no column ''"),
        ("admitted >= 18", "column of numbers"),
        ("Sex <= Pregnant", "cannot be compared"),
        ("Age <= admitted", "cannot be compared"),
        ("low <= middle >= high", "signs must be the same"),
        ("low <= middle < high", "signs must be the same"),
        ("Age <= Age", "different columns"),
        ("not Sex = ", "value is needed"),
        ("not Sex = a and Sex = b", "named once"),
        ("seen together: Ward", "two columns"),
        ("Age >= nan", "no column 'nan'"),
        ("[/] >= \x1b[31m", "no column"),
    ],
)
def test_what_is_no_rule_is_refused_on_one_line(text: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint) as caught:
        parsed_rule(text, SCHEMA)
    assert "\n" not in caught.value.line()
    assert "\x1b" not in caught.value.line()


def test_bounds_hold_or_not_at_the_edge() -> None:
    values = np.array([[17.0], [18.0], [19.0]])
    rule = Constraint(kind="at_least", columns=("Age",), value=18)
    assert numbers_kept(rule, values).tolist() == [False, True, True]
    strict = rule.model_copy(update={"strict": True})
    assert numbers_kept(strict, values).tolist() == [False, False, True]
    most = rule.model_copy(update={"kind": "at_most"})
    assert numbers_kept(most, values).tolist() == [True, True, False]


def test_only_all_values_together_are_forbidden() -> None:
    rule = Constraint(kind="forbidden", columns=("Sex", "Pregnant"), values=("m", "yes"))
    labels = [["m", "m", "f", None], ["yes", "no", "yes", "yes"]]
    assert labels_kept(rule, labels).tolist() == [False, True, True, True]
