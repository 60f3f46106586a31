"""``--preset text-to-tabular``: the table of a paper, for files and for a specification."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from memisis_core.evaluation.presets import text_to_tabular
from memisis_core.evaluation.presets.text_to_tabular import MEASURES, PUBLISHED
from memisis_tui.command_line import main
from tests.contract.conftest import Memisis

SPEC = """\
title = "Clinic"
[[variables]]
name = "age"
type = "integer"
low = 20
high = 89
[[variables]]
name = "sex"
type = "category"
categories = ["female", "male"]
[[variables]]
name = "died"
type = "boolean"
"""


def test_the_contract(memisis: Memisis, patients: Path, tmp_path: Path) -> None:
    other = tmp_path / "again.csv"
    lines = patients.read_text().splitlines()
    other.write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n")
    done = memisis(
        "evaluate", "--real", patients, "--synthetic", patients, other, "--target", "died",
        "--preset", "text-to-tabular", "--json",
    )  # fmt: skip
    assert done.status == 0, done.errors
    document = done.document
    rows = {row["id"]: row for row in document["rows"]}
    assert list(rows) == [measure.key for measure in MEASURES]
    assert document["published"] == PUBLISHED
    assert any("has seen the test rows" in line for line in document["warnings"])
    # Copies of the real rows: alike in every column, none of them new, 5 splits × 2 files.
    assert rows["ks"]["mean"] > 0.95
    assert rows["new_rows"]["mean"] < 0.3
    assert rows["tstr_f1"]["n"] == 10
    assert rows["tstr_f1"]["status"] == "ok"


def test_a_specification_is_drawn_five_times(
    patients: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[int] = []
    real = text_to_tabular.text_to_tabular

    def counted(data, generations, **options):  # type: ignore[no-untyped-def]
        seen.extend(len(generate(0, data.train)) for generate in generations)
        return real(data, generations[:1], splits=1, **{**options, "listen": lambda *_n: None})

    monkeypatch.setattr(text_to_tabular, "text_to_tabular", counted)
    spec = tmp_path / "clinic.toml"
    spec.write_text(SPEC, encoding="utf-8")
    status = main(
        ["describe", "--spec", str(spec), "--real", str(patients), "--rows", "150",
         "--preset", "text-to-tabular", "--target", "died", "--json"]
    )  # fmt: skip
    assert status == 0
    assert seen == [150] * 5
    rows = {row["id"]: row for row in json.loads(capsys.readouterr().out)["rows"]}
    assert rows["column_shapes"]["mean"] > 0.7
    assert rows["column_shapes"]["real_baseline"] is not None


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["describe", "--example", "nhefs", "--preset", "text-to-tabular"], "Give --real FILE"),
        (["evaluate", "--real", "{f}", "--synthetic", "{f}", "{f}"], "2 synthetic tables"),
        (
            ["evaluate", "--real", "{f}", "--synthetic", "{f}", "--holdout", "{f}",
             "--preset", "text-to-tabular"],
            "divides the real rows itself",
        ),
    ],
)  # fmt: skip
def test_a_call_that_makes_no_sense_is_one_line(
    arguments: list[str], says: str, patients: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main([part.format(f=patients) for part in arguments])
    printed = capsys.readouterr()
    assert status == 2
    assert says in printed.err
    assert len(printed.err.splitlines()) == 1
    assert not printed.out
