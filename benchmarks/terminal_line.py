"""What the workbench sends over a terminal line: bytes a second, and how soon a key is echoed.

The real workbench runs on a pseudo-terminal of 120 x 36 over jobs that report 100 epochs a second,
more than a real training does, so that what is measured is the screen and not the synthesizer.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import termios
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_SECONDS = 60.0
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class LineFigures:
    """What one workbench sent.

    Attributes
    ----------
    idle, training : float
        Bytes a second.
    echoes : list of float
        Seconds from a key to the first byte that comes of it, in training.
    """

    idle: float
    training: float
    echoes: list[float]

    def lines(self, name: str) -> list[str]:
        """Return the figures for people."""
        cuts = statistics.quantiles(self.echoes, n=100)
        return [
            f"{name}: idle {self.idle:,.0f} bytes/s, in training {self.training:,.0f} bytes/s",
            f"{name}: key to repaint p50 {1000 * cuts[49]:.1f} ms  p95 {1000 * cuts[94]:.1f} ms  "
            f"max {1000 * max(self.echoes):.1f} ms  ({len(self.echoes)} keys, in training)",
        ]


class Line:
    """The workbench at the other end of a pseudo-terminal."""

    def __init__(self, table: Path, home: Path, *options: str) -> None:
        command = [sys.executable, "-m", "tests.e2e.fake_workbench", str(table), *options]
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            os.environ.update(
                {"MEMISIS_HOME": str(home), "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}
            )
            os.chdir(ROOT)
            os.execvp(command[0], command)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))

    def send(self, text: str) -> None:
        """Type."""
        os.write(self.terminal, text.encode())

    def read(self, seconds: float) -> bytes:
        """Return what comes within so many seconds."""
        seen, end = b"", time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if select.select([self.terminal], [], [], left)[0]:
                seen += os.read(self.terminal, 1 << 16)
        return seen

    def wait_for(self, text: str) -> None:
        """Read until a text comes."""
        seen, end = b"", time.perf_counter() + PATIENCE_SECONDS
        while text.encode() not in seen:
            if time.perf_counter() > end:
                raise SystemExit(f"{text!r} never came; seen: {seen[-500:]!r}")
            seen += self.read(0.1)

    def echo(self, key: str) -> float:
        """Return the seconds from a key to the repaint of its letter."""
        self.read(0.12)
        asked = time.perf_counter()
        self.send(key)
        while True:
            select.select([self.terminal], [], [], PATIENCE_SECONDS)
            if key.encode() in os.read(self.terminal, 1 << 16):
                return time.perf_counter() - asked

    def close(self) -> None:
        """End the workbench."""
        os.kill(self.child, signal.SIGTERM)
        end = time.perf_counter() + 10.0
        while not os.waitpid(self.child, os.WNOHANG)[0]:
            if time.perf_counter() > end:
                os.kill(self.child, signal.SIGKILL)
            with suppress(OSError):
                self.read(0.05)
        os.close(self.terminal)


def measure_line(table: Path, home: Path, seconds: float, *options: str) -> LineFigures:
    """Return what a workbench with these options sends, idle and in training."""
    line = Line(table, home, *options)
    try:
        line.wait_for("example")
        line.read(2.0)
        idle = len(line.read(seconds)) / seconds
        line.send("all three\r")
        line.wait_for("else")
        line.read(1.0)
        line.send("\r")
        line.read(1.0)
        line.send("\r")
        line.wait_for("training")
        line.read(2.0)
        training = len(line.read(seconds)) / seconds
        echoes = [line.echo(LETTERS[n % len(LETTERS)]) for n in range(100)]
        return LineFigures(idle, training, echoes)
    finally:
        line.close()
