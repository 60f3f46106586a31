"""How smooth the workbench stays while two CTGAN jobs train: lag of its event loop.

The workbench runs without a terminal (Textual's test driver, 120 × 36) with the real store, the
real supervisor and real child processes. A task in its event loop asks to be woken every 5 ms; how
much later it wakes is the lag. Prints p50, p95, p99 and the maximum, idle and while both jobs
train, and which of the heavy libraries are in this process (none may be).

Then the terminal line (`terminal_line.py`: bytes a second, key to repaint), once as usual and once
with ``--low-bandwidth``. ``first_paint.py`` measures the start.

Usage: python benchmarks/interface.py [--seconds 30] [--parts lag line]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from terminal_line import measure_line

if TYPE_CHECKING:
    from memisis_core.runs.states import RunState
    from memisis_tui.app import MemisisApp

TABLE = Path(__file__).resolve().parents[1] / "sample_data" / "schizophrenia.csv"
HEAVY = ("torch", "sdv", "sdmetrics", "sklearn", "fairlearn", "gpt4all", "pandas")
INTERVAL = 0.005
PARTS = ("lag", "line")


async def lags(seconds: float, going_on: object = None) -> list[float]:
    """Return by how many seconds each wake-up came late, for `seconds` or while `going_on()`."""
    late: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end and (going_on is None or going_on()):  # type: ignore[operator]
        asked = time.perf_counter()
        await asyncio.sleep(INTERVAL)
        late.append(time.perf_counter() - asked - INTERVAL)
    return late


def report(name: str, late: list[float]) -> None:
    cuts = statistics.quantiles(late, n=100)
    figures = (cuts[49], cuts[94], cuts[98], max(late))
    p50, p95, p99, most = (1000 * value for value in figures)
    print(
        f"{name:10} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   p99 {p99:6.1f} ms   "
        f"max {most:6.1f} ms   ({len(late):,} wake-ups)"
    )


def states(app: MemisisApp) -> list[RunState]:
    return [run.state for run in app.session.runs]


async def measure(seconds: float, home: Path) -> None:
    from memisis_core.plan.model import Plan
    from memisis_core.runs.states import RunState
    from memisis_tui.app import MemisisApp
    from memisis_tui.services import open_services

    app = MemisisApp(lambda: open_services(home), TABLE)
    async with app.run_test(size=(120, 36)) as pilot:
        while app.session.table is None:
            await pilot.pause(0.05)
        await pilot.pause(1)
        report("idle", await lags(5))
        for seed in (0, 1):
            plan = Plan(synthesizers=["ctgan"], epochs=2000, train_rows=3000, seed=seed)
            await app.plans.propose(plan)
            assert app.session.draft is not None
            app.bench.confirm(app.session.draft.plan)
            await pilot.pause(0.2)
        while states(app).count(RunState.TRAINING) < 2:
            await pilot.pause(0.1)
        training = await lags(seconds, lambda: states(app).count(RunState.TRAINING) == 2)
        report("training", training)
        print(
            f"heavy libraries in this process: {[n for n in HEAVY if n in sys.modules] or 'none'}"
        )
        started = time.perf_counter()
        assert app.services is not None
        await asyncio.to_thread(app.services.supervisor.close)
        print(f"both jobs ended {time.perf_counter() - started:.2f} s after closing")
        while not all(state.final for state in states(app)):
            await pilot.pause(0.05)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    options = parser.parse_args()
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    sys.path.insert(0, str(TABLE.parents[1]))
    with tempfile.TemporaryDirectory() as folder:
        if "lag" in options.parts:
            asyncio.run(measure(options.seconds, Path(folder) / "lag"))
        if "line" in options.parts:
            for name, words in (("usual", ()), ("slow line", ("--low-bandwidth",))):
                home = Path(folder) / name
                for text in measure_line(TABLE, home, options.seconds, *words).lines(name):
                    print(text)


if __name__ == "__main__":
    main()
