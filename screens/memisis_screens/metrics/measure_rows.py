"""Which measures a table shows: one row for each measure and subject, over all runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from memisis_core.evaluation.metric import Axis, Metric
from memisis_screens.tables.filter_input import sought_in

if TYPE_CHECKING:
    from memisis_screens.run_view import RunView

OVERALL = "overall"
OVERVIEW = "overview"
FEW_SUBJECTS = 8
"""A measure without an overall value shows its subjects at once if they are no more than this."""
PAGES: tuple[str, ...] = (
    OVERVIEW,
    Axis.FIDELITY.value,
    Axis.PRIVACY.value,
    Axis.UTILITY.value,
    Axis.FAIRNESS.value,
    Axis.VALIDATION.value,
)
"""In the order of the pages; validation last, since it is looked at when something is wrong."""


@dataclass(frozen=True)
class View:
    """What is looked at.

    Attributes
    ----------
    page : str
        ``overview`` or the name of an axis.
    measure : str
        Identifier of the measure whose subjects are shown; empty: all measures.
    sought : str
        The filter.
    hidden : frozenset of str
        Keys of rows that a person does not want to see.
    """

    page: str = OVERVIEW
    measure: str = ""
    sought: str = ""
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True)
class MeasureRow:
    """One measure for one subject.

    Attributes
    ----------
    id, subject, name : str
    metrics : dict of str to Metric
        By run identifier.
    subjects : int
        Subjects of this measure that are not shown in this view; Enter leads to them.
    stands_for_all : bool
        Whether it is the worst of many subjects that are not shown.
    """

    id: str
    subject: str
    name: str
    metrics: dict[str, Metric] = field(default_factory=dict)
    subjects: int = 0
    stands_for_all: bool = False

    @property
    def key(self) -> str:
        """What identifies the row."""
        return f"{self.id}\n{self.subject}"

    @property
    def title(self) -> str:
        """Name of the measure with its subject."""
        return f"{self.name}, {self.shown_subject}" if self.shown_subject else self.name

    @property
    def shown_subject(self) -> str:
        """The subject as people read it, empty if it is everything."""
        if self.subject == OVERALL:
            return ""
        return f"worst: {self.subject}" if self.stands_for_all else self.subject

    @property
    def sample(self) -> Metric:
        """Any of the metrics, for what they have in common; one with a value if there is one."""
        known = list(self.metrics.values())
        return next((metric for metric in known if metric.value is not None), known[0])


def measure_rows(runs: Sequence[RunView], view: View) -> list[MeasureRow]:
    """Return the rows of a view, in the order in which the measures were taken."""
    every = _gathered(runs)
    if view.measure:
        shown = [row for row in every if row.id == view.measure]
    else:
        shown = [row for row in every if _belongs(view.page)(row)]
        shown = _folded(shown, every)
    return [
        row
        for row in shown
        if row.key not in view.hidden and sought_in(view.sought, row.name, row.subject, row.id)
    ]


def _gathered(runs: Sequence[RunView]) -> list[MeasureRow]:
    rows: dict[tuple[str, str], MeasureRow] = {}
    for run in runs:
        for metric in run.metrics:
            row = rows.setdefault(metric.key, MeasureRow(metric.id, metric.subject, metric.name))
            row.metrics[run.id] = metric
    return sorted(rows.values(), key=lambda row: PAGES.index(row.sample.axis.value))


def _belongs(page: str) -> Callable[[MeasureRow], bool]:
    if page == OVERVIEW:
        return lambda row: row.sample.headline
    return lambda row: row.sample.axis.value == page


def _folded(shown: list[MeasureRow], every: list[MeasureRow]) -> list[MeasureRow]:
    """Let one row stand for a measure with many subjects, and count the others."""
    kept: list[MeasureRow] = []
    for measure in dict.fromkeys(row.id for row in shown):
        group = [row for row in shown if row.id == measure]
        number = sum(row.id == measure for row in every)
        overall = [row for row in group if row.subject == OVERALL]
        if overall:
            kept.append(replace(overall[0], subjects=number - 1))
        elif len(group) <= FEW_SUBJECTS:
            kept.extend(replace(row, subjects=number - len(group)) for row in group)
        else:
            kept.append(replace(max(group, key=_worst), subjects=number - 1, stands_for_all=True))
    return kept


def _worst(row: MeasureRow) -> float:
    """Return how far the row's worst value is from the ideal."""
    distances = [metric.distance_from_ideal() for metric in row.metrics.values()]
    return max((d for d in distances if d is not None), default=float("-inf"))
