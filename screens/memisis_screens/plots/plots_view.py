"""What the Plots tab shows, as one immutable value. Imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from memisis_core.evaluation.plot_data import PlotSet


class PlotKind(StrEnum):
    """The kinds of plots, in the order in which the tab goes through them."""

    COLUMNS = "columns"
    PAIRS = "pairs"
    LOSS = "loss"
    ATTACK = "attack"
    GROUPS = "groups"
    TRADE_OFF = "trade-off"


@dataclass(frozen=True)
class PlotsView:
    """The plots of one run.

    Attributes
    ----------
    run_id : str
    kind : PlotKind
        The kind that was asked for.
    subject : str
        The column, pair, attribute or measure that was asked for; empty: the first.
    plots : PlotSet or None
        What the run's artefact holds; None while it is read, or where there is none.
    trouble : str
        Why there is none, on one line.
    asked : int
        Counts how often plots were asked for, so that the same wish twice is seen.
    """

    run_id: str
    kind: PlotKind = PlotKind.COLUMNS
    subject: str = ""
    plots: PlotSet | None = None
    trouble: str = ""
    asked: int = 0


class PlotsRequested(Message):
    """A person wants to see the plots of a run."""

    def __init__(self, run_id: str, kind: PlotKind = PlotKind.COLUMNS, subject: str = "") -> None:
        super().__init__()
        self.run_id = run_id
        self.kind = kind
        self.subject = subject


def kind_of_measure(identifier: str) -> PlotKind:
    """Return the kind of plot that shows most of a measure (``fidelity.ks``)."""
    axis, _, name = identifier.partition(".")
    if axis == "privacy":
        return PlotKind.ATTACK
    if axis == "fairness":
        return PlotKind.GROUPS
    if axis == "utility":
        return PlotKind.TRADE_OFF
    pairs = any(word in name for word in ("pair", "association", "correlation"))
    return PlotKind.PAIRS if pairs else PlotKind.COLUMNS
