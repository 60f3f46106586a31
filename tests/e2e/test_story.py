"""What a new user does on the sample data, keys only: real terminal, real model, real SDV."""

import re
import time
from pathlib import Path

import pytest

from tests.e2e.conftest import OpenWorkbench
from tests.e2e.terminal import POLL, Terminal, command_line_of

pytestmark = pytest.mark.slow

GOAL = (
    "compare all three synthesizers, 20 epochs, 1000 rows, protect Race and Sex, predict Diagnosis"
)
QUICK = "use CTGAN with 5000 epochs"
WORKERS_DONE = 240


def ask(terminal: Terminal, words: str) -> None:
    """Send a goal once the table is there, and go to the plan that comes of it."""
    terminal.wait_for("Diagnosis looks like the target", 30)
    terminal.wait_for("What data do you need")
    terminal.type(words)
    terminal.keys("Enter")
    terminal.wait_for("Enter to the plan, or say a change", 60)
    terminal.keys("Enter")
    terminal.wait_for("Enter run")


def correct_number(terminal: Terminal, slot: str, hint: str, number: int) -> None:
    """Put a number into the slot of the form that has the focus."""
    terminal.wait_for(hint)
    terminal.type(str(number))
    terminal.keys("Enter")
    terminal.wait_for(lambda screen: bool(re.search(rf"{slot} +{number:,}", screen)))


def workers(terminal: Terminal) -> list[int]:
    return [p for p in terminal.processes() if "memisis_core.runs.worker" in command_line_of(p)]


def wait_until_training(terminal: Terminal) -> list[int]:
    terminal.wait_for(lambda screen: bool(re.search(r"training .*\d+/\d+", screen)), 120)
    return workers(terminal)


def test_from_a_goal_in_words_to_compared_runs_and_an_exported_report(
    workbench: OpenWorkbench, home: Path, tmp_path: Path
) -> None:
    terminal = workbench(folder=tmp_path)
    terminal.wait_for("Diagnosis looks like the target", 30)
    ask(terminal, GOAL)

    terminal.keys("e")
    terminal.wait_for("Space takes one in or out")
    card = terminal.screen()
    assert card.count("[x]") == 3, card
    terminal.keys("Tab")
    correct_number(terminal, "epochs", "passes over the training rows", 20)
    correct_number(terminal, "rows", "synthetic rows", 1000)
    terminal.wait_for("rows to learn from")  # what the words said was there
    terminal.keys("Escape")
    card = terminal.wait_for("Enter run")
    assert re.search(r"synthesizers +all three", card)
    assert re.search(r"target +Diagnosis", card)
    assert re.search(r"protected +(Race, Sex|Sex, Race)", card)

    terminal.keys("Enter")
    terminal.wait_for(
        lambda s: len(re.findall(r"[ABC] (?:CTGAN|GaussianCopula|TVAE) +✓ done", s)) == 3,
        WORKERS_DONE,
    )
    terminal.keys("Escape", "Tab", "4")
    overview = terminal.wait_for("memb. attack")
    for name in ("A ", "B ", "C "):
        assert name in overview
    for measure in ("column shapes", "AUROC", "eq. odds"):
        terminal.wait_for(measure)
    terminal.keys("c")
    terminal.wait_for(lambda screen: "[5 Compare]" in screen)
    terminal.keys("6")
    terminal.wait_for(lambda screen: "[6 Report]" in screen)
    terminal.keys("e")
    terminal.wait_for("✓ synthetic data of A CTGAN")
    terminal.keys("Down", "Down", "Down", "e")
    terminal.wait_for("✓ report of")
    assert (tmp_path / "schizophrenia-report.html").is_file()
    assert (tmp_path / "schizophrenia-A-ctgan.csv").stat().st_mode & 0o077 == 0

    terminal.keys("C-q")
    terminal.wait_for("ended with 0")
    assert workers(terminal) == []
    runs = [path for path in (home / "runs").iterdir() if path.is_dir()]
    assert len(runs) == 3
    assert all((run / "metrics.json").is_file() for run in runs)


def test_a_killed_job_is_a_failed_run_and_the_workbench_lives(workbench: OpenWorkbench) -> None:
    terminal = workbench()
    ask(terminal, QUICK)
    terminal.keys("Enter")
    (worker,) = wait_until_training(terminal)
    import os
    import signal

    os.kill(worker, signal.SIGKILL)
    terminal.wait_for(lambda screen: "failed" in screen and "SIGKILL" in screen, 10)
    terminal.keys("Escape")
    terminal.type("still here")
    terminal.wait_for("still here")


def test_quitting_in_training_ends_the_children_within_two_seconds(
    workbench: OpenWorkbench,
) -> None:
    terminal = workbench()
    ask(terminal, QUICK)
    terminal.keys("Enter")
    assert wait_until_training(terminal)
    terminal.keys("C-q")
    terminal.wait_for("Quit all the same")
    children = workers(terminal)
    started = time.monotonic()
    terminal.keys("y")
    while any(command_line_of(child) for child in children):
        assert time.monotonic() - started < 3  # two for the children, one to hear of the key
        time.sleep(POLL)
    terminal.wait_for("ended with 0", 10)
    assert terminal.processes() == []


@pytest.mark.parametrize("term", ["xterm-256color", "screen", "tmux-256color"])
def test_it_is_usable_at_80_by_24_and_survives_resizing(
    workbench: OpenWorkbench, term: str
) -> None:
    terminal = workbench(width=80, height=24, term=term)
    screen = terminal.wait_for("What data do you need")
    assert all(len(line) <= 80 for line in screen.splitlines())
    terminal.resize(60, 20)
    terminal.wait_for(lambda s: "Memisis" in s and max(map(len, s.splitlines())) <= 60)
    terminal.resize(120, 36)
    terminal.wait_for("2 Plan")
    terminal.type("words")
    terminal.wait_for("words")
    terminal.keys("C-q")
    terminal.wait_for("ended with 0")
