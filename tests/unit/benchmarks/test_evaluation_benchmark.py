"""How the benchmark of evaluation fits growth and scales what would take too long."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from benchmarks import evaluation_references
from benchmarks.evaluation_references import Reference, growth


class Clock:
    """Processor time that only measured work lets pass."""

    def __init__(self) -> None:
        self.now = 0.0
        self.sizes = []

    def process_time(self) -> float:
        return self.now

    def work(self, per_row: float, power: int):
        def compute(rows: int) -> None:
            self.sizes.append(rows)
            self.now += per_row * rows**power

        return compute


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(evaluation_references.time, "process_time", clock.process_time)
    return clock


def test_what_ends_within_the_limit_is_measured_whole(clock):
    seconds, how = Reference("cheap", clock.work(1e-6, 2), 2, ours=1.0).seconds(4000, limit=60)
    assert (seconds, how) == (pytest.approx(16.0), "measured")
    assert clock.sizes[-1] == 4000


def test_what_would_not_is_scaled_from_the_rows_that_fit_and_says_so(clock):
    costly = Reference("costly", clock.work(1e-5, 2), 2, ours=1.0, passes=2.0)
    seconds, how = costly.seconds(10_000, limit=60)
    assert seconds == pytest.approx(2 * 1e-5 * 10_000**2)
    assert how.startswith("scaled from 1,7")
    assert 1e-5 * max(clock.sizes) ** 2 * 2 <= 60


def test_growth_has_the_interval_of_least_squares():
    sizes, seconds = [2_000, 10_000, 30_000, 100_000], [1.0, 6.0, 14.0, 61.0]
    power, half = growth(sizes, seconds)
    fitted = stats.linregress(np.log(sizes), np.log(seconds))
    assert power == pytest.approx(fitted.slope)
    assert half == pytest.approx(fitted.stderr * stats.t.ppf(0.975, 2))
    assert growth([10, 100], [1.0, 100.0]) == (pytest.approx(2.0), None)
