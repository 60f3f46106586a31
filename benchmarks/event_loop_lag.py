"""How long the workbench's event loop is held up while two CTGAN jobs train and are evaluated.

Opens the real application without a terminal, on the real engine and store, starts two plans with
CTGAN, and asks every 10 ms how late the loop is. Usage::

    python benchmarks/event_loop_lag.py [--epochs 20] [--rows 2000] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from memisis_core.plan.model import Plan
from memisis_core.runs.states import RunState
from memisis_screens.messages import PlanConfirmed
from memisis_tui.app import MemisisApp
from memisis_tui.services import open_services

ROOT = Path(__file__).resolve().parents[1]
TICK_SECONDS = 0.01


@dataclass
class Lags:
    """How late the loop was, in milliseconds, by what was going on."""

    by_phase: dict[str, list[float]] = field(default_factory=dict)

    def add(self, phase: str, late: float) -> None:
        """Keep one measurement."""
        self.by_phase.setdefault(phase, []).append(late * 1000)

    def summary(self) -> dict[str, dict[str, float]]:
        """Return count, median, p95, p99 and maximum of each phase."""
        return {phase: _quantiles(values) for phase, values in self.by_phase.items()}


def _quantiles(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)

    def at(share: float) -> float:
        return round(ordered[min(int(share * len(ordered)), len(ordered) - 1)], 1)

    return {
        "n": len(ordered),
        "median_ms": at(0.5),
        "p95_ms": at(0.95),
        "p99_ms": at(0.99),
        "max_ms": round(ordered[-1], 1),
    }


def phase_of(app: MemisisApp) -> str:
    """Return what the runs are doing: the busiest phase counts."""
    states = {run.state for run in app.session.runs}
    for state in (RunState.EVALUATING, RunState.TRAINING):
        if state in states:
            return str(state)
    return "other" if states else "before"


async def watch(app: MemisisApp, lags: Lags, stop: asyncio.Event) -> None:
    """Measure until told to stop."""
    loop = asyncio.get_running_loop()
    while not stop.is_set():
        due = loop.time() + TICK_SECONDS
        await asyncio.sleep(TICK_SECONDS)
        lags.add(phase_of(app), max(loop.time() - due, 0.0))


async def measure(epochs: int, rows: int, home: Path) -> Lags:
    """Run two plans with CTGAN and return the lags."""
    app = MemisisApp(lambda: open_services(home), ROOT / "sample_data" / "schizophrenia.csv")
    lags, stop = Lags(), asyncio.Event()
    async with app.run_test(size=(120, 36)) as pilot:
        while app.session.table is None or len(app.bench.content.children) < 6:
            await pilot.pause(0.05)
        watcher = asyncio.create_task(watch(app, lags, stop))
        await pilot.pause(1.0)
        await app.bench.action_show_tab("metrics")
        for seed in (0, 1):
            plan = Plan(
                synthesizers=["ctgan"],
                epochs=epochs,
                train_rows=rows,
                sample_rows=1000,
                seed=seed,
                dataset=app.session.table.reference,
            )
            await app.plans.propose(plan)
            app.post_message(PlanConfirmed(plan))
            while len(app.session.runs) <= seed:
                await pilot.pause(0.05)
        while app.session.active_runs:
            await pilot.pause(0.1)
        stop.set()
        await watcher
        for run in app.session.runs:
            if run.state is not RunState.DONE:
                raise SystemExit(f"{run.label} {run.state}: {run.reason}")
    return lags


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        lags = asyncio.run(measure(options.epochs, options.rows, Path(home)))
    result = {"load_average": round(os.getloadavg()[0], 2), "lag": lags.summary()}
    if options.json:
        print(json.dumps(result))
        return
    for phase, figures in lags.summary().items():
        print(f"{phase:<12}", figures)
    print("load average", result["load_average"])


if __name__ == "__main__":
    main()
