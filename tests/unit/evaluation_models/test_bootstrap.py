"""Resamples are shared, and intervals of largest differences can hold zero."""

import numpy as np
import pytest

from memisis_core.evaluation.bootstrap import (
    RESAMPLES,
    holdout_resamples,
    keep_resamples,
    range_interval,
    union_interval,
)
from memisis_core.evaluation.fairness.rates import rate_variances
from tests.unit.evaluation_models.conftest import ContextMaker


def test_two_evaluations_of_one_holdout_share_their_resamples(context_for: ContextMaker) -> None:
    first, second = (holdout_resamples(context_for(), 120) for _ in range(2))
    assert (first.counts == second.counts).all()
    assert first.counts.shape == (RESAMPLES, 120)
    assert (first.counts.sum(axis=1, dtype=int) == 120).all()
    assert (first.counts != holdout_resamples(context_for(seed=1), 120).counts).any()


def test_kept_resamples_are_plain_numbers_by_metric_key(context_for: ContextMaker) -> None:
    context = context_for()
    keep_resamples(context, "utility.auroc", "overall", np.array([0.5, 0.6]))
    assert context.shared["resamples"] == {("utility.auroc", "overall"): [0.5, 0.6]}


def groups_of(sizes: list[int], rates: list[float], seed: int) -> tuple[float, tuple[float, float]]:
    """Draw groups with the given true rates; return the observed difference and its interval."""
    g = np.random.default_rng(seed)
    n = np.array(sizes)
    observed = g.binomial(n, rates) / n
    replicates = g.binomial(n, observed, size=(400, len(n))) / n
    interval = range_interval(
        observed[None], replicates[:, None], rate_variances(observed, n)[None]
    )
    return float(np.ptp(observed)), interval


@pytest.mark.parametrize(
    ("sizes", "rates"),
    [
        ([200, 200], [0.8, 0.8]),
        ([300, 60], [0.85, 0.7]),
        ([40, 80, 150, 300, 600], [0.8] * 5),
        ([40, 80, 150, 300, 600], [0.85, 0.8, 0.8, 0.8, 0.6]),
    ],
)
def test_the_interval_of_the_largest_difference_covers_the_truth(
    sizes: list[int], rates: list[float]
) -> None:
    truth = max(rates) - min(rates)
    drawn = [groups_of(sizes, rates, seed) for seed in range(200)]
    covered = sum(low <= truth <= high for _, (low, high) in drawn)
    assert covered >= 180  # 95 % of 200, less three standard errors
    assert all(low <= value <= high for value, (low, high) in drawn)


def test_a_group_in_which_all_agree_still_leaves_doubt() -> None:
    observed, n = np.array([1.0, 0.9]), np.array([12, 500])
    replicates = np.broadcast_to(observed, (100, 2))
    low, high = range_interval(
        observed[None], replicates[:, None], rate_variances(observed, n)[None]
    )
    assert low == 0.0
    assert high > 0.2


def test_a_family_with_left_out_groups_uses_the_others() -> None:
    observed = np.array([[0.5, np.nan, 0.8]])
    n = np.array([[100, 3, 100]])
    replicates = np.broadcast_to(observed, (50, 1, 3))
    low, high = range_interval(observed, replicates, rate_variances(np.nan_to_num(observed), n))
    assert low < 0.3 < high


def test_the_union_interval_holds_the_value_and_its_bounds() -> None:
    replicates = np.linspace(0.2, 0.6, 1000)  # biased upwards, as resampled maxima are
    low, high = union_interval(0.2, replicates, low=0.0) or (1, 0)
    assert low == 0.0
    assert high == pytest.approx(0.59, abs=0.01)


def test_too_few_finite_replicates_give_no_interval() -> None:
    assert union_interval(0.5, np.array([np.nan, np.nan, 0.5])) is None
