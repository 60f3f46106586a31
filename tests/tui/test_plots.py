"""Plots: what is drawn for known figures, and how one gets from a measure to its plot."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from memisis_core.runs.states import RunState
from memisis_core.text import visible
from memisis_screens.ascii_filter import ascii_text
from memisis_screens.plots.bars import intervals, paired_bars
from memisis_screens.plots.curve_plot import CurvePlot
from memisis_screens.plots.heat_map import heat_map
from memisis_screens.plots.making import plots_of, why_none
from memisis_screens.plots.plot import Curves, Plot
from memisis_screens.plots.plots_pane import PlotsPane, PlotTable
from memisis_screens.plots.plots_view import PlotKind, PlotsRequested, kind_of_measure
from memisis_screens.run_view import LossCurve, RunView
from tests.fakes.patients import example_plots
from tests.tui.bench import Bench
from tests.tui.reviewing import runs_done

HOSTILE = ("[/]", "a\x1b[31mred", "血圧 🫀", "\u202eright", "x" * 10_000)


def run_view(**changes: object) -> RunView:
    """Return a run without a record."""
    return RunView("r1", "A", "ctgan", RunState.DONE, **changes)  # type: ignore[arg-type]


def drawn(plot: Plot, width: int = 60) -> list[str]:
    """Return the lines of a plot that is drawn with characters."""
    assert not isinstance(plot.drawing, Curves)
    return [line.plain for line in plot.drawing(width, 20).split("\n")]


def test_bars_are_as_long_as_their_shares() -> None:
    lines = paired_bars([("a", 0.5, 0.25), ("bc", 0.25, 0.0)], 44).plain.split("\n")
    assert [line.count("█") for line in lines] == [40, 0, 20, 0]
    assert [line.count("━") for line in lines] == [0, 20, 0, 0]
    assert len({line.index(sign) for line, sign in zip(lines, "█━█", strict=False)}) == 1
    real, synthetic = ascii_text(lines[0]), ascii_text(lines[1])
    assert set(real) & set(synthetic) == {" "}  # told apart without colour and in ASCII


def test_a_merged_bin_is_drawn_no_taller_than_its_patients_are_dense() -> None:
    plot = plots_of(PlotKind.COLUMNS, example_plots(), run_view(), None)[0]
    real = [line.count("█") for line in drawn(plot)[::2]]
    assert real[0] == real[1] == real[2] > 0  # 25 % in ten years, 50 % in twenty
    assert "share per 10 years" in plot.caption
    assert [row[1] for row in plot.rows] == ["25.0%", "25.0%", "50.0%"]  # the table has the shares
    assert "without one: a few and 0.0%" in plot.caption  # small counts stay undisclosed


def test_intervals_stand_where_their_numbers_are() -> None:
    lines = intervals([("g", 0.5, (0.25, 0.75), 1.0), ("h", None, None, None)], (0, 1), 44)
    track, none, scale = lines.plain.split("\n")
    start = track.index("├")
    assert track.index("●") - start == pytest.approx(10, abs=1)
    assert track.index("┤") - start == pytest.approx(20, abs=1)
    assert track.index("┼") == len(track) - 1
    assert "not enough patients" in none
    assert scale.split() == ["0", "1"]


def test_a_heat_map_says_sign_and_tenths_without_colour() -> None:
    values = {(0, 1): 0.62, (0, 2): -0.04, (1, 2): -1.0}
    lines = heat_map(["a", "b", "c"], values, 40).plain.split("\n")
    assert lines[1].endswith("+6")
    assert lines[2].endswith(" .-#")
    narrow = heat_map([f"c{i}" for i in range(40)], {}, 40).plain
    assert "shows all columns" in narrow  # what has no room is said
    assert max(len(line) for line in narrow.split("\n")) <= 44


def test_the_loss_of_a_run_at_work_needs_no_file() -> None:
    curve = LossCurve().added(1, {"loss": 4.0}).added(2, {"loss": 2.0})
    plot = plots_of(PlotKind.LOSS, None, run_view(losses=curve), None)[0]
    assert isinstance(plot.drawing, Curves)
    assert plot.drawing.series[0].y == (4.0, 2.0)
    assert plot.rows == (("1", "4"), ("2", "2"))
    assert plots_of(PlotKind.LOSS, None, run_view(), None) == ()
    assert why_none(PlotKind.LOSS, None, run_view()) == "No epoch has ended yet"


def test_a_kind_that_is_absent_says_why() -> None:
    plots = example_plots().model_copy(
        update={"groups": (), "absent": {"groups": "the target has one class"}}
    )
    assert plots_of(PlotKind.GROUPS, plots, run_view(), None) == ()
    assert why_none(PlotKind.GROUPS, plots, run_view()) == "the target has one class"


@pytest.mark.parametrize(
    ("measure", "kind"),
    [
        ("fidelity.ks", PlotKind.COLUMNS),
        ("fidelity.pair_trends", PlotKind.PAIRS),
        ("privacy.membership_auc", PlotKind.ATTACK),
        ("fairness.tpr", PlotKind.GROUPS),
        ("utility.auroc_gap", PlotKind.TRADE_OFF),
    ],
)
def test_a_measure_leads_to_the_plot_that_shows_most_of_it(measure: str, kind: PlotKind) -> None:
    assert kind_of_measure(measure) is kind


def test_hostile_names_are_drawn_as_they_are() -> None:
    plots = example_plots(HOSTILE)
    for kind in (PlotKind.COLUMNS, PlotKind.PAIRS, PlotKind.GROUPS):
        for plot in plots_of(kind, plots, run_view(), None):
            for line in drawn(plot):
                assert "\x1b" not in line
                assert "\u202e" not in line
                assert len(line) <= 120
    heat = "\n".join(drawn(plots_of(PlotKind.PAIRS, plots, run_view(), None)[0]))
    assert "[/]" in heat
    assert visible(HOSTILE[1]) in heat


async def opened_plots(bench: Bench, pilot: Pilot[int]) -> PlotsPane:
    """Open the plots of the first run from the Metrics tab."""
    await runs_done(bench, pilot)
    await bench.app.bench.action_show_tab("metrics")
    await pilot.press("p")
    await bench.until(
        lambda: bench.app.session.plots is not None and bool(bench.app.session.plots.plots), pilot
    )
    await bench.until(lambda: isinstance(bench.app.focused, PlotTable), pilot)
    await pilot.pause()
    return bench.app.bench.query_one(PlotsPane)


async def test_every_kind_by_key_at_80_by_24(bench: Bench) -> None:
    async with bench.opened((80, 24)) as pilot:
        pane = await opened_plots(bench, pilot)
        pane.go_to(PlotKind.COLUMNS)
        await pilot.pause()
        assert "Age [years]" in bench.text()
        assert "25.0%" in bench.text()
        await pilot.press("right")
        await pilot.pause()
        assert "HbA1c [mmol]" in bench.text()
        for expected in ("Age × Sex", "loss", "area 0.560", "true positive rate", "beaten by"):
            await pilot.press("full_stop")
            await bench.until(lambda: expected in bench.work(), pilot)  # noqa: B023
        assert bench.app.bench.query_one(CurvePlot).is_on_screen
        await pilot.press("full_stop")  # round, to the column that was shown before
        await bench.until(lambda: "HbA1c [mmol]  2 of 3" in bench.text(), pilot)
        await pilot.press("slash", *"sex", "enter")
        await bench.until(lambda: "found: sex" in bench.text(), pilot)
        assert "Sex" in bench.text()
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert bench.app.focused is bench.app.bench.chat.prompt


async def test_a_column_is_found_from_elsewhere_and_kept_for_another_run(bench: Bench) -> None:
    async with bench.opened((200, 50)) as pilot:
        pane = await opened_plots(bench, pilot)
        assert pane.has_class("-beside")
        first = bench.app.session.plots.run_id  # type: ignore[union-attr]
        bench.app.post_message(PlotsRequested(first, PlotKind.COLUMNS, "Sex"))
        await bench.until(lambda: "Sex  3 of 3" in bench.text(), pilot)
        await pilot.press("o")
        await bench.until(lambda: bench.app.session.plots.run_id != first, pilot)  # type: ignore[union-attr]
        await bench.until(lambda: "Sex  3 of 3" in bench.text(), pilot)


async def test_plots_that_were_changed_are_refused_in_one_line(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await runs_done(bench, pilot)
        for path in (bench.folder / "home").rglob("plots.json"):
            path.write_text("{}", encoding="utf-8")
        await bench.app.bench.action_show_tab("jobs")
        await pilot.press("p")
        await bench.until(lambda: "was changed after the run wrote it" in bench.work(), pilot)
