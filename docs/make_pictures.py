"""Makes the pictures of the documentation from the real workbench: real model, real runs.

Opens the workbench on the sample data without a terminal (Textual's test driver), types the goal,
confirms the plan, waits for the runs, and saves what is on the screen.

Usage: python docs/make_pictures.py [--goal TEXT] [--size 140x42]
Needs an installed model (MEMISIS_HOME).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot

    from memisis_tui.app import MemisisApp

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
GOAL = "compare all three synthesizers, 100 epochs, 2000 rows, fair by race and sex"
PATIENCE = 900.0


async def until(pilot: Pilot[int], condition: Callable[[], bool]) -> None:
    waited = 0.0
    while not condition():
        await pilot.pause(0.2)
        waited += 0.2
        if waited > PATIENCE:
            raise TimeoutError("the workbench did not get there")


def save(app: MemisisApp, name: str) -> None:
    """Save the screen as SVG (converters that ignore its text lengths lose the alignment)."""
    svg = PICTURES / f"{name}.svg"
    svg.write_text(app.export_screenshot(title="memisis"), encoding="utf-8")
    print(svg)


async def make(home: Path, goal: str, size: tuple[int, int]) -> None:
    from memisis_tui.app import MemisisApp
    from memisis_tui.services import open_services

    app = MemisisApp(lambda: open_services(home), ROOT / "sample_data" / "schizophrenia.csv")
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: app.session.table is not None)
        await pilot.pause(1)
        save(app, "data")
        await pilot.press(*goal, "enter")
        await until(pilot, lambda: app.session.draft is not None)
        await pilot.pause(1)
        save(app, "plan")
        await pilot.press("enter")
        await until(pilot, lambda: any(run.losses for run in app.session.runs))
        await pilot.pause(3)
        await pilot.press("tab", "3")
        await pilot.pause(1)
        save(app, "jobs")
        await until(pilot, lambda: all(run.state.final for run in app.session.runs))
        await pilot.press("4")
        await pilot.pause(2)
        save(app, "workbench")
        await pilot.press("c")
        await pilot.pause(2)
        save(app, "compare")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--goal", default=GOAL)
    parser.add_argument("--size", default="140x42")
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        installed = Path(os.environ.get("MEMISIS_HOME", "")) / "models"
        if installed.is_dir():
            (home / "models").symlink_to(installed)
        asyncio.run(make(home, options.goal, (width, height)))


if __name__ == "__main__":
    main()
