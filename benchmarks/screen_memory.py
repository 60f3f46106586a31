"""Whether hours of work make the workbench grow: 1,000 blocks of conversation, 10,000 job events.

The workbench with a scripted agent and jobs that only report (`tests/tui/bench.py`), without a
terminal. Each half is first filled to where it should stop growing (the conversation keeps its last
200 blocks, a loss curve 512 points); what the process holds is measured then, and again after each
quarter of the rest. *objects* are those that Python's garbage collector knows, *resident* is what
the operating system counts. (Tracing each allocation makes the screen too slow to be measured.)
"""

from __future__ import annotations

import asyncio
import gc
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.pilot import Pilot
    from textual.widget import Widget

    from tests.tui.bench import Bench

BLOCKS, EVENTS, QUARTERS = 1000, 10_000, 4
EVENTS_BEFORE = 2000
"""Past 512 points, from where a curve is thinned."""
PATIENCE_SECONDS = 300.0
FLAT_SHARE = 0.02
"""Growth of the objects by less is called flat: tasks and frames under way come and go."""
_PAGE = os.sysconf("SC_PAGE_SIZE")
_ANSWER = (
    "**Membership inference** asks whether a record was among those trained on.\n\n"
    "- 0.5 is guessing\n- 1.0 is certainty\n\n| run | value |\n|---|---|\n| A | 0.51 |\n"
)


@dataclass(frozen=True)
class Held:
    """What the process holds.

    Attributes
    ----------
    objects : int
    resident : float
        Megabytes.
    """

    objects: int
    resident: float

    @classmethod
    def now(cls) -> Held:
        """Return what is held after the garbage is gone."""
        gc.collect()
        resident = int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE
        return cls(len(gc.get_objects()), resident / 1e6)


def verdict(what: str, held: list[Held]) -> str:
    """Return one line: what was held before and after each quarter, and whether that is flat."""
    grown = held[-1].objects - held[0].objects
    flat = grown < FLAT_SHARE * held[0].objects
    objects = ", ".join(f"{each.objects:,}" for each in held)
    resident = ", ".join(f"{each.resident:.0f}" for each in held)
    return (
        f"memory, {what}: {objects} objects ({grown:+,}: {'flat' if flat else 'GROWS'}), "
        f"resident {resident} MB"
    )


async def measure_memory(folder: Path) -> list[str]:
    """Return what was held before and after, for people."""
    from tests.tui.bench import Bench

    folder.mkdir(parents=True, exist_ok=True)
    bench = Bench(folder)
    async with bench.opened() as pilot:
        blocks = await _blocks(bench, pilot)
        events = await _events(bench, pilot)
    return [
        verdict(f"{BLOCKS:,} blocks of conversation", blocks),
        verdict(f"{EVENTS:,} job events", events),
    ]


async def _blocks(bench: Bench, pilot: Pilot[int]) -> list[Held]:
    from memisis_screens.chat.chat_pane import MOST_BLOCKS

    async def add(count: int) -> Held:
        for number in range(count):
            await _add_one(bench, number)
            if number % 25 == 0:
                await pilot.pause()
        # What else reads the conversation: the session that is saved every two seconds.
        await pilot.pause(3)
        return Held.now()

    return [await add(MOST_BLOCKS + 20), *[await add(BLOCKS // QUARTERS) for _ in range(QUARTERS)]]


async def _add_one(bench: Bench, number: int) -> None:
    """Add a block: words of a person, an answer in Markdown, a step, an error, in turn."""
    from memisis_screens.chat.answer_block import AnswerBlock
    from memisis_screens.chat.blocks import ErrorBlock, PersonBlock, StepBlock

    words = f"words of message {number} " * 5
    answer = AnswerBlock()
    kinds: list[Widget] = [PersonBlock(words), answer, StepBlock(words), ErrorBlock(words)]
    block = kinds[number % len(kinds)]
    await bench.app.bench.chat.add(block)
    if block is answer:
        for piece in _ANSWER.splitlines(keepends=True):
            await answer.write(piece)
        await answer.finish()


async def _events(bench: Bench, pilot: Pilot[int]) -> list[Held]:
    from memisis_core.plan.model import Plan
    from memisis_core.runs.events import StateChanged
    from memisis_core.runs.states import RunState
    from tests.fakes.fake_executor import epoch

    app, total = bench.app, 2 * EVENTS
    await app.plans.propose(Plan(synthesizers=["ctgan"], epochs=total))
    assert app.session.draft is not None
    app.bench.confirm(app.session.draft.plan)
    await bench.until(lambda: bool(app.session.runs), pilot, PATIENCE_SECONDS)
    job = await asyncio.to_thread(bench.executor.job, "ctgan")
    job.send(StateChanged(state=RunState.TRAINING))
    done = 0

    async def send(count: int) -> Held:
        nonlocal done
        for _ in range(count):
            done += 1
            job.send(epoch(done, total))
            if done % 50 == 0:
                await pilot.pause()
        await bench.until(lambda: app.session.runs[0].step == done, pilot, PATIENCE_SECONDS)
        await pilot.pause(3)
        return Held.now()

    held = [await send(EVENTS_BEFORE), *[await send(EVENTS // QUARTERS) for _ in range(QUARTERS)]]
    job.finish()
    await bench.until(lambda: not app.session.active_runs, pilot, PATIENCE_SECONDS)
    return held
