"""Rows of the Compare tab: each run's difference from the reference, with its verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from rich.text import Text

from memisis_core.evaluation.differences import Difference, Verdict
from memisis_screens.metrics.figures import Figure, Widths, aligned, figure
from memisis_screens.metrics.measure_rows import FEW_SUBJECTS, OVERALL
from memisis_screens.metrics.metric_cells import LEAST_MEASURE, MOST_MEASURE, short_title, shortened
from memisis_screens.tables.cell_text import cell
from memisis_screens.tables.work_table import TableColumn, TableRow

if TYPE_CHECKING:
    from memisis_core.evaluation.comparison import ComparedMetric
    from memisis_screens.run_comparison import RunComparison
    from memisis_screens.run_view import RunView

VERDICT_GLYPHS: dict[Verdict, str] = {
    "better": "▲",
    "worse": "▼",
    "within_noise": "=",
    "not_comparable": "·",
}
LEGEND = "▲ better   ▼ worse   = within noise   · not comparable   ◆ held against"
REFERENCE = "◆"
MEASURE = "measure"
GAP = 2


class Extent(StrEnum):
    """How much is shown."""

    MAIN = "main measures that differ beyond noise"
    TELLING = "measures that differ beyond noise, single columns and groups included"
    EVERYTHING = "measures, differing or not"


def rows_to_show(compared: RunComparison, extent: Extent) -> list[ComparedMetric]:
    """Return the rows of an extent; main measures are those that stand for their subjects."""
    rows = [row for row in compared.comparison.rows if row.differences]
    if extent is Extent.EVERYTHING:
        return rows
    telling = [
        row
        for row in rows
        if any(d.verdict in ("better", "worse") for d in row.differences.values())
    ]
    if extent is Extent.TELLING:
        return telling
    summed = {row.id for row in rows if row.subject == OVERALL}
    subjects = Counter(row.id for row in rows)
    return [
        row
        for row in telling
        if row.subject == OVERALL
        or (row.id not in summed and (row.headline or subjects[row.id] <= FEW_SUBJECTS))
    ]


def difference_table(
    rows: Sequence[ComparedMetric], runs: Sequence[RunView], names: dict[str, str], width: int
) -> tuple[list[TableColumn], list[TableRow]]:
    """Return columns and rows of the table of differences.

    Parameters
    ----------
    rows : sequence of ComparedMetric
    runs : sequence of RunView
        One column each.
    names : dict of str to str
        Name of each run in the comparison, by identifier.
    width : int
        Cells there are.
    """
    by_run = [_RunColumn(names[run.id], rows) for run in runs]
    labels = [Text(f"{run.label} {short_title(run.title)}", no_wrap=True) for run in runs]
    widths = [max(c.width, label.cell_len) for c, label in zip(by_run, labels, strict=True)]
    room = width - sum(w + GAP for w in widths)
    longest = max((cell(row.title).cell_len for row in rows), default=LEAST_MEASURE)
    first = max(min(longest, room, MOST_MEASURE), LEAST_MEASURE)
    columns = [
        TableColumn(MEASURE, Text("measure", no_wrap=True), first),
        *(
            TableColumn(run.id, Text(" " * GAP, end="") + label, w + GAP)
            for run, label, w in zip(runs, labels, widths, strict=True)
        ),
    ]
    shown = [
        TableRow(row_key(row), (_title(row, first), *(column.cell(row) for column in by_run)))
        for row in rows
    ]
    return columns, shown


def _title(row: ComparedMetric, width: int) -> Text:
    subject = "" if row.subject == OVERALL else row.subject
    return cell(shortened(row.name, subject, width))


def row_key(row: ComparedMetric) -> str:
    """Return what identifies a row."""
    return f"{row.id}\n{row.subject}"


def difference_figure(difference: Difference) -> Figure | None:
    """Return a difference with its sign, rounded to its uncertainty; None if there is none."""
    if difference.value is None:
        return None
    known = figure(difference.value, difference.ci)
    negative = known.whole.startswith("-")
    return Figure(("−" if negative else "+") + known.whole.lstrip("-"), known.decimals, known.half)


class _RunColumn:
    """The differences of one run, aligned with each other."""

    def __init__(self, name: str, rows: Sequence[ComparedMetric]) -> None:
        self.name = name
        self.figures: dict[str, Figure] = {}
        for row in rows:
            found = self._figure(row)
            if found is not None:
                self.figures[row_key(row)] = found
        self.widths = Widths.of(self.figures.values())

    @property
    def width(self) -> int:
        """Cells of the widest difference with its glyph."""
        return max(self.widths.total, 6) + 2

    def _figure(self, row: ComparedMetric) -> Figure | None:
        if row.reference == self.name:
            metric = row.metrics[self.name]
            return figure(metric.value, metric.ci) if metric.value is not None else None
        difference = row.differences.get(self.name)
        return difference_figure(difference) if difference is not None else None

    def cell(self, row: ComparedMetric) -> Text:
        """Return the cell of one measure."""
        known = self.figures.get(row_key(row))
        text = f"{aligned(known, self.widths) if known else '–':<{self.width - 2}}"
        gap = Text(" " * GAP, no_wrap=True, end="")
        if row.reference == self.name:
            return gap + cell(text, "dim") + cell(f" {REFERENCE}", "dim")
        difference = row.differences.get(self.name)
        glyph = VERDICT_GLYPHS[difference.verdict] if difference is not None else "·"
        style = "bold" if glyph in "▲▼" else "dim"
        return gap + cell(text, "" if glyph in "▲▼" else "dim") + cell(f" {glyph}", style)
