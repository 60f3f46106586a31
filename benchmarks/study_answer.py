"""The answer of a study in words, derived from its comparisons; every number comes from them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from benchmarks.study_comparison import ANSWERED, ENDPOINTS, REAL, Compared, Results, titled
from memisis_core.evaluation.metric import Axis
from memisis_core.report.numbers import measured, plain
from memisis_core.synthesis.registry import entry

FAIRNESS_AND_UTILITY = (Axis.UTILITY, Axis.FAIRNESS)


def name_of(who: str) -> str:
    """Return a synthesizer's name as people write it."""
    return who if who == REAL else entry(who).title


def answer(results: Results) -> list[str]:
    """Return the answer, a paragraph each: the question first, then axis by axis."""
    compared = {axis: results.between_synthesizers(axis) for axis in ANSWERED}
    both = [one for axis in FAIRNESS_AND_UTILITY for one in compared[axis]]
    paragraphs = [f"**Comparable across fairness and utility? {_judgement(both)}.** {_why(both)}"]
    for axis in ANSWERED:
        found = compared[axis]
        head = f"**{axis.value.capitalize()}, comparable? {_judgement(found)}.**"
        lines = [head, _values(results, axis), _counts(found), _clearest(found)]
        lines += [_beside_real(results.against_real(axis))]
        lines += [_lost_groups(results)] if axis is Axis.FAIRNESS else []
        paragraphs.append(" ".join(line for line in lines if line))
    return paragraphs


def _values(results: Results, axis: Axis) -> str:
    """Return the axis's first endpoint in numbers; by groups, for the finest ones."""
    keys = results.keys(next(one.id for one in ENDPOINTS if one.axis is axis))
    complete = [k for k in keys if all(results.complete(who, k) for who in results.synthesizers)]
    if not complete:
        return ""
    told = []
    for who in results.synthesizers:
        mean = results.mean(who, complete[-1])
        told.append(f"{name_of(who)} {measured(mean.value, mean.interval)}")
    baseline = results.baseline(complete[-1])
    real = "" if baseline is None else f"; real {plain(baseline)}"
    title = titled(results.metrics(results.synthesizers[0], complete[-1])[0])
    return f"{title[0].upper()}{title[1:]}: {', '.join(told)}{real}."


def _lost_groups(results: Results) -> str:
    """Name the groups that a synthesizer makes less than half as often as they are in training."""
    measure = "fairness.representation"
    subjects = [m.subject for m in results.runs[0].metrics if m.id == measure and "=" in m.subject]
    told = []
    for who in results.synthesizers:
        lost = []
        for subject in subjects:
            if results.complete(who, (measure, subject)):
                share = math.exp(results.mean(who, (measure, subject)).value)
                lost += [f"{subject} ({share:.2f} ×)"] if share < 0.5 else []
        told += [f"with {name_of(who)} {', '.join(lost)}"] if lost else []
    if not told:
        return "Every group has at least half of its share in training, with every synthesizer."
    return f"Less than half of their share in training: {'; '.join(told)}."


def _judgement(compared: Sequence[Compared]) -> str:
    """Return yes if all are equivalent, no if one differs by more, else that it is not shown."""
    verdicts = {one.verdict for one in compared}
    if not verdicts:
        return "Nothing could be compared"
    if "different" in verdicts:
        return "No"
    return "Not shown either way" if "unsettled" in verdicts else "Yes"


def _why(compared: Sequence[Compared]) -> str:
    differing = [one for one in compared if one.verdict == "different"]
    if not differing:
        settled = sum(one.verdict != "unsettled" for one in compared)
        return f"{settled} of {len(compared)} comparisons lie within their margin beyond noise."
    measures = Counter(one.axis.value for one in differing)
    where = " and ".join(f"{count} of {axis}" for axis, count in measures.items())
    return (
        f"{len(differing)} of {len(compared)} comparisons show a difference that is more than "
        f"noise and not shown to be within its margin ({where})."
    )


def _counts(compared: Sequence[Compared]) -> str:
    if not compared:
        return "No measure had a value in every run."
    counts = Counter(one.verdict for one in compared)
    return (
        f"Of {len(compared)} comparisons between two synthesizers {counts['equivalent']} are "
        f"equivalent, {counts['different within the margin']} differ by less than the margin, "
        f"{counts['different']} differ, {counts['unsettled']} are unsettled.{_winners(compared)}"
    )


def _winners(compared: Sequence[Compared]) -> str:
    differing = [one for one in compared if one.verdict == "different"]
    if not differing:
        return ""
    wins = Counter(one.better for one in differing)
    names = dict.fromkeys(who for one in compared for who in (one.first, one.second))
    told = ", ".join(f"{name_of(who)} in {wins[who]}" for who in names)
    return f" Better where they differ: {told}."


def _clearest(compared: Sequence[Compared]) -> str:
    """Name the difference that is largest against its margin."""
    differing = [one for one in compared if one.better is not None]
    if not differing:
        return ""
    largest = max(differing, key=lambda one: abs(one.difference.value) / one.margin)
    other = largest.second if largest.better == largest.first else largest.first
    return (
        f"The largest against its margin: {largest.title}, where {name_of(largest.better or '')} "
        f"lies closer to the ideal than {name_of(other)} by {abs(largest.difference.value):.3f} "
        f"(margin {largest.margin:g})."
    )


def _beside_real(compared: Sequence[Compared]) -> str:
    names = dict.fromkeys(one.first for one in compared)
    told = []
    for who in names:
        own = [one for one in compared if one.first == who]
        worse = sum(one.verdict == "different" and one.better == REAL for one in own)
        alike = sum(one.verdict in ("equivalent", "different within the margin") for one in own)
        told.append(f"{name_of(who)} is worse in {worse} and alike in {alike} of {len(own)}")
    return f"Against real data {'; '.join(told)}." if told else ""
