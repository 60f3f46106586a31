"""What plots show is what the tables hold, and nothing of it rests on fewer than ten people."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from memisis_core.data.schema import Column, ColumnKind, Schema
from memisis_core.errors import WorkFailed
from memisis_core.evaluation.encoding import encoded
from memisis_core.evaluation.intervals import auc
from memisis_core.evaluation.metric import Axis, Metric
from memisis_core.evaluation.plot_bins import (
    Tally,
    binned,
    date_grid,
    in_order,
    most_frequent,
    number_grid,
    without_small,
)
from memisis_core.evaluation.plot_data import SMALLEST_CELL, PlotSet, plots_json, read_plots
from memisis_core.evaluation.plot_figures import associations_of, plots_of
from memisis_core.evaluation.privacy.attack_roc import AttackScores, curve_points, rate_at
from memisis_core.evaluation.privacy.membership import measure as membership
from tests.unit.evaluation.tables import PATIENTS, context_of, draws, leaky, patients


@pytest.fixture(scope="module")
def context():
    return draws(600, 300, 400)


@pytest.fixture(scope="module")
def plots(context) -> PlotSet:
    return plots_of(context, membership(context))


def shares_of(distribution, table: str) -> float:
    return sum(getattr(cell, table) for cell in distribution.cells)


def test_every_column_has_its_distribution_and_shares_sum_to_one(plots):
    assert [d.column for d in plots.distributions] == PATIENTS.names
    assert [d.column for d in plots.distributions if d.dates] == ["admitted"]
    for distribution in plots.distributions:
        assert shares_of(distribution, "real") == pytest.approx(1, abs=0.002)
        assert shares_of(distribution, "synthetic") == pytest.approx(1, abs=0.002)


def test_bins_hold_the_rows_between_their_bounds(context, plots):
    by_column = {d.column: d for d in plots.distributions}
    for name in ("age", "bmi", "pressure"):
        for table, frame in (("real", context.data.train), ("synthetic", context.data.synthetic)):
            values = frame[name].dropna().to_numpy(dtype=float)
            for cell in by_column[name].cells:
                inside = (values >= (cell.low if cell.low is not None else -np.inf)) & (
                    values < (cell.high if cell.high is not None else np.inf)
                )
                assert getattr(cell, table) == pytest.approx(inside.mean(), abs=1e-4)


def test_labels_say_the_bounds(plots):
    by_column = {d.column: [cell.label for cell in d.cells] for d in plots.distributions}
    assert by_column["age"][1] == "35 to 39"
    assert by_column["age"][-1] == "90 and over"
    assert "25 to < 26" in by_column["bmi"]
    assert by_column["admitted"][0] == "2019-01 to 2019-06"
    assert by_column["stage"] == ["I", "II", "III"]
    assert by_column["race"][0] == "White"


@pytest.mark.parametrize("seed", range(20))
def test_no_cell_rests_on_fewer_than_ten_real_rows(seed):
    draw = np.random.default_rng(seed)
    n = int(draw.integers(10, 400))
    real = np.round(draw.lognormal(2, 1.5, n), int(draw.integers(0, 3)))
    synthetic = draw.lognormal(2.5, 1.5, 100)
    cells = binned(number_grid(real, None), real, synthetic)
    assert sum(cell.real for cell in cells) == n
    assert sum(cell.synthetic for cell in cells) == 100
    assert all(cell.real == 0 or cell.real >= SMALLEST_CELL for cell in cells)
    assert [cell.low for cell in cells[1:]] == [cell.high for cell in cells[:-1]]

    names = [f"level {i}" for i in range(12)]
    counts = draw.integers(0, 30, 12).tolist()
    for arranged in (most_frequent, in_order):
        found = arranged(names, counts, [5] * 12)
        assert sum(cell.real for cell in found) == sum(counts)
        assert all(cell.real >= SMALLEST_CELL for cell in found if sum(counts) >= SMALLEST_CELL)


def test_a_rare_level_is_not_named(context):
    train = context.data.train.copy()
    train.loc[:3, "race"] = "Sami"
    plots = plots_of(context_of(train, context.data.holdout, context.data.synthetic), [])
    document = plots_json(plots)
    assert "Sami" not in document
    race = next(d for d in plots.distributions if d.column == "race")
    assert race.cells[-1].label == "other (2 levels)"
    assert race.cells[-1].real * 600 >= SMALLEST_CELL


def test_two_levels_of_which_one_is_rare_are_one_cell():
    [cell] = most_frequent(["no", "yes"], [95, 5], [50, 50])
    assert (cell.names, cell.real, cell.synthetic) == (["all (2 levels)"], 100, 100)


def test_a_level_of_the_holdout_alone_is_not_named(context):
    holdout = context.data.holdout.copy()
    holdout.loc[:2, "race"] = "Sami"
    plots = plots_of(context_of(context.data.train, holdout, context.data.synthetic), [])
    assert "Sami" not in plots_json(plots)


def test_the_extreme_patients_are_not_in_the_plot():
    real = np.concatenate([np.random.default_rng(0).normal(50, 10, 300), [1234.5]])
    cells = binned(number_grid(real, 1), real, real)
    assert cells[-1].high == np.inf
    assert cells[-1].low < 100
    assert all(bound == round(bound) for cell in cells for bound in (cell.low,) if bound > -np.inf)


def test_few_missing_values_cannot_be_worked_out(context):
    train = context.data.train.copy()
    train["bmi"] = train["bmi"].fillna(27.0)
    train.loc[:4, "bmi"] = np.nan
    plots = plots_of(context_of(train, context.data.holdout, context.data.synthetic), [])
    bmi = next(d for d in plots.distributions if d.column == "bmi")
    assert (bmi.real_rows, bmi.real_missing) == (None, None)
    assert all(cell.real == round(cell.real, 3) for cell in bmi.cells)


def test_a_column_of_few_values_has_no_cells(context):
    train = context.data.train.copy()
    train["bmi"] = np.nan
    train.loc[:8, "bmi"] = 27.0
    train["race"] = np.nan
    plots = plots_of(context_of(train, context.data.holdout, context.data.synthetic), [])
    by_column = {d.column: d for d in plots.distributions}
    assert by_column["bmi"].cells == by_column["race"].cells == ()


def test_values_unknown_to_the_real_data_share_one_cell(context):
    synthetic = context.data.synthetic.copy()
    synthetic.loc[:19, "race"] = "Martian"
    plots = plots_of(context_of(context.data.train, context.data.holdout, synthetic), [])
    cell = next(d for d in plots.distributions if d.column == "race").cells[-1]
    assert (cell.label, cell.real) == ("(not in the real data)", 0.0)
    assert cell.synthetic > 0


@pytest.mark.parametrize(
    ("days", "first"),
    [
        (range(17897, 17907), "2019-01-01"),
        (range(17897, 17990), "2018-12-31 to 2019-01-06"),
        (range(0, 16000, 20), "1970 to 1974"),
        (range(17897, 18200, 2), "2019-01"),
    ],
)
def test_dates_lie_on_the_calendar(days, first):
    values = np.repeat(np.array(days, dtype=float), 30)
    cells = binned(grid := date_grid(values), values, values)
    labels = [grid.label(cell.low, cell.high) for cell in cells]
    assert first in labels, labels


def test_odd_columns_are_drawn_or_left_out_but_never_fail():
    n = 60
    values = {
        "constant": np.full(n, 5.0),
        "huge": 1.7e308 * np.linspace(-1, 1, n),
        "tiny": np.linspace(0, 1e-300, n),
        "outlier": np.append(np.zeros(n - 1), 1e12),
        "steps": np.tile([0.1, 0.2, 0.3], n // 3),
    }
    frame = pd.DataFrame(values)
    columns = tuple(Column(name=name, kind=ColumnKind.NUMBER) for name in values)
    plots = plots_of(context_of(frame, frame, frame, Schema(columns=columns)), [])
    assert "distributions" not in plots.absent, plots.absent
    for distribution in plots.distributions:
        assert shares_of(distribution, "real") == pytest.approx(1, abs=0.002), distribution
        assert 1 <= len(distribution.cells) <= 40, distribution
    json.loads(plots_json(plots), parse_constant=pytest.fail)


def test_neighbours_are_merged_until_none_is_small():
    cells = [Tally([], real, 1, i, i + 1) for i, real in enumerate((3, 40, 0, 0, 9, 60))]
    merged = without_small(cells)
    assert [(cell.low, cell.high, cell.real) for cell in merged] == [
        (0, 2, 43),
        (2, 3, 0),
        (3, 4, 0),
        (4, 6, 69),
    ]


def test_associations_hold_all_three_tables(context, plots):
    found = plots.associations
    assert found is not None
    assert len(found.pairs) == len(found.columns) * (len(found.columns) - 1) // 2
    pair = next(p for p in found.pairs if found.columns[p.second] == "pressure")
    train = context.data.train
    assert pair.real == pytest.approx(train["age"].corr(train["pressure"], "spearman"), abs=1e-4)
    assert pair.difference == pytest.approx(pair.synthetic - pair.real)
    assert pair.chance == pytest.approx(pair.holdout - pair.real)


def test_a_wide_table_keeps_the_columns_that_differ_most(monkeypatch, context):
    monkeypatch.setattr("memisis_core.evaluation.plot_figures.MOST_COLUMNS", 3)
    found = associations_of(encoded(context))
    assert found is not None
    assert (len(found.columns), found.left_out) == (3, 6)


def test_the_curve_is_the_attack_that_was_measured(plots):
    curve = plots.attacks[0]
    xs = [point.false_alarms for point in curve.points]
    ys = [point.found for point in curve.points]
    assert (xs[0], xs[-1], ys[-1]) == (0.0, 1.0, 1.0)
    assert np.trapezoid(ys, xs) == pytest.approx(curve.auc, abs=0.01)
    assert curve.ci[0] <= curve.auc <= curve.ci[1]
    assert all(point.low <= point.found <= point.high for point in curve.points)


def test_the_curve_agrees_with_the_rates_that_are_reported():
    draw = np.random.default_rng(3)
    scores = AttackScores(draw.normal(0.7, 1, 300).round(1), draw.normal(0, 1, 300).round(1))
    at = np.array([0.0, 0.01, 0.1, 0.5, 1.0])
    found = curve_points(scores, at, draw).found
    assert found[1:] == pytest.approx([rate_at(scores, rate) for rate in at[1:]])
    # Before the first false alarm: those who score above every other person.
    assert found[0] == pytest.approx((scores.members > scores.nonmembers.max()).mean())
    grid = np.linspace(0, 1, 201)
    area = np.trapezoid(curve_points(scores, grid, draw).found, grid)
    assert area == pytest.approx(auc(scores.members, scores.nonmembers).value, abs=0.005)


def test_a_leak_lifts_the_curve_off_the_diagonal():
    train, holdout = patients(400, 1), patients(200, 2)
    made = context_of(train, holdout, leaky(train, patients(400, 3), 5, share=0.6))
    curve = plots_of(made, membership(made)).attacks[0]
    early = next(point for point in curve.points if point.false_alarms == 0.1)
    assert early.low > 0.1


def test_groups_stand_with_interval_and_size_and_small_ones_without(context):
    def rate(group: str, value: float, n: int) -> Metric:
        return Metric(
            id="fairness.tpr",
            axis=Axis.FAIRNESS,
            name="true positive rate",
            subject=group,
            value=value,
            ci=(value - 0.1, value + 0.1),
            real_baseline=0.5,
            n=n,
        )

    found = plots_of(context, [rate("sex=F", 0.6, 80), rate("sex=M", 0.7, 9)])
    [panel] = found.groups
    assert (panel.attribute, panel.intersection, panel.ceiling) == ("sex", False, 1.0)
    assert [(g.group, g.value, g.n) for g in panel.groups] == [
        ("sex=F", 0.6, 80),
        ("sex=M", None, None),
    ]


def test_what_could_not_be_computed_says_why_and_leaves_the_rest(context, monkeypatch):
    def broken(_: object) -> None:
        raise ValueError("Jones, 57")

    monkeypatch.setattr("memisis_core.evaluation.plot_figures.associations_of", broken)
    found = plots_of(context, [], said=lambda error: type(error).__name__)
    assert found.associations is None
    assert found.absent["associations"] == "the plot could not be computed: ValueError"
    assert found.absent["attacks"] == "it was not measured"
    assert len(found.distributions) == len(PATIENTS.names)


def test_no_value_of_a_single_patient_is_in_the_file(context, plots):
    document = plots_json(plots)
    rare = [value for value in context.data.train["bmi"].dropna() if value != round(value)]
    assert not [value for value in set(rare) if f" {value}," in document or f'"{value}' in document]


def test_plots_survive_the_way_to_the_disk(plots, tmp_path):
    path = tmp_path / "plots.json"
    path.write_text(plots_json(plots), encoding="utf-8")
    assert read_plots(path) == plots


@pytest.mark.parametrize("content", [None, "", "{", '{"version": 2}', '{"attacks": 3}'])
def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path, content):
    path = tmp_path / "plots.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(WorkFailed, match="plots"):
        read_plots(path)


def test_screens_can_read_plots_without_data_libraries():
    heavy = ("pandas", "polars", "numpy", "torch", "sdv", "sklearn", "sdmetrics", "scipy")
    script = (
        "import sys, memisis_core.evaluation.plot_data\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
    assert found.stdout.decode().strip() == "[]"
