"""``memisis describe --ask`` as people and scripts call it; the writer says what a test wants."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from memisis_core.agent.language_model import Message, Value, ValueRequest
from memisis_core.description.toml_file import read_sound_specification
from memisis_tui.command_line import main
from memisis_tui.commands import describe_asking

SPEC = """\
title = "Clinic"
[[variables]]
name = "age"
type = "integer"
unit = "years"
low = 18
high = 100
[[variables]]
name = "score"
type = "number"
mean = 10
sd = 2
skew = 0
low = 0
high = 30
"""


class Saying:
    """A `ValueWriter` that answers each prompt with what a function makes of it."""

    name = identity = "saying"

    def __init__(self, text: str) -> None:
        self.text = text

    def read(self, _messages: tuple[Message, ...]) -> int:
        return 1

    def write(self, _after: int, _request: ValueRequest) -> Value:
        return Value(self.text, "finished", 2, 1)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    @contextmanager
    def opened(_model: str | None) -> Iterator[Saying]:
        yield Saying(" I cannot say")

    monkeypatch.setattr(describe_asking, "_writer", opened)
    path = tmp_path / "clinic.toml"
    path.write_text(SPEC, encoding="utf-8")
    return path


def test_a_model_that_knows_nothing_leaves_the_questions_open(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "asked.toml"
    assert main(["describe", "--spec", str(spec), "--ask", "--draft", str(out), "--json"]) == 0
    said = capsys.readouterr()
    document = json.loads(said.out)["answers"]
    assert document["known_numbers"]["met"] == 0
    assert not document["known_numbers"]["enough"]
    assert document["asked"] == []
    assert document["open"] == ["age: mean", "age: sd"]
    assert "its answers are not used" in said.err
    assert "open: What is the mean of age in years among these people?" in said.err
    assert read_sound_specification(out).variable("age").mean is None


def test_then_the_person_is_asked_and_the_numbers_say_so(
    spec: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "asked.toml"
    monkeypatch.setattr("sys.stdin", Terminal("old\n71 years\n90\n"))
    monkeypatch.setattr("sys.stderr", typed := Terminal())
    assert main(["describe", "--spec", str(spec), "--ask", "--draft", str(out)]) == 0
    told = typed.getvalue()
    assert "not understood (prose); again, or Enter" in told
    assert "not used: contradicts what is stated: sd 90 is too large" in told
    age = read_sound_specification(out).variable("age")
    assert (age.mean.value, age.mean.source) == (71, "person")
    assert age.sd is None
    capsys.readouterr()


def test_the_end_of_the_input_leaves_the_rest_open(
    spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "asked.toml"
    monkeypatch.setattr("sys.stdin", Terminal(""))
    monkeypatch.setattr("sys.stderr", typed := Terminal())
    assert main(["describe", "--spec", str(spec), "--ask", "--draft", str(out)]) == 0
    assert typed.getvalue().count("open: ") == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--mode", "rows"], "--ask completes a specification"),
        (["--out", "a.csv"], "nothing is drawn"),
    ],
)
def test_calls_that_make_no_sense(
    spec: Path, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["describe", "--spec", str(spec), "--ask", *arguments]) == 2
    assert says in capsys.readouterr().err


def test_a_file_is_not_written_over(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = spec.read_text(encoding="utf-8")
    assert main(["describe", "--spec", str(spec), "--ask", "--draft", str(spec)]) == 2
    assert "the file exists already" in capsys.readouterr().err
    assert spec.read_text(encoding="utf-8") == before
