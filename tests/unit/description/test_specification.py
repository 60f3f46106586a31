"""The typed model of a specification."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import ValidationError

from memisis_core.description.specification import (
    NumberSource,
    Specification,
    Stated,
    Variable,
    VariableType,
)
from memisis_core.errors import InputError


def small() -> Specification:
    return Specification.model_validate(
        {
            "title": "Memory clinic",
            "references": {"who": "WHO 2023"},
            "variables": [
                {"name": "age", "type": "integer", "low": 50, "high": 90, "mean": 72.5, "sd": 8},
                {"name": "sex", "type": "category", "categories": ["F", "M"]},
                {
                    "name": "mmse",
                    "type": "integer",
                    "mean": {"value": 26, "source": "literature", "reference": "who"},
                },
                {"name": "smokes", "type": "boolean"},
            ],
            "relations": [{"between": ["age", "mmse"], "rho": -0.2}],
            "groups": [{"variable": "mmse", "by": "sex", "means": {"F": 26.2, "M": 25.8}}],
            "rules": [{"kind": "inequality", "columns": ["mmse", "age"]}],
        }
    )


def test_a_bare_number_is_one_that_a_person_wrote() -> None:
    age = small().variable("age")
    assert age.mean == Stated(value=72.5, source=NumberSource.PERSON)
    assert small().citation(small().variable("mmse").mean) == "WHO 2023"


def test_a_number_from_the_literature_needs_its_reference() -> None:
    with pytest.raises(ValidationError, match="needs its reference"):
        Stated(value=1, source=NumberSource.LITERATURE)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, "many"])
def test_only_finite_numbers_are_numbers(value: object) -> None:
    with pytest.raises(ValidationError):
        Variable.model_validate({"name": "x", "type": "number", "mean": value})


def test_a_boolean_has_two_codes() -> None:
    assert small().variable("smokes").codes == (0, 1)
    assert small().variable("sex").is_ordered
    assert Variable(name="x", type=VariableType.DATE).is_ordered


def test_a_part_keeps_only_what_is_about_its_variables() -> None:
    part = small().restricted_to(["mmse", "age"])
    assert part.names == ["age", "mmse"]
    assert len(part.relations) == len(part.rules) == 1
    assert part.groups == ()


def test_an_edit_makes_a_new_one_that_is_checked() -> None:
    edited = small().replacing("age", mean=70)
    assert edited.variable("age").mean == Stated(value=70)
    assert small().variable("age").mean == Stated(value=72.5)
    with pytest.raises(ValidationError):
        small().replacing("age", mean="old")
    with pytest.raises(InputError, match="no variable 'weight'"):
        small().variable("weight")


def test_codes_keep_their_type() -> None:
    variable = Variable.model_validate(
        {"name": "x", "type": "category", "categories": [0, 1.5, "a", {"code": "1"}, True]}
    )
    assert [type(code) for code in variable.codes] == [int, float, str, str, bool]


def test_the_model_loads_no_data_library() -> None:
    script = (
        "import sys, memisis_core.description.specification, memisis_core.description.toml_file;"
        "heavy = {'torch', 'sdv', 'pandas', 'numpy', 'scipy', 'polars', 'sklearn', 'gpt4all'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=False, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]", done.stderr
