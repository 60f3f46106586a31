"""What terminals do to a workbench: they go away, shrink, detach, stop it, or draw little."""

from __future__ import annotations

import os
import pty
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from memisis_core.runs.states import RunState
from memisis_core.runs.store import Store
from tests.e2e.terminal import Terminal, command_line_of
from tests.fakes.study import write_table

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
Open = Callable[..., Terminal]


@pytest.fixture
def opened(home: Path, tmp_path: Path) -> Iterator[Open]:
    """Return a function that opens the workbench over fake jobs."""
    table = write_table(tmp_path / "patients.csv")
    terminals: list[Terminal] = []

    def open_it(*options: str, term: str = "tmux-256color", **environment: str) -> Terminal:
        data = [] if "-r" in options else [str(table)]
        command = [sys.executable, "-m", "tests.e2e.fake_workbench", *data, *options]
        variables = {"MEMISIS_HOME": str(home), "PYTHONPATH": str(ROOT), **environment}
        terminal = Terminal(command, 120, 36, variables, term, tmp_path)
        terminals.append(terminal)
        terminal.wait_for("commands")
        return terminal

    yield open_it
    for terminal in terminals:
        terminal.close()


def train(terminal: Terminal) -> None:
    """Run the plan, and wait until a job counts."""
    terminal.wait_for("For example")
    terminal.type("all three")
    terminal.keys("Enter")
    terminal.wait_for("Enter to the plan")
    terminal.keys("Enter")
    terminal.wait_for("Enter run")
    terminal.keys("Enter")
    terminal.wait_for("training")


def processes_of(home: Path) -> list[int]:
    """Return the processes whose environment names this home, the test's own left out."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with suppress(OSError):
                variables = (entry / "environ").read_bytes().split(b"\0")
                if f"MEMISIS_HOME={home}".encode() in variables:
                    found.append(int(entry.name))
    return [process for process in found if "python" in command_line_of(process)]


def wait_until(condition: Callable[[], bool], terminal: Terminal) -> None:
    terminal.wait_for(lambda _: condition())


def test_detached_jobs_outlive_the_terminal_and_are_found_and_stopped_later(
    opened: Open, home: Path
) -> None:
    first = opened("--detach")
    train(first)
    first.close()  # tmux kill-server, in mid-run
    again = opened("-r")
    again.wait_for(lambda screen: "training" in screen and "you   all three" in screen)
    store = Store.open(home)
    assert len(store.detached.at_work()) == 3
    again.keys("Escape", "Tab", "3")
    again.wait_for("[3 Jobs]")
    for _ in range(3):
        again.keys("x", "Down")
    wait_until(lambda: not store.detached.at_work(), again)
    states = {run.state for run in store.runs()}
    assert states == {RunState.CANCELLED}
    again.keys("q")
    again.wait_for("ended with 0")
    wait_until(lambda: processes_of(home) == [], again)
    store.close()


def test_leaving_while_detached_jobs_are_at_work_says_how_to_see_them(
    opened: Open, home: Path
) -> None:
    terminal = opened("--detach")
    train(terminal)
    terminal.keys("C-q")
    screen = terminal.wait_for("ended with 0")
    assert "3 jobs go on without this terminal. To see them: memisis -r" in screen
    store = Store.open(home)
    for run_id in store.detached.at_work():
        store.detached.request_stop(run_id)
    wait_until(lambda: processes_of(home) == [], terminal)
    store.close()


def test_jobs_of_the_terminal_end_with_it(opened: Open, home: Path) -> None:
    terminal = opened()
    train(terminal)
    terminal.close()
    other = opened("-r")
    other.wait_for("interrupted")
    store = Store.open(home)
    wait_until(lambda: {run.state for run in store.runs()} == {RunState.INTERRUPTED}, other)
    store.close()


def test_it_stops_for_the_shell_and_comes_back_with_the_jobs_still_at_work(opened: Open) -> None:
    terminal = opened()
    train(terminal)
    terminal.type("half a goal")
    terminal.wait_for("half a goal")
    terminal.keys("C-z")
    terminal.wait_for("ready>")
    terminal.type("stty -a | grep -c ' echo '")
    terminal.keys("Enter")
    terminal.wait_for(lambda screen: "\n1\n" in screen)  # the terminal is the shell's again
    terminal.type("fg")
    terminal.keys("Enter")
    screen = terminal.wait_for(lambda screen: "half a goal" in screen and "commands" in screen)
    assert "training" in screen
    terminal.keys("C-q")
    terminal.wait_for("Quit all the same")
    terminal.keys("y")
    terminal.wait_for("ready>")


def test_it_survives_small_windows_and_clients_that_come_and_go(opened: Open) -> None:
    terminal = opened()
    train(terminal)
    terminal.resize(60, 20)
    terminal.wait_for(lambda s: "Memisis" in s and max(map(len, s.splitlines())) <= 60)
    client, descriptor = pty.fork()
    if client == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execvp("tmux", ["tmux", "-L", terminal._socket, "attach"])
    seen = b""
    while b"Memisis" not in seen:
        assert select.select([descriptor], [], [], 20)[0], "the client never showed the screen"
        seen += os.read(descriptor, 1 << 16)
    terminal._tmux("detach-client")
    os.waitpid(client, 0)
    os.close(descriptor)
    terminal.resize(120, 36)
    terminal.wait_for(lambda s: "training" in s and "3 Jobs" in s)
    terminal.keys("C-q")
    terminal.wait_for("Quit all the same")
    terminal.keys("y")
    terminal.wait_for("ended with 0")


@pytest.mark.parametrize(
    ("term", "environment"),
    [
        ("screen", {}),
        ("tmux-256color", {}),
        ("xterm-256color", {"LC_ALL": "C"}),
        ("screen", {"LANG": "de_DE.ISO-8859-1", "LC_ALL": ""}),
    ],
)
def test_terminals_and_locales(opened: Open, term: str, environment: dict[str, str]) -> None:
    terminal = opened(term=term, **environment)
    train(terminal)
    terminal.keys("Escape", "Tab", "3")
    screen = terminal.wait_for("[3 Jobs]")
    assert screen.isascii() is bool(environment)
    assert ("+- Chat" in screen) is bool(environment)
    terminal.keys("C-q")
    terminal.wait_for("Quit all the same")
    terminal.keys("y")
    screen = terminal.wait_for("ended with 0")
    terminal.type("stty -a | grep -c ' echo '")
    terminal.keys("Enter")
    terminal.wait_for(lambda screen: "\n1\n" in screen)
