"""Every screen in four states, as a person would find it; used by tests and to look at pictures."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from textual.pilot import Pilot

from memisis_core.runs.events import Event, StateChanged
from memisis_core.runs.job import JobSpecification
from memisis_core.runs.states import RunState
from memisis_screens.plots.plots_view import PlotKind, PlotsRequested
from memisis_screens.tabs import CHAT, WORK_TABS
from tests.fakes.fake_executor import Script, epoch, failing_run
from tests.fakes.patients import reviewable_run
from tests.tui.bench import PATIENCE_SECONDS, Bench
from tests.tui.reviewing import reviewed

_FRAMES = str.maketrans("┏┓┗┛━┃", "╭╮╰╯─│")
"""Where colours are the terminal's own, the weight of the frame shows the focus."""
SIZES = ((80, 24), (120, 36), (200, 50))
TABS = (CHAT, *(tab.name for tab in WORK_TABS))
_CHANGING = (
    (re.compile(r"\d\d:\d\d:\d\d"), "00:00:00"),
    (re.compile(r"20\d\d-\d\d-\d\d \d\d:\d\d"), "2026-01-01 00:00"),
    (re.compile(r"20\d{6}-(\d{3})"), r"20260101-\1"),
)


async def empty(bench: Bench, pilot: Pilot[int]) -> None:
    """Nothing is open."""
    await bench.until(lambda: bool(bench.words()), pilot)


async def busy(bench: Bench, pilot: Pilot[int]) -> None:
    """One job trains, one prepares, one waits."""
    await bench.run(pilot)
    await bench.until(lambda: len(bench.app.session.runs) == 3, pilot)
    # Asking for a job that has not started would hold up the loop that starts it.
    await bench.until(lambda: len(bench.executor.jobs) == 3, pilot)
    job, other = bench.executor.job("ctgan"), bench.executor.job("tvae")
    other.send(StateChanged(state=RunState.PREPARING))
    job.send(StateChanged(state=RunState.TRAINING), *(epoch(step, 20) for step in range(1, 13)))
    run = bench.app.session.runs[0].id
    await bench.until(lambda: bench.app.session.run(run).step == 12, pilot)
    states = lambda: [run.state for run in bench.app.session.runs]  # noqa: E731
    await bench.until(lambda: RunState.PREPARING in states(), pilot)
    bench.app.jobs.measure()


def in_turn(bench: Bench, script: Script) -> Script:
    """Return a script whose jobs end one after the other, in the order of their labels."""

    def run(job: JobSpecification) -> Iterator[Event]:
        *events, last = script(job)
        yield from events
        end = time.monotonic() + PATIENCE_SECONDS
        while not _all_before_have_ended(bench, job.run_id) and time.monotonic() < end:
            time.sleep(0.02)
        yield last

    return run


def _all_before_have_ended(bench: Bench, run_id: str) -> bool:
    runs = bench.app.session.runs
    ids = [run.id for run in runs]
    return run_id in ids and all(run.state.final for run in runs[: ids.index(run_id)])


async def failed(bench: Bench, pilot: Pilot[int]) -> None:
    """Every job failed."""
    bench.with_script(in_turn(bench, failing_run))
    bench.app.services.supervisor._executor = bench.executor
    await bench.run(pilot)
    await bench.until(
        lambda: len(bench.app.session.runs) == 3 and not bench.app.session.active_runs, pilot
    )
    await bench.until(lambda: bench.words().count("failed") >= 3, pilot)


async def full(bench: Bench, pilot: Pilot[int]) -> None:
    """Three runs are done, two are marked, one is reviewed, one has its plots shown."""
    await reviewed(bench, pilot, in_turn(bench, reviewable_run))
    await bench.until(
        lambda: len(bench.app.session.contrasted.comparison.rows) == 7,  # type: ignore[union-attr]
        pilot,
    )
    before = bench.app.session.contrasted
    for run in bench.app.session.runs[:2]:
        bench.app.comparisons.toggle_mark(run.id)
    await bench.until(lambda: bench.app.session.contrasted is not before, pilot)
    first = bench.app.session.runs[0].id
    bench.app.bench.post_message(PlotsRequested(first, PlotKind.COLUMNS))
    await bench.until(lambda: bench.app.session.plots is not None, pilot)
    await bench.until(lambda: "training patients" in bench.text(), pilot)


STATES: dict[str, Callable[[Bench, Pilot[int]], object]] = {
    "empty": empty,
    "busy": busy,
    "failed": failed,
    "full": full,
}


@asynccontextmanager
async def brought_to(bench: Bench, state: str) -> AsyncIterator[Pilot[int]]:
    """Open the workbench and bring it into a state."""
    # All are started; while busy, the one that says nothing looks as if it waited.
    bench.cores = 3
    async with bench.opened(data=state != "empty") as pilot:
        bench.app.session = replace(bench.app.session, destination=Path("/exports"))
        await STATES[state](bench, pilot)  # type: ignore[misc]
        await pilot.pause()
        yield pilot
        if state == "busy":
            for job in bench.executor.jobs:
                job.finish()
            bench.executor.job("gaussian_copula").finish()


async def show(bench: Bench, pilot: Pilot[int], tab: str) -> None:
    """Bring a tab to the front, with nothing on top of it."""
    bench.app.clear_notifications()
    await bench.app.bench.action_show_tab(tab)
    await pilot.pause()
    await pilot.pause()


def steady(text: str) -> str:
    """Return a screen without what changes from day to day, and with one kind of frame."""
    text = text.translate(_FRAMES)
    for pattern, instead in _CHANGING:
        text = pattern.sub(instead, text)
    return text


def screen_text(bench: Bench) -> str:
    """Return what is on the screen, without spaces at the end of lines."""
    return steady("\n".join(line.rstrip() for line in bench.lines()))


def save_picture(bench: Bench, path: Path) -> None:
    """Save the screen as SVG."""
    path.write_text(bench.app.export_screenshot(title=path.stem), encoding="utf-8")
