"""Every metric is explained, and found by its short name."""

import importlib
import pkgutil

import pytest

from memisis_core.description import plausibility
from memisis_core.errors import InputError
from memisis_core.evaluation.catalogue import explain, explanations, resolve
from memisis_core.evaluation.definition import Definition
from memisis_core.evaluation.metric import Axis
from memisis_core.evaluation.registry import families


def test_every_metric_of_every_family_is_explained() -> None:
    returned = {identifier for family in families() for identifier in family.ids}
    assert returned <= set(explanations())


def test_nothing_is_explained_that_no_family_of_a_built_axis_returns() -> None:
    built = {family.axis for family in families()}
    returned = {identifier for family in families() for identifier in family.ids}
    returned |= {definition.id for definition in plausibility.DEFINITIONS}
    told = {name for name, explanation in explanations().items() if explanation.axis in built}
    assert told <= returned


def definitions() -> dict[str, Definition]:
    found = {definition.id: definition for definition in plausibility.DEFINITIONS}
    for axis in Axis:
        package = importlib.import_module(f"memisis_core.evaluation.{axis.value}")
        for module in pkgutil.iter_modules(package.__path__):
            for value in vars(
                importlib.import_module(f"{package.__name__}.{module.name}")
            ).values():
                if isinstance(value, Definition):
                    found[value.id] = value
    return found


def test_explanations_say_what_the_measures_say_of_themselves() -> None:
    for name, definition in definitions().items():
        told = explain(name)
        assert (told.name, told.ideal, told.direction) == (
            definition.name, definition.ideal, definition.direction,
        ), name  # fmt: skip


def test_every_explanation_has_words_and_a_source() -> None:
    for name, told in explanations().items():
        assert told.id == name
        assert told.axis in Axis
        assert told.what.endswith("."), name
        assert len(told.what) > 20 and told.source and told.name, name
        assert "!" not in told.what


def test_short_names_are_found() -> None:
    assert resolve("auroc_gap") == "utility.auroc_gap"
    assert resolve(" Utility.AUROC_gap ") == "utility.auroc_gap"
    assert explain("ks").id == "fidelity.ks"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missingness", "may be validation.missingness or fidelity.missingness"),
        ("utility.auroc_gapp", "Did you mean utility.auroc_gap"),
        ("zzzz", "there is no metric called 'zzzz'"),
    ],
)
def test_other_names_are_refused_with_advice(name: str, words: str) -> None:
    with pytest.raises(InputError) as raised:
        resolve(name)
    assert words in str(raised.value)
