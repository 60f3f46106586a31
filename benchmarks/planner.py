"""How well the planner reads words that it never saw: ``python benchmarks/planner.py``.

Every request of the held-out set goes through the planner as the program uses it: GPT4All runs the
merged model file in a process of its own, grounding traces what the model says to the words and
the columns, and what is left is compared with the label. Beside it stand a planner that finds
nothing stated, one that knows the labels (what grounding drops although it is right), and with
``--baseline FILE`` the same code with another model in its place: with the unadapted model the
score has to collapse, else a parser would be doing the model's work.

The set and its label rules: ``benchmarks/planner_set/README.md``.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.planner_requests import (
    SET_SLOTS,
    SLOTS,
    Request,
    load_requests,
)
from benchmarks.planner_scoring import (
    AnswerScore,
    NothingStated,
    PlannerScore,
    SlotScore,
    as_text,
    score_planner,
)
from memisis_core.agent.chat_form import CHATML
from memisis_core.agent.gpt4all_process import GPT4AllModel
from memisis_core.agent.model_files import PLANNER_FILE
from memisis_core.agent.planner import Planner
from memisis_core.data.schema import Column, ColumnKind, Schema
from memisis_core.errors import MemisisError
from memisis_core.locations import models_folder
from memisis_core.plan.grounding import ground
from memisis_core.plan.slots import CLEARED, Slots

if TYPE_CHECKING:
    from memisis_core.plan.grounded import Grounded

SET = Path(__file__).parent / "planner_set"
_GROUNDED_NAME = {"rows": "sample_rows"}


class GroundedPlanner:
    """The project's planner as the program uses it: the model's words, then grounding.

    Parameters
    ----------
    planner : Planner

    Attributes
    ----------
    asked : int
        Requests that were answered with a question to the person.
    """

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self.asked = 0

    def plan(self, words: str, schema_columns: list[str]) -> Mapping[str, object]:
        """Return the slots that are left after grounding (see `PlannerUnderTest`)."""
        schema = schema_of(schema_columns)
        grounded = ground(self._planner.propose(words, schema).slots, words, schema)
        self.asked += bool(grounded.questions)
        return slots_of(grounded)


class GroundedLabels:
    """A model that never errs: each request's label goes through grounding.

    What it misses is what grounding drops although it is right, and the most that any model in its
    place could reach.

    Parameters
    ----------
    requests : sequence of Request
    """

    def __init__(self, requests: Sequence[Request]) -> None:
        self._labels = {request.words: request.expected for request in requests}
        self.asked = 0

    def plan(self, words: str, schema_columns: list[str]) -> Mapping[str, object]:
        """Return what grounding leaves of the label (see `PlannerUnderTest`)."""
        claimed = {
            slot: tuple(sorted(value)) if isinstance(value, frozenset) else str(value)
            for slot, value in self._labels[words].items()
        }
        grounded = ground(Slots(**claimed), words, schema_of(schema_columns))  # type: ignore[arg-type]
        self.asked += bool(grounded.questions)
        return slots_of(grounded)


@dataclass(frozen=True)
class Candidate:
    """One planner's result, under the name that the tables show."""

    name: str
    score: PlannerScore
    asked: int | None = None


def schema_of(columns: Sequence[str]) -> Schema:
    """Return a schema with these columns; grounding looks at names alone, so kinds don't matter."""
    return Schema(columns=tuple(Column(name=name, kind=ColumnKind.CATEGORY) for name in columns))


def slots_of(grounded: Grounded) -> dict[str, object]:
    """Return grounded slots under the set's names; what a change takes back is ``none``."""
    slots: dict[str, object] = {"intent": str(grounded.intent)}
    for slot in SLOTS[1:]:
        name = _GROUNDED_NAME.get(slot, slot)
        value = getattr(grounded, name)
        if name in grounded.cleared:
            value = [CLEARED] if slot in SET_SLOTS else CLEARED
        slots[slot] = str(value) if slot == "priority" and value is not None else value
    slots["synthesizers"] = [
        *grounded.synthesizers,
        *(f"+{name}" for name in grounded.added),
        *(f"-{name}" for name in grounded.removed),
    ]
    if "goals" not in grounded.cleared:
        slots["goals"] = [f"{goal.metric}{goal.op}{goal.value!r}" for goal in grounded.goals]
    return slots


def measured(name: str, file: Path, requests: Sequence[Request], threads: int) -> Candidate:
    """Load a model file, give it every request, and return how it did; loading is not timed."""
    model = GPT4AllModel(file, CHATML, threads=threads)
    try:
        model.start()
        planner = GroundedPlanner(Planner(model))
        print(f"{name}: {file}, {len(requests)} requests …", file=sys.stderr, flush=True)
        score = score_planner(planner, requests, time.perf_counter)
    finally:
        model.close()
    return Candidate(name, score, planner.asked)


def summary(candidates: Sequence[Candidate]) -> str:
    """Return the table of figures, one column a planner."""
    rows = [("", *(one.name for one in candidates))]
    for label, figure in (
        ("slots right", _slots),
        ("whole plans right", lambda one: _counted(one.score, one.score.whole_plans)),
        ("intents right", lambda one: _counted(one.score, one.score.intents_right)),
        ("  contract's four", lambda one: _counted(one.score, one.score.contract_intents_right)),
        ("stated slots: precision", lambda one: percent(one.score.stated.precision)),
        ("stated slots: recall", lambda one: percent(one.score.stated.recall)),
        ("questions asked", lambda one: "-" if one.asked is None else str(one.asked)),
        ("seconds, median", lambda one: _seconds(one, 0.5)),
        ("seconds, p95", lambda one: _seconds(one, 0.95)),
    ):
        rows.append((label, *(figure(one) for one in candidates)))
    return table(rows)


def slot_table(score: PlannerScore) -> str:
    """Return accuracy, precision and recall of each slot."""
    head = ("slot", "right", "stated", "answered", "precision", "recall")
    return table([head, *(_slot_row(one) for one in (*score.slots, score.stated))])


def intent_table(score: PlannerScore) -> str:
    """Return which intents were taken for which others."""
    pairs = Counter(
        (as_text(one.expected.get("intent")), as_text(one.answer.get("intent")))
        for one in score.answers
        if not one.is_right("intent")
    )
    rows = [("expected", "answered", "requests")]
    rows += [(expected, given, str(n)) for (expected, given), n in pairs.most_common()]
    return table(rows) if pairs else "none"


def miss_text(miss: AnswerScore) -> str:
    """Return one request that was misread: its words, then each wrong slot."""
    lines = [f"{miss.request.key} ({miss.request.schema})", f"  {miss.request.words!r}"]
    for slot in miss.wrong:
        expected, given = as_text(miss.expected.get(slot)), as_text(miss.answer.get(slot))
        lines.append(f"  {slot}: expected {expected} · got {given}")
    return "\n".join(lines)


def document(candidates: Sequence[Candidate]) -> dict[str, Any]:
    """Return the figures as plain data for ``--json``."""
    return {one.name: _figures(one) for one in candidates}


def percent(share: float) -> str:
    """Return a share (0 … 1) in percent; ``-`` for one of nothing."""
    return "-" if math.isnan(share) else f"{100 * share:.1f} %"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of text as aligned columns, the first to the left and the others to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Score the planner and print what came of it; 0 unless a model or the set is unusable."""
    options = _parser().parse_args(arguments)
    try:
        requests = load_requests(options.set)
        model = options.model or models_folder() / PLANNER_FILE
        candidates = [measured("planner", model, requests, options.threads)]
        if options.baseline is not None:
            candidates.append(measured("baseline", options.baseline, requests, options.threads))
    except (MemisisError, OSError, ValueError) as error:
        print(f"planner benchmark: {error}", file=sys.stderr)
        return 1
    labels = GroundedLabels(requests)
    perfect = score_planner(labels, requests, time.perf_counter)
    candidates.append(Candidate("labels, grounded", perfect, labels.asked))
    candidates.append(
        Candidate("nothing stated", score_planner(NothingStated(), requests, time.perf_counter))
    )
    if options.json:
        print(json.dumps(document(candidates), indent=2))
        return 0
    score = candidates[0].score
    schemas = len({request.schema for request in requests})
    print(f"{len(requests)} requests over {schemas} schemas; 95 % intervals in brackets\n")
    print(summary(candidates))
    print(f"\nplanner, slot by slot\n{slot_table(score)}")
    print(f"\nplanner, intents misread\n{intent_table(score)}")
    if options.misses:
        print("\n\n".join(["", *(miss_text(miss) for miss in score.misses[: options.misses])]))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Score the planner on its held-out set.")
    parser.add_argument("--model", type=Path, help="merged planner; the installed one unless named")
    parser.add_argument("--baseline", type=Path, help="a second model file, the unadapted one")
    parser.add_argument(
        "--misses", type=int, nargs="?", const=20, default=0, metavar="N",
        help="show the N worst misses (20); not for the eyes of whoever writes training requests",
    )  # fmt: skip
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--set", type=Path, default=SET, help="folder of another set")
    parser.add_argument("--json", action="store_true", help="figures as JSON on standard output")
    return parser


def _slots(one: Candidate) -> str:
    low, high = one.score.slots_interval
    return f"{percent(one.score.slots_right)} [{100 * low:.1f}, {100 * high:.1f}]"


def _counted(score: PlannerScore, count: int) -> str:
    low, high = score.share_interval(count)
    return f"{percent(count / len(score.answers))} [{100 * low:.1f}, {100 * high:.1f}]"


def _seconds(one: Candidate, quantile: float) -> str:
    return "-" if one.asked is None else f"{one.score.seconds(quantile):.2f}"


def _slot_row(one: SlotScore) -> tuple[str, ...]:
    counts = (str(one.stated), str(one.answered))
    return (
        one.slot,
        percent(one.accuracy),
        *counts,
        percent(one.precision),
        percent(one.recall),
    )


def _figures(one: Candidate) -> dict[str, Any]:
    score = one.score
    requests = len(score.answers)

    def counted(count: int) -> dict[str, Any]:
        return {"share": count / requests, "ci": list(score.share_interval(count))}

    def or_null(share: float) -> float | None:
        return None if math.isnan(share) else share

    return {
        "requests": requests,
        "slots_right": {"share": score.slots_right, "ci": list(score.slots_interval)},
        "whole_plans": counted(score.whole_plans),
        "intents": counted(score.intents_right),
        "contract_intents": counted(score.contract_intents_right),
        "stated": {
            "precision": or_null(score.stated.precision),
            "recall": or_null(score.stated.recall),
        },
        "slots": {row.slot: row.accuracy for row in score.slots},
        "questions_asked": one.asked,
        "seconds": {"median": score.seconds(0.5), "p95": score.seconds(0.95)},
    }


if __name__ == "__main__":
    sys.exit(main())
