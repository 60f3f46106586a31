"""What a comparison says, fact by fact, for explanations and reports. Imports no data library.

Each finding is true of the numbers as they stand: whoever explains a comparison (the language
model too) may arrange findings, and must not add to them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Literal

from pydantic import BaseModel, ConfigDict

from memisis_core.evaluation.comparison import Comparison
from memisis_core.evaluation.differences import shortfall
from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.evaluation.pareto import HEADLINES, Headline
from memisis_core.plan.goals import GoalResult

Kind = Literal[
    "best",
    "within_noise",
    "trade_off",
    "dominated",
    "worse_than_real",
    "goal",
    "violation",
    "missing",
    "caveat",
]


class Finding(BaseModel):
    """One fact.

    Attributes
    ----------
    kind : str
    text : str
        One sentence, ending in a full stop.
    axis : Axis or None
    runs : tuple of str
        Runs that it is about, the better one first.
    metrics : tuple of (str, str)
        Identifier and subject of the measures that it rests on.
    """

    model_config = ConfigDict(frozen=True)

    kind: Kind
    text: str
    axis: Axis | None = None
    runs: tuple[str, ...] = ()
    metrics: tuple[tuple[str, str], ...] = ()


def findings(
    comparison: Comparison, goals: Mapping[str, Sequence[GoalResult]] | None = None
) -> list[Finding]:
    """Return the facts of a comparison, the most important first.

    Violations, goals, the best run on each axis or that none is, trade-offs, runs that another
    beats, runs worse than real data, what could not be measured, caveats.

    Parameters
    ----------
    comparison : Comparison
    goals : mapping of str to sequence of GoalResult, optional
        By run.
    """
    return [
        *_violations(comparison),
        *_goals(goals or {}),
        *(fact for headline in comparison.pareto.headlines for fact in _axis(comparison, headline)),
        *_trade_offs(comparison),
        *_dominated(comparison),
        *_worse_than_real(comparison),
        *_missing(comparison),
        *_caveats(comparison),
    ]


def measured(metric: Metric) -> str:
    """Return a value with its interval, rounded: ``0.031 (95 % 0.012 to 0.050)``."""
    if metric.value is None:
        return "no value"
    text = f"{metric.value:.3g}" if abs(metric.value) >= 100 else f"{metric.value:.3f}"
    if metric.ci is None:
        return text
    low, high = (f"{bound:.3g}" if abs(bound) >= 100 else f"{bound:.3f}" for bound in metric.ci)
    return f"{text} (95 % {low} to {high})"


def _violations(comparison: Comparison) -> list[Finding]:
    """Return rules that synthetic rows break more often than real ones do."""
    found = []
    for row in comparison.rows:
        if row.axis is not Axis.VALIDATION or row.subject != "overall":
            continue
        for run, metric in row.metrics.items():
            if metric.value is None or metric.ideal is None:
                continue
            yardstick = metric.ideal if metric.real_baseline is None else metric.real_baseline
            broken = shortfall(metric.value, metric) or 0.0
            if broken <= (shortfall(yardstick, metric) or 0.0):
                continue
            text = f"{run} breaks a rule of the table: {row.name} {metric.value:.4g}, "
            text += f"real {yardstick:.4g}."
            found.append(_about("violation", text, row.axis, (run,), metric))
    return found


def _goals(goals: Mapping[str, Sequence[GoalResult]]) -> list[Finding]:
    words = {
        "met": "is met",
        "not_met": "is not met",
        "uncertain": "cannot be told: the threshold lies inside the interval",
        "unknown": "is unknown",
    }
    found = []
    for run, results in goals.items():
        for result in results:
            where = "" if result.subject == "overall" else f" for {result.subject}"
            value = "" if result.value is None else f" at {result.value:.3f}"
            why = f": {result.why}" if result.verdict == "unknown" and result.why else ""
            text = f"{run}: the goal {result.goal} {words[result.verdict]}{where}{value}{why}."
            key = ((result.goal.metric, result.subject),)
            found.append(Finding(kind="goal", text=text, runs=(run,), metrics=key))
    return found


def _axis(comparison: Comparison, headline: Headline) -> list[Finding]:
    runs, metrics = list(headline.metrics), headline.metrics
    name = metrics[runs[0]].name
    if len(runs) < 2:
        text = f"{headline.axis.value.capitalize()}: {_with_subject(metrics[runs[0]])} of "
        text += f"{runs[0]} is {measured(metrics[runs[0]])}."
        return [_about("best", text, headline.axis, (runs[0],), metrics[runs[0]])]
    verdicts = comparison.pareto.differences[headline.axis]
    best = _best(runs, verdicts)
    ties = [run for run in runs if run != best and verdicts[run][best].verdict == "within_noise"]
    if len(ties) == len(runs) - 1:
        values = ", ".join(f"{run} {measured(metrics[run])}" for run in runs)
        text = (
            f"{headline.axis.value.capitalize()}: no difference in {name} beyond noise: {values}."
        )
        return [_about("within_noise", text, headline.axis, tuple(runs), *metrics.values())]
    text = f"{headline.axis.value.capitalize()}: {best} has the best "
    text += f"{_with_subject(metrics[best])}, {measured(metrics[best])}"
    if ties:
        text += f"; within noise of it: {', '.join(ties)}"
    return [_about("best", f"{text}.", headline.axis, (best, *ties), metrics[best])]


def _best(runs: Sequence[str], verdicts: Mapping[str, Mapping[str, object]]) -> str:
    """Return the run that the fewest others beat, then the one that beats the most."""

    def standing(run: str) -> tuple[int, int]:
        own = [getattr(verdicts[run][other], "verdict", "") for other in runs if other != run]
        return own.count("worse"), -own.count("better")

    return min(runs, key=standing)


def _trade_offs(comparison: Comparison) -> list[Finding]:
    found = []
    differences = comparison.pareto.differences
    for first, second in combinations(comparison.runs, 2):
        verdicts = {
            axis: own[first][second].verdict
            for axis, own in differences.items()
            if first in own and second in own[first]
        }
        better = [axis for axis, verdict in verdicts.items() if verdict == "better"]
        worse = [axis for axis, verdict in verdicts.items() if verdict == "worse"]
        if better and worse:
            text = f"{first} is better than {second} on {_and(better)} and worse on {_and(worse)}."
            found.append(Finding(kind="trade_off", text=text, runs=(first, second)))
    return found


def _dominated(comparison: Comparison) -> list[Finding]:
    found = []
    for run, others in comparison.pareto.dominated_by.items():
        for other in others:
            axes = [
                axis
                for axis, own in comparison.pareto.differences.items()
                if other in own and run in own[other] and own[other][run].verdict == "better"
            ]
            text = f"{other} is better than {run} on {_and(axes)} and worse on no axis."
            found.append(Finding(kind="dominated", text=text, runs=(other, run)))
    return found


def _worse_than_real(comparison: Comparison) -> list[Finding]:
    found = []
    for row in comparison.rows:
        if not row.headline or row.axis is Axis.VALIDATION:
            continue
        worse = [run for run, d in row.against_real.items() if d.verdict == "worse"]
        if worse:
            values = ", ".join(f"{run} {measured(row.metrics[run])}" for run in worse)
            baseline = f"{row.metrics[worse[0]].real_baseline:.3f}"
            text = f"{row.title} is worse than on real data ({baseline}) beyond noise: {values}."
            key = ((row.id, row.subject),)
            found.append(
                Finding(
                    kind="worse_than_real", text=text, axis=row.axis, runs=tuple(worse), metrics=key
                )
            )
    return found


def _missing(comparison: Comparison) -> list[Finding]:
    """Return axes that cannot be compared, and headline measures that failed."""
    found = []
    covered = {headline.axis: set(headline.metrics) for headline in comparison.pareto.headlines}
    for axis in HEADLINES:
        for run in comparison.runs:
            if run in covered.get(axis, set()):
                continue
            why = _reason(comparison, axis, run)
            text = f"{axis.value.capitalize()} of {run} has no headline value: {why}."
            found.append(Finding(kind="missing", text=text, axis=axis, runs=(run,)))
    return found


def _reason(comparison: Comparison, axis: Axis, run: str) -> str:
    for identifier in HEADLINES[axis]:
        for row in comparison.rows:
            metric = row.metrics.get(run) if row.id == identifier else None
            if metric is not None and metric.status is not Status.OK and metric.why:
                return metric.why
    return "it was not measured on the same real data"


def _caveats(comparison: Comparison) -> list[Finding]:
    said: dict[str, Metric] = {}
    for headline in comparison.pareto.headlines:
        for metric in headline.metrics.values():
            if metric.caveat:
                said.setdefault(metric.caveat, metric)
    found = [
        _about("caveat", f"{metric.name}: {caveat}.", metric.axis, (), metric)
        for caveat, metric in said.items()
    ]
    tested = sum(
        d.verdict != "not_comparable" and d.ci is not None
        for row in comparison.rows
        for d in row.differences.values()
    )
    if tested >= 20:
        text = (
            f"Of the {tested} differences held against 95 % intervals, about {round(tested / 20)} "
            "would stand out by chance alone if the runs were equal."
        )
        found.append(Finding(kind="caveat", text=text))
    return found


def _with_subject(metric: Metric) -> str:
    return metric.name if metric.subject == "overall" else f"{metric.name} ({metric.subject})"


def _and(axes: Sequence[Axis]) -> str:
    names = [axis.value for axis in axes]
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _about(kind: Kind, text: str, axis: Axis, runs: tuple[str, ...], *metrics: Metric) -> Finding:
    keys = tuple(dict.fromkeys(metric.key for metric in metrics))
    return Finding(kind=kind, text=text, axis=axis, runs=runs, metrics=keys)
