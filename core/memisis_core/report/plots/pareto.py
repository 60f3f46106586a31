"""Privacy against utility: where each run lies, and which no other run beats."""

from __future__ import annotations

from collections.abc import Callable

from memisis_core.evaluation.metric import Axis, Metric
from memisis_core.evaluation.pareto import Headline, ParetoView
from memisis_core.report.numbers import measured, plain
from memisis_core.report.plots.drawing import GRID, INK, QUIET, Drawing, run_colour, ticks
from memisis_core.report.plots.figure import (
    Figure,
    PlotSection,
    PlotTable,
    PlottedRun,
    PlottedRuns,
)

_WIDTH, _HEIGHT = 460.0, 300.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 56.0, 90.0, 28.0, 44.0

Range = tuple[float, float]
Point = tuple[float, float]


def section(runs: PlottedRuns) -> PlotSection:
    """Return one figure of all comparable runs, none where they are fewer than two."""
    view = runs.comparison.pareto
    by_axis = {headline.axis: headline for headline in view.headlines}
    privacy, utility = by_axis.get(Axis.PRIVACY), by_axis.get(Axis.UTILITY)
    missing = _missing(privacy, utility, runs)
    drawn = (
        [run for run in runs.runs if run.name in privacy.metrics and run.name in utility.metrics]
        if privacy and utility
        else []
    )
    figures: tuple[Figure, ...] = ()
    if privacy and utility and len(drawn) > 1:
        figures = (_figure(drawn, view, privacy, utility),)
    else:
        missing = (*missing, "fewer than two runs have both: there is nothing to weigh")
    return PlotSection(
        title="Privacy against utility",
        text=(
            "One measure stands for each axis. Filled: no other run is better on one of the four "
            "axes and worse on none, beyond noise. Crosses are 95 % intervals. Beyond an ideal "
            "(dotted) nothing is gained; there is no single score."
        ),
        figures=figures,
        missing=missing,
    )


def _missing(
    privacy: Headline | None, utility: Headline | None, runs: PlottedRuns
) -> tuple[str, ...]:
    """Return what each run that is not drawn lacks."""
    said = []
    for run in runs.runs:
        gone = [
            axis.value
            for axis, one in ((Axis.PRIVACY, privacy), (Axis.UTILITY, utility))
            if one is None or run.name not in one.metrics
        ]
        if gone:
            said.append(f"{run.title}: no value that could be compared for {' and '.join(gone)}")
    return tuple(said)


def _figure(
    runs: list[PlottedRun], view: ParetoView, privacy: Headline, utility: Headline
) -> Figure:
    return Figure(
        title="Runs",
        note="",
        panels=(_panel(runs, view, privacy, utility),),
        table=_table(runs, view),
    )


def _panel(runs: list[PlottedRun], view: ParetoView, privacy: Headline, utility: Headline) -> str:
    across, up = ([one.metrics[run.name] for run in runs] for one in (privacy, utility))
    drawing = Drawing(_WIDTH, _HEIGHT, _described(runs, view, across, up))
    base, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    x_range, y_range = _range(across), _range(up)

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            _LEFT + (x - x_range[0]) / (x_range[1] - x_range[0]) * (right - _LEFT),
            base - (y - y_range[0]) / (y_range[1] - y_range[0]) * (base - _TOP),
        )

    for tick in ticks(*x_range):
        x = at(tick, y_range[0])[0]
        drawing.line(x, _TOP, x, base, GRID)
        drawing.text(x, base + 14, plain(tick), anchor="middle", size=10, colour=QUIET)
    for tick in ticks(*y_range):
        y = at(x_range[0], tick)[1]
        drawing.line(_LEFT, y, right, y, GRID)
        drawing.text(_LEFT - 5, y + 4, plain(tick), anchor="end", size=10, colour=QUIET)
    drawing.line(_LEFT, base, right, base, INK)
    drawing.line(_LEFT, _TOP, _LEFT, base, INK)
    for run, x_metric, y_metric in zip(runs, across, up, strict=True):
        values = x_metric.value or 0.0, y_metric.value or 0.0
        hollow = run.name not in view.front
        bars = [
            [at(bound, values[1]) for bound in x_metric.ci or ()],
            [at(values[0], bound) for bound in y_metric.ci or ()],
        ]
        _run(drawing, run, at(*values), bars, hollow=hollow)
    drawing.text(
        (_LEFT + right) / 2,
        base + 32,
        f"privacy: {across[0].name} ({_better(across[0])})",
        anchor="middle",
        room=_WIDTH,
    )
    drawing.text(0, 14, f"utility: {up[0].name} ({_better(up[0])})", room=_WIDTH)
    _ideals(drawing, across[0], up[0], (x_range, y_range), at)
    return drawing.svg()


def _run(
    drawing: Drawing, run: PlottedRun, place: Point, bars: list[list[Point]], *, hollow: bool
) -> None:
    colour = run_colour(run.place)
    for bar in bars:
        drawing.curve(bar, colour, width=1.4)
    drawing.dot(*place, colour, hollow=hollow, tip=run.name)
    drawing.text(place[0] + 8, place[1] - 7, run.title, colour=colour, bold=True, room=140)


def _range(metrics: list[Metric]) -> Range:
    """Return what an axis covers: all values with their intervals, and some air."""
    bounds = [bound for m in metrics for bound in (m.value, *(m.ci or ())) if bound is not None]
    low, high = min(bounds), max(bounds)
    air = (high - low) * 0.08 or max(abs(high), 1.0) * 0.05
    return low - air, high + air


def _better(metric: Metric) -> str:
    if metric.direction == "target":
        return f"best at {plain(metric.ideal or 0.0)}"
    return f"{metric.direction} is better"


def _ideals(
    drawing: Drawing,
    across: Metric,
    up: Metric,
    ranges: tuple[Range, Range],
    at: Callable[[float, float], Point],
) -> None:
    """Mark the ideals that lie in the picture; beyond them nothing is gained."""
    (left, right), (low, high) = ranges
    if across.ideal is not None and left <= across.ideal <= right:
        top, bottom = at(across.ideal, high), at(across.ideal, low)
        drawing.line(*top, *bottom, QUIET, dashes="2 3")
        drawing.text(top[0] + 4, top[1] + 10, "ideal", colour=QUIET, size=10)
    if up.ideal is not None and low <= up.ideal <= high:
        first, last = at(left, up.ideal), at(right, up.ideal)
        drawing.line(*first, *last, QUIET, dashes="2 3")
        drawing.text(last[0] + 4, last[1] + 4, "ideal", colour=QUIET, size=10)


def _described(
    runs: list[PlottedRun], view: ParetoView, across: list[Metric], up: list[Metric]
) -> str:
    places = "; ".join(
        f"{run.name}: privacy {_value(x)}, utility {_value(y)}"
        for run, x, y in zip(runs, across, up, strict=True)
    )
    return f"Privacy against utility. {places}. Not beaten: {', '.join(view.front)}."


def _value(metric: Metric) -> str:
    return "–" if metric.value is None else measured(metric.value, metric.ci)


def _table(runs: list[PlottedRun], view: ParetoView) -> PlotTable:
    def name(headline: Headline) -> str:
        return next(iter(headline.metrics.values())).name

    return PlotTable(
        ("run", *(f"{one.axis.value}: {name(one)}" for one in view.headlines), "beaten by"),
        tuple(
            (
                run.title,
                *(
                    _value(one.metrics[run.name]) if run.name in one.metrics else "–"
                    for one in view.headlines
                ),
                ", ".join(view.dominated_by.get(run.name, ())) or "none",
            )
            for run in runs
        ),
    )
