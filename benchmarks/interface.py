"""How smooth the workbench stays while two CTGAN jobs train and the model streams an answer.

The workbench runs without a terminal (Textual's test driver, 120 × 36) with the real store, the
real supervisor, real child processes and the installed language model, which is asked one question
after the other. A task in its event loop asks to be woken every 5 ms; how much later it wakes is
the lag. Prints p50, p95, p99 and the maximum, idle and while all that goes on; beside them the
processor time that the loop used between two wake-ups (how late it would be on a core of its own)
and what a loop with nothing else to do (`bare_loop.py`, a process of its own, at the same time)
shows of the machine; and which of the heavy libraries are in this process (none may be).

Then the terminal line (`terminal_line.py`: bytes a second, key to repaint), once as usual and once
with ``--low-bandwidth``, and what 1,000 blocks and 10,000 events leave in memory
(`screen_memory.py`). ``first_paint.py`` measures the start.

Usage: python benchmarks/interface.py [--seconds 30] [--parts lag line memory]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bare_loop import BareLoop, lags
from screen_memory import measure_memory
from terminal_line import measure_line

if TYPE_CHECKING:
    from memisis_core.runs.states import RunState
    from memisis_tui.app import MemisisApp

TABLE = Path(__file__).resolve().parents[1] / "sample_data" / "schizophrenia.csv"
HEAVY = ("torch", "sdv", "sdmetrics", "sklearn", "fairlearn", "gpt4all", "pandas")
PARTS = ("lag", "line", "memory")
QUESTION = "What is photosynthesis?"
"""General enough that the embedded model answers it in its own words."""


def report(name: str, late: list[float]) -> None:
    cuts = statistics.quantiles(late, n=100)
    figures = (cuts[49], cuts[94], cuts[98], max(late))
    p50, p95, p99, most = (1000 * value for value in figures)
    print(
        f"{name:14} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   p99 {p99:6.1f} ms   "
        f"max {most:6.1f} ms   ({len(late):,} wake-ups)"
    )


def states(app: MemisisApp) -> list[RunState]:
    return [run.state for run in app.session.runs]


async def ask_on_and_on(app: MemisisApp, streamed: list[int]) -> None:
    """Ask the model one question after the other; keep how many characters each answer streamed."""
    while True:
        await app.conversation.ask(QUESTION)
        streamed.append(0)
        while app.conversation.answering:
            await asyncio.sleep(0.02)
            if app.conversation._answer is not None:
                streamed[-1] = len(app.conversation._answer.written)


async def measured(seconds: float, going_on: Callable[[], bool] = lambda: True) -> None:
    """Measure this loop and, at the same time, a bare one, and print both."""
    bare, busy = BareLoop(), list[float]()
    late = await lags(seconds, going_on, busy)
    report("  workbench", late)
    report("  its own work", busy)
    report("  bare loop", await asyncio.to_thread(bare.end))


async def measure(seconds: float, home: Path) -> None:
    from memisis_core.plan.model import Plan
    from memisis_core.runs.states import RunState
    from memisis_tui.app import MemisisApp
    from memisis_tui.services import open_services

    app = MemisisApp(lambda: open_services(home), TABLE)
    async with app.run_test(size=(120, 36)) as pilot:
        while app.session.table is None:
            await pilot.pause(0.05)
        await pilot.pause(5)
        print("idle:")
        await measured(5)
        for seed in (0, 1):
            plan = Plan(synthesizers=["ctgan"], epochs=2000, train_rows=3000, seed=seed)
            await app.plans.propose(plan)
            assert app.session.draft is not None
            app.bench.confirm(app.session.draft.plan)
            await pilot.pause(0.2)
        while states(app).count(RunState.TRAINING) < 2:
            await pilot.pause(0.1)
        streamed: list[int] = []
        asking = asyncio.create_task(ask_on_and_on(app, streamed))
        while not any(streamed) and not asking.done():
            await pilot.pause(0.1)
        print("two CTGAN jobs train and the model streams:")
        await measured(seconds, lambda: states(app).count(RunState.TRAINING) == 2)
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking
        print(f"  {len(streamed)} whole answers, {sum(streamed):,} characters streamed")
        print(
            f"heavy libraries in this process: {[n for n in HEAVY if n in sys.modules] or 'none'}"
        )
        started = time.perf_counter()
        assert app.services is not None
        await asyncio.to_thread(app.services.supervisor.close)
        print(f"both jobs ended {time.perf_counter() - started:.2f} s after closing")
        while not all(state.final for state in states(app)):
            await pilot.pause(0.05)


def loads() -> str:
    """Return how busy the machine is, beside which every figure has to be read."""
    return f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    options = parser.parse_args()
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    sys.path.insert(0, str(TABLE.parents[1]))
    with tempfile.TemporaryDirectory() as folder:
        if "lag" in options.parts:
            home = Path(folder) / "lag"
            home.mkdir()
            models = Path(os.environ.get("MEMISIS_HOME", "/nonexistent")) / "models"
            if models.is_dir():
                (home / "models").symlink_to(models)
            asyncio.run(measure(options.seconds, home))
            print(loads())
        if "line" in options.parts:
            for name, words in (("usual", ()), ("slow line", ("--low-bandwidth",))):
                home = Path(folder) / name
                for text in measure_line(TABLE, home, options.seconds, *words).lines(name):
                    print(text)
                print(loads())
        if "memory" in options.parts:
            for text in asyncio.run(measure_memory(Path(folder) / "memory")):
                print(text)


if __name__ == "__main__":
    main()
