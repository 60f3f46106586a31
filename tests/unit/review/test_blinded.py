"""The blinded test and exact inference, against figures from textbooks and other routes."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from scipy.stats import binomtest

from memisis_core.errors import InputError
from memisis_core.review.blinded import BlindedTest, new_test, result_of
from memisis_core.review.shares import chance_of_half, exact_interval

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (10, 10), (5, 10), (1, 40), (27, 40), (400, 999)])
def test_the_interval_and_the_test_agree_with_scipy(hits: int, n: int) -> None:
    found = binomtest(hits, n, 0.5)
    interval = found.proportion_ci(method="exact")
    assert exact_interval(hits, n) == pytest.approx((interval.low, interval.high))
    assert chance_of_half(hits, n) == pytest.approx(found.pvalue)


def test_nothing_in_ten_has_the_bound_of_the_textbook() -> None:
    low, high = exact_interval(0, 10)
    assert low == 0
    assert high == pytest.approx(1 - 0.025 ** (1 / 10))


def test_as_many_real_as_synthetic_in_an_order_that_the_seed_gives() -> None:
    test = new_test(60, 100, 20, seed=5, at=NOW)
    assert (sum(test.real), len(test.real)) == (20, 40)
    assert test == new_test(60, 100, 20, seed=5, at=NOW)
    assert test.real != new_test(60, 100, 20, seed=6, at=NOW).real
    kinds = {True: 60, False: 100}
    for kind, size in kinds.items():
        rows = [row for row, real in zip(test.rows, test.real, strict=True) if real is kind]
        assert len(set(rows)) == 20
        assert max(rows) < size


def test_the_order_is_not_that_of_the_kinds() -> None:
    runs = [new_test(50, 50, 20, seed=s, at=NOW).real for s in range(200)]
    first = sum(real[0] for real in runs)
    assert 70 < first < 130  # a fair coin leaves 60 to 140 with probability 1 - 1e-8


def test_small_tables_give_a_small_test_or_none() -> None:
    assert len(new_test(7, 100, 20, seed=0, at=NOW).rows) == 14
    with pytest.raises(InputError, match="only 4"):
        new_test(4, 100, 20, seed=0, at=NOW)


def answered(test: BlindedTest, right: int) -> BlindedTest:
    for place, real in enumerate(test.real):
        test = test.answered(real if place < right else not real, NOW)
    return test


def test_nothing_is_said_before_the_last_answer() -> None:
    test = new_test(50, 50, 5, seed=0, at=NOW)
    for real in test.real[:-1]:
        test = test.answered(real, NOW)
        assert result_of(test) is None
        assert test.ended is None
    done = test.answered(True, NOW)
    assert done.ended == NOW
    assert result_of(done) is not None
    assert done.answered(False, NOW) == done  # no answer is added to a finished test


@pytest.mark.parametrize(
    ("right", "words"),
    [(38, "more often than by guessing"), (20, "No difference"), (2, "taken for each other")],
)
def test_the_result_says_what_it_means(right: int, words: str) -> None:
    result = result_of(answered(new_test(50, 50, 20, seed=1, at=NOW), right))
    assert result is not None
    assert (result.right, result.n) == (right, 40)
    assert result.real_right + result.synthetic_right == right
    assert words in result.words
    assert result.p_value == pytest.approx(binomtest(right, 40).pvalue)
    assert math.isclose(result.share, right / 40)
