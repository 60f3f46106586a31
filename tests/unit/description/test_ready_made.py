"""The ready-made specifications, and how words find them."""

from __future__ import annotations

import pytest

from memisis_core.description.checks import problems_of
from memisis_core.description.defaults import filled
from memisis_core.description.ready_made import EXAMPLES, example, example_for, variables_named
from memisis_core.description.specification import NumberSource, Stated
from memisis_core.errors import InputError


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_is_sound_and_names_its_sources(name: str) -> None:
    specification = example(name)
    assert problems_of(specification) == []
    assert specification.origin
    assert specification.study.population
    cited = set()
    for variable in specification.variables:
        assert variable.description
        for value in dict(variable).values():
            if isinstance(value, Stated) and value.source is NumberSource.LITERATURE:
                cited.add(value.reference)
    assert cited <= set(specification.references)


def test_those_of_the_paper_have_its_variables() -> None:
    assert example("alzheimer").names == [
        "AGE", "PTGENDER", "PTEDUCAT", "APOE4", "CDRSB", "ADAS11", "MMSE", "Ventricles_bl",
        "WholeBrain_bl", "ICV_bl",
    ]  # fmt: skip
    assert len(example("parkinson").variables) == 14


@pytest.mark.parametrize("name", ["schizophrenia", "nhefs"])
def test_those_of_sample_tables_have_their_columns_and_codes(name: str) -> None:
    from memisis_core.data.dataset import open_dataset
    from memisis_core.data.samples import sample_table

    dataset = open_dataset(sample_table(name))
    specification = example(name)
    assert specification.names == dataset.table.names
    for column in dataset.schema.columns:
        variable = specification.variable(column.name)
        assert variable.type.value == column.kind.value, column.name
        if variable.is_coded:
            seen = {str(v) for v in dataset.table.frame[column.name].drop_nulls().unique()}
            assert seen <= {str(code) for code in variable.codes}, column.name


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("make 500 Alzheimer patients with MMSE, age, sex and APOE4", "alzheimer"),
        ("Parkinson's cohort of 200", "parkinson"),
        ("smokers like those of NHEFS", "nhefs"),
        ("patients with diabetes", None),
        ("parkinson and alzheimer", None),
        ("", None),
    ],
)
def test_words_name_a_condition(words: str, name: str | None) -> None:
    assert example_for(words) == name


@pytest.mark.parametrize(
    ("name", "words", "expected"),
    [
        (
            "alzheimer",
            "500 Alzheimer patients with MMSE, age, sex and APOE4",
            ["AGE", "PTGENDER", "APOE4", "MMSE"],
        ),
        ("alzheimer", "500 Alzheimer patients", []),
        (
            "parkinson",
            "parkinson: tremor, rigidity and education",
            ["EDUCYRS", "sym_tremor", "sym_rigid"],
        ),
        ("schizophrenia", "schizophrenic patients with delusions and Race", ["Race", "Delusion"]),
    ],
)
def test_words_name_variables(name: str, words: str, expected: list[str]) -> None:
    assert variables_named(example(name), words) == expected


def test_there_is_no_other() -> None:
    with pytest.raises(InputError, match="There are: alzheimer"):
        example("../alzheimer")


def test_what_nobody_stated_is_filled_in_and_said() -> None:
    done = filled(example("schizophrenia"))
    appetite = done.specification.variable("Appetite")
    assert appetite.mean is not None
    assert appetite.mean.source is NumberSource.DEFAULT
    assert any(note.startswith("Appetite: only its range is known") for note in done.notes)
    diagnosis = done.specification.variable("Diagnosis")
    share = diagnosis.levels[1].share
    assert share is not None
    assert share.value == pytest.approx(0.7 * 0.42 + 0.3 * 0.64)
    assert not any("Diagnosis" in note for note in done.notes)
    assert any("Sleep and Tired: no rho is stated; 0.3" in note for note in done.notes)
