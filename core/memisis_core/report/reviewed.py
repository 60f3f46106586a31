"""What reviewers said of synthetic patients, as the report shows it: no value of any patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from memisis_core.review.blinded import BlindedTest, result_of
from memisis_core.review.judgement import Judgement, Verdict, summary_of
from memisis_core.text import visible

if TYPE_CHECKING:
    from memisis_core.runs.record import RunRecord


@dataclass(frozen=True)
class ReviewSection:
    """The review of one run.

    Attributes
    ----------
    label : str
    sentences : tuple of str
        What the judgements and the blinded tests come to, each with its interval.
    findings : tuple of (str, str, str, str)
        Row of the synthetic table, verdict, columns that were named, and why; of patients that
        were not called plausible.
    """

    label: str
    sentences: tuple[str, ...]
    findings: tuple[tuple[str, str, str, str], ...]


def review_sections(runs: Sequence[RunRecord]) -> tuple[ReviewSection, ...]:
    """Return a section for each run that was judged or put to a blinded test."""
    return tuple(
        ReviewSection(
            run.label,
            (*_judged(run.judgements), *_tested(run.blinded_tests)),
            tuple(_finding(j) for j in run.judgements if j.verdict is not Verdict.PLAUSIBLE),
        )
        for run in runs
        if run.judgements or any(test.finished for test in run.blinded_tests)
    )


def review_contract(run: RunRecord) -> dict[str, Any]:
    """Return the review of a run for programs."""
    return {
        "judgements": [judgement.model_dump(mode="json") for judgement in run.judgements],
        "blinded_tests": [
            {
                "seed": test.seed,
                "began": test.began.isoformat(),
                "n": result.n,
                "right": result.right,
                "ci": list(result.interval),
                "p_value": result.p_value,
                "real_called_real": [result.real_right, result.real],
                "synthetic_called_synthetic": [result.synthetic_right, result.synthetic],
            }
            for test in run.blinded_tests
            if (result := result_of(test)) is not None
        ],
    }


def _judged(judgements: Sequence[Judgement]) -> list[str]:
    summary = summary_of(judgements)
    if summary.interval is None:
        return []
    low, high = summary.interval
    return [
        f"{summary.judged} synthetic patients, drawn at random, were judged: "
        f"{summary.plausible} plausible, {summary.implausible} implausible, "
        f"{summary.unsure} unsure. Implausible are {summary.implausible / summary.judged:.0%} of "
        f"them (95 % interval {low:.0%} to {high:.0%} of all synthetic patients)."
    ]


def _tested(tests: Sequence[BlindedTest]) -> list[str]:
    sentences = []
    for test in tests:
        result = result_of(test)
        if result is None:
            continue
        low, high = result.interval
        p = "p < 0.001" if result.p_value < 0.001 else f"p = {result.p_value:.3f}"
        sentences.append(
            f"Blinded test of {test.began:%Y-%m-%d} (seed {test.seed}): {result.right} of "
            f"{result.n} patients were told rightly, {result.share:.0%} (95 % interval {low:.0%} "
            f"to {high:.0%}; {p} against guessing); {result.real_right} of {result.real} real ones "
            f"were called real, {result.synthetic_right} of {result.synthetic} synthetic ones "
            f"synthetic. {result.words}"
        )
    return sentences


def _finding(judgement: Judgement) -> tuple[str, str, str, str]:
    return (
        f"{judgement.row + 1:,}",
        judgement.verdict.value,
        ", ".join(visible(name) for name in judgement.columns),
        visible(judgement.why),
    )
