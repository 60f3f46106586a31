"""What holds for every family of utility and fairness, whatever the target."""

import pytest

from memisis_core.evaluation.catalogue import explain
from memisis_core.evaluation.metric import Axis, Status
from memisis_core.evaluation.registry import families
from tests.unit.evaluation_models.conftest import Evaluator

OURS = [family for family in families() if family.axis in (Axis.UTILITY, Axis.FAIRNESS)]


@pytest.mark.parametrize("target", [None, "outcome", "grade", "stay"])
def test_every_announced_metric_is_returned_once_with_value_or_reason(
    evaluated: Evaluator, target: str | None
) -> None:
    found = evaluated(target)
    for family in OURS:
        metrics = found.by_family[family.name]
        assert {metric.id for metric in metrics} == set(family.ids), family.name
        assert len({metric.key for metric in metrics}) == len(metrics)
        assert {metric.axis for metric in metrics} == {family.axis}
    for metric in found.metrics:
        assert (metric.value is None) == (metric.status is not Status.OK), metric.key
        assert metric.status is Status.OK or metric.why, metric.key


@pytest.mark.parametrize("target", ["outcome", "grade", "stay"])
def test_every_estimate_has_an_interval_that_holds_it_and_a_baseline(
    evaluated: Evaluator, target: str
) -> None:
    for metric in evaluated(target).metrics:
        if metric.value is None:
            continue
        assert metric.ci is not None, metric.key
        assert metric.ci[0] <= metric.value <= metric.ci[1], metric.key
        assert metric.real_baseline is not None, metric.key
        assert metric.n, metric.key


@pytest.mark.parametrize("target", ["outcome", "stay"])
def test_metrics_are_what_the_catalogue_says(evaluated: Evaluator, target: str) -> None:
    for metric in evaluated(target).metrics:
        told = explain(metric.id)
        assert (told.name, told.direction) == (metric.name, metric.direction), metric.key
        if metric.id != "fairness.selection_rate":  # its ideal is what the real model does
            assert told.ideal == metric.ideal, metric.key


def test_the_same_seed_gives_the_same_table(evaluated: Evaluator) -> None:
    first = evaluated()
    again = evaluated.__wrapped__()  # type: ignore[attr-defined]
    assert again.metrics == first.metrics


def test_each_axis_has_headlines(evaluated: Evaluator) -> None:
    for target in ("outcome", "stay"):
        metrics = evaluated(target).metrics
        for axis in (Axis.UTILITY, Axis.FAIRNESS):
            shown = [m for m in metrics if m.axis is axis and m.headline]
            assert 2 <= len(shown) <= 8, [m.key for m in shown]
            assert all(m.status is Status.OK for m in shown)
