"""How runs compare, as the workbench and `memisis runs compare` have it: marks and differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from memisis_core.evaluation.comparison import ComparedMetric, Comparison
from memisis_core.evaluation.differences import Difference
from memisis_core.report.numbers import measured
from memisis_core.report.suppression import is_about_few
from memisis_core.runs.comparing import compare_records, names_of
from memisis_core.runs.record import RunRecord

_VERDICTS = {
    "better": "better",
    "worse": "worse",
    "within_noise": "within noise",
    "not_comparable": "not comparable",
}


@dataclass(frozen=True)
class DifferenceSection:
    """The headlines of several runs, each held against the best one.

    Attributes
    ----------
    rows : tuple of tuple of str
        Measure with its subject, then a cell for each run: the difference with its interval and
        verdict, or that it is the one held against.
    trade_off : tuple of str
        Which runs no other beats over the axes, beyond noise.
    compared, beyond : int
        Differences over all measures, and how many of them are more than noise.
    """

    rows: tuple[tuple[str, ...], ...]
    trade_off: tuple[str, ...]
    compared: int
    beyond: int


@dataclass(frozen=True)
class ReportedComparison:
    """The comparison of the runs of a report."""

    comparison: Comparison
    names: tuple[str, ...]
    """Of the runs, in their order; a run without measures is not in the comparison."""

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], ComparedMetric]:
        return {(row.id, row.subject): row for row in self.comparison.rows}

    def marks(self, key: tuple[str, str]) -> tuple[str, ...]:
        """Return the mark beside each run's value of a measure, empty for none."""
        row = self._by_key.get(key)
        if row is None:
            return tuple("" for _ in self.names)
        return tuple(
            "" if name not in row.metrics or is_about_few(row.metrics[name]) else _mark(row, name)
            for name in self.names
        )

    def section(self) -> DifferenceSection | None:
        """Return the differences between the runs, None if there is one run only."""
        if len(self.comparison.runs) < 2:
            return None
        known = [
            row for row in self.comparison.rows if not any(map(is_about_few, row.metrics.values()))
        ]
        rows = tuple(
            (row.title, *(_cell(row, name) for name in self.names))
            for row in known
            if row.headline and row.reference is not None
        )
        compared, beyond = self.comparison.differences_counted()
        return DifferenceSection(rows, _trade_off(self.comparison), compared, beyond)


def comparison_of(runs: Sequence[RunRecord]) -> ReportedComparison:
    """Return how these runs compare, paired over the same holdout where that was kept."""
    names = names_of((run.id, run.label) for run in runs)
    return ReportedComparison(compare_records(runs), tuple(names[run.id] for run in runs))


def _mark(row: ComparedMetric, name: str) -> str:
    glyph = row.glyph(name).strip()
    return "" if glyph == "·" else glyph


def _cell(row: ComparedMetric, name: str) -> str:
    if name == row.reference:
        return "held against"
    found = row.differences.get(name)
    return "–" if found is None else _said(found)


def _said(found: Difference) -> str:
    if found.value is None:  # why is said beside the value, without the sizes of small groups
        return _VERDICTS[found.verdict]
    paired = ", paired" if found.paired else ""
    return f"{measured(found.value, found.ci)} {_VERDICTS[found.verdict]}{paired}"


def _trade_off(comparison: Comparison) -> tuple[str, ...]:
    view = comparison.pareto
    if not view.headlines:
        return ()
    axes = ", ".join(headline.axis.value for headline in view.headlines)
    beaten = (
        f"{run} is beaten by {', '.join(others)}."
        for run, others in view.dominated_by.items()
        if others and run not in view.front
    )
    return (f"Over {axes}, beaten by no other run beyond noise: {', '.join(view.front)}.", *beaten)
