"""What the benchmark makes of the project's own planner: grounded slots under the set's names."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.planner import (
    Candidate,
    GroundedLabels,
    GroundedPlanner,
    main,
    schema_of,
    slots_of,
    summary,
)
from benchmarks.planner_requests import Request, normalised
from benchmarks.planner_scoring import NothingStated, score_planner
from memisis_core.agent.language_model import Completion, CompletionRequest
from memisis_core.agent.planner import Planner
from memisis_core.plan.goals import Goal
from memisis_core.plan.grounded import Grounded
from memisis_core.plan.model import Priority
from memisis_core.plan.slots import PlannerIntent


class LineModel:
    """Answers every request with one line."""

    name = "line"

    def __init__(self, line: str) -> None:
        self._line = line

    def complete(self, request: CompletionRequest) -> Completion:
        return Completion(self._line.removeprefix(request.answer_start), "finished")

    def stream(self, request: CompletionRequest):
        yield self.complete(request).text

    def cancel(self) -> None:
        return

    def close(self) -> None:
        return


def request(words: str, **expected: object) -> Request:
    return Request(words, "ward", ("Age", "DEATH_EVENT"), words, (normalised(expected),))


def test_every_slot_arrives_under_the_name_of_the_set():
    grounded = Grounded(
        intent=PlannerIntent.GENERATE,
        synthesizers=("ctgan",),
        epochs=30,
        train_rows=200,
        sample_rows=500,
        target="DEATH_EVENT",
        protected=("Age",),
        priority=Priority.PRIVACY,
        goals=(Goal.parse("utility.auroc_gap <= 0.03"),),
    )
    assert normalised(slots_of(grounded)) == {
        "intent": "generate",
        "synthesizers": frozenset({"ctgan"}),
        "epochs": 30,
        "train_rows": 200,
        "rows": 500,
        "target": "DEATH_EVENT",
        "protected": frozenset({"Age"}),
        "priority": "privacy",
        "goals": frozenset({"auroc_gap<=0.03"}),
    }


def test_a_change_shows_who_joins_leaves_and_what_is_taken_back():
    grounded = Grounded(
        intent=PlannerIntent.CHANGE,
        added=("tvae",),
        removed=("ctgan",),
        cleared=frozenset({"target", "goals"}),
    )
    assert normalised(slots_of(grounded)) == {
        "intent": "change",
        "synthesizers": frozenset({"+tvae", "-ctgan"}),
        "target": "none",
        "goals": frozenset({"none"}),
    }


def test_what_the_words_do_not_support_is_gone_from_the_answer():
    line = "intent=generate; epochs=30; rows=999; target=death event; priority=-"
    planner = GroundedPlanner(Planner(LineModel(line)))
    answer = normalised(planner.plan("30 epochs, predict death event", ["Age", "DEATH_EVENT"]))
    assert answer == {"intent": "generate", "epochs": 30, "target": "DEATH_EVENT"}


def test_labels_that_the_words_support_survive_grounding_and_others_do_not():
    supported = request("30 epochs, 500 rows", intent="generate", epochs=30, rows=500)
    unsupported = request("make some data", intent="generate", target="DEATH_EVENT")
    requests = [supported, unsupported]
    score = score_planner(GroundedLabels(requests), requests, clock=lambda: 0.0)
    assert [miss.request.words for miss in score.misses] == ["make some data"]
    assert score.misses[0].wrong == ("target",)


def test_planners_stand_side_by_side_with_the_unknown_as_a_dash():
    asked = [request("500 rows", intent="generate", rows=500)]
    score = score_planner(NothingStated(), asked, clock=lambda: 0.0)
    lines = summary([Candidate("one", score, asked=2), Candidate("two", score)]).splitlines()
    rows = {line.split("  ")[0]: line.split()[-1] for line in lines[1:]}
    assert lines[0].split() == ["one", "two"]
    assert rows["stated slots: precision"] == "-"
    assert rows["questions asked"] == "-"


def test_a_missing_model_is_one_line_and_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["--model", str(tmp_path / "none.gguf")]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("\n") == 1
    assert "none.gguf" in shown.err


def test_the_schema_holds_the_columns_in_their_order():
    assert schema_of(["b", "a"]).names == ["b", "a"]
