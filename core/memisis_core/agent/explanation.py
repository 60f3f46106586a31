"""Explains and compares runs in words. Facts are computed (`evaluation.findings`), then arranged.

Which findings answer the question is chosen here; their sentences are not rewritten, so that every
number in an answer is one that was measured. Imports no data library.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
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
_ALWAYS: Final = frozenset({"violation", "goal"})
_MOST_RUNS: Final = 6
_MOST_MISSING: Final = 3
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

    chosen = runs_asked_for(words, measured)
    comparison = compared(chosen)
    facts = findings(comparison, {run.label: run.goals for run in chosen})
    sharing = _SHARING.search(words) is not None
    axes = {axis for axis, pattern in _AXES.items() if pattern.search(words)}
    if sharing or not axes:
        axes = set(_AXES)
    told = _told(facts, axes)
    lines = [", ".join(f"{run.label} is {run.synthesizer}" for run in chosen) + "."]
    lines += [fact.text for fact in told]
    if sharing:
        lines += _verdict_on_sharing(comparison)
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
    """Hold runs against each other, by label; runs on other real data are not comparable."""
    from memisis_core.evaluation.comparison import compare

    return compare(
        {run.label: run.metrics for run in runs},
        measured_on={run.label: _yardstick(run) for run in runs},
    )


def _yardstick(run: RunRecord) -> str:
    """Return what the run was measured on: table, split and target."""
    plan = run.job.plan
    parts = (run.job.dataset.sha256, plan.seed, plan.holdout_rows, plan.target, plan.protected)
    return repr(parts)


def _told(facts: Sequence[Finding], axes: set[Axis]) -> list[Finding]:
    """Return the findings that answer, in the order in which they were computed."""
    told: list[Finding] = []
    missing = 0
    for fact in facts:
        if fact.kind == "missing":
            missing += 1
            if missing > _MOST_MISSING:
                continue
        if fact.kind in _ALWAYS or fact.axis is None or fact.axis in axes:
            told.append(fact)
    return told


def _verdict_on_sharing(comparison: Comparison) -> list[str]:
    """Say which runs privacy speaks for, and what decides among them. Never that one is safe."""
    privacy = comparison.pareto.differences.get(Axis.PRIVACY)
    if privacy is None:
        return ["No privacy measure has a value, so that no run can be recommended for sharing."]
    least = [
        run
        for run, others in privacy.items()
        if not any(difference.verdict == "worse" for difference in others.values())
    ]
    front = [run for run in least if run in comparison.pareto.front]
    if len(privacy) < 2:
        return [NOT_PROOF]
    lines = [f"On privacy, {_and(least)} came out best or within noise of the best."]
    if front and front != least:
        lines.append(f"Of these, no other run beats {_and(front)} on every axis.")
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
