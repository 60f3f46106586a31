"""Which differences between runs are more than noise."""

import random
import subprocess
import sys
from typing import Any

import pytest

from memisis_core.errors import InputError
from memisis_core.evaluation.comparison import compare
from memisis_core.evaluation.differences import against_real, difference, shortfall
from memisis_core.evaluation.metric import Axis, Metric, Status


def metric(value: float | None, half: float | None = None, **given: Any) -> Metric:
    settings: dict[str, Any] = {
        "id": "utility.auroc",
        "axis": Axis.UTILITY,
        "name": "AUROC",
        "ideal": 1.0,
        "direction": "higher",
    } | given
    ci = None if half is None or value is None else (value - half, value + half)
    return Metric(value=value, ci=ci, **settings)


def lower(value: float, half: float | None = None, **given: Any) -> Metric:
    return metric(value, half, **({"direction": "lower", "ideal": 0.0} | given))


# One pair.


def test_a_difference_beyond_both_intervals_is_better_or_worse() -> None:
    a, b = metric(0.90, 0.01), metric(0.80, 0.02)
    assert difference(a, b).verdict == "better"
    assert difference(b, a).verdict == "worse"
    assert difference(a, b).value == pytest.approx(0.10)
    assert difference(a, b).ci == pytest.approx((0.1 - 5**0.5 / 100, 0.1 + 5**0.5 / 100))


def test_overlapping_intervals_can_still_tell_values_apart() -> None:
    # 0.02 apart, each ±0.012: the intervals overlap, that of the difference (±0.017) excludes 0.
    assert difference(metric(0.92, 0.012), metric(0.90, 0.012)).verdict == "better"
    assert difference(metric(0.92, 0.02), metric(0.90, 0.02)).verdict == "within_noise"


@pytest.mark.parametrize(
    ("direction", "ideal", "values", "verdict"),
    [
        ("higher", 1.0, (0.9, 0.8), "better"),
        ("lower", 0.0, (0.9, 0.8), "worse"),
        ("lower", None, (-0.3, -0.1), "better"),
        ("target", 0.5, (0.40, 0.55), "worse"),
        ("target", 0.5, (0.45, 0.55), "within_noise"),
        ("lower", 0.5, (0.45, 0.50), "within_noise"),  # an attack below a coin toss gains nothing
        ("lower", 0.0, (-0.2, -0.1), "within_noise"),
        ("target", None, (0.1, 0.2), "not_comparable"),
    ],
)
def test_the_direction_and_the_ideal_decide(
    direction: str, ideal: float | None, values: tuple[float, float], verdict: str
) -> None:
    a, b = (metric(v, 0.0, direction=direction, ideal=ideal) for v in values)
    assert difference(a, b).verdict == verdict


def test_beyond_the_ideal_nothing_is_gained_and_that_is_said() -> None:
    found = difference(lower(-0.2, 0.0), lower(-0.1, 0.0))
    assert found.value == pytest.approx(-0.1)
    assert found.why == "both are at the ideal or beyond it"
    assert shortfall(-0.2, lower(0)) == 0.0


def test_an_interval_across_the_target_is_noise() -> None:
    near, far = (metric(v, 0.06, direction="target", ideal=0.5) for v in (0.52, 0.45))
    assert difference(far, near).verdict == "within_noise"


def test_paired_resamples_find_what_separate_intervals_hide() -> None:
    rng = random.Random(0)
    holdout = [rng.gauss(0, 0.03) for _ in range(1000)]
    first = [0.90 + h + rng.gauss(0, 0.002) for h in holdout]
    second = [0.89 + h + rng.gauss(0, 0.002) for h in holdout]
    a, b = metric(0.90, 0.06), metric(0.89, 0.06)
    assert difference(a, b).verdict == "within_noise"
    paired = difference(a, b, first, second)
    assert (paired.verdict, paired.paired) == ("better", True)
    assert paired.ci is not None and 0.003 < paired.ci[0] < 0.01 < paired.ci[1] < 0.017


def test_resamples_that_do_not_match_are_not_paired() -> None:
    a, b = metric(0.9, 0.05), metric(0.8, 0.05)
    assert not difference(a, b, [0.9] * 10, [0.8] * 9).paired
    assert not difference(a, b, [0.9] * 10, None).paired
    assert not difference(a, b, [float("nan")] * 10, [0.8] * 10).paired


def test_a_value_that_is_missing_cannot_be_compared_and_says_why() -> None:
    missing = metric(None, status=Status.INSUFFICIENT_DATA, why="7 rows")
    found = difference(metric(0.9), missing)
    assert (found.verdict, found.why) == ("not_comparable", "7 rows")


def test_counts_of_faults_differ_by_any_amount_but_rounding() -> None:
    counted = {"id": "validation.ranges", "axis": Axis.VALIDATION}
    assert difference(metric(0.9, **counted), metric(0.9 - 1e-15, **counted)).verdict == (
        "within_noise"
    )
    assert difference(metric(0.9, **counted), metric(0.899, **counted)).verdict == "better"


def test_without_any_interval_nothing_is_said_to_be_beyond_noise() -> None:
    covered = {"id": "fidelity.range_coverage", "axis": Axis.FIDELITY}
    found = difference(metric(0.9, **covered), metric(0.7, **covered))
    assert found.verdict == "within_noise"
    assert found.why == "neither has an interval: it may be noise"
    assert against_real(metric(0.7, real_baseline=0.9, **covered)).verdict == "within_noise"


def test_worse_than_real_needs_the_whole_interval() -> None:
    assert against_real(metric(0.80, 0.02, real_baseline=0.85)).verdict == "worse"
    assert against_real(metric(0.84, 0.02, real_baseline=0.85)).verdict == "within_noise"
    assert against_real(metric(0.84, 0.02)).verdict == "not_comparable"


def test_a_baseline_that_is_the_only_yardstick_counts_with_its_own_noise() -> None:
    value = metric(0.80, 0.02, ideal=None, real_baseline=0.83)
    assert against_real(value).verdict == "worse"
    noisy = value.model_copy(update={"real_ci": (0.79, 0.87)})
    assert against_real(noisy).verdict == "within_noise"


# Several runs.


def test_the_best_run_and_those_within_noise_of_it() -> None:
    runs = {"A": [metric(0.90, 0.01)], "B": [metric(0.895, 0.01)], "C": [metric(0.8, 0.01)]}
    (row,) = compare(runs).rows
    assert (row.best, row.ties) == ("A", ("B",))
    assert [row.glyph(run) for run in "ABC"] == ["=", "=", " "]
    assert row.differences["C"].verdict == "worse"
    assert row.reference == "A"


def test_a_clear_best_stands_alone_and_a_lone_run_is_never_best() -> None:
    (row,) = compare({"A": [metric(0.9, 0.01)], "B": [metric(0.8, 0.01)]}).rows
    assert [row.glyph(run) for run in "AB"] == ["▲", " "]
    (alone,) = compare({"A": [metric(0.9, 0.01)]}).rows
    assert (alone.best, alone.glyph("A")) == (None, " ")


def test_worse_than_real_goes_before_best() -> None:
    runs = {
        "A": [metric(0.9, 0.01, real_baseline=0.95)],
        "B": [metric(0.8, 0.01, real_baseline=0.95)],
    }
    (row,) = compare(runs).rows
    assert (row.best, row.glyph("A"), row.glyph("B")) == ("A", "!", "!")
    assert row.real_baseline == 0.95


def test_the_pinned_run_is_the_reference() -> None:
    runs = {"A": [metric(0.90, 0.01)], "B": [metric(0.80, 0.01)], "C": [metric(0.85, 0.01)]}
    comparison = compare(runs, pinned="B")
    (row,) = comparison.rows
    assert set(row.differences) == {"A", "C"}
    assert {d.verdict for d in row.differences.values()} == {"better"}
    with pytest.raises(InputError, match=r"'D' is not among those compared\. Pin one of A, B, C"):
        compare(runs, pinned="D")


def test_a_measure_that_some_runs_lack_is_compared_among_the_others() -> None:
    failed = metric(None, status=Status.FAILED, why="ValueError")
    runs = {"A": [metric(0.9, 0.01)], "B": [failed], "C": [], "D": [metric(0.7, 0.01)]}
    (row,) = compare(runs).rows
    assert row.best == "A"
    assert [row.glyph(run) for run in "ABCD"] == ["▲", "·", "·", " "]
    assert row.differences["B"].verdict == "not_comparable"


def test_runs_measured_on_other_real_data_are_not_comparable() -> None:
    runs = {"A": [metric(0.9, 0.01)], "B": [metric(0.8, 0.01)], "C": [metric(0.99, 0.01)]}
    comparison = compare(runs, measured_on={"A": "x", "B": "x", "C": "y"})
    (row,) = comparison.rows
    assert row.best == "A"
    assert row.differences["C"].verdict == "not_comparable"
    assert "other real data" in (row.differences["C"].why or "")


def test_rows_follow_the_axes_and_keep_a_measure_together() -> None:
    def shape(subject: str) -> Metric:
        return metric(0.9, id="fidelity.ks", axis=Axis.FIDELITY, name="KS", subject=subject)

    runs = {
        "A": [metric(0.9), shape("overall"), shape("age")],
        "B": [shape("overall"), shape("bmi"), metric(0.9)],
    }
    assert [(row.id, row.subject) for row in compare(runs).rows] == [
        ("fidelity.ks", "overall"),
        ("fidelity.ks", "age"),
        ("fidelity.ks", "bmi"),
        ("utility.auroc", "overall"),
    ]
    assert compare(runs).rows[1].title == "KS, age"


def test_resamples_of_the_runs_are_used() -> None:
    runs = {"A": [metric(0.90, 0.06)], "B": [metric(0.89, 0.06)]}
    key = ("utility.auroc", "overall")
    rng = random.Random(0)
    noise = [rng.gauss(0, 0.03) for _ in range(200)]
    resamples = {"A": {key: [0.90 + n for n in noise]}, "B": {key: [0.89 + n for n in noise]}}
    assert compare(runs).rows[0].ties == ("B",)
    assert compare(runs, resamples=resamples).rows[0].ties == ()


def test_the_json_document_has_the_glyphs() -> None:
    document = compare({"A": [metric(0.9, 0.01)], "B": [metric(0.8, 0.01)]}).to_json()
    assert document["rows"][0]["glyphs"] == {"A": "▲", "B": " "}
    assert document["rows"][0]["metrics"]["A"]["value"] == 0.9


# The trade-off.


def headlines(gap: float, auc: float, trends: float = 0.9) -> list[Metric]:
    return [
        lower(gap, 0.01, id="utility.auroc_gap", name="AUROC gap to real"),
        lower(auc, 0.01, id="privacy.membership_auc", axis=Axis.PRIVACY, ideal=0.5, name="attack"),
        metric(trends, 0.01, id="fidelity.pair_trends", axis=Axis.FIDELITY, name="pair trends"),
    ]


def test_a_run_worse_somewhere_and_better_nowhere_is_dominated() -> None:
    runs = {
        "useful": headlines(0.02, 0.60),
        "private": headlines(0.10, 0.50),
        "neither": headlines(0.10, 0.60),
    }
    view = compare(runs).pareto
    assert view.front == ("useful", "private")
    assert view.dominated_by == {
        "useful": (),
        "private": (),
        "neither": ("useful", "private"),
    }
    assert [h.axis for h in view.headlines] == [Axis.FIDELITY, Axis.PRIVACY, Axis.UTILITY]


def test_within_noise_nothing_dominates() -> None:
    view = compare({"A": headlines(0.02, 0.51), "B": headlines(0.025, 0.515)}).pareto
    assert view.front == ("A", "B")


def test_the_headline_of_fairness_is_the_attribute_that_differs_most() -> None:
    def odds(value: float, subject: str) -> Metric:
        return lower(
            value, 0.01, id="fairness.equalized_odds_difference", axis=Axis.FAIRNESS,
            subject=subject, name="equalised odds",
        )  # fmt: skip

    runs = {"A": [odds(0.1, "Race"), odds(0.3, "Race × Sex")], "B": [odds(0.2, "Race")]}
    (headline,) = compare(runs).pareto.headlines
    assert headline.metrics["A"].subject == "Race × Sex"
    assert compare(runs).pareto.dominated_by["A"] == ("B",)


def test_a_headline_that_all_runs_have_is_preferred() -> None:
    shapes = {"id": "fidelity.column_shapes", "axis": Axis.FIDELITY, "name": "shapes"}
    trends = {"id": "fidelity.pair_trends", "axis": Axis.FIDELITY, "name": "trends"}
    runs = {"A": [metric(0.9, **shapes), metric(0.8, **trends)], "B": [metric(0.7, **shapes)]}
    (headline,) = compare(runs).pareto.headlines
    assert headline.id == "fidelity.column_shapes"


def test_comparing_needs_no_data_library() -> None:
    code = (
        "import sys; from memisis_core.evaluation import comparison, findings, catalogue, "
        "resamples; from memisis_core.plan import goal_check; catalogue.explain('auroc_gap'); "
        "print([m for m in ('numpy', 'pandas', 'polars', 'scipy', 'sklearn') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
