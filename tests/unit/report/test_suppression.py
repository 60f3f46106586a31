import pytest

from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.report.suppression import published


def metric(**fields) -> Metric:
    return Metric(
        **{"id": "fairness.x", "axis": Axis.FAIRNESS, "name": "x", "value": 0.5, **fields}
    )


@pytest.mark.parametrize("n", [0, 1, 9])
def test_nothing_of_a_small_group_is_left(n):
    shown = published(metric(n=n, ci=(0.1, 0.9), real_baseline=0.3, subject="Race=Asian"))
    assert (shown.value, shown.ci, shown.real_baseline, shown.n) == (None, None, None, None)
    assert shown.status is Status.INSUFFICIENT_DATA


@pytest.mark.parametrize("n", [None, 10, 11_000])
def test_other_groups_are_shown_as_they_are(n):
    original = metric(n=n, subject="Race=Asian", caveat="mean of 3 seeds; the furthest of 4 groups")
    assert published(original) == original


@pytest.mark.parametrize(
    "caveat",
    ["98 positive, 3 negative in the holdout", "0 positive, 52 negative in the holdout", "7 rows"],
)
def test_counts_that_give_a_small_one_away_are_suppressed_together(caveat):
    assert published(metric(n=101, caveat=caveat)).caveat == (
        "counts suppressed: one of them is under 10"
    )


@pytest.mark.parametrize("counts", [{"positives": 3, "negatives": 98}, {"positives": 0}])
def test_a_small_count_takes_n_and_the_others_with_it(counts):
    shown = published(
        metric(
            n=101,
            value=None,
            counts=counts,
            status=Status.INSUFFICIENT_DATA,
            why="0 positive, 101 negative in the holdout; 10 of each are needed",
        )
    )
    assert (shown.n, shown.counts) == (None, {})
    assert shown.why == "fewer than 10 positive, 101 negative in the holdout; 10 of each are needed"


def test_runs_of_an_earlier_version_are_suppressed_by_their_reason():
    why = "98 positive, 3 negative in the holdout; 10 of each are needed"
    shown = published(metric(n=101, value=None, status=Status.INSUFFICIENT_DATA, why=why))
    assert shown.n is None
    assert "3 negative" not in (shown.why or "")


def test_few_synthetic_rows_are_no_people():
    counts = {"training": 40, "synthetic": 2}
    assert published(metric(n=40, counts=counts)).counts == counts


def test_large_counts_are_shown():
    caveat = "95 positive, 1,043 negative in the holdout"
    assert published(metric(n=191, caveat=caveat)).caveat == caveat
