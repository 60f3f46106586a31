"""Explains and compares runs in words. Facts are computed (`evaluation.findings`), then arranged.

Which findings answer the question is chosen here; their sentences are not rewritten, so that every
number in an answer is one that was measured. Imports no data library.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from memisis_core.agent.own_words import NO_RUNS
from memisis_core.agent.replies import Explanation
from memisis_core.evaluation.metric import Axis
from memisis_core.plan.synthesizer_mentions import synthesizer_mentions

if TYPE_CHECKING:
    from memisis_core.evaluation.comparison import Comparison
    from memisis_core.evaluation.findings import Finding
    from memisis_core.runs.record import RunRecord

_AXES: Final = {
    Axis.PRIVACY: re.compile(
        r"priva|leak|attack|risk|membership|re-?identif|anonym|memori", re.IGNORECASE
    ),
    Axis.UTILITY: re.compile(r"utility|useful|predict|auc|accura|performan|classif", re.IGNORECASE),
    Axis.FAIRNESS: re.compile(
        r"fair|bias|\bgaps?\b|odds|parity|groups?\b|discrimin", re.IGNORECASE
    ),
    Axis.FIDELITY: re.compile(
        r"fidelity|realis|similar|distribut|correlat|faithful|shapes?\b|plausib", re.IGNORECASE
    ),
}
_SHARING: Final = re.compile(
    r"\b(?:share|sharing|publish\w*|give (?:away|out)|hand (?:out|over)|send|release|upload"
    r"|outside|trust|safe\w*|recommend)\b",
    re.IGNORECASE,
)
_GOALS: Final = re.compile(r"\b(?:goals?|thresholds?|targets? (?:met|reached))\b", re.IGNORECASE)
_IN_SHORT: Final = frozenset(
    {"violation", "goal", "best", "within_noise", "trade_off", "dominated", "missing"}
)
_MOST_RUNS: Final = 6
NOT_PROOF: Final = (
    "None of this proves that the data is anonymous: it shows how these attacks did "
    "(arXiv 2505.01524)."
)


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
    from memisis_core.evaluation.findings import findings
    from memisis_core.runs.comparing import names_of

    chosen = runs_asked_for(words, measured)
    comparison = compared(chosen)
    names = names_of((run.id, run.label) for run in chosen)
    facts = findings(comparison, {names[run.id]: run.goals for run in chosen})
    told = _told(facts, _asked(words, facts))
    lines = [f"{_and([f'{run.label} is {run.synthesizer}' for run in chosen])}."]
    if _SHARING.search(words):
        lines += _verdict_on_sharing(comparison, facts)
    lines += [fact.text for fact in told]
    lines += _short_of_real(facts, told, comparison)
    return Explanation("\n".join(lines), _sources(told))


def runs_asked_for(words: str, runs: Sequence[RunRecord]) -> list[RunRecord]:
    """Return the runs that the words name by label or synthesizer, else those of the last plan."""
    labels = {match[1].upper() for match in re.finditer(r"\bruns? ([A-Za-z]{1,2}\d*)\b", words)}
    labels |= {match[0] for match in re.finditer(r"(?<!\w)[B-HJ-Z](?!\w)", words)}
    names = {mention.name for mention in synthesizer_mentions(words)}
    named = [run for run in runs if run.label in labels]
    if not named and names:
        named = [run for run in runs if run.synthesizer in names]
    if not named:
        named = [run for run in runs if run.plan_id == runs[-1].plan_id]
    return named[-_MOST_RUNS:]


def compared(runs: Sequence[RunRecord]) -> Comparison:
    """Hold runs against each other; runs on other real data are not comparable."""
    from memisis_core.runs.comparing import compare_records

    return compare_records(runs)


@dataclass(frozen=True)
class _Asked:
    """What a question is about.

    Attributes
    ----------
    axes : frozenset of Axis
    kinds : frozenset of str
        Kinds of findings that answer it.
    """

    axes: frozenset[Axis]
    kinds: frozenset[str]


def _asked(words: str, facts: Sequence[Finding]) -> _Asked:
    """Return what a question is about: goals alone, some axes in detail, or all in short."""
    named = frozenset(axis for axis, pattern in _AXES.items() if pattern.search(words))
    sharing = _SHARING.search(words) is not None
    if _GOALS.search(words) and any(fact.kind == "goal" for fact in facts):
        return _Asked(frozenset(), frozenset({"goal"}))
    if named and not sharing:
        return _Asked(named, _IN_SHORT | {"worse_than_real", "caveat"})
    return _Asked(frozenset(_AXES), _IN_SHORT)


def _told(facts: Sequence[Finding], asked: _Asked) -> list[Finding]:
    """Return the findings that answer, in the order in which they were computed."""
    return [
        fact
        for fact in facts
        if fact.kind in asked.kinds
        and (fact.axis is None or fact.axis in asked.axes or fact.kind == "violation")
    ]


def _short_of_real(
    facts: Sequence[Finding], told: Sequence[Finding], comparison: Comparison
) -> list[str]:
    """Sum up by run what is worse than on real data, unless it was told measure by measure."""
    kinds = {fact.kind for fact in told}
    if "worse_than_real" in kinds or not kinds & {"best", "within_noise"}:
        return []
    names = {(row.id, row.subject): row.title for row in comparison.rows}
    lines = []
    for run in comparison.runs:
        measures = [
            names[key]
            for fact in facts
            if fact.kind == "worse_than_real" and run in fact.runs
            for key in fact.metrics
        ]
        if measures:
            lines.append(f"{run} is worse than real data beyond noise on: {'; '.join(measures)}.")
    return lines


def _verdict_on_sharing(comparison: Comparison, facts: Sequence[Finding]) -> list[str]:
    """Say which runs privacy speaks for, and what decides among them. Never that one is safe."""
    privacy = comparison.pareto.differences.get(Axis.PRIVACY)
    if privacy is None:
        return ["No privacy measure has a value, so that no run can be recommended for sharing."]
    warned = {
        run
        for fact in facts
        if fact.axis is Axis.PRIVACY and fact.kind == "worse_than_real"
        for run in fact.runs
    }
    least = [
        run
        for run, others in privacy.items()
        if run not in warned and not any(d.verdict == "worse" for d in others.values())
    ]
    if not least:
        return ["No run is as private as real holdout data by every measure.", NOT_PROOF]
    lines = [f"On privacy, {_and(least)} came out best or within noise of the best."]
    unbeaten = [run for run in least if run in comparison.pareto.front]
    if unbeaten and unbeaten != least:
        lines.append(f"Among these, no other run is better than {_and(unbeaten)} without a price.")
    return [*lines, NOT_PROOF]


def _sources(told: Sequence[Finding]) -> tuple[str, ...]:
    found = [
        f"{'/'.join(fact.runs) or 'all'} {identifier} {subject}"
        for fact in told
        for identifier, subject in fact.metrics
    ]
    return tuple(dict.fromkeys(found))


def _and(labels: Sequence[str]) -> str:
    if not labels:
        return "none"
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"
