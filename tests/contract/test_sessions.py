"""``memisis sessions`` and ``memisis run --detach``: what scripts may rely on."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from memisis_core.runs.session_state import SavedBlock, SessionState
from memisis_core.runs.store import Store
from tests.fakes.study import write_table

PLAN = """\
synthesizers = ["gaussian_copula"]
sample_rows = 60
target = "Outcome"
protected = ["Sex"]
"""


def wait_until(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    pause, deadline = threading.Event(), time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition never came true"
        pause.wait(0.1)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def memisis(home: Path, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "memisis_tui.command_line", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "MEMISIS_HOME": str(home), "OMP_NUM_THREADS": "1"},
        cwd=home.parent,
    )


def test_sessions_are_listed_shown_renamed_exported_and_deleted(home: Path) -> None:
    assert "no sessions yet" in memisis(home, "sessions", "list").stderr
    store = Store.open(home)
    session = store.sessions.add("asthma", "/data/asthma.csv")
    blocks = (SavedBlock(kind="person", text="all three\n[/]"), SavedBlock(kind="step", text="ok"))
    store.sessions.save_state(session.id, SessionState(blocks=blocks))
    store.close()
    listed = json.loads(memisis(home, "sessions", "list", "--json").stdout)
    assert [(s["title"], s["runs"]) for s in listed["sessions"]] == [("asthma", 0)]
    assert "asthma.csv" in memisis(home, "sessions", "list").stdout
    shown = memisis(home, "sessions", "show", "asth").stdout.splitlines()
    assert shown[-3:] == ["you   all three", "      [/]", "      ok"]
    assert "renamed: copd" in memisis(home, "sessions", "rename", "asthma", "copd").stdout
    exported = memisis(home, "sessions", "export", "copd", "--out", home.parent)
    path = Path(exported.stdout.strip())
    assert path.name == "copd.session.json"
    assert path.stat().st_mode & 0o077 == 0
    assert json.loads(path.read_text())["state"]["blocks"][0]["text"] == "all three\n[/]"
    assert "deleted: copd" in memisis(home, "sessions", "delete", "copd").stdout
    gone = memisis(home, "sessions", "show", "copd")
    assert (gone.returncode, gone.stdout) == (2, "")
    assert gone.stderr.count("\n") == 1
    assert "there is no session 'copd'" in gone.stderr


def test_detach_goes_with_nothing_that_needs_the_result(home: Path, tmp_path: Path) -> None:
    table = write_table(tmp_path / "patients.csv")
    refused = memisis(home, "run", table, "--plan", "p.toml", "--detach", "--out", "x")
    assert refused.returncode == 2
    assert "--detach returns before" in refused.stderr
    stopped = memisis(home, "runs", "stop", "nothing")
    assert (stopped.returncode, stopped.stderr.count("\n")) == (2, 1)


@pytest.mark.slow
def test_a_detached_run_goes_on_without_its_starter_and_stops_when_asked(
    home: Path, tmp_path: Path
) -> None:
    table = write_table(tmp_path / "patients.csv")
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN)
    done = memisis(home, "run", table, "--plan", plan, "--detach", "--json")
    assert done.returncode == 0, done.stderr
    (run,) = json.loads(done.stdout)["runs"]
    assert run["state"] == "queued"
    store = Store.open(home)
    wait_until(lambda: store.run(run["id"]).state == "preparing")
    assert store.mark_interrupted() == []
    for _ in range(2):
        assert "stopping: A" in memisis(home, "runs", "stop", run["id"]).stdout
    wait_until(lambda: store.run(run["id"]).state == "cancelled")
    stopped = memisis(home, "runs", "stop", run["id"])
    assert stopped.returncode == 2
    assert "is cancelled" in stopped.stderr
    store.close()
