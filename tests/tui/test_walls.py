"""What the process of the workbench may import, and when: checked in processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORBIDDEN = ("torch", "sdv", "sdmetrics", "sklearn", "fairlearn", "gpt4all", "pandas", "ctgan")
"""Never in this process: they cost seconds, and make a screen stutter."""
AFTER_THE_FIRST_PAINT = ("pydantic", "polars", "numpy", "sqlite3", "markdown_it")
"""Only once the first frame is on the screen."""

SCRIPT = """
import asyncio, json, sys
from pathlib import Path

def loaded(names):
    return [name for name in names if name in sys.modules]

async def main(data, home, forbidden, late):
    from memisis_tui.app import MemisisApp
    from memisis_tui.services import open_services
    found = {"imported": loaded(forbidden + late)}
    app = MemisisApp(lambda: open_services(Path(home)), Path(data))
    painted = {}
    original = app._open

    def opened():
        painted["at"] = loaded(forbidden + late)
        original()

    app._open = opened
    async with app.run_test(size=(120, 36)) as pilot:
        while app.session.table is None and not app.session.trouble:
            await pilot.pause(0.02)
        found["painted"] = painted["at"]
        await pilot.press("tab", "n")
        while app.session.draft is None:
            await pilot.pause(0.02)
        await pilot.press("2", "e", "escape", *"345678", "question_mark", "escape")
        await pilot.pause(0.2)
        found["used"] = loaded(forbidden)
        found["trouble"] = app.session.trouble
    print(json.dumps(found))

asyncio.run(main(*json.loads(sys.argv[1])))
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Open the real workbench on a real table in a process of its own and use it."""
    home = tmp_path_factory.mktemp("home")
    data = ROOT / "sample_data" / "nhefs.csv"
    arguments = [str(data), str(home), FORBIDDEN, AFTER_THE_FIRST_PAINT]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def test_a_table_in_parquet_brings_no_engine_into_the_process(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from memisis_core.data.dataset import open_dataset;"
        "rows = open_dataset(Path(sys.argv[1])).rows;"
        "print(rows, *(name for name in sys.argv[2:] if name in sys.modules))"
    )
    import polars as pl

    pl.DataFrame({"age": range(30, 80), "sex": ["f", "m"] * 25}).write_parquet(
        tmp_path / "a.parquet"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "a.parquet"), *FORBIDDEN],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.split() == ["50"]


def test_nothing_heavy_is_imported_before_the_first_paint(found: dict[str, object]) -> None:
    assert found["imported"] == []
    assert [name for name in found["painted"] if name in FORBIDDEN] == []  # type: ignore[attr-defined]
    late = [name for name in found["painted"] if name in ("pydantic", "polars", "numpy")]  # type: ignore[attr-defined]
    # The panes that the first frame does not show may be on their way by then; tables may not.
    assert not {"polars", "numpy"} & set(late)


def test_the_engines_never_enter_the_process_of_the_screen(found: dict[str, object]) -> None:
    assert found["trouble"] == ""
    assert found["used"] == []
