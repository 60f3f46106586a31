"""Whether hours of work make the workbench grow: 1,000 blocks of conversation, 10,000 events."""

from __future__ import annotations

import gc
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tests.tui.bench import Bench

BLOCKS, EVENTS = 1000, 10_000


def held() -> float:
    """Return the megabytes that Python objects take."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0] / 1e6


async def measure_memory(folder: Path) -> list[str]:
    """Return what was held before and after, for people."""
    from tests.tui.bench import Bench

    bench = Bench(folder)
    tracemalloc.start()
    async with bench.opened() as pilot:
        blocks = await _blocks(bench, pilot)
        events = await _events(bench, pilot)
    tracemalloc.stop()
    return [
        f"memory: {BLOCKS:,} blocks of conversation after the screen was full: "
        f"{blocks[0]:.1f} MB, then {blocks[1]:.1f} MB",
        f"memory: {EVENTS:,} job events after the first {EVENTS // 10:,}: "
        f"{events[0]:.1f} MB, then {events[1]:.1f} MB",
    ]


async def _blocks(bench: Bench, pilot: Pilot[int]) -> tuple[float, float]:
    from memisis_screens.chat.blocks import PersonBlock
    from memisis_screens.chat.chat_pane import MOST_BLOCKS

    async def add(count: int) -> float:
        for number in range(count):
            await bench.app.bench.chat.add(PersonBlock(f"words of message {number} " * 5))
            if number % 50 == 0:
                await pilot.pause()
        await pilot.pause()
        return held()

    return await add(MOST_BLOCKS + 20), await add(BLOCKS)


async def _events(bench: Bench, pilot: Pilot[int]) -> tuple[float, float]:
    from memisis_core.plan.model import Plan
    from memisis_core.runs.events import StateChanged
    from memisis_core.runs.states import RunState
    from tests.fakes.fake_executor import epoch

    await bench.app.plans.propose(Plan(synthesizers=["ctgan"], epochs=2 * EVENTS))
    bench.app.bench.confirm(bench.app.session.draft.plan)
    await bench.until(lambda: bool(bench.app.session.runs), pilot)
    job = bench.executor.job("ctgan")
    job.send(StateChanged(state=RunState.TRAINING))

    async def send(first: int, last: int) -> float:
        for step in range(first, last + 1):
            job.send(epoch(step, 2 * EVENTS))
            if step % 100 == 0:
                await pilot.pause()
        await bench.until(lambda: bench.app.session.runs[0].step == last, pilot)
        return held()

    few = await send(1, EVENTS // 10)
    many = await send(EVENTS // 10 + 1, EVENTS + EVENTS // 10)
    job.finish()
    await bench.until(lambda: not bench.app.session.active_runs, pilot)
    return few, many
