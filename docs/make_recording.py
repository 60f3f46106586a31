"""Records the first minutes as an asciinema cast (version 2), from the real workbench.

Real command line, real language model, real runs; keys only, on a pseudo-terminal. Each step waits
for what the screen says before it types. Play it with ``asciinema play docs/first-minutes.cast``.

Usage: python docs/make_recording.py [--out docs/first-minutes.cast] [--size 120x36]
Needs an installed model (MEMISIS_HOME).
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import tempfile
import termios
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GOAL = "use gaussian copula and tvae, 5 epochs, 500 rows, predict Diagnosis, privacy first"
STEPS: tuple[tuple[str, str], ...] = (
    ("For example", GOAL),
    ("", "\r"),
    ("Enter to the plan", "\r"),
    ("Enter run", "\r"),
    ("Nothing is at work", "\x1b"),
    ("", "\t"),
    ("", "4"),
    ("memb. attack", "j"),
    ("", "j"),
    ("", "c"),
    ("[5 Compare]", "6"),
    ("[6 Report]", "?"),
    ("Help", "\x1b"),
    ("", "q"),
)
"""What the screen says before each key; nothing: a reader's pause is enough."""
SHOWN_FOLDER = "/home/user/study"
"""What stands for the folder that this ran in."""
PATIENCE_SECONDS = 300.0
PAUSE_SECONDS = 1.5
SECONDS_A_LETTER = 0.03
LONGEST_IDLE_SECONDS = 2.0
"""Players skip longer waits."""
_STYLING = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z$]")


@dataclass
class Recording:
    """What a terminal showed, and when.

    Attributes
    ----------
    descriptor : int
        The terminal.
    events : list of (float, str)
        Seconds from the start, and what came.
    """

    descriptor: int
    started: float = field(default_factory=time.perf_counter)
    events: list[tuple[float, str]] = field(default_factory=list)
    _bytes: bytes = b""
    _typed: int = 0
    """How many events there were before the last keys."""

    def read(self, seconds: float) -> None:
        """Record what comes within so many seconds."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if not select.select([self.descriptor], [], [], left)[0]:
                break
            self._bytes += os.read(self.descriptor, 1 << 16)
            # A character may be cut in two by the end of what was read.
            whole = self._bytes.decode("utf-8", errors="ignore")
            self._bytes = self._bytes[len(whole.encode()) :]
            self.events.append((time.perf_counter() - self.started, whole))

    def wait_for(self, wanted: str) -> None:
        """Record until a text has been shown since the last keys."""
        end = time.perf_counter() + PATIENCE_SECONDS
        while wanted not in (seen := self._seen()):
            if time.perf_counter() > end:
                raise SystemExit(f"{wanted!r} was never shown; last: {seen[-800:]!r}")
            self.read(0.2)

    def _seen(self) -> str:
        return _STYLING.sub("", "".join(text for _, text in self.events[self._typed :]))

    def type(self, keys: str) -> None:
        """Type, as fast as a person who knows what to say."""
        self._typed = len(self.events)
        for key in keys:
            os.write(self.descriptor, key.encode())
            self.read(SECONDS_A_LETTER)


def record(home: Path, width: int, height: int) -> list[tuple[float, str]]:
    """Return what the workbench showed while the steps were taken."""
    memisis = str(Path(sys.executable).with_name("memisis"))
    child, descriptor = pty.fork()
    if child == 0:
        os.environ.update({"MEMISIS_HOME": str(home), "TERM": "xterm-256color"})
        for name in ("COLUMNS", "LINES", "NO_COLOR"):
            os.environ.pop(name, None)
        time.sleep(0.2)  # until the terminal has its size
        os.chdir(home)
        os.execv(memisis, [memisis, str(ROOT / "sample_data" / "schizophrenia.csv")])
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
    recording = Recording(descriptor)
    try:
        for wanted, keys in STEPS:
            if wanted:
                recording.wait_for(wanted)
            recording.read(PAUSE_SECONDS)
            recording.type(keys)
        with suppress(OSError):  # the program has gone, and its terminal with it
            recording.read(10.0)
    finally:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(descriptor)
    return recording.events


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "first-minutes.cast")
    parser.add_argument("--size", default="120x36")
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        installed = Path(os.environ.get("MEMISIS_HOME", "")) / "models"
        if installed.is_dir():
            (Path(folder) / "models").symlink_to(installed)
        events = record(Path(folder), width, height)
    head = {
        "version": 2,
        "width": width,
        "height": height,
        "idle_time_limit": LONGEST_IDLE_SECONDS,
        "title": "Memisis: from a goal in words to compared runs",
        "env": {"TERM": "xterm-256color"},
    }
    # As long as the folder's name, so that nothing moves on the screen.
    home = SHOWN_FOLDER.ljust(len(folder))[: len(folder)]
    lines = [
        json.dumps(head),
        *(json.dumps([round(at, 3), "o", text.replace(folder, home)]) for at, text in events),
    ]
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{options.out}: {events[-1][0]:.0f} s, {options.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
