"""A real terminal for tests: a private tmux server, keys in, screen out; no test sleeps."""

from __future__ import annotations

import os
import shlex
import subprocess
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

POLL = 0.1


class Terminal:
    """A program in a tmux window of its own.

    Parameters
    ----------
    command : sequence of str
    width, height : int
        Columns and lines.
    environment : mapping
        Variables beside those of the test process.
    """

    def __init__(
        self,
        command: Sequence[str],
        width: int = 120,
        height: int = 36,
        environment: Mapping[str, str] | None = None,
        term: str = "tmux-256color",
        folder: Path = Path(),
    ) -> None:
        self._socket = f"memisis-test-{uuid.uuid4().hex[:12]}"
        variables = [f"{key}={value}" for key, value in (environment or {}).items()]
        # COLUMNS and LINES, which test runners set, would overrule the terminal's real size.
        line = f"cd {shlex.quote(str(folder))}; " + shlex.join(
            ["env", "-u", "COLUMNS", "-u", "LINES", *variables, *command]
        )
        # The shell stays, so that the screen after the program's end can be read.
        self._tmux("-f", os.devnull, "new-session", "-d", "-x", str(width), "-y", str(height), "sh")
        self._tmux("set-option", "-g", "default-terminal", term)
        self._tmux("set-option", "-g", "escape-time", "0")
        self.keys(f"export PS1='ready> ' TERM={term}; clear", "Enter")
        self.wait_for("ready>")
        self.keys(f"{line}; echo ended with $?", "Enter")

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-L", self._socket, *arguments], capture_output=True, text=True, check=True
        )
        return done.stdout

    def keys(self, *keys: str) -> None:
        """Send keys by tmux's names (``Enter``, ``Escape``, ``C-k``), or text to type."""
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type text literally."""
        self._tmux("send-keys", "-l", text)

    def screen(self) -> str:
        """Return what is on the screen."""
        return self._tmux("capture-pane", "-p")

    def resize(self, width: int, height: int) -> None:
        """Change the size of the window."""
        self._tmux("resize-window", "-x", str(width), "-y", str(height))

    def wait_for(self, wanted: str | Callable[[str], bool], seconds: float = 30) -> str:
        """Wait until the screen holds a text or satisfies a condition, and return it."""
        fits = wanted if callable(wanted) else (lambda screen: wanted in screen)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            screen = self.screen()
            if fits(screen):
                return screen
            time.sleep(POLL)
        raise AssertionError(f"not seen within {seconds} s: {wanted!r}\n{self.screen()}")

    def processes(self) -> list[int]:
        """Return the processes that descend from the shell."""
        pane = int(self._tmux("display-message", "-p", "#{pane_pid}"))
        return descendants(pane)

    def close(self) -> None:
        """End the terminal and everything in it."""
        subprocess.run(
            ["tmux", "-L", self._socket, "kill-server"], capture_output=True, check=False
        )


def descendants(root: int) -> list[int]:
    """Return the living descendants of a process."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if stat[0] != "Z":
                children.setdefault(int(stat[1]), []).append(int(entry.name))
    found: list[int] = []
    queue = list(children.get(root, []))
    while queue:
        found.append(queue.pop())
        queue.extend(children.get(found[-1], []))
    return found


def command_line_of(process: int) -> str:
    """Return the command line of a process, empty if it has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""
