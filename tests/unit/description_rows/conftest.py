"""A small cohort, a writer that writes what a test says, and patients to compare with."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from memisis_core.agent.gpt4all_process import PromptTooLong
from memisis_core.agent.language_model import Message, Value, ValueRequest
from memisis_core.description.joint import Joint
from memisis_core.description.rows.cells import Row, cell_text
from memisis_core.description.rows.journal import Journal
from memisis_core.description.rows.patients import Patients as Drawn
from memisis_core.description.rows.settings import RowSettings
from memisis_core.description.specification import Specification

COHORT = {
    "title": "Cohort",
    "study": {"database": "ADNI", "name": "Alzheimer cohort", "population": "adults 55 to 90"},
    "variables": [
        {"name": "AGE", "type": "integer", "unit": "years", "low": 55, "high": 90, "mean": 74,
         "sd": 7},
        {"name": "SEX", "type": "category",
         "categories": [{"code": "F", "share": 0.5}, {"code": "M", "share": 0.5}]},
        {"name": "SCORE", "type": "number", "decimals": 1, "low": 0, "high": 70, "q1": 6, "q3": 20},
        {"name": "ONSET", "type": "integer", "low": 40, "high": 90, "missing": 0.2},
        {"name": "E4", "type": "boolean"},
    ],
    "relations": [{"between": ["AGE", "SCORE"], "rho": 0.4}],
    "groups": [{"variable": "SCORE", "by": "SEX", "means": {"F": 12, "M": 14}}],
    "rules": [{"kind": "inequality", "columns": ["ONSET", "AGE"]}],
}  # fmt: skip


def patient(rng: random.Random) -> Row:
    age = rng.randint(60, 90)
    return {
        "AGE": age,
        "SEX": rng.choice("FM"),
        "SCORE": round(rng.uniform(0, 70), 1),
        "ONSET": rng.choice([None, rng.randint(50, age)]),
        "E4": rng.choice([0, 1]),
    }


@pytest.fixture
def cohort() -> Specification:
    return Specification.model_validate(COHORT)


@pytest.fixture
def reference() -> list[Row]:
    rng = random.Random(1)
    return [patient(rng) for _ in range(400)]


class FakeWriter:
    """A `ValueWriter`: `say` gets the variable's name and gives the value's text."""

    name = identity = "fake writer"

    def __init__(self, say: Callable[[str], str], room: int = 100_000) -> None:
        self.say = say
        self.room = room
        self.read_prompts: list[str] = []
        self.texts: dict[int, str] = {}
        self.deaths = 0

    def read(self, messages: Sequence[Message]) -> int:
        self.read_prompts.append(messages[-1].text)
        self.texts = {1: ""}
        return 1

    def write(self, after: int, request: ValueRequest) -> Value:
        text = self.texts[after] + request.text
        if len(text) > self.room:
            raise PromptTooLong("full")
        name = request.text.rstrip("=").split(";")[-1].split("\n")[-1].strip()
        written = self.say(name)
        mark = max(self.texts) + 1
        self.texts[mark] = text + written
        ending = "length" if len(written) > request.max_tokens else "finished"
        return Value(written, ending, mark, len(written))


class Patients:
    """Says values of made-up patients, one after the other."""

    def __init__(self, seed: int = 5) -> None:
        self.rng = random.Random(seed)
        self.row: Row = {}

    def __call__(self, name: str) -> str:
        if name not in self.row:
            self.row = patient(self.rng)
        value = self.row.pop(name)
        return "NA" if value is None else str(value)


class Knowing(FakeWriter):
    """Writes what the specification's own patients have."""

    def __init__(self, joint: Joint, seed: int = 99) -> None:
        super().__init__(self.tell)
        self.variables = {v.name: v for v in joint.specification.variables}
        self.patients = iter(Drawn(joint, seed).reference())
        self.row: Row = {}

    def tell(self, name: str) -> str:
        if name not in self.row:
            self.row = dict(next(self.patients))
        return cell_text(self.variables[name], self.row.pop(name))


@pytest.fixture
def journal(tmp_path: Path, cohort: Specification) -> Callable[..., Journal]:
    """Open the journal of a run in a folder of the test's own."""

    def open_journal(settings: RowSettings, resume: bool = False) -> Journal:
        mark = settings.fingerprint(cohort, "fake")
        return Journal(tmp_path / "run.jsonl", mark, cohort, resume=resume)

    return open_journal
