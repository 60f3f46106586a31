"""What stands above and below a patient, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from memisis_core.review.blinded import BlindedResult, result_of
from memisis_core.review.judgement import Verdict, summary_of
from memisis_core.text import visible
from memisis_screens.review.patient_rows import LEGEND, mark_at, pairs_of

if TYPE_CHECKING:
    from memisis_core.review.blinded import BlindedTest
    from memisis_screens.review.review_view import ReviewView

LONGEST_WHY_SHOWN = 300
VERDICT_SIGNS = {Verdict.PLAUSIBLE: "✓", Verdict.IMPLAUSIBLE: "✗", Verdict.UNSURE: "?"}


def patient_heading(view: ReviewView) -> Content:
    """Say which patient this is and how far the review is."""
    row = view.page.row if view.page is not None else 0
    return Content.assemble(
        (f"{visible(view.name)}  patient {view.place + 1} of {len(view.order)}", "bold $primary"),
        (f"  row {row + 1:,} of {view.rows:,}   ", "$quiet"),
        (progress(view), "bold"),
    )


def progress(view: ReviewView) -> str:
    """Say how many were judged (``12 of 50 judged``)."""
    return f"{len(view.judged)} of {len(view.order)} judged"


def judgement_line(view: ReviewView) -> Content:
    """Say what was said of this patient, or that nothing was."""
    said = view.judgement
    if said is None:
        named = f"   named: {', '.join(view.named)}" if view.named else ""
        return Content.assemble(("not judged yet", "$quiet"), (visible(named), "bold"))
    parts = [f"{VERDICT_SIGNS[said.verdict]} {said.verdict.value}"]
    if said.columns:
        parts.append(f"named: {', '.join(said.columns)}")
    why = f"  “{visible(said.why, LONGEST_WHY_SHOWN)}”" if said.why else ""
    return Content.assemble((visible("   ".join(parts)), "bold"), (why, "italic"))


def patient_detail(view: ReviewView, key: str | None) -> Content:
    """Say everything about the row under the cursor, then what the signs and shares mean."""
    page = view.page
    if page is None:
        return Content("")
    mark = mark_at(page, key)
    value = next((value for value in page.values if value.column == key), None)
    if mark is not None:
        head, said = " with ".join(mark.columns), mark.words
    elif value is not None:
        head, said = value.column, f"{value.value} {value.unit}".strip()
        said += f"   usual: {value.usual}" if value.usual else ""
        said += "".join(
            f"   with {' and '.join(set(mark.columns) - {key})} {mark.words}"
            for mark in pairs_of(page, value.column)
        )
    else:
        head, said = "", ""
    return Content("\n").join(
        [
            Content.assemble((visible(head), "bold"), "  ", visible(said)),
            Content.styled(LEGEND, "$quiet"),
        ]
    )


def summary_text(view: ReviewView) -> Content:
    """Say what the judgements and the blinded tests of this run come to, in one line each."""
    summary = summary_of(view.judged)
    lines = []
    if summary.interval is not None:
        low, high = summary.interval
        lines.append(
            f"plausible {summary.plausible}, implausible {summary.implausible} "
            f"({low:.0%} to {high:.0%} of all, 95 %), unsure {summary.unsure}"
        )
    finished = [(test, result) for test in view.tests if (result := result_of(test)) is not None]
    if finished:
        lines.append(f"blinded test: {in_short(finished[-1][1])}")
    lines.append(
        f"marked: {view.marked:.0%} of synthetic, {view.marked_holdout:.0%} of real holdout "
        "patients; hints only"
    )
    return Content.styled("\n".join(lines), "$quiet")


def in_short(result: BlindedResult) -> str:
    """Return a result on one line."""
    low, high = result.interval
    return (
        f"{result.right} of {result.n} told rightly, {result.share:.0%} "
        f"(95 % interval {low:.0%} to {high:.0%}, {p_value(result.p_value)})"
    )


def p_value(value: float) -> str:
    """Return a p-value as it is written."""
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"


def blinded_heading(view: ReviewView) -> Content:
    """Ask about the patient that is shown."""
    test = view.test
    if test is None:
        return Content("")
    return Content.assemble(
        (
            f"{visible(view.name)}  blinded test, patient {len(test.answers) + 1} of "
            f"{len(test.rows)}",
            "bold $primary",
        ),
        ("   Real or synthetic?", "bold"),
    )


BLINDED_DETAIL = (
    "As many real patients, held out of training, as synthetic ones, in random order. Right or "
    "wrong is said at the end. Esc leaves, b goes on. Real patients are kept nowhere."
)


def result_text(view: ReviewView) -> Content:
    """Say what came out of the blinded tests, the last one in full."""
    finished = [test for test in view.tests if test.finished]
    if not finished:
        return Content("")
    last = result_of(finished[-1])
    assert last is not None, "a finished test has a result"
    lines = [
        Content.styled(f"Blinded test of {visible(view.name)}", "bold $primary"),
        Content(""),
        *_result_lines(last, finished[-1]),
    ]
    if len(finished) > 1:
        lines.extend([Content(""), Content.styled("Before", "bold")])
        for test in finished[:-1]:
            before = result_of(test)
            if before is not None:
                lines.append(Content(f"{test.began:%Y-%m-%d %H:%M}  {in_short(before)}"))
        note = "Who has seen patients before knows more of them: the first test counts most."
        lines.append(Content.styled(note, "$quiet"))
    return Content("\n").join(lines)


def _result_lines(result: BlindedResult, test: BlindedTest) -> list[Content]:
    low, high = result.interval
    rows = (
        ("told rightly", f"{result.right} of {result.n}  ({result.share:.0%})"),
        ("95 % interval", f"{low:.0%} to {high:.0%}  (Clopper and Pearson)"),
        ("against guessing", f"{p_value(result.p_value)}  (exact two-sided test of 1/2)"),
        ("real patients", f"{result.real_right} of {result.real} called real"),
        (
            "synthetic patients",
            f"{result.synthetic_right} of {result.synthetic} called synthetic",
        ),
        ("seed", f"{test.seed}"),
    )
    lines = [Content.assemble((f"{label:<20}", "$quiet"), (text, "bold")) for label, text in rows]
    return [*lines, Content(""), Content(result.words)]
