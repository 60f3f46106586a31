"""A home with the installed model, and terminals that are closed whatever happens."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal

OpenWorkbench = Callable[..., Terminal]
SAMPLE = Path(__file__).parents[2] / "sample_data" / "schizophrenia.csv"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    models = Path(os.environ.get("MEMISIS_HOME", "/nonexistent")) / "models"
    if models.is_dir():
        (folder / "models").symlink_to(models)
    return folder


@pytest.fixture
def workbench(home: Path) -> Iterator[OpenWorkbench]:
    """Return a function that opens the workbench in a terminal of its own."""
    if shutil.which("tmux") is None:
        pytest.fail("tmux is needed for the end-to-end tests (apt-get install tmux)")
    opened: list[Terminal] = []

    def open_workbench(
        data: Path = SAMPLE,
        width: int = 120,
        height: int = 36,
        term: str = "tmux-256color",
        folder: Path = Path(),
    ) -> Terminal:
        command = [sys.executable, "-m", "memisis_tui.command_line", str(data)]
        terminal = Terminal(command, width, height, {"MEMISIS_HOME": str(home)}, term, folder)
        opened.append(terminal)
        terminal.wait_for("commands")
        return terminal

    yield open_workbench
    for terminal in opened:
        terminal.close()
