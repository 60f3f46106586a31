"""Differences in words: the findings above the table, the one under the cursor below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from memisis_core.evaluation.findings import findings
from memisis_core.text import visible
from memisis_screens.metrics.explanation import meaning, value_in_full

if TYPE_CHECKING:
    from memisis_core.evaluation.comparison import ComparedMetric
    from memisis_core.evaluation.differences import Difference
    from memisis_core.plan.goals import GoalResult
    from memisis_screens.run_comparison import RunComparison

MOST_FINDINGS = 14
_MARKS = {
    "violation": "!",
    "goal": "◎",
    "best": "▲",
    "within_noise": "=",
    "trade_off": "⇄",
    "dominated": "▼",
    "worse_than_real": "!",
    "missing": "·",
    "caveat": "·",
}
_WORDS = {
    "better": "better",
    "worse": "worse",
    "within_noise": "within noise",
    "not_comparable": "not comparable",
}


def summary(compared: RunComparison, goals: Mapping[str, Sequence[GoalResult]]) -> Content:
    """Return the findings of a comparison, the most important first, one a line."""
    found = findings(compared.comparison, goals)
    lines = [
        Content.assemble(
            (f"{_MARKS.get(finding.kind, '·')} ", "bold"),
            (visible(finding.text), "$quiet" if finding.kind in ("missing", "caveat") else ""),
        )
        for finding in found[:MOST_FINDINGS]
    ]
    if len(found) > MOST_FINDINGS:
        lines.append(Content.styled(f"· {len(found) - MOST_FINDINGS} more in the report", "$quiet"))
    return Content("\n").join(lines)


def difference_in_words(row: ComparedMetric, name: str | None) -> Content:
    """Return the difference of one run from the reference, in words."""
    heading = Content.styled(visible(row.title), "bold")
    if name is None or name not in row.metrics:
        against = f"held against {row.reference}" if row.reference else "nothing to hold against"
        said = [against, meaning(next(iter(row.metrics.values())))]
        return Content("  ").join(
            [heading, *(Content.styled(visible(text), "$quiet") for text in said if text)]
        )
    parts = [heading, Content(f"{name}: {visible(value_in_full(row.metrics[name]))}")]
    difference = row.differences.get(name)
    if difference is not None and row.reference is not None:
        parts.append(Content.styled(_said(difference, row.reference), "bold"))
        if difference.why:
            parts.append(Content.styled(visible(difference.why), "$quiet"))
    elif name == row.reference:
        parts.append(Content.styled("the others are held against it", "$quiet"))
    return Content("  ").join(parts)


def _said(difference: Difference, reference: str) -> str:
    if difference.value is None:
        return f"{_WORDS[difference.verdict]} with {reference}"
    text = f"{_signed(difference.value)} against {reference}"
    if difference.ci is not None:
        low, high = difference.ci
        paired = ", paired" if difference.paired else ""
        text += f" (95 % {_signed(low)} to {_signed(high)}{paired})"
    return f"{text}: {_WORDS[difference.verdict]}"


def _signed(value: float) -> str:
    """Return a number with its sign; the minus is as wide as the plus."""
    return f"{value:+.3g}".replace("-", "−")
