import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score

from memisis_core.evaluation import intervals


def covered(interval, truth):
    return interval[0] <= truth <= interval[1]


@pytest.mark.parametrize(("successes", "n"), [(0, 10), (3, 10), (10, 10), (57, 1000), (1, 1)])
def test_wilson_is_the_interval_of_scipy(successes, n):
    expected = stats.binomtest(successes, n).proportion_ci(method="wilson")

    assert intervals.wilson(successes, n) == pytest.approx((expected.low, expected.high))


def test_none_of_many_may_be_none_at_all():
    assert intervals.wilson(0, 997)[0] == 0.0
    assert intervals.wilson(997, 997)[1] == 1.0


def test_midranks_share_the_rank_of_ties():
    values = np.random.default_rng(0).integers(0, 20, 300).astype(float)

    assert np.array_equal(intervals.midranks(values), stats.rankdata(values))


def test_auc_is_that_of_scikit_learn_with_ties():
    generator = np.random.default_rng(1)
    positive = generator.integers(0, 12, 200).astype(float) + 2
    negative = generator.integers(0, 12, 90).astype(float)
    labels = np.repeat([1, 0], [200, 90])

    assert intervals.auc(positive, negative).value == pytest.approx(
        roc_auc_score(labels, np.concatenate([positive, negative]))
    )


def test_the_delong_interval_covers_the_truth_as_often_as_it_says():
    generator = np.random.default_rng(2)
    truth = stats.norm.cdf(0.5 / np.sqrt(2))
    hits = [
        covered(
            intervals.auc_interval(generator.normal(0.5, 1, 80), generator.normal(0, 1, 120)), truth
        )
        for _ in range(600)
    ]

    assert 0.92 <= np.mean(hits) <= 0.975


def test_separated_scores_still_have_an_interval():
    low, high = intervals.auc_interval(np.arange(10.0) + 100, np.arange(10.0))

    assert high == 1.0
    assert 0.6 < low < 0.8


def test_the_quantile_interval_covers_the_truth_as_often_as_it_says():
    generator = np.random.default_rng(3)
    truth = stats.expon.ppf(0.05)
    hits = [
        covered(intervals.quantile_interval(generator.exponential(size=400), 0.05), truth)
        for _ in range(600)
    ]

    assert 0.92 <= np.mean(hits) <= 0.985


def test_the_two_sample_error_is_that_of_a_difference_of_means():
    generator = np.random.default_rng(4)
    first, second = generator.normal(size=50), generator.normal(size=70)
    expected = np.sqrt(first.var(ddof=1) / 50 + second.var(ddof=1) / 70)

    assert intervals.two_sample_error(first, second) == pytest.approx(expected)


def test_an_interval_beyond_the_bounds_of_a_measure_is_cut_to_its_edge():
    assert intervals.Estimate(-0.5, 0.1).interval(0.0, 1.0) == (0.0, 0.0)
    assert intervals.Estimate(0.95, 0.1).interval(0.0, 1.0)[1] == 1.0


def test_clusters_widen_the_error_by_the_root_of_their_size():
    generator = np.random.default_rng(5)
    independent = generator.normal(size=2000)
    alone = intervals.cluster_error(independent / 2000, np.arange(2000))
    copied = intervals.cluster_error(
        np.repeat(independent, 9) / 18000, np.repeat(np.arange(2000), 9)
    )

    assert copied == pytest.approx(alone)
    assert alone == pytest.approx(1 / np.sqrt(2000), rel=0.1)


def test_the_bootstrap_interval_of_a_mean_is_the_normal_one():
    generator = np.random.default_rng(6)
    values = generator.normal(size=500)

    low, high = intervals.bootstrap_interval(
        lambda weights: weights @ values / 500, 500, generator, resamples=2000
    )

    half = 1.96 * values.std() / np.sqrt(500)
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.01)


def test_bootstrap_weights_draw_as_many_rows_as_there_are():
    weights = intervals.bootstrap_weights(np.random.default_rng(7), 40, 30)

    assert weights.shape == (30, 40)
    assert (weights.sum(axis=1) == 40).all()


def test_a_statistic_undefined_on_most_resamples_has_no_interval():
    assert intervals.percentile_interval(np.array([np.nan, np.nan, np.nan, 1.0])) is None
