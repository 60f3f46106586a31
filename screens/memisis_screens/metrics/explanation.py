"""What a measure means, for the line below the table and for the page that Enter opens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from memisis_core.evaluation.metric import Metric
from memisis_core.text import visible
from memisis_screens.metrics.metric_cells import NO_VALUE_WORDS, ideal_text
from memisis_screens.tables.labelled import labelled

if TYPE_CHECKING:
    from memisis_core.evaluation.catalogue import MetricExplanation
    from memisis_screens.metrics.measure_rows import MeasureRow
    from memisis_screens.run_view import RunView

_BETTER = {"higher": "higher is better", "lower": "lower is better", "target": "closer is better"}
_LABEL_WIDTH = 18


def in_one_line(row: MeasureRow, run: RunView | None) -> Content:
    """Return what there is to say of a row, shortest first, for the lines below the table."""
    metric = _metric(row, run)
    parts = [Content.styled(visible(row.title), "bold")]
    if run is not None and run.id in row.metrics:
        parts.append(Content(f"{run.label}: {value_in_full(metric)}"))
    parts.append(
        Content.styled(f"ideal {ideal_text(metric)}, {_BETTER[metric.direction]}", "$quiet")
    )
    labelled = (("", meaning(metric)), ("caveat ", _caveat(metric)), ("source ", _source(metric)))
    parts.extend(
        Content.assemble((label, "$primary"), (visible(text), "$quiet"))
        for label, text in labelled
        if text
    )
    return Content("  ").join(parts)


def explained(row: MeasureRow, run: RunView | None, runs: Sequence[RunView], width: int) -> Content:
    """Return everything there is to say of a row, in lines of `width` cells."""
    metric = _metric(row, run)
    lines = [
        ("what", meaning(metric)),
        ("id", metric.id),
        ("ideal", f"{ideal_text(metric)}, {_BETTER[metric.direction]}"),
        (
            "real",
            _number(metric.real_baseline) if metric.real_baseline is not None else "not taken",
        ),
        ("caveat", _caveat(metric)),
        ("source", _source(metric)),
    ]
    parts = [Content.styled(visible(row.title), "bold $primary"), Content("")]
    parts.extend(labelled(label, text, _LABEL_WIDTH, width) for label, text in lines if text)
    parts.append(Content(""))
    parts.extend(
        labelled(
            f"{known.label} {known.title}",
            value_in_full(row.metrics[known.id]),
            _LABEL_WIDTH,
            width,
        )
        for known in runs
        if known.id in row.metrics
    )
    return Content("\n").join(parts)


def value_in_full(metric: Metric) -> str:
    """Return a value with its whole interval, n and the group's counts, or why there is none."""
    if metric.value is None:
        word = NO_VALUE_WORDS.get(metric.status, "no value")
        return f"{word}: {metric.why}" if metric.why else word
    text = _number(metric.value)
    if metric.ci is not None:
        text += f", 95 % interval {_number(metric.ci[0])} to {_number(metric.ci[1])}"
    if metric.n is not None:
        text += f", n {metric.n:,}"
    counts = ", ".join(f"{count:,} {kind}" for kind, count in metric.counts.items())
    return f"{text} ({counts})" if counts else text


def _metric(row: MeasureRow, run: RunView | None) -> Metric:
    known = row.metrics.get(run.id) if run is not None else None
    return known or row.sample


def _number(value: float) -> str:
    return f"{value:.4g}"


def meaning(metric: Metric) -> str:
    """Return what a measure is, in one sentence; empty if the catalogue does not know it."""
    known = _known(metric)
    return known.what if known is not None else ""


def _caveat(metric: Metric) -> str:
    known = _known(metric)
    return metric.caveat or (known.caveat if known is not None else None) or ""


def _source(metric: Metric) -> str:
    known = _known(metric)
    return known.source if known is not None else ""


def _known(metric: Metric) -> MetricExplanation | None:
    from memisis_core.evaluation.catalogue import explanations

    return explanations().get(metric.id)
