"""Explains and compares runs in words. Every number is a stored measure, shown as stored.

What is best and what is within noise is computed here from values and intervals; nothing is left to
a language model's impression.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from memisis_core.agent.own_words import NO_RUNS
from memisis_core.agent.replies import Explanation
from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.plan.synthesizer_mentions import synthesizer_mentions

if TYPE_CHECKING:
    from memisis_core.runs.record import RunRecord

_AXES: Final = {
    Axis.PRIVACY: re.compile(
        r"priva|share|sharing|publish|safe|leak|attack|give away|hand|risk|outside", re.IGNORECASE
    ),
    Axis.UTILITY: re.compile(
        r"utility|useful|predict|auc|accura|model|perform|classif", re.IGNORECASE
    ),
    Axis.FAIRNESS: re.compile(
        r"fair|bias|gap|odds|parity|group|race|sex|gender|discrimin", re.IGNORECASE
    ),
    Axis.FIDELITY: re.compile(
        r"fidelity|realis|similar|distribut|correlat|close|faithful|shape|plausib", re.IGNORECASE
    ),
}
_SHARING: Final = re.compile(
    r"\b(?:share|sharing|publish\w*|give (?:away|out)|hand (?:out|over)|send|release|upload|outside"
    r"|trust|use)\b",
    re.IGNORECASE,
)
_ORDER: Final = (Axis.PRIVACY, Axis.UTILITY, Axis.FAIRNESS, Axis.FIDELITY)
_MOST_RUNS: Final = 6
_NOT_PROOF: Final = (
    "None of this proves that the data is anonymous: it shows how these attacks did "
    "(arXiv 2505.01524)."
)


@dataclass(frozen=True)
class Ranking:
    """One measure over several runs.

    Attributes
    ----------
    best : RunRecord
        The run whose value is nearest to the best there is.
    tied : tuple of RunRecord
        Runs that cannot be told from it: the intervals overlap.
    behind : tuple of RunRecord
    measured : dict of str to Metric
        Metric of each run, by run id.
    """

    best: RunRecord
    tied: tuple[RunRecord, ...]
    behind: tuple[RunRecord, ...]
    measured: dict[str, Metric]


def explain(words: str, runs: Sequence[RunRecord]) -> Explanation:
    """Answer a question about runs.

    Parameters
    ----------
    words : str
        The question; it says which runs and which axes it is about.
    runs : sequence of RunRecord
        Oldest first.
    """
    measured = [run for run in runs if run.metrics]
    if not measured:
        return Explanation(NO_RUNS)
    chosen = _asked_for(words, measured)
    axes = [axis for axis in _ORDER if _AXES[axis].search(words)] or list(_ORDER)
    if _SHARING.search(words):
        axes = list(_ORDER)
    lines: list[str] = []
    sources: list[str] = []
    for axis in axes:
        for metric_id in _headlines(chosen, axis):
            line, used = _compared(metric_id, chosen)
            lines.append(line)
            sources += used
    lines += _goals(chosen)
    if _SHARING.search(words):
        lines += _verdict_on_sharing(chosen)
    if not lines:
        lines = ["The measures that this asks for could not be computed; the tables say why."]
    return Explanation("\n".join(lines), tuple(dict.fromkeys(sources)))


def ranking(metric_id: str, runs: Sequence[RunRecord]) -> Ranking | None:
    """Rank runs by one measure's overall value; None if no run has one."""
    measured = {run.id: metric for run in runs if (metric := _overall(run, metric_id)) is not None}
    ranked = sorted(
        (run for run in runs if run.id in measured), key=lambda run: _distance(measured[run.id])
    )
    if not ranked:
        return None
    best = ranked[0]
    tied = tuple(r for r in ranked[1:] if _overlap(measured[best.id], measured[r.id]))
    behind = tuple(run for run in ranked[1:] if run not in tied)
    return Ranking(best, tied, behind, measured)


def figure(metric: Metric) -> str:
    """Return a value with its interval, such as ``0.531 [0.502, 0.560]``."""
    value = f"{metric.value:.3f}"
    if metric.ci is None:
        return value
    return f"{value} [{metric.ci[0]:.3f}, {metric.ci[1]:.3f}]"


def _asked_for(words: str, runs: Sequence[RunRecord]) -> list[RunRecord]:
    """Return the runs that the words name by label or synthesizer, else the latest plan's."""
    labels = {match[1].upper() for match in re.finditer(r"\bruns? ([A-Za-z]{1,2}\d*)\b", words)}
    labels |= {match[0] for match in re.finditer(r"(?<!\w)[B-HJ-Z](?!\w)", words)}
    names = {mention.name for mention in synthesizer_mentions(words)}
    named = [run for run in runs if run.label in labels]
    if not named and names:
        named = [run for run in runs if run.synthesizer in names]
    if not named:
        named = [run for run in runs if run.plan_id == runs[-1].plan_id]
    return named[-_MOST_RUNS:]


def _headlines(runs: Sequence[RunRecord], axis: Axis) -> list[str]:
    """Return the axis's headline measures with a value in any of the runs, in stored order."""
    found = [
        metric.id
        for run in runs
        for metric in run.metrics
        if metric.axis is axis and metric.headline and metric.value is not None
    ]
    return list(dict.fromkeys(found))


def _compared(metric_id: str, runs: Sequence[RunRecord]) -> tuple[str, list[str]]:
    ranked = ranking(metric_id, runs)
    assert ranked is not None, "headlines have a value in at least one run"
    first = ranked.measured[ranked.best.id]
    values = "; ".join(
        f"{run.label} ({run.synthesizer}) {figure(ranked.measured[run.id])}"
        for run in runs
        if run.id in ranked.measured
    )
    yardsticks = [] if first.ideal is None else [f"ideal {first.ideal:g}"]
    if first.real_baseline is not None:
        yardsticks.append(f"real data {first.real_baseline:.3f}")
    line = f"{first.name} ({first.axis.value}): {values}"
    line += f"; {', '.join(yardsticks)}." if yardsticks else "."
    if len(ranked.measured) > 1:
        line += f" {_placing(ranked)}"
    if first.caveat:
        line += f" Caveat: {first.caveat.rstrip('.')}."
    sources = [f"{run.label} {metric_id}" for run in runs if run.id in ranked.measured]
    return line, sources


def _placing(ranked: Ranking) -> str:
    best = ranked.best.label
    if not ranked.behind:
        return "These cannot be told apart: the intervals overlap."
    text = f"{best} is nearest to the ideal"
    if ranked.tied:
        text += f", {_labels(ranked.tied)} within noise of it"
    return f"{text}; {_labels(ranked.behind)} behind."


def _goals(runs: Sequence[RunRecord]) -> list[str]:
    said = {
        "met": "met, with its whole interval",
        "not_met": "not met",
        "uncertain": "uncertain: the threshold lies within the interval",
        "unknown": "unknown: it could not be measured",
    }
    lines = []
    for run in runs:
        for result in run.goals:
            value = "" if result.value is None else f" ({result.value:.3f})"
            lines.append(
                f"Goal {result.goal} for {run.label}, {result.subject}: "
                f"{said[result.verdict]}{value}."
            )
    return lines


def _verdict_on_sharing(runs: Sequence[RunRecord]) -> list[str]:
    """Name the run to share as far as the figures go: least privacy risk, then utility."""
    ranked = [r for i in _headlines(runs, Axis.PRIVACY) if (r := ranking(i, runs)) is not None]
    if not ranked:
        return ["No privacy measure could be computed, so none of the runs can be recommended."]
    # The worst of the attacks decides, as it would for an attacker.
    safest = [run for run in runs if all(run is rank.best or run in rank.tied for rank in ranked)]
    if not safest:
        places = ", ".join(f"{rank.best.label} by {_name(rank)}" for rank in ranked)
        return [f"No run is best on every privacy measure: {places}.", _NOT_PROOF]
    lines = [f"On privacy, {_labels(safest)} came out best or within noise of the best."]
    utility = [r for i in _headlines(safest, Axis.UTILITY) if (r := ranking(i, safest)) is not None]
    if len(safest) > 1 and utility:
        first = utility[0]
        lines.append(f"Among them {first.best.label} keeps the most utility by {_name(first)}.")
    return [*lines, _NOT_PROOF]


def _name(ranked: Ranking) -> str:
    return ranked.measured[ranked.best.id].name


def _labels(runs: Sequence[RunRecord]) -> str:
    labels = [run.label for run in runs]
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"


def _overall(run: RunRecord, metric_id: str) -> Metric | None:
    """Return the run's overall value of a measure, or its headline one if there is no overall."""
    found = [
        metric
        for metric in run.metrics
        if metric.id == metric_id and metric.status is Status.OK and metric.value is not None
    ]
    overall = [metric for metric in found if metric.subject == "overall"]
    headline = [metric for metric in found if metric.headline]
    return next(iter([*overall, *headline]), None)


def _distance(metric: Metric) -> float:
    distance = metric.distance_from_ideal()
    assert distance is not None, "only metrics with a value are ranked"
    return distance


def _overlap(left: Metric, right: Metric) -> bool:
    if left.ci is None or right.ci is None:
        return left.value == right.value
    return left.ci[0] <= right.ci[1] and right.ci[0] <= left.ci[1]
