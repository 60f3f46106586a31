"""What a number carries and what the glossary says of it are the same."""

import importlib
import pkgutil

import pytest

from memisis_core.evaluation.catalogue import explain
from memisis_core.evaluation.definition import Definition
from memisis_core.evaluation.metric import Axis, Status


def definitions():
    found = {}
    for axis in (Axis.VALIDATION, Axis.FIDELITY, Axis.PRIVACY):
        package = importlib.import_module(f"memisis_core.evaluation.{axis.value}")
        for module in pkgutil.iter_modules(package.__path__):
            held = vars(importlib.import_module(f"{package.__name__}.{module.name}"))
            found |= {d.id: d for d in held.values() if isinstance(d, Definition)}
    return found


DEFINITIONS = definitions()


@pytest.mark.parametrize("name", DEFINITIONS)
def test_the_glossary_agrees_with_the_definition(name):
    definition, explained = DEFINITIONS[name], explain(name)

    assert explained.name == definition.name
    assert explained.ideal == definition.ideal
    assert explained.direction == definition.direction
    assert explained.caveat == definition.caveat
    assert definition.source
    assert definition.summary.endswith(".")


def test_a_metric_carries_what_its_definition_says():
    definition = DEFINITIONS["privacy.membership_auc"]

    metric = definition.metric(0.5, ci=(0.4, 0.6), baseline=0.51, n=200)
    other = definition.insufficient_data("too few", n=3)

    assert (metric.axis, metric.ideal, metric.direction) == (Axis.PRIVACY, 0.5, "lower")
    assert metric.caveat == definition.caveat
    assert metric.headline
    assert not definition.metric(0.5, subject="a group").headline
    assert (other.status, other.value, other.why) == (Status.INSUFFICIENT_DATA, None, "too few")
