"""Cells of a metric table: numbers aligned, verdicts as glyphs, words where there is no number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from memisis_core.evaluation.comparison import BEST, NO_VALUE, PLAIN
from memisis_core.evaluation.metric import Metric, Status
from memisis_core.text import visible
from memisis_screens.metrics.figures import Figure, Widths, aligned, figure
from memisis_screens.run_comparison import RunComparison
from memisis_screens.tables.cell_text import cell
from memisis_screens.tables.work_table import TableColumn, TableRow

if TYPE_CHECKING:
    from memisis_screens.metrics.measure_rows import MeasureRow
    from memisis_screens.run_view import RunView

MEASURE, IDEAL, REAL = "measure", "ideal", "real"
NO_VALUE_WORDS: dict[Status, str] = {
    Status.NOT_APPLICABLE: "n.a.",
    Status.INSUFFICIENT_DATA: "too few",
    Status.FAILED: "failed",
}
LEGEND = "▲ best   = within noise of best   ! worse than real   · no value"
LEAST_MEASURE, MOST_MEASURE = 18, 44
GAP, CLOSE_GAP, WIDE_GAP = 2, 1, 4
"""Cells between two columns; where they are many for their room, and where there is plenty."""
_LONGEST_TITLE = 9
_LEAST_NAME = 6
_ABBREVIATIONS: dict[str, str] = {
    "absolute": "abs.",
    "accuracy": "acc.",
    "association": "assoc.",
    "associations": "assoc.",
    "attribute": "attr.",
    "average": "avg.",
    "calibration": "calibr.",
    "classifier": "classif.",
    "column": "col.",
    "complement": "compl.",
    "correlation": "corr.",
    "correlations": "corr.",
    "counterfactual": "counterf.",
    "demographic": "demogr.",
    "detection": "detect.",
    "difference": "diff.",
    "differences": "diff.",
    "disclosure": "discl.",
    "distance": "dist.",
    "distribution": "distr.",
    "equalised": "eq.",
    "importance": "import.",
    "inference": "inf.",
    "membership": "memb.",
    "negative": "neg.",
    "opportunity": "opp.",
    "positive": "pos.",
    "precision": "prec.",
    "predictive": "pred.",
    "probability": "prob.",
    "propensity": "prop.",
    "representation": "repr.",
    "similarity": "simil.",
    "statistical": "stat.",
    "subgroup": "subgr.",
    "synthetic": "synth.",
    "training": "train.",
}
"""The line below the table and the glossary have the whole names."""


def metric_table(
    rows: Sequence[MeasureRow],
    runs: Sequence[RunView],
    marks: Marks,
    comparison: RunComparison | None,
    width: int,
) -> tuple[list[TableColumn], list[TableRow]]:
    """Return columns and rows of a metric table.

    Parameters
    ----------
    rows : sequence of MeasureRow
    runs : sequence of RunView
        One column each.
    marks : Marks
    comparison : RunComparison or None
        None while it is being made: the numbers stand there without their glyphs.
    width : int
        Cells there are; the column of names takes what the numbers leave.
    """
    by_run = [_RunColumn(run, rows) for run in runs]
    labels = [_label(run, marks) for run in runs]
    widths = [max(c.width, label.cell_len) for c, label in zip(by_run, labels, strict=True)]
    plain = [_reals(rows), _ideals(rows)]
    gap = GAP
    room = width - sum(w + gap for w in (*widths, *(column.width for column in plain)))
    if room < LEAST_MEASURE and len(runs) > 1:
        room += plain.pop().width + gap  # the ideal stands in the details too
    if room < LEAST_MEASURE:
        gap = CLOSE_GAP
        room += (len(widths) + len(plain)) * (GAP - gap)
    longest = max((row_title(row, MOST_MEASURE).cell_len for row in rows), default=LEAST_MEASURE)
    first = max(min(longest, room, MOST_MEASURE), LEAST_MEASURE)
    if room - first >= (len(widths) + len(plain)) * (WIDE_GAP - GAP):
        gap = WIDE_GAP
    plain.reverse()
    columns = [
        TableColumn(MEASURE, Text("measure", no_wrap=True), first),
        *(TableColumn(c.key, _spaced(c.key, c.width, gap), c.width + gap) for c in plain),
        *(
            TableColumn(run.id, _space(gap) + label, w + gap)
            for run, label, w in zip(runs, labels, widths, strict=True)
        ),
    ]
    shown = []
    for index, row in enumerate(rows):
        cells = [
            row_title(row, first),
            *(_spaced(column.texts[index], column.width, gap, "dim") for column in plain),
            *(_space(gap) + column.cell(row, comparison) for column in by_run),
        ]
        shown.append(TableRow(row.key, tuple(cells)))
    return columns, shown


@dataclass(frozen=True)
class _PlainColumn:
    """Texts of a column that belongs to no run."""

    key: str
    texts: list[str]
    width: int


def _reals(rows: Sequence[MeasureRow]) -> _PlainColumn:
    figures = [_real(row) for row in rows]
    widths = Widths.of(known for known in figures if known is not None)
    texts = [aligned(known, widths) if known else "–" for known in figures]
    return _PlainColumn(REAL, texts, max(widths.total, len(REAL)))


def _ideals(rows: Sequence[MeasureRow]) -> _PlainColumn:
    texts = [ideal_text(row.sample) for row in rows]
    return _PlainColumn(IDEAL, texts, max([len(IDEAL), *map(len, texts)]))


def row_title(row: MeasureRow, width: int) -> Text:
    """Return the name of a row in `width` cells; ``›`` says that Enter leads to its subjects."""
    room = width - (2 if row.subjects else 0)
    title = cell(shortened(row.name, row.shown_subject, room))
    if row.subjects:
        title.append(" ›", "bold")
    return title


def abbreviated(name: str, width: int) -> str:
    """Return `name` with its longest words shortened, as many as it takes to fit."""
    words = name.split(" ")
    for place in sorted(range(len(words)), key=lambda index: -len(words[index])):
        if len(" ".join(words)) <= width:
            break
        word, comma = words[place].rstrip(","), "," * words[place].endswith(",")
        words[place] = _ABBREVIATIONS.get(word, word) + comma
    return " ".join(words)


def shortened(name: str, subject: str, width: int) -> str:
    """Return name and subject in `width` characters; the subject, which tells rows apart, stays.

    Parameters
    ----------
    name, subject : str
        The subject may be empty.
    width : int
    """
    full = f"{name}, {subject}" if subject else name
    if len(full) <= width:
        return full
    name = abbreviated(name, width - len(subject) - (2 if subject else 0))
    full = f"{name}, {subject}" if subject else name
    if not subject or len(full) <= width:
        return full
    room = max(width - len(subject) - 3, _LEAST_NAME)
    return f"{name[:room].rstrip()}…, {subject}"


class _RunColumn:
    """The figures of one run, aligned with each other."""

    def __init__(self, run: RunView, rows: Sequence[MeasureRow]) -> None:
        self.run = run
        self.figures = {
            row.key: figure(metric.value, metric.ci)
            for row in rows
            if (metric := row.metrics.get(run.id)) is not None and metric.value is not None
        }
        self.widths = Widths.of(self.figures.values())

    @property
    def width(self) -> int:
        """Cells of the widest value with its glyph."""
        words = max(len(word) for word in NO_VALUE_WORDS.values())
        return max(self.widths.total, words) + 2

    def cell(self, row: MeasureRow, comparison: RunComparison | None) -> Text:
        """Return the cell of one measure."""
        metric = row.metrics.get(self.run.id)
        if metric is None:
            return cell("")
        known = self.figures.get(row.key)
        if known is None:
            text = f"{NO_VALUE_WORDS.get(metric.status, 'n.a.'):<{self.width - 2}}"
        else:
            text = f"{aligned(known, self.widths):<{self.width - 2}}"
        glyph = NO_VALUE if known is None else PLAIN
        if comparison is not None and known is not None:
            glyph = comparison.glyph(self.run.id, row.id, row.subject)
        style = "dim" if known is None else "bold" if glyph == BEST else ""
        return cell(text, style) + cell(f" {glyph}", "dim" if known is None else "bold")


@dataclass(frozen=True)
class Marks:
    """Which runs are marked for comparison, and which one the others are held against."""

    marked: tuple[str, ...] = ()
    pinned: str = ""


def short_title(title: str) -> str:
    """Return a synthesizer's title for the head of a column (``GaussianCopula``: ``Copula``)."""
    words = re.findall(r"[A-Z][a-z]+", title)
    return visible(words[-1] if len(title) > _LONGEST_TITLE and words else title, _LONGEST_TITLE)


def _label(run: RunView, marks: Marks) -> Text:
    signs = ("●" if run.id in marks.marked else "") + ("◆" if run.id == marks.pinned else "")
    name = f"{run.label} {short_title(run.title)}"
    return Text(f"{signs} {name}" if signs else name, no_wrap=True)


def _real(row: MeasureRow) -> Figure | None:
    baseline = row.sample.real_baseline
    if baseline is None:
        return None
    return figure(baseline)


def ideal_text(metric: Metric) -> str:
    """Return the ideal, or which way is better where there is none."""
    if metric.ideal is not None:
        return f"{metric.ideal:g}"
    return {"higher": "high", "lower": "low"}.get(metric.direction, "–")


def _space(gap: int) -> Text:
    return Text(" " * gap, no_wrap=True, end="")


def _spaced(text: str, width: int, gap: int, style: str = "") -> Text:
    return _space(gap) + Text(f"{text:>{width}}", style=style, no_wrap=True, end="")
