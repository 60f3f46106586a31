"""Runs side by side: which differences are more than noise. Plain data; imports no data library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from memisis_core.errors import InputError
from memisis_core.evaluation.differences import (
    Difference,
    against_real,
    difference,
    shortfall,
)
from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.evaluation.pareto import ParetoView, pareto
from memisis_core.evaluation.resamples import ResamplesByMetric

BEST, WITHIN_NOISE, WORSE_THAN_REAL, NO_VALUE, PLAIN = "▲", "=", "!", "·", " "


class ComparedMetric(BaseModel):
    """One measure for one subject, over all runs.

    Attributes
    ----------
    metrics : dict of str to Metric
        By run; a run that was not measured so is not in it.
    best : str or None
        The run that falls least short of the ideal; None unless two or more have a value.
    ties : tuple of str
        Runs whose distance to the best is within noise (without the best itself).
    reference : str or None
        The run that `differences` are taken against: the pinned one, else the best.
    differences : dict of str to Difference
        By run; without the reference itself.
    against_real : dict of str to Difference
        By run: held against its own baseline on real data.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    subject: str
    name: str
    axis: Axis
    headline: bool
    ideal: float | None
    metrics: dict[str, Metric]
    best: str | None
    ties: tuple[str, ...]
    reference: str | None
    differences: dict[str, Difference]
    against_real: dict[str, Difference]

    @property
    def title(self) -> str:
        """Name of the measure, with its subject unless that is everything."""
        return self.name if self.subject == "overall" else f"{self.name}, {self.subject}"

    @property
    def real_baseline(self) -> float | None:
        """The measure on real data, of the first run that has it (runs of one size share it)."""
        known = (m.real_baseline for m in self.metrics.values())
        return next((value for value in known if value is not None), None)

    def glyph(self, run: str) -> str:
        """Return the sign beside a run's value.

        ``!`` worse than real beyond noise (also if it is the best of the runs); ``▲`` best beyond
        noise; ``=`` within noise of the best; ``·`` no value; a space otherwise.
        """
        metric = self.metrics.get(run)
        if metric is None or metric.status is not Status.OK:
            return NO_VALUE
        if self.against_real[run].verdict == "worse":
            return WORSE_THAN_REAL
        if run == self.best:
            return WITHIN_NOISE if self.ties else BEST
        return WITHIN_NOISE if run in self.ties else PLAIN


class Comparison(BaseModel):
    """Several runs, measure by measure, and the trade-off between the axes."""

    model_config = ConfigDict(frozen=True)

    runs: tuple[str, ...]
    pinned: str | None
    rows: tuple[ComparedMetric, ...]
    pareto: ParetoView

    def differences_counted(self) -> tuple[int, int]:
        """Return how many differences there are over all measures, and how many beyond noise.

        Chance alone makes up to about one in twenty of them look so: nothing here is adjusted for
        how many there are.
        """
        verdicts = [found.verdict for row in self.rows for found in row.differences.values()]
        beyond = verdicts.count("better") + verdicts.count("worse")
        return beyond + verdicts.count("within_noise"), beyond

    def to_json(self) -> dict[str, Any]:
        """Return it as one JSON document; each row with its glyphs."""
        document: dict[str, Any] = self.model_dump(mode="json")
        for row, found in zip(self.rows, document["rows"], strict=True):
            found["glyphs"] = {run: row.glyph(run) for run in self.runs}
        return document


def compare(
    metrics_by_run: Mapping[str, Sequence[Metric]],
    *,
    pinned: str | None = None,
    resamples: Mapping[str, ResamplesByMetric] | None = None,
    measured_on: Mapping[str, str] | None = None,
) -> Comparison:
    """Hold runs against each other.

    Parameters
    ----------
    metrics_by_run : mapping of str to sequence of Metric
        By the run's label, in the order of the columns.
    pinned : str, optional
        The run that the others are held against. Without it, the best of each measure.
    resamples : mapping of str to mapping, optional
        By run: the values on the holdout resamples, where they were kept. Pairs of runs that both
        have them, on the same holdout, are compared pair by pair; others by their intervals.
    measured_on : mapping of str to str, optional
        By run: what names its real data, split, target and seed of evaluation. Runs of different
        ones are not comparable. Without it, all are taken to be measured on the same.

    Returns
    -------
    Comparison
        One row for each measure and subject that any run has, axis by axis, in the order in which
        they were measured.

    Raises
    ------
    InputError
        If `pinned` is not one of the runs.
    """
    if pinned is not None and pinned not in metrics_by_run:
        raise InputError(
            f"run {pinned!r} is not among those compared",
            fix=f"Pin one of {', '.join(metrics_by_run)}",
        )
    judge = _Judge(metrics_by_run, pinned, resamples or {}, measured_on or {})
    rows = tuple(judge.row(key) for key in _keys(metrics_by_run))
    same = {run: metrics_by_run[run] for run in judge.comparable_runs()}
    return Comparison(
        runs=tuple(metrics_by_run), pinned=pinned, rows=rows, pareto=pareto(same, resamples)
    )


def _keys(metrics_by_run: Mapping[str, Sequence[Metric]]) -> list[tuple[str, str]]:
    """Return what is compared, by axis, then as measured; a new subject follows its measure."""
    order = list(Axis)
    axes: dict[tuple[str, str], Axis] = {}
    measures: dict[str, int] = {}
    for metrics in metrics_by_run.values():
        for metric in metrics:
            axes.setdefault(metric.key, metric.axis)
            measures.setdefault(metric.id, len(measures))
    places = {key: place for place, key in enumerate(axes)}
    return sorted(axes, key=lambda k: (order.index(axes[k]), measures[k[0]], places[k]))


class _Judge:
    """Compares the runs of one comparison, measure by measure."""

    def __init__(
        self,
        metrics_by_run: Mapping[str, Sequence[Metric]],
        pinned: str | None,
        resamples: Mapping[str, ResamplesByMetric],
        measured_on: Mapping[str, str],
    ) -> None:
        self._by_run = {
            run: {metric.key: metric for metric in metrics}
            for run, metrics in metrics_by_run.items()
        }
        self._pinned = pinned
        self._resamples = resamples
        self._measured_on = measured_on

    def comparable_runs(self) -> list[str]:
        """Return the runs measured on what the pinned (else the first) run was measured on."""
        runs = list(self._by_run)
        first = self._pinned or (runs[0] if runs else "")
        return [run for run in runs if self._same_yardstick(run, first)]

    def row(self, key: tuple[str, str]) -> ComparedMetric:
        """Return one measure over all runs."""
        metrics = {run: own[key] for run, own in self._by_run.items() if key in own}
        best = self._best(metrics)
        held = {run: self._difference(key, run, best) for run in metrics if best and run != best}
        reference = self._pinned if self._pinned in metrics else best
        differences = {
            run: self._difference(key, run, reference)
            for run in metrics
            if reference and run != reference
        }
        sample = next(iter(metrics.values()))
        return ComparedMetric(
            id=sample.id,
            subject=sample.subject,
            name=sample.name,
            axis=sample.axis,
            headline=any(metric.headline for metric in metrics.values()),
            ideal=sample.ideal,
            metrics=metrics,
            best=best,
            ties=tuple(run for run, d in held.items() if d.verdict == "within_noise"),
            reference=reference,
            differences=differences,
            against_real={run: against_real(metric) for run, metric in metrics.items()},
        )

    def _best(self, metrics: Mapping[str, Metric]) -> str | None:
        distances = {
            run: distance
            for run in self.comparable_runs()
            if run in metrics and (distance := _distance(metrics[run])) is not None
        }
        return min(distances, key=distances.__getitem__) if len(distances) > 1 else None

    def _difference(self, key: tuple[str, str], run: str, other: str) -> Difference:
        if not self._same_yardstick(run, other):
            return Difference(
                verdict="not_comparable", why=f"{run} and {other} were measured on other real data"
            )
        return difference(
            self._by_run[run][key],
            self._by_run[other][key],
            self._resamples.get(run, {}).get(key),
            self._resamples.get(other, {}).get(key),
        )

    def _same_yardstick(self, run: str, other: str) -> bool:
        return self._measured_on.get(run) == self._measured_on.get(other)


def _distance(metric: Metric) -> float | None:
    if metric.status is not Status.OK or metric.value is None:
        return None
    return shortfall(metric.value, metric)
