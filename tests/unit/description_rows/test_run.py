"""A run: every row accepted holds, every rejection is counted, and nothing goes on for ever."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from memisis_core.agent.gpt4all_process import ModelDied
from memisis_core.agent.language_model import CompletionRequest
from memisis_core.description.rows.cells import Row
from memisis_core.description.rows.journal import Journal
from memisis_core.description.rows.json_rows import JsonRows, checked_row
from memisis_core.description.rows.prompt import RowPrompt
from memisis_core.description.rows.run import RowProgress, RowRun, RowsResult
from memisis_core.description.rows.settings import Ablation, RowSettings
from memisis_core.description.rows.skeleton import SkeletonRows
from memisis_core.description.specification import Specification
from memisis_core.errors import InputError
from tests.fakes.fake_model import FakeModel
from tests.unit.description_rows.conftest import FakeWriter, Patients

Open = Callable[..., Journal]


def run_of(
    cohort: Specification, reference: list[Row], writer: FakeWriter, opened: Journal,
    settings: RowSettings, **more: object,
) -> RowsResult:  # fmt: skip
    source = SkeletonRows(writer, cohort, settings.tries, more.pop("draw", None))  # type: ignore[arg-type]
    return RowRun(cohort, source, settings, opened, reference, **more).run()  # type: ignore[arg-type]


def test_every_row_holds_and_stands_in_the_journal(
    cohort: Specification, reference: list[Row], journal: Open, tmp_path: Path
) -> None:
    settings = RowSettings(rows=25)
    with journal(settings) as opened:
        result = run_of(cohort, reference, FakeWriter(Patients()), opened, settings)
    assert result.state == "done"
    assert len(result.tally.rows) == 25
    assert all(checked_row(cohort, dict(row)) == row for row in result.tally.rows)
    lines = (tmp_path / "run.jsonl").read_text().splitlines()
    assert sum('"row"' in line for line in lines) == 25
    assert (tmp_path / "run.jsonl").stat().st_mode & 0o777 == 0o600


def test_a_batch_is_ten_rows_behind_one_prompt_each_in_another_order(
    cohort: Specification, reference: list[Row], journal: Open
) -> None:
    writer, settings = FakeWriter(Patients()), RowSettings(rows=30)
    with journal(settings) as opened:
        run_of(cohort, reference, writer, opened, settings)
    assert len(writer.read_prompts) == 3
    orders = [p.split("Example: ")[1] for p in writer.read_prompts]
    assert len({tuple(part.split("=")[0] for part in o.split("; ")) for o in orders}) > 1


def test_each_row_is_written_behind_the_prompt_alone(
    cohort: Specification, reference: list[Row], journal: Open
) -> None:
    writer, settings = FakeWriter(Patients()), RowSettings(rows=3)
    with journal(settings) as opened:
        result = run_of(cohort, reference, writer, opened, settings)
    last = writer.texts[max(writer.texts)]
    assert "\n" not in last
    assert dict(part.split("=") for part in last.split("; "))["AGE"] == str(
        result.tally.rows[-1]["AGE"]
    )


def test_a_value_is_tried_again_and_leaves_no_trace(
    cohort: Specification, reference: list[Row], journal: Open
) -> None:
    said, patients = itertools.count(), Patients()

    def say(name: str) -> str:
        return "old" if name == "AGE" and next(said) % 2 == 0 else patients(name)

    writer, settings = FakeWriter(say), RowSettings(rows=4)
    with journal(settings) as opened:
        tally = run_of(cohort, reference, writer, opened, settings).tally
    assert tally.rejected_values == {"prose": 4}
    assert not tally.rejected
    assert "old" not in writer.texts[max(writer.texts)]


def test_a_model_that_only_talks_ends_as_failed_with_the_reason(
    cohort: Specification, reference: list[Row], journal: Open
) -> None:
    settings = RowSettings(rows=10, fruitless=5)
    with journal(settings) as opened:
        writer = FakeWriter(lambda _name: "I am a helpful assistant, and")
        result = run_of(cohort, reference, writer, opened, settings)
    assert result.state == "failed"
    assert result.note == "0 of 10 rows: 5 attempts one after the other gave none (prose 5)"
    assert result.tally.rejected == {"prose": 5}
    assert result.tally.rejected_at.total() == 5


def test_a_run_that_gets_some_rows_ends_as_partial(
    cohort: Specification, reference: list[Row], journal: Open
) -> None:
    patients, rows = Patients(), itertools.count()

    def say(name: str) -> str:
        return "" if next(rows) > 60 else patients(name)

    settings = RowSettings(rows=100, fruitless=6)
    with journal(settings) as opened:
        result = run_of(cohort, reference, FakeWriter(say), opened, settings)
    assert result.state == "partial"
    assert 0 < len(result.tally.rows) < 100
    assert "nothing 6" in result.note


def test_a_value_is_drawn_only_if_asked_for_and_is_marked(
    cohort: Specification, reference: list[Row], journal: Open
) -> None:
    patients = Patients()

    def say(name: str) -> str:
        patients(name)
        return "unknown" if name == "SEX" else "60" if name == "AGE" else "10"

    settings = RowSettings(rows=3, draw_missing=True)
    draws = {"SEX": "F", "E4": 1, "ONSET": 50}
    with journal(settings) as opened:
        writer = FakeWriter(say)
        result = run_of(cohort, reference, writer, opened, settings, draw=draws.__getitem__)
    # Three alike: the second and third are the same patient again.
    assert result.tally.drawn["SEX"] == len(result.tally.rows) == 1
    assert result.tally.rows[0]["SEX"] == "F"
    assert "SEX=F" in writer.texts[max(writer.texts)]


def test_a_total_is_computed_and_counted_not_asked_for(journal: Open) -> None:
    whole = Specification.model_validate(
        {
            "title": "Scores",
            "variables": [
                {"name": n, "type": "integer", "low": 0, "high": 9} for n in ("T", "A", "B")
            ],
            "rules": [{"kind": "sum", "columns": ["T", "A", "B"]}],
        }
    )
    numbers = itertools.cycle("13245")
    settings = RowSettings(rows=4)
    reference: list[Row] = [{"T": a + b, "A": a, "B": b} for a in range(5) for b in range(5)]
    with journal(settings) as opened:
        result = run_of(whole, reference, FakeWriter(lambda _n: next(numbers)), opened, settings)
    assert result.tally.derived == {"T": 4}
    assert all(row["T"] == row["A"] + row["B"] for row in result.tally.rows)


def test_the_same_patient_again_is_rejected_and_the_prompt_varied(
    cohort: Specification, reference: list[Row], journal: Open
) -> None:
    scores = itertools.count()

    def say(name: str) -> str:
        if name == "SCORE":
            return f"{20 + next(scores) // 2 % 20 / 10:.1f}"
        return {"AGE": "74", "SEX": "F", "ONSET": "60", "E4": "0"}[name]

    told: list[RowProgress] = []
    settings = RowSettings(rows=40, fruitless=30, batch=100)
    with journal(settings) as opened:
        result = run_of(cohort, reference, FakeWriter(say), opened, settings, listen=told.append)
    assert result.state == "partial"
    assert result.tally.rejected["same patient again"] >= 20
    assert len(result.tally.rows) == 20


def test_patients_who_become_alike_heat_the_prompt_up(
    cohort: Specification, reference: list[Row], journal: Open
) -> None:
    scores = itertools.count()

    def say(name: str) -> str:
        if name == "SCORE":
            return f"{next(scores) / 10:.1f}"
        return {"AGE": "74", "SEX": "F", "ONSET": "60", "E4": "0"}[name]

    told: list[RowProgress] = []
    settings = RowSettings(rows=70)
    with journal(settings) as opened:
        result = run_of(cohort, reference, FakeWriter(say), opened, settings, listen=told.append)
    assert result.tally.varied == 3
    assert told[0].temperature == 1.0
    assert told[-1].temperature == pytest.approx(1.4)
    assert told[-1].accepted == 70
    assert told[-1].seconds_left == 0.0


def test_few_codes_may_repeat_where_the_specification_says_so(
    journal: Open, tmp_path: Path
) -> None:
    coin = Specification.model_validate(
        {"title": "Coin", "variables": [{"name": "C", "type": "boolean"}]}
    )
    settings = RowSettings(rows=12)
    faces = itertools.cycle("01")
    with journal(settings) as opened:
        result = run_of(
            coin, [{"C": 0}, {"C": 1}] * 50, FakeWriter(lambda _n: next(faces)), opened, settings
        )
    assert result.state == "done"


def test_a_specification_that_fits_no_prompt_is_refused_in_one_line(
    cohort: Specification, reference: list[Row], journal: Open
) -> None:
    settings = RowSettings(rows=9)
    with journal(settings) as opened, pytest.raises(InputError, match="5 variables are too many"):
        run_of(cohort, reference, FakeWriter(Patients(), room=20), opened, settings)


def test_a_run_goes_on_where_it_was_killed(
    cohort: Specification, reference: list[Row], journal: Open, tmp_path: Path
) -> None:
    settings = RowSettings(rows=20)
    first = FakeWriter(Patients())
    with journal(settings) as opened:
        stops = itertools.count()
        result = run_of(
            cohort, reference, first, opened, settings, stopping=lambda: next(stops) == 12
        )
    assert result.state == "stopped"
    before = list(result.tally.rows)
    path = tmp_path / "run.jsonl"
    path.write_bytes(path.read_bytes() + b'{"batch": 2, "row": {"AGE": 7')
    second = FakeWriter(Patients(seed=9))
    with journal(settings, resume=True) as opened:
        assert opened.tally.rows == before
        result = run_of(cohort, reference, second, opened, settings)
    assert result.tally.rows[:13] == before
    assert len(result.tally.rows) == 20
    for line in path.read_text().splitlines():
        json.loads(line)


def test_the_same_seed_gives_the_same_prompts(
    cohort: Specification, reference: list[Row], journal: Open
) -> None:
    prompts = []
    for seed in (3, 3, 4):
        settings = RowSettings(rows=20, seed=seed)
        writer = FakeWriter(Patients())
        with journal(settings) as opened:
            run_of(cohort, reference, writer, opened, settings)
        prompts.append(writer.read_prompts)
    assert prompts[0] == prompts[1]
    assert prompts[0] != prompts[2]


def test_another_run_s_journal_is_refused(
    cohort: Specification, reference: list[Row], journal: Open
) -> None:
    with pytest.raises(InputError, match="no run"):
        journal(RowSettings(rows=2), resume=True)
    with journal(RowSettings(rows=2)):
        pass
    with pytest.raises(InputError, match="another run"):
        journal(RowSettings(rows=2, seed=1), resume=True)
    with journal(RowSettings(rows=3), resume=True) as opened:
        assert opened.tally.rows == []


def test_a_journal_belongs_to_one_run_at_a_time_and_the_last_one_is_kept(
    cohort: Specification, reference: list[Row], journal: Open, tmp_path: Path
) -> None:
    settings = RowSettings(rows=2)
    with journal(settings) as opened:
        run_of(cohort, reference, FakeWriter(Patients()), opened, settings)
        for resume in (False, True):
            with pytest.raises(InputError, match="at work"):
                journal(settings, resume=resume)
    written = (tmp_path / "run.jsonl").read_bytes()
    with journal(settings) as opened:
        assert opened.tally.rows == []
    assert (tmp_path / "run.previous").read_bytes() == written


def test_a_damaged_journal_is_refused(journal: Open, tmp_path: Path) -> None:
    with journal(RowSettings(rows=2)):
        pass
    (tmp_path / "run.jsonl").write_text('{"nothing": 1}\n')
    with pytest.raises(InputError, match="damaged"):
        journal(RowSettings(rows=2), resume=True)


def test_a_model_that_dies_is_asked_again_a_few_times(
    cohort: Specification, reference: list[Row], journal: Open
) -> None:
    patients, asked = Patients(), itertools.count(1)

    def say(name: str) -> str:
        if next(asked) % 40 == 0:
            patients.row = {}
            raise ModelDied("the language model's process died")
        return patients(name)

    settings = RowSettings(rows=15)
    with journal(settings) as opened:
        result = run_of(cohort, reference, FakeWriter(say), opened, settings)
    assert result.state == "done"

    def dead(_name: str) -> str:
        raise ModelDied("the language model's process died")

    with journal(settings) as opened:
        result = run_of(cohort, reference, FakeWriter(dead), opened, settings)
    assert (result.state, result.note) == ("failed", "the language model's process died")


def test_parts_of_the_prompt_can_be_left_out(
    cohort: Specification, reference: list[Row], journal: Open
) -> None:
    marks = {
        "without prior knowledge": "Database: ADNI",
        "without descriptions": "half of them 69 to 79",
        "without relations": "AGE rises as SCORE rises (moderate)",
        "without example": "Example: ",
    }
    for name, ablation in Ablation.each_off().items():
        settings = RowSettings(rows=1, ablation=ablation)
        writer = FakeWriter(Patients())
        with journal(settings) as opened:
            run_of(cohort, reference, writer, opened, settings)
        (prompt,) = writer.read_prompts
        for left_out, mark in marks.items():
            assert (mark in prompt) == (name != left_out), (name, mark)


def test_the_prompt_says_the_rules_and_the_groups(
    cohort: Specification, reference: list[Row]
) -> None:
    prompt = RowPrompt(cohort, tuple(cohort.names), reference[0], "skeleton", 1, Ablation())
    text = prompt.messages()[0].text
    assert "Always ONSET <= AGE" in text
    assert "Mean SCORE by SEX: F 12.0, M 14.0" in text
    assert "E4: one of 0 (no), 1 (yes)" in text
    assert "ONSET: 40 to 90; NA 20%" in text


class TalkativeModel(FakeModel):
    """A `FakeModel` that keeps spaces as they are."""

    def _answer(self, request: CompletionRequest) -> str:
        return self.answers.pop(0) if self.answers else ""


def test_a_larger_model_s_json_is_checked_row_by_row(
    cohort: Specification, reference: list[Row], journal: Open
) -> None:
    good = [{**row, "ONSET": None} for row in reference[:3]]
    texts = [
        "Sure, here are ten patients!",
        json.dumps(good)[1:],
        json.dumps([{**good[0], "AGE": "71"}, {"AGE": 3}, {**good[1], "AGE": 200}]),
        json.dumps(reference[5])[:30],
    ]
    model = TalkativeModel(answers=texts)
    settings = RowSettings(rows=5, form="json", fruitless=8)
    with journal(settings) as opened:
        run = RowRun(cohort, JsonRows(model, cohort), settings, opened, reference)
        result = run.run()
    assert result.tally.rows == good
    assert {key: result.tally.rejected[key] for key in (
        "prose", "string for a number", "wrong keys", "out of range", "truncated JSON"
    )} == dict.fromkeys(
        ("prose", "string for a number", "wrong keys", "out of range", "truncated JSON"), 1
    )  # fmt: skip
    assert result.tally.rejected["nothing"] == 4
    assert result.state == "partial"
