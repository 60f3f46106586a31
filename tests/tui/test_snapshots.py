"""What the screens look like, in a few well-chosen states; a change must be looked at.

After a change that is meant: ``pytest tests/tui/test_snapshots.py --snapshot-update``, then look at
the pictures under ``tests/tui/__snapshots__``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from memisis_screens.tabs import WORK_TABS
from memisis_screens.themes import LIGHT
from memisis_tui.app import MemisisApp
from tests.fakes.fake_executor import successful_run
from tests.tui.bench import Bench

Snap = Callable[..., bool]
Prepare = Callable[[Pilot[int]], Awaitable[None]]


@pytest.fixture
def app(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> MemisisApp:
    """The application, not started yet, in which no time passes and no cursor blinks."""
    monkeypatch.setattr("memisis_screens.jobs.job_rows.duration", lambda _seconds: "0:41")
    monkeypatch.setattr("memisis_screens.chat.run_endings.duration", lambda _seconds: "0:41")
    bench.with_script(successful_run)
    bench.app = MemisisApp(bench.services, bench.data)
    bench.app.bench.chat.prompt.cursor_blink = False
    return bench.app


def ready(bench: Bench, then: Prepare | None = None) -> Prepare:
    """Wait until the table is there, then do something; jobs end one after the other."""
    bench.cores = 1

    async def prepare(pilot: Pilot[int]) -> None:
        await bench.until(lambda: bench.app.session.table is not None, pilot)
        await bench.until(lambda: len(bench.app.bench.content.children) == len(WORK_TABS), pilot)
        await bench.until(lambda: "For example" in " ".join(bench.words()), pilot)
        if then is not None:
            await then(pilot)
        await pilot.pause()

    return prepare


def test_first_screen(app: MemisisApp, bench: Bench, snap_compare: Snap) -> None:
    assert snap_compare(app, terminal_size=(120, 36), run_before=ready(bench))


def test_plan_card_at_80_by_24(app: MemisisApp, bench: Bench, snap_compare: Snap) -> None:
    assert snap_compare(app, terminal_size=(80, 24), run_before=ready(bench, bench.plan))


def test_plan_form(app: MemisisApp, bench: Bench, snap_compare: Snap) -> None:
    async def edit(pilot: Pilot[int]) -> None:
        await bench.plan(pilot)
        await pilot.press("e")
        await bench.until(lambda: "Space takes one in or out" in bench.text(), pilot)
        for _ in range(5):
            await pilot.press("tab")
            await pilot.pause()

    assert snap_compare(app, terminal_size=(120, 36), run_before=ready(bench, edit))


def test_measures_in_the_light_theme(app: MemisisApp, bench: Bench, snap_compare: Snap) -> None:
    async def measures(pilot: Pilot[int]) -> None:
        bench.app.theme = LIGHT.name
        await bench.done(pilot)
        await pilot.press("tab", "4", "down", "z")

    assert snap_compare(app, terminal_size=(120, 36), run_before=ready(bench, measures))


def test_comparison_on_a_large_screen(app: MemisisApp, bench: Bench, snap_compare: Snap) -> None:
    async def compare(pilot: Pilot[int]) -> None:
        await bench.done(pilot)
        await pilot.press("tab", "5", "right", "z")

    assert snap_compare(app, terminal_size=(200, 50), run_before=ready(bench, compare))


def test_help(app: MemisisApp, bench: Bench, snap_compare: Snap) -> None:
    async def ask(pilot: Pilot[int]) -> None:
        await pilot.press("tab", "question_mark")

    assert snap_compare(app, terminal_size=(120, 36), run_before=ready(bench, ask))
