"""What review and plots look like, in a few well-chosen states; a change must be looked at.

See `tests.tui.test_snapshots` for how to update them.
"""

from __future__ import annotations

from textual.pilot import Pilot

from memisis_screens.plots.plots_pane import PlotsPane
from memisis_screens.plots.plots_view import PlotKind
from memisis_screens.themes import LIGHT, PLAIN
from memisis_tui.app import MemisisApp
from tests.tui.bench import Bench
from tests.tui.reviewing import reviewed, runs_done
from tests.tui.test_snapshots import Snap, app, ready  # noqa: F401 - a fixture


def marked_patient(bench: Bench, theme: str = "") -> object:
    """Show the first patient with a mark, judged and named."""

    async def show(pilot: Pilot[int]) -> None:
        bench.app.theme = theme or bench.app.theme
        await reviewed(bench, pilot)
        await pilot.press("p")
        await bench.until(lambda: "1 of 50 judged" in bench.text(), pilot)
        await pilot.press("m", "x")
        await pilot.pause()
        await pilot.pause()

    return ready(bench, show)


def plot(bench: Bench, kind: PlotKind, theme: str = "") -> object:
    """Show a kind of plot of the first run."""

    async def show(pilot: Pilot[int]) -> None:
        bench.app.theme = theme or bench.app.theme
        await runs_done(bench, pilot)
        await bench.app.bench.action_show_tab("jobs")
        await pilot.press("p")
        await bench.until(lambda: "training patients" in bench.text(), pilot)
        bench.app.bench.query_one(PlotsPane).go_to(kind)
        await pilot.pause()
        await pilot.press("z")
        await pilot.pause()

    return ready(bench, show)


def test_a_patient_at_80_by_24(app: MemisisApp, bench: Bench, snap_compare: Snap) -> None:  # noqa: F811
    assert snap_compare(app, terminal_size=(80, 24), run_before=marked_patient(bench))


def test_a_patient_in_the_light_theme(app: MemisisApp, bench: Bench, snap_compare: Snap) -> None:  # noqa: F811
    run_before = marked_patient(bench, LIGHT.name)
    assert snap_compare(app, terminal_size=(120, 36), run_before=run_before)


def test_columns_on_a_large_screen(app: MemisisApp, bench: Bench, snap_compare: Snap) -> None:  # noqa: F811
    run_before = plot(bench, PlotKind.COLUMNS)
    assert snap_compare(app, terminal_size=(200, 50), run_before=run_before)


def test_the_attack_at_80_by_24(app: MemisisApp, bench: Bench, snap_compare: Snap) -> None:  # noqa: F811
    run_before = plot(bench, PlotKind.ATTACK)
    assert snap_compare(app, terminal_size=(80, 24), run_before=run_before)


def test_pairs_in_the_colours_of_the_terminal(
    app: MemisisApp,  # noqa: F811
    bench: Bench,
    snap_compare: Snap,
) -> None:
    run_before = plot(bench, PlotKind.PAIRS, PLAIN.name)
    assert snap_compare(app, terminal_size=(120, 36), run_before=run_before)
