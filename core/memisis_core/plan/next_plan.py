"""When a goal is not met: the next plan to try, with its reason. Proposed, never started."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from memisis_core.data.schema import Column, ColumnKind, Role, Schema
from memisis_core.errors import InputError
from memisis_core.evaluation.catalogue import resolve
from memisis_core.evaluation.metric import Axis, Status
from memisis_core.plan.model import ColumnChoice, EffectivePlan, Plan
from memisis_core.plan.provenance import Provenance, Source
from memisis_core.synthesis.registry import ENTRIES, entry

if TYPE_CHECKING:
    from memisis_core.plan.goals import GoalResult
    from memisis_core.runs.record import RunRecord

MOST_EPOCHS: Final = 2_000
"""Beyond this a run on a few thousand rows gains nothing but hours, and memorises."""
_FEWEST_EPOCHS: Final = 10
_MOST_ROWS: Final = 100_000
_RE_IDENTIFYING_SHARE: Final = 0.5
"""A category of which more than half the values are different says who someone is."""


@dataclass(frozen=True)
class NextPlan:
    """A plan to try next.

    Attributes
    ----------
    plan : Plan
    changed : tuple of str
        Slots that differ from the plan before.
    reason : str
        One sentence: which goal is missed, and why this may help.
    """

    plan: Plan
    changed: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class _Table:
    schema: Schema
    rows: int
    distinct: Mapping[str, int]


@dataclass(frozen=True)
class _Missed:
    """A goal that no run surely meets, with the run that came nearest."""

    result: GoalResult
    run: RunRecord

    @property
    def axis(self) -> Axis:
        return Axis(resolve(self.result.goal.metric).partition(".")[0])

    @property
    def said(self) -> str:
        if self.result.verdict == "unknown":
            return f"{self.result.goal} could not be measured in {self.run.label}"
        state = "uncertain" if self.result.verdict == "uncertain" else "not met"
        value = "" if self.result.value is None else f", at {self.result.value:.3f}"
        return f"{self.result.goal} is {state} in {self.run.label}{value}"


def next_plans(
    runs: Sequence[RunRecord], schema: Schema, rows: int, distinct: Mapping[str, int] | None = None
) -> list[NextPlan]:
    """Return plans that may bring the goals of the last plan nearer, the most promising first.

    Parameters
    ----------
    runs : sequence of RunRecord
        Runs of the session, oldest first; the last plan's goals count, and no setting that was run
        before is proposed again.
    schema : Schema
        Columns with the roles of the plan.
    rows : int
        Rows of the table.
    distinct : mapping of str to int, optional
        Number of different values by column, from the table's profile; tells which column could
        re-identify people.

    Returns
    -------
    list of NextPlan
        Empty if every goal is surely met by one run, nothing was measured, or nothing is left to
        try.
    """
    measured = [run for run in runs if run.goals]
    if not measured:
        return []
    last = [run for run in measured if run.plan_id == measured[-1].plan_id]
    if any(all(result.verdict == "met" for result in run.goals) for run in last):
        return []
    tried = {_signature(run.synthesizer, run.job.plan, run.plan) for run in runs}
    found: list[NextPlan] = []
    for missed in _missed(last):
        for changes, why in _ideas(missed, runs, _Table(schema, rows, distinct or {})):
            plan = _with(missed.run.plan, changes)
            name = changes.get("synthesizers", [missed.run.synthesizer])[0]
            expected = missed.run.job.plan.model_copy(
                update={k: v for k, v in changes.items() if k in EffectivePlan.model_fields}
            )
            if _signature(name, expected, plan) in tried:
                continue
            found.append(NextPlan(plan, tuple(changes), f"{missed.said}: {why}."))
    return found


def untried(plan: Plan, effective: EffectivePlan, runs: Sequence[RunRecord]) -> list[str]:
    """Return the synthesizers of a plan that have not been run with these settings."""
    tried = {_signature(run.synthesizer, run.job.plan, run.plan) for run in runs}
    names = effective.synthesizers
    return [name for name in names if _signature(name, effective, plan) not in tried]


def _missed(last: Sequence[RunRecord]) -> list[_Missed]:
    """Return each goal that no run surely meets, at the run that came nearest to it."""
    missed = []
    for index in range(len(last[0].goals)):
        results = [(run.goals[index], run) for run in last if index < len(run.goals)]
        known = [pair for pair in results if pair[0].verdict != "unknown"]
        known = known or [pair for pair in results if _for_want_of_data(*pair)]
        if not known or any(result.verdict == "met" for result, _ in known):
            continue
        nearest = max(known, key=lambda pair: pair[0].margin or 0.0)
        missed.append(_Missed(*nearest))
    return missed


def _for_want_of_data(result: GoalResult, run: RunRecord) -> bool:
    """Return whether better synthetic data could be measured: a class missing from them, say."""
    try:
        identifier = resolve(result.goal.metric)
    except InputError:  # no such measure: nothing that is run can change it
        return False
    found = [metric for metric in run.metrics if metric.id == identifier]
    return any(metric.status is Status.INSUFFICIENT_DATA for metric in found)


def _ideas(
    missed: _Missed, runs: Sequence[RunRecord], table: _Table
) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield changes of the plan with the reason for each, the most promising first."""
    run = missed.run
    if missed.result.verdict == "uncertain":
        yield from _narrower(run, table.rows)
    if sum(other.synthesizer == run.synthesizer for other in runs) > 1:
        yield from _other_synthesizers(runs)  # a second setting did not help either
    if missed.axis is Axis.PRIVACY:
        yield from _more_private(run, table)
    else:
        yield from _closer(run, table.rows)
    yield from _other_synthesizers(runs)


def _narrower(run: RunRecord, rows: int) -> Iterator[tuple[dict[str, Any], str]]:
    plan = run.job.plan
    sample_rows = min(_MOST_ROWS, max(2 * plan.sample_rows, plan.train_rows))
    if sample_rows > plan.sample_rows:
        yield {"sample_rows": sample_rows}, f"{sample_rows:,} synthetic rows narrow the interval"
    if plan.holdout_fraction < 0.5 and rows >= 200:
        yield {"holdout_fraction": 0.5}, "half the table held out narrows the interval"


def _closer(run: RunRecord, rows: int) -> Iterator[tuple[dict[str, Any], str]]:
    plan = run.job.plan
    available = rows - plan.holdout_rows
    if plan.train_rows < available:
        yield {"train_rows": available}, f"training on all {available:,} rows shows it more"
    if entry(run.synthesizer).trains_in_epochs and 2 * plan.epochs <= MOST_EPOCHS:
        yield {"epochs": 2 * plan.epochs}, f"{2 * plan.epochs} epochs may fit more closely"


def _more_private(run: RunRecord, table: _Table) -> Iterator[tuple[dict[str, Any], str]]:
    for column in table.schema.synthesised:
        if _re_identifying(column, run, table):
            choice = {column.name: ColumnChoice(role=Role.EXCLUDED.value)}
            columns = {**run.plan.columns, **choice}
            yield {"columns": columns}, f"without {column.name}, nearly unique for every person"
    if entry(run.synthesizer).trains_in_epochs and run.job.plan.epochs // 2 >= _FEWEST_EPOCHS:
        epochs = run.job.plan.epochs // 2
        yield {"epochs": epochs}, f"{epochs} epochs leave less time to memorise"


def _re_identifying(column: Column, run: RunRecord, table: _Table) -> bool:
    if column.role in (Role.TARGET, Role.PROTECTED) or column.name in run.plan.columns:
        return False
    if column.kind is ColumnKind.TEXT:
        return True
    distinct = table.distinct.get(column.name, 0)
    return column.kind is ColumnKind.CATEGORY and distinct > _RE_IDENTIFYING_SHARE * table.rows


def _other_synthesizers(runs: Sequence[RunRecord]) -> Iterator[tuple[dict[str, Any], str]]:
    used = {run.synthesizer for run in runs}
    for known in ENTRIES:
        if known.name not in used:
            yield {"synthesizers": [known.name]}, f"{known.title} has not been tried"


def _with(plan: Plan, changes: dict[str, Any]) -> Plan:
    """Return the plan with changes that the agent proposes; a person has yet to confirm them."""
    source = Provenance(source=Source.EDITED, words="proposed by the agent")
    after = plan.model_copy(
        update={**changes, "provenance": {**plan.provenance, **dict.fromkeys(changes, source)}}
    )
    return Plan.model_validate(after.model_dump())


def _signature(synthesizer: str, effective: EffectivePlan, plan: Plan) -> tuple[object, ...]:
    """Return what makes a run the same run."""
    epochs = effective.epochs if entry(synthesizer).trains_in_epochs else None
    columns = tuple(sorted((name, repr(choice)) for name, choice in plan.columns.items()))
    return (
        *(synthesizer, epochs, effective.train_rows, effective.sample_rows),
        *(effective.holdout_fraction, effective.target, effective.protected, columns),
    )
