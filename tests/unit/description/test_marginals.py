"""One variable: what is written has the mean, sd, skew and shares that are stated."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from memisis_core.description.marginals import marginal_of
from memisis_core.description.shapes import moments
from memisis_core.description.specification import Rule, Variable
from memisis_core.errors import InputError


def of(**keys: Any):
    rules = tuple(Rule.model_validate(r) for r in keys.pop("rules", ()))
    return marginal_of(Variable.model_validate({"name": "x", **keys}), rules)


@pytest.mark.parametrize(
    ("low", "high", "mean", "sd"),
    [
        (0, 30, 23.3, 2.1),
        (20, 26, 23.3, 2.1),  # wider than even: U-shaped
        (0, 36, 6.7, 6.5),  # nearly exponential
        (0, 1, 0.9, 0.25),
        (40, 95, 72, 1),
    ],
)
def test_mean_and_sd_hold_on_what_is_written(
    low: float, high: float, mean: float, sd: float
) -> None:
    for kind, decimals in (("integer", None), ("number", 1), ("number", 6)):
        if kind == "integer" and high == 1:
            continue
        keys = {"type": kind, "low": low, "high": high, "mean": mean, "sd": sd}
        marginal = of(**keys, **({"decimals": decimals} if decimals else {}))
        assert marginal.mean == pytest.approx(mean, abs=1e-6 * sd)
        assert marginal.sd == pytest.approx(sd, rel=1e-4)
        drawn = marginal.drawn(np.linspace(0.0005, 0.9995, 1_000))
        assert low <= drawn.min() <= drawn.max() <= high
        assert drawn.mean() == pytest.approx(mean, abs=0.01 * sd)


def test_a_skew_holds_too() -> None:
    marginal = of(type="integer", low=0, high=69, mean=9.5, sd=6.2, skew=1.0)
    got = moments(marginal.values, marginal.shares)
    assert got == pytest.approx((9.5, 6.2, 1.0), rel=1e-3)
    assert marginal.notes == ()


def test_a_skew_that_cannot_be_is_left_out_and_said() -> None:
    marginal = of(type="number", low=0, high=10, mean=9, sd=1.5, skew=3)
    assert "the skew is left out" in marginal.notes[0]
    assert marginal.mean == pytest.approx(9)


def test_an_open_end_gets_a_tail_and_no_heap() -> None:
    marginal = of(type="number", low=0, mean=2, sd=3, decimals=2)
    assert marginal.shares[-1] < 1e-6
    assert marginal.mean == pytest.approx(2, rel=0.02)
    free = of(type="number", mean=-5, sd=2)
    assert (free.mean, free.sd) == pytest.approx((-5, 2), rel=1e-4)


def test_a_far_bound_is_as_good_as_none() -> None:
    far = of(type="number", low=0, high=1e12, mean=50, sd=10, decimals=2)
    assert (far.mean, far.sd) == pytest.approx((50, 10), rel=1e-3)
    assert far.drawn(np.array([0.5])) == pytest.approx([50], abs=0.1)


def test_what_cannot_be_written_is_said() -> None:
    coarse = of(type="number", mean=0, sd=1e-9, decimals=2)
    assert "its sd to 0, not 0 and 1e-09" in coarse.notes[0]


def test_quartiles_alone() -> None:
    marginal = of(type="number", decimals=2, low=0, high=50, q1=8, median=10, q3=15)
    quartiles = marginal.drawn(np.array([0.25, 0.5, 0.75]))
    assert quartiles == pytest.approx([8, 10, 15], abs=0.02)
    tight = of(type="number", decimals=2, low=0, high=10, q1=1, median=8, q3=9)
    assert tight.drawn(np.array([0.25, 0.5, 0.75])) == pytest.approx([1, 8, 9], abs=0.02)


def test_steps_are_kept() -> None:
    rule = {"kind": "fixed_increments", "columns": ["x"], "value": 0.5}
    marginal = of(type="number", low=0, high=18, mean=4.3, sd=1.6, rules=[rule])
    assert set(np.unique(marginal.values * 2 % 1)) == {0.0}
    assert (marginal.mean, marginal.sd) == pytest.approx((4.3, 1.6), rel=1e-6)
    with pytest.raises(InputError, match="no value in steps of 7 lies in its range"):
        of(type="integer", low=1, high=6, mean=3, sd=1, rules=[{**rule, "value": 7}])


def test_codes_and_days() -> None:
    codes = [{"code": 10, "share": 0.2}, {"code": 20, "share": 0.8}]
    ordinal = of(type="ordinal", categories=codes)
    assert ordinal.mean == pytest.approx(18)
    assert list(ordinal.drawn(np.array([0.1, 0.2, 0.3, 1.0]))) == [0, 0, 1, 1]
    days = of(type="date", earliest="2020-01-01", latest="2020-12-31")
    assert len(days.values) == 366
    assert math.isclose(days.shares.sum(), 1)


def test_what_no_distribution_has_is_refused() -> None:
    with pytest.raises(InputError, match="no distribution on its values"):
        of(type="integer", low=1, high=9, mean=5, sd=4.99)


def test_quartiles_that_contradict_mean_and_sd_are_said() -> None:
    marginal = of(type="number", low=0, high=100, mean=50, sd=5, q1=20, median=50, q3=60)
    assert len(marginal.notes) == 2
    assert "q1 comes to 46.6" in marginal.notes[0]
