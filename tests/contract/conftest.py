"""Calls the command as scripts do: a process of its own, its own home."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

TIMEOUT = 300


@dataclass(frozen=True)
class Said:
    """What a call of the command printed and how it ended."""

    status: int
    output: str
    errors: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.output)

    @property
    def error_lines(self) -> list[str]:
        return self.errors.splitlines()


Memisis = Callable[..., Said]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has the models of the set-up, and runs of its own."""
    folder = tmp_path_factory.mktemp("home")
    folder.chmod(0o700)
    set_up = os.environ.get("MEMISIS_HOME")
    if set_up and (Path(set_up) / "models").is_dir():
        (folder / "models").symlink_to(Path(set_up) / "models")
    return folder


@pytest.fixture(scope="session")
def memisis(home: Path) -> Memisis:
    """Return a function that calls ``memisis`` with arguments."""

    def call(*arguments: object, stdin: str = "", **variables: str) -> Said:
        done = subprocess.run(
            [sys.executable, "-m", "memisis_tui.command_line", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            env={**os.environ, "MEMISIS_HOME": str(home), **variables},
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture(scope="session")
def patients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of 300 invented patients with every common kind of column."""
    import numpy as np

    random = np.random.default_rng(5)
    rows = ["patient_id,age,sex,race,HbA1c [mmol/mol],admitted,smoker,died"]
    for number in range(300):
        age = int(random.integers(20, 90))
        hba1c = "" if random.random() < 0.1 else f"{random.normal(50 + age / 10, 9):.1f}"
        died = int(random.random() < age / 140)
        admitted = f"20{random.integers(18, 24)}-{random.integers(1, 13):02d}-15"
        sex, race = random.choice(["female", "male"]), random.choice(["white", "black", "asian"])
        smoker = random.choice(["yes", "no"])
        rows.append(f"P{number:05d},{age},{sex},{race},{hba1c},{admitted},{smoker},{died}")
    path = tmp_path_factory.mktemp("data") / "patients.csv"
    path.write_text("\n".join(rows) + "\n")
    return path
