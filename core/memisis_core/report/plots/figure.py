"""What a plot consists of: pictures, and the same figures as a table. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from memisis_core.synthesis.registry import entry

if TYPE_CHECKING:
    from memisis_core.evaluation.comparison import Comparison
    from memisis_core.evaluation.plot_data import PlotSet
    from memisis_core.runs.record import RunRecord


@dataclass(frozen=True)
class PlottedRun:
    """A run with what its plots are drawn from.

    Attributes
    ----------
    name : str
        As in the comparison.
    place : int
        Its column in the report; says its colour.
    plots : PlotSet or None
        None if its worker kept none.
    """

    name: str
    place: int
    record: RunRecord
    plots: PlotSet | None

    @property
    def title(self) -> str:
        """Name and synthesizer, such as ``A CTGAN``."""
        return f"{self.name} {entry(self.record.synthesizer).title}"


@dataclass(frozen=True)
class PlottedRuns:
    """All runs of a report, and how they compare."""

    runs: tuple[PlottedRun, ...]
    comparison: Comparison


@dataclass(frozen=True)
class PlotTable:
    """The figures of a plot; the first column names the rows."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Figure:
    """A plot of one subject.

    Attributes
    ----------
    title : str
        What it is about: a column, an attribute. Data, hence only text.
    note : str
        What the pictures do not say themselves; may be empty.
    panels : tuple of str
        SVG elements, side by side where there is room.
    table : PlotTable
    """

    title: str
    note: str
    panels: tuple[str, ...]
    table: PlotTable
    rows_in_short: int = 40
    """Rows that a report without pictures shows: a heat map has thousands."""


@dataclass(frozen=True)
class PlotSection:
    """The plots of one kind.

    Attributes
    ----------
    title, text : str
        What they show and how they are read.
    figures : tuple of Figure
    missing : tuple of str
        Which runs have no such plot, and why.
    """

    title: str
    text: str
    figures: tuple[Figure, ...]
    missing: tuple[str, ...] = field(default=())


def percent(share: float | None) -> str:
    """Return a share as ``12.3 %``; ``suppressed`` for None."""
    return "suppressed" if share is None else f"{share * 100:.1f} %"
