"""``memisis describe --mode rows``: rows by the embedded model, also after ``kill -9``."""

import csv
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.contract.conftest import Memisis

PATIENCE_SECONDS = 240.0
SPECIFICATION = """
title = "Two variables"
[[variables]]
name = "AGE"
type = "integer"
low = 18
high = 99
mean = 60
sd = 15
[[variables]]
name = "SEX"
type = "category"
categories = [{ code = "F", share = 0.5 }, { code = "M", share = 0.5 }]
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "two.toml"
    path.write_text(SPECIFICATION)
    return path


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--resume",), "go with --mode rows"),
        (("--mode", "rows", "--ablate", "--resume"), "--ablate prints a table"),
        (("--mode", "rows", "--model", "none.gguf"), "no such model file"),
        (("--mode", "rows", "--model", "../x.gguf"), "not the name of a file"),
        (("--mode", "rows", "--rows", "0"), "no rows are asked for"),
        (("--mode", "rows", "--real", "x.csv"), "--real goes with"),
    ],
)
def test_wrong_calls_are_told_in_one_line(
    memisis: Memisis, spec: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = memisis("describe", "--spec", spec, *arguments)
    assert done.status == 2
    assert said in done.error_lines[-1]
    assert not done.output


def accepted_rows(home: Path) -> list[dict[str, object]]:
    lines = [
        line for path in (home / "rows").glob("*.jsonl") for line in path.read_bytes().split(b"\n")
    ]
    whole = [json.loads(line) for line in lines if line.endswith(b"}")]
    return [line["row"] for line in whole if "row" in line]


@pytest.mark.slow
def test_rows_go_on_after_kill_9(memisis: Memisis, home: Path, spec: Path, tmp_path: Path) -> None:
    own = tmp_path / "home"
    own.mkdir(mode=0o700)
    (own / "models").symlink_to(home / "models")
    out = tmp_path / "two.csv"
    command = [
        *(sys.executable, "-m", "memisis_tui.command_line", "describe", "--spec", str(spec)),
        *("--mode", "rows", "--model", "SmolLM2-135M-Instruct.Q4_1.gguf", "--out", str(out)),
        "--json",
        "--keep",
    ]
    environment = {**os.environ, "MEMISIS_HOME": str(own)}
    first = subprocess.Popen(
        [*command, "--rows", "500"], env=environment, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(accepted_rows(own)) < 3:
        assert first.poll() is None, "it ended before it was killed"
        assert time.monotonic() < deadline, "no row was accepted"
        time.sleep(0.05)
    first.kill()
    first.wait()
    before = accepted_rows(own)
    assert not out.exists()

    wanted = len(before) + 4
    second = subprocess.run(
        [*command, "--rows", str(wanted), "--resume"], env=environment, capture_output=True,
        text=True, check=False, timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    document = json.loads(second.stdout)
    assert (second.returncode, document["state"]) == (0, "done")
    assert document["accepted"] == wanted
    assert document["attempts"] >= wanted
    with out.open() as file:
        rows = list(csv.DictReader(file))
    assert rows[: len(before)] == [{k: str(v) for k, v in row.items()} for row in before]
    assert all(18 <= int(row["AGE"]) <= 99 and row["SEX"] in "FM" for row in rows)
    (kept,) = json.loads(memisis("runs", "list", "--json", MEMISIS_HOME=str(own)).output)["runs"]
    assert kept["id"] == document["run"]
    validity = next(m for m in document["metrics"] if m["axis"] == "validation")
    assert validity["status"] == "ok"
