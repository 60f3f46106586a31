"""How long until the workbench is on the screen, from the start of the process.

Starts ``memisis DATA`` (or, with ``--module``, the application without the command line) on a
pseudo-terminal of 120 x 36, answers as a terminal does, and measures the time until the first full
frame has arrived: header, prompt and key line. Usage::

    python benchmarks/first_paint.py [DATA] [--times 10] [--module] [--json]
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
import statistics
import struct
import sys
import tempfile
import termios
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COLUMNS, ROWS = 120, 36
FULL_FRAME = (b"Memisis", b"What data do you need", b"commands")
"""One text of the first line, of the prompt and of the last line."""
PATIENCE_SECONDS = 20.0
_STYLING = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z$]")
_MODULE = (
    "import sys; from pathlib import Path; from memisis_tui.app import run_workbench; "
    "sys.exit(run_workbench(Path(sys.argv[1])))"
)


def first_paint(command: list[str], home: Path) -> float:
    """Return the seconds from starting `command` to its first full frame."""
    start = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update({"MEMISIS_HOME": str(home), "TERM": "xterm-256color"})
        os.execvp(command[0], command)
    try:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        return _until_painted(terminal) - start
    finally:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)
        _drain(terminal, child)
        os.close(terminal)


def _until_painted(terminal: int) -> float:
    seen = b""
    end = time.perf_counter() + PATIENCE_SECONDS
    while time.perf_counter() < end:
        ready, _, _ = select.select([terminal], [], [], 0.5)
        if not ready:
            continue
        seen += os.read(terminal, 1 << 16)
        text = _STYLING.sub(b"", seen)
        # The cursor stands on the first letter of the placeholder, styled apart.
        if all(part in text for part in FULL_FRAME):
            return time.perf_counter()
    raise SystemExit(f"no full frame within {PATIENCE_SECONDS} s; seen: {seen[-500:]!r}")


def _drain(terminal: int, child: int) -> None:
    """Read what is left until the process is gone, so that it never blocks on its terminal."""
    end = time.perf_counter() + 5.0
    while time.perf_counter() < end:
        done, _ = os.waitpid(child, os.WNOHANG)
        if done:
            return
        with suppress(OSError):
            if select.select([terminal], [], [], 0.05)[0]:
                os.read(terminal, 1 << 16)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", default=ROOT / "sample_data" / "schizophrenia.csv")
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--module", action="store_true", help="without the command line")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    memisis = Path(sys.executable).with_name("memisis")
    plain = [sys.executable, "-c", _MODULE] if options.module else [str(memisis)]
    with tempfile.TemporaryDirectory() as home:
        command = [*plain, str(options.data)]
        first_paint(command, Path(home))  # byte code and file cache
        times = [first_paint(command, Path(home)) for _ in range(options.times)]
    result = {
        "median_seconds": round(statistics.median(times), 3),
        "min_seconds": round(min(times), 3),
        "max_seconds": round(max(times), 3),
        "times": len(times),
        "load_average": round(os.getloadavg()[0], 2),
    }
    print(json.dumps(result) if options.json else result)


if __name__ == "__main__":
    main()
