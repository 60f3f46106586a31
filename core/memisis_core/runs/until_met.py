"""Runs plan after plan until one run surely meets every goal, or a limit is reached."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from memisis_core.data.schema import Schema
from memisis_core.errors import InputError
from memisis_core.plan.effective import effective_plan, planned_schema
from memisis_core.plan.model import EffectivePlan, Plan
from memisis_core.plan.next_plan import next_plans, untried
from memisis_core.runs.record import RunRecord

CarryOut = Callable[[Plan, EffectivePlan, Schema, float | None], Sequence[RunRecord]]
"""Runs a plan to its end; told how many seconds may pass until training is to be stopped."""


class Ending(StrEnum):
    """Why no further plan was tried."""

    MET = "met"
    MOST_RUNS = "max_runs"
    MOST_MINUTES = "max_minutes"
    NOTHING_LEFT = "nothing_left"


@dataclass(frozen=True)
class Limits:
    """How far a person lets it go.

    Attributes
    ----------
    runs : int
        Runs in all, at least 1.
    seconds : float or None
        After this no run is started, and training is stopped with the model so far.
    """

    runs: int
    seconds: float | None = None


@dataclass(frozen=True)
class Attempt:
    """One plan that was carried out.

    Attributes
    ----------
    plan : Plan
    effective : EffectivePlan
    runs : tuple of RunRecord
    reason : str
        Why this plan came next; empty for the first.
    """

    plan: Plan
    effective: EffectivePlan
    runs: tuple[RunRecord, ...]
    reason: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of it.

    Attributes
    ----------
    attempts : tuple of Attempt
    ending : Ending
    """

    attempts: tuple[Attempt, ...]
    ending: Ending

    @property
    def runs(self) -> list[RunRecord]:
        """All runs, oldest first."""
        return [run for attempt in self.attempts for run in attempt.runs]

    @property
    def met_by(self) -> RunRecord | None:
        """The first run that surely meets every goal."""
        return next((run for run in self.runs if meets_all(run)), None)

    @property
    def caveat(self) -> str | None:
        """What a person must know who reports a goal that was met after several tries."""
        tried = len(self.runs)
        if self.met_by is None or tried < 2:
            return None
        return (
            f"{tried} runs were held against the same held-out rows, and the goal's interval does "
            "not allow for that: one of many runs may meet a goal by chance. Run the last plan "
            "with another seed before you rely on it"
        )


def meets_all(run: RunRecord) -> bool:
    """Return whether the whole interval of each goal's measure lies on the right side."""
    return bool(run.goals) and all(result.verdict == "met" for result in run.goals)


def run_until_met(
    plan: Plan,
    schema: Schema,
    rows: int,
    limits: Limits,
    carry_out: CarryOut,
    *,
    distinct: Mapping[str, int] | None = None,
    on_next: Callable[[str], None] = lambda reason: None,
) -> Outcome:
    """Carry out a plan, then what is proposed next, until one run meets every goal.

    Parameters
    ----------
    plan : Plan
        With at least one goal.
    schema : Schema
        Of the table, with suggested roles.
    rows : int
        Rows of the table.
    limits : Limits
    carry_out : callable
        Runs a plan and returns its runs.
    distinct : mapping of str to int, optional
        Number of different values by column; tells which columns could re-identify people.
    on_next : callable, optional
        Told why the next plan is tried, before it is.

    Raises
    ------
    InputError
        If the plan has no goal, or a limit allows nothing.
    """
    if not plan.goals:
        raise InputError(
            "--until-met needs a goal, and the plan has none",
            fix='Say one, for example "AUROC within 0.05 of real"',
        )
    if limits.runs < 1 or (limits.seconds is not None and limits.seconds <= 0):
        raise InputError("the limits allow no run at all", fix="Use --max-runs 1 or more")
    started = time.monotonic()
    attempts: list[Attempt] = []
    todo, reason = plan, ""
    while True:
        left = None if limits.seconds is None else limits.seconds - (time.monotonic() - started)
        if left is not None and left <= 0:
            return Outcome(tuple(attempts), Ending.MOST_MINUTES)
        past = [run for attempt in attempts for run in attempt.runs]
        if len(past) >= limits.runs:
            return Outcome(tuple(attempts), Ending.MOST_RUNS)
        effective = effective_plan(todo, schema, rows)
        names = untried(todo, effective, past)[: limits.runs - len(past)]
        if not names:
            return Outcome(tuple(attempts), Ending.NOTHING_LEFT)
        todo = todo.model_copy(update={"synthesizers": names})
        effective = effective.model_copy(update={"synthesizers": tuple(names)})
        planned = planned_schema(todo, schema)
        if reason:
            on_next(reason)
        runs = tuple(carry_out(todo, effective, planned, left))
        attempts.append(Attempt(todo, effective, runs, reason))
        if any(meets_all(run) for run in runs):
            return Outcome(tuple(attempts), Ending.MET)
        found = next_plans([*past, *runs], planned, rows, distinct)
        if not found:
            return Outcome(tuple(attempts), Ending.NOTHING_LEFT)
        todo, reason = found[0].plan, found[0].reason
