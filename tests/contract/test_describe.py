"""``memisis describe``: a table from a description, its sidecar, its measures, and bad calls."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from memisis_core.description.ready_made import EXAMPLES
from memisis_core.evaluation import run_evaluation
from memisis_core.evaluation.metric import Axis
from memisis_tui.command_line import main
from tests.contract.conftest import Memisis

SPEC = """\
title = "Clinic"
[[variables]]
name = "age"
type = "integer"
low = 40
high = 95
mean = 70
sd = 9
[[variables]]
name = "sex"
type = "category"
categories = ["F", "M"]
[[variables]]
name = "score"
type = "number"
decimals = 1
low = 0
high = 10
[[relations]]
between = ["age", "score"]
rho = 0.4
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "clinic.toml"
    path.write_text(SPEC, encoding="utf-8")
    return path


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, list[str]]:
    status = main(["describe", *map(str, arguments)])
    printed = capsys.readouterr()
    return status, printed.out, printed.err.splitlines()


def test_the_contract(memisis: Memisis, spec: Path, tmp_path: Path) -> None:
    out = tmp_path / "drawn.csv"
    done = memisis("describe", "--spec", spec, "--rows", 300, "--seed", 4, "--out", out, "--json")
    assert done.status == 0, done.errors
    document = done.document
    assert {"mode", "source", "specification", "rows", "seed", "warnings", "metrics",
            "artefacts"} <= set(document)  # fmt: skip
    assert (document["rows"], document["seed"]) == (300, 4)
    overall = {m["id"]: m for m in document["metrics"] if m["subject"] == "overall"}
    assert overall["validation.specified_values"]["value"] == 1
    assert overall["validation.specified_statements"]["value"] == 1
    assert any("a wide default stands in: sex, score" in line for line in document["warnings"])
    score = next(v for v in document["specification"]["variables"] if v["name"] == "score")
    assert score["mean"]["source"] == "default"
    assert pl.read_csv(out).shape == (300, 3)
    assert oct(out.stat().st_mode)[-3:] == "600"
    sidecar = Path(document["artefacts"]["specification"])
    assert sidecar.name == "drawn.spec.toml"
    text = sidecar.read_text(encoding="utf-8")
    assert hashlib.sha256(out.read_bytes()).hexdigest() in text
    assert 'source = "default"' in text


def test_the_sidecar_draws_the_same_table(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, again = tmp_path / "a.csv", tmp_path / "b.csv"
    for name in ("alzheimer", "nhefs"):
        call = ("--rows", 400, "--seed", 9, "--json", "--out")
        assert said(capsys, "--example", name, *call, first)[0] == 0
        assert said(capsys, "--spec", tmp_path / "a.spec.toml", *call, again)[0] == 0
        assert first.read_bytes() == again.read_bytes()


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_ready_made_one(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, output, _ = said(capsys, "--example", name, "--rows", 50, "--json")
    assert status == 0
    document = json.loads(output)
    assert document["source"] == f"ready-made: {name}"
    assert all(m["axis"] == "validation" for m in document["metrics"])


def test_without_a_file_the_table_is_printed(
    spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, output, errors = said(capsys, "--spec", spec, "--rows", 20)
    assert status == 0
    assert pl.read_csv(output.encode()).shape == (20, 3)
    assert any(line.startswith("drawn: 20 rows") for line in errors)


def test_parquet_keeps_types(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "a.parquet"
    assert said(capsys, "--spec", spec, "--rows", 20, "--out", out)[0] == 0
    assert pl.read_parquet(out).dtypes == [pl.Int64, pl.String, pl.Float64]


def test_a_table_is_kept_beside_other_runs(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEMISIS_HOME", str(tmp_path / "home"))
    call = ("--spec", spec, "--rows", 40, "--json", "--keep", "drawn")
    status, output, _ = said(capsys, *call)
    assert status == 0
    assert main(["runs", "list", "--json"]) == 0
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert run["id"] == json.loads(output)["run"]
    assert (run["label"], run["synthesizer"], run["state"]) == ("drawn", "specification", "done")


def test_words_choose_a_ready_made_one(capsys: pytest.CaptureFixture[str]) -> None:
    words = "make 60 Alzheimer patients with MMSE, age, sex and APOE4"
    status, output, errors = said(capsys, words)
    assert status == 0
    assert pl.read_csv(output.encode()).columns == ["AGE", "PTGENDER", "APOE4", "MMSE"]
    assert pl.read_csv(output.encode()).height == 60
    assert any("MMSE: mean 23.3 (literature: Petersen RC" in line for line in errors)


def test_words_that_nothing_fits(capsys: pytest.CaptureFixture[str]) -> None:
    status, output, errors = said(capsys, "300 patients with gout")
    assert (status, output, len(errors)) == (2, "", 1)
    assert "no ready-made specification" in errors[0]
    assert "memisis describe --draft FILE" in errors[0]


def test_a_draft_can_be_drawn_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft = tmp_path / "mine.toml"
    assert said(capsys, "--draft", draft)[0] == 0
    assert said(capsys, "--spec", draft, "--rows", 30, "--json")[0] == 0
    status, _, errors = said(capsys, "--draft", draft)
    assert status == 2
    assert "exists already" in errors[0]


def test_a_schema_is_drafted_without_a_value_of_its_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "real.csv"
    rows = "".join(f"{7000 + i},zebra{i % 3},{41 + i % 17}.25\n" for i in range(60))
    table.write_text(f"weight,ward,dose\n{rows}", encoding="utf-8")
    status, output, errors = said(capsys, "--from-schema", table)
    assert status == 0
    assert 'name = "ward"' in output
    for leaked in ("zebra", "7000", "7059", "41.25", "57.25", "7029.5"):
        assert leaked not in output + "".join(errors)
    assert any("to do: variable ward: it has no categories" in line for line in errors)


BAD = {
    "bounds": (("low = 40", "low = 99"), "low 99 is above high 95"),
    "shares": (
        ('["F", "M"]', '[{ code = "F", share = 0.8 }, { code = "M", share = 0.7 }]'),
        "sum to 1.5, over 1",
    ),
    "type": (('type = "integer"', 'type = "whole"'), "line 4: variables[1].type"),
    "mean": (("mean = 70", "mean = 700"), "mean 700 is outside its range"),
    "sd": (("sd = 9", "sd = 90"), "sd 90 is too large"),
    "unknown": (('["age", "score"]', '["age", "iq"]'), "no variable 'iq'"),
    "rho": (("rho = 0.4", "rho = 4"), "rho 4 is not between -1 and 1"),
    "double": (('name = "score"', 'name = "age"'), "2 variables have this name"),
    "formula": (('name = "score"', 'name = "=SUM(A1)"'), "begins like a formula"),
    "control": (('name = "score"', 'name = "a\\u001b[31m"'), "control characters"),
    "toml": (("low = 40", "low = = 40"), "at line 5"),
    "key": (("low = 40", "lowest = 40"), "line 5: variables[1].lowest: there is no such key"),
    "nan": (("mean = 70", "mean = nan"), "line 7: variables[1].mean"),
    "empty": ((SPEC, ""), "title: it is missing"),
    "binary": ((SPEC, "\x00\x01"), "not valid TOML"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_specification_is_refused_in_one_line(
    name: str, spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (old, new), expected = BAD[name]
    spec.write_text(SPEC.replace(old, new, 1), encoding="utf-8")
    out = tmp_path / "never.csv"
    status, output, errors = said(capsys, "--spec", spec, "--rows", 10, "--out", out, "--json")
    assert (status, output, len(errors)) == (2, "", 1)
    assert expected in errors[0]
    assert "\x1b" not in errors[0]
    assert [path.name for path in tmp_path.iterdir()] == ["clinic.toml"]


def test_impossible_correlations_are_moved_and_said(
    spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    third = '[[variables]]\nname = "z"\ntype = "number"\nlow = 0\nhigh = 1\n'
    pairs = [("age", "score", 0.9), ("score", "z", 0.9), ("age", "z", -0.9)]
    relations = "".join(
        f'[[relations]]\nbetween = ["{a}", "{b}"]\nrho = {rho}\n' for a, b, rho in pairs
    )
    spec.write_text(SPEC.split("[[relations]]", maxsplit=1)[0] + third + relations)
    status, output, _ = said(capsys, "--spec", spec, "--rows", 200, "--json")
    assert status == 0
    assert any("nearest that can (Higham 2002" in w for w in json.loads(output)["warnings"])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "nothing says what to describe"),
        (("words", "--example", "nhefs"), "only one of"),
        (("--example", "gout"), "There are: alzheimer"),
        (("--spec", "/nowhere.toml"), "No such file"),
        (("--example", "nhefs", "--rows", 0), "0 is no number of rows"),
        (("--example", "nhefs", "--rows", "many"), "invalid int"),
        (("--example", "nhefs", "--seed", -1), "seed -1"),
        (("--example", "nhefs", "--out", "a.docx"), "Use one of .csv, .tsv, .parquet"),
        (("--example", "nhefs", "--out", "/nowhere/a.csv"), "no such folder"),
        (("--example", "nhefs", "--real", "/nowhere.csv"), "no such file"),
        (("--draft", "/nowhere/a.toml"), "no such folder"),
        (("--from-schema", "/nowhere.csv"), ""),
        (("--draft", "a.toml", "--out", "a.csv"), "nothing is drawn"),
    ],
)
def test_wrong_calls(
    arguments: tuple[object, ...], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, output, errors = said(capsys, *arguments)
    assert (status, output, len(errors)) == (2, "", 1)
    assert expected in errors[0]


def test_nothing_that_is_read_is_replaced(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    real = tmp_path / "real.csv"
    real.write_text("age\n1\n")
    status, _, errors = said(capsys, "--spec", spec, "--real", real, "--out", real)
    assert status == 2
    assert "would replace a file that is read" in errors[0]
    same = tmp_path / "x.spec.toml"
    same.write_text(SPEC)
    status, _, errors = said(capsys, "--spec", same, "--out", tmp_path / "x.csv")
    assert status == 2
    assert real.read_text() == "age\n1\n"


def test_real_rows_are_a_yardstick(
    spec: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The real engine on one axis: the others take minutes and are tested on their own.
    only = partial(run_evaluation.evaluate_files, axes=frozenset({Axis.VALIDATION}))
    monkeypatch.setattr(run_evaluation, "evaluate_files", only)
    real = tmp_path / "real.csv"
    assert said(capsys, "--spec", spec, "--rows", 150, "--seed", 1, "--out", real)[0] == 0
    call = ("--spec", spec, "--rows", 150, "--seed", 2, "--real", real, "--target", "sex", "--json")
    status, output, _ = said(capsys, *call)
    assert status == 0
    document = json.loads(output)
    assert "no holdout was given" not in output
    assert any("this table was made without any" in line for line in document["warnings"])
    metrics = {m["id"]: m for m in document["metrics"] if m["subject"] == "overall"}
    assert {"validation.specified_values", "validation.ranges"} <= set(metrics)
    assert metrics["validation.ranges"]["real_baseline"] is not None
