"""Leaving by signal, in a process of its own on a pseudo-terminal: it ends, and soon."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "sample_data" / "nhefs.csv"
START = (
    "import sys; from pathlib import Path; from memisis_tui.app import run_workbench; "
    "sys.exit(run_workbench(Path(sys.argv[1])))"
)
PATIENCE_SECONDS = 30.0


def opened(home: Path) -> tuple[int, int]:
    """Start the workbench on a pseudo-terminal; return its process and the terminal."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update({"MEMISIS_HOME": str(home), "TERM": "xterm-256color"})
        os.execv(sys.executable, [sys.executable, "-c", START, str(DATA)])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    wait_for(terminal, b"1,629 rows")  # the table was read
    return child, terminal


def wait_for(terminal: int, text: bytes) -> None:
    """Read until `text` was written."""
    seen, end = b"", time.monotonic() + PATIENCE_SECONDS
    while text not in seen:
        assert time.monotonic() < end, seen[-2000:]
        if select.select([terminal], [], [], 0.2)[0]:
            seen += os.read(terminal, 1 << 16)


def ended(child: int, terminal: int | None) -> int:
    """Wait for the process, reading what it writes; return its wait status."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status
        if terminal is not None:
            with suppress(OSError):
                if select.select([terminal], [], [], 0.05)[0]:
                    os.read(terminal, 1 << 16)
        else:
            select.select([], [], [], 0.05)
    os.kill(child, signal.SIGKILL)
    raise AssertionError("the workbench did not end")


@pytest.mark.slow
def test_sigterm_restores_the_terminal_and_ends_it(tmp_path: Path) -> None:
    child, terminal = opened(tmp_path)
    os.kill(child, signal.SIGTERM)
    status = ended(child, terminal)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 128 + signal.SIGTERM


@pytest.mark.slow
def test_a_terminal_that_goes_away_ends_it(tmp_path: Path) -> None:
    child, terminal = opened(tmp_path)
    os.close(terminal)
    status = ended(child, None)
    assert os.waitstatus_to_exitcode(status) != 0


@pytest.mark.slow
def test_ctrl_d_in_the_empty_prompt_ends_it_in_order(tmp_path: Path) -> None:
    child, terminal = opened(tmp_path)
    os.write(terminal, b"\x04")
    status = ended(child, terminal)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0
