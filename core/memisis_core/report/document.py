"""What a report says, as plain data; how it looks is decided in `html` and `markdown`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from memisis_core import __version__
from memisis_core.errors import InputError
from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.plan.goals import GoalResult
from memisis_core.plan.provenance import Source
from memisis_core.report.differences import (
    DifferenceSection,
    ReportedComparison,
    comparison_of,
)
from memisis_core.report.methods import MethodLine, card_lines, methods_of
from memisis_core.report.numbers import count, duration, measured, plain
from memisis_core.report.plots.figure import PlotSection
from memisis_core.report.plots.gallery import gallery
from memisis_core.report.reviewed import ReviewSection, review_sections
from memisis_core.report.suppression import published
from memisis_core.runs.record import LossPoint, RunRecord
from memisis_core.synthesis.registry import entry

CANNOT_SHOW = (
    "Similarity between synthetic and real records is no guarantee of privacy: see “The DCR "
    "Delusion” (arXiv 2505.01524) and the consensus of Pilgram et al. "
    "(doi:10.1016/j.patter.2025.101320).",
    "Publishing privacy measures can itself reveal something about the people in the data "
    "(arXiv 2312.05114).",
    "No figure here shows that the data comply with a law or a data sharing agreement.",
    "Intervals are 95 % and describe the sampling of rows and patients, given this synthetic table "
    "and these models; another seed gives another table. To tell synthesizers apart, run several "
    "seeds.",
)
_MANY = 12
"""A measure of more subjects than this (column pairs) would bury the others."""
_STATUS_WORDS = {
    Status.NOT_APPLICABLE: "not applicable",
    Status.INSUFFICIENT_DATA: "not enough data",
    Status.FAILED: "failed",
}
_AXIS_QUESTIONS = {
    Axis.VALIDATION: "Does every synthetic row keep the rules of the table?",
    Axis.FIDELITY: "How close are distributions and relations to the real ones?",
    Axis.PRIVACY: "What can an attacker learn about people in the training data?",
    Axis.UTILITY: "Do models trained on synthetic data do as well on real patients?",
    Axis.FAIRNESS: "Are groups represented and treated alike?",
}
_SOURCE_WORDS = {
    Source.SAID: "said",
    Source.EDITED: "set by hand",
    Source.DATASET: "from the dataset",
    Source.DEFAULT: "default",
}


@dataclass(frozen=True)
class PlanLine:
    """One slot of a plan: its value and who said so."""

    slot: str
    value: str
    source: str
    words: str


@dataclass(frozen=True)
class PlanSection:
    """One plan and the dataset that it is about."""

    plan_id: str
    request: str
    lines: tuple[PlanLine, ...]
    dataset: str
    dataset_sha256: str
    shape: str
    columns: tuple[tuple[str, str, str, str], ...]
    """Name, kind, role, and description with unit of each column."""
    card: tuple[tuple[str, str], ...]
    """What the data card says, by heading."""


@dataclass(frozen=True)
class RunSection:
    """One run: what it was and how it went."""

    label: str
    run_id: str
    synthesizer: str
    state: str
    seed: int
    epochs: str
    took: str
    note: str
    warnings: tuple[str, ...]
    goals: tuple[tuple[str, str, str], ...]
    """Goal, verdict, and value with interval."""
    artefacts: tuple[tuple[str, str, str], ...]
    """Name, file and SHA-256."""
    losses: tuple[LossPoint, ...]
    versions: dict[str, str]


@dataclass(frozen=True)
class Cell:
    """A measure of one run; `why` says why there is no value."""

    text: str
    why: str = ""
    mark: str = ""
    """``▲`` best, ``=`` within noise of the best, ``!`` worse than real."""


@dataclass(frozen=True)
class MetricLine:
    """One measure for one subject, in all runs."""

    metric_id: str
    name: str
    subject: str
    ideal: str
    direction: str
    baseline: str
    cells: tuple[Cell, ...]
    n: str
    counts: str
    """How many of each kind there are in a group."""
    headline: bool
    caveat: int | None
    """Number of the caveat in the report's list."""


@dataclass(frozen=True)
class AxisSection:
    """The measures of one axis.

    `details` are those that there are many of (one for each pair of columns, say); nothing is left
    out, but they stand apart.
    """

    title: str
    question: str
    lines: tuple[MetricLine, ...]
    details: tuple[MetricLine, ...] = ()


@dataclass(frozen=True)
class ReportDocument:
    """Everything that a report says."""

    created: str
    version: str
    labels: tuple[str, ...]
    plans: tuple[PlanSection, ...]
    runs: tuple[RunSection, ...]
    overview: tuple[MetricLine, ...]
    """The headline of every measure that has one."""
    axes: tuple[AxisSection, ...]
    differences: DifferenceSection | None
    methods: tuple[MethodLine, ...]
    plots: tuple[PlotSection, ...]
    reviews: tuple[ReviewSection, ...]
    caveats: tuple[str, ...]
    cannot_show: tuple[str, ...] = field(default=CANNOT_SHOW)


def report_on(runs: Sequence[RunRecord], created: datetime | None = None) -> ReportDocument:
    """Return what a report on these runs says.

    Figures about groups of fewer than ten are suppressed; nothing in it comes from a row.

    Parameters
    ----------
    runs : sequence of RunRecord
        In the order of the columns.
    created : datetime, optional
        Now, unless given.

    Raises
    ------
    InputError
        If there is no run.
    """
    if not runs:
        raise InputError("there is no run to report on", fix="Name at least one run")
    caveats: list[str] = []
    comparison = comparison_of(runs)
    axes = tuple(_axis(axis, runs, caveats, comparison) for axis in Axis)
    by_plan = {run.plan_id: run for run in runs}
    return ReportDocument(
        created=f"{(created or datetime.now(UTC)):%Y-%m-%d %H:%M} UTC",
        version=__version__,
        labels=tuple(run.label for run in runs),
        plans=tuple(_plan(run) for run in by_plan.values()),
        runs=tuple(_run(run) for run in runs),
        overview=tuple(line for axis in axes for line in axis.lines if line.headline),
        axes=tuple(axis for axis in axes if axis.lines or axis.details),
        differences=comparison.section(),
        methods=methods_of(runs),
        plots=gallery(runs),
        reviews=review_sections(runs),
        caveats=tuple(caveats),
    )


def _plan(run: RunRecord) -> PlanSection:
    effective, job = run.job.plan, run.job
    lines = []
    for slot, value in effective.model_dump(mode="json", exclude={"provenance"}).items():
        provenance = effective.provenance.get(slot)
        lines.append(
            PlanLine(
                slot=slot.replace("_", " "),
                value=_said(value),
                source=_SOURCE_WORDS[provenance.source] if provenance else "default",
                words=(provenance.words or "") if provenance else "",
            )
        )
    return PlanSection(
        plan_id=run.plan_id,
        request=run.plan.request,
        lines=tuple(lines),
        dataset=Path(job.dataset.path).name,
        dataset_sha256=job.dataset.sha256,
        shape=f"{job.dataset.rows:,} rows × {job.dataset.columns} columns",
        columns=tuple(
            (
                column.name,
                column.kind.value,
                column.role.value,
                ", ".join(filter(None, (column.description, column.unit))),
            )
            for column in job.schema_.columns
        ),
        card=card_lines(Path(job.dataset.path)),
    )


def _said(value: object) -> str:
    if value is None or value == []:
        return "none"
    if isinstance(value, list):
        return ", ".join(_said(item) for item in value)
    if isinstance(value, dict):
        if {"metric", "op", "value"} <= value.keys():
            return f"{value['metric']} {value['op']} {value['value']:g}"
        return "; ".join(f"{key} {_said(item)}" for key, item in value.items())
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)


def _run(run: RunRecord) -> RunSection:
    took = ""
    if run.started is not None and run.ended is not None:
        took = duration((run.ended - run.started).total_seconds())
    return RunSection(
        label=run.label,
        run_id=run.id,
        synthesizer=entry(run.synthesizer).title,
        state=run.state.value,
        seed=run.seed,
        epochs=count(run.epochs_trained) or "–",
        took=took,
        note=run.reason or "",
        warnings=tuple(run.warnings),
        goals=tuple(_goal(result) for result in run.goals),
        artefacts=tuple(
            (artefact.name, Path(artefact.path).name, artefact.sha256)
            for artefact in run.artefacts.values()
        ),
        losses=tuple(run.losses),
        versions=_versions(run),
    )


def _goal(result: GoalResult) -> tuple[str, str, str]:
    verdict = {
        "met": "met",
        "not_met": "not met",
        "uncertain": "uncertain: the threshold lies inside the interval",
        "unknown": f"unknown: {result.why or 'the metric has no value'}",
    }[result.verdict]
    value = "" if result.value is None else measured(result.value, result.ci)
    return (str(result.goal), verdict, value)


def _versions(run: RunRecord) -> dict[str, str]:
    """Return the versions that the worker noted, none if the run did not get that far."""
    artefact = run.artefacts.get("environment")
    if artefact is None:
        return {}
    try:
        noted = json.loads(Path(artefact.path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"environment": "the file is missing or damaged"}
    return {str(name): str(version) for name, version in noted.get("versions", {}).items()}


def _axis(
    axis: Axis, runs: Sequence[RunRecord], caveats: list[str], comparison: ReportedComparison
) -> AxisSection:
    by_run = [
        {metric.key: published(metric) for metric in run.metrics if metric.axis is axis}
        for run in runs
    ]
    keys = dict.fromkeys(key for metrics in by_run for key in metrics)
    lines = [
        _line([metrics.get(key) for metrics in by_run], caveats, comparison.marks(key))
        for key in keys
    ]
    often = Counter(line.metric_id for line in lines)

    def is_detail(line: MetricLine) -> bool:
        summary = line.headline or line.subject == "overall"
        return often[line.metric_id] > _MANY and not summary

    return AxisSection(
        title=axis.value.capitalize(),
        question=_AXIS_QUESTIONS[axis],
        lines=tuple(line for line in lines if not is_detail(line)),
        details=tuple(line for line in lines if is_detail(line)),
    )


def _line(metrics: list[Metric | None], caveats: list[str], marks: tuple[str, ...]) -> MetricLine:
    known = [metric for metric in metrics if metric is not None]
    first = known[0]
    caveat = next((metric.caveat for metric in known if metric.caveat), None)
    if caveat is not None and caveat not in caveats:
        caveats.append(caveat)
    return MetricLine(
        metric_id=first.id,
        name=first.name,
        subject=first.subject,
        ideal="–" if first.ideal is None else plain(first.ideal),
        direction=first.direction,
        baseline=_range(metric.real_baseline for metric in known),
        cells=tuple(_cell(metric, mark) for metric, mark in zip(metrics, marks, strict=True)),
        n=_range_of_counts([metric.n for metric in known if metric.n is not None]),
        counts=_counts(known),
        headline=any(metric.headline for metric in known),
        caveat=None if caveat is None else caveats.index(caveat) + 1,
    )


def _cell(metric: Metric | None, mark: str) -> Cell:
    if metric is None:
        return Cell("–", "this run has no such measure")
    if metric.value is None:
        return Cell(_STATUS_WORDS.get(metric.status, "–"), metric.why or "")
    return Cell(measured(metric.value, metric.ci), mark=mark)


def _range(values: Iterable[float | None]) -> str:
    texts = list(dict.fromkeys(plain(value) for value in values if value is not None))
    return " / ".join(texts) or "–"


def _counts(metrics: Sequence[Metric]) -> str:
    kinds = dict.fromkeys(kind for metric in metrics for kind in metric.counts)
    return ", ".join(
        f"{_range_of_counts([m.counts[kind] for m in metrics if kind in m.counts])} {kind}"
        for kind in kinds
    )


def _range_of_counts(values: list[int]) -> str:
    if not values:
        return ""
    low, high = min(values), max(values)
    return count(low) if low == high else f"{count(low)}–{count(high)}"
