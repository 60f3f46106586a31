"""ROC curves of the membership attacks, with the area under each."""

from __future__ import annotations

from memisis_core.evaluation.plot_data import AttackCurve
from memisis_core.report.numbers import count, measured
from memisis_core.report.plots.drawing import (
    GRID,
    INK,
    QUIET,
    REAL_EDGE,
    Drawing,
    run_colour,
)
from memisis_core.report.plots.figure import (
    Figure,
    PlotSection,
    PlotTable,
    PlottedRun,
    PlottedRuns,
    percent,
)

_WIDTH, _HEIGHT = 280.0, 306.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 42.0, 12.0, 42.0, 38.0
_IN_TABLE = (0.0, 0.02, 0.1, 0.2, 0.5, 0.8, 1.0)


def section(runs: PlottedRuns) -> PlotSection:
    """Return one figure for each attack, with a picture for each run."""
    by_measure: dict[str, list[tuple[PlottedRun, AttackCurve]]] = {}
    for run in runs.runs:
        for curve in run.plots.attacks if run.plots else ():
            by_measure.setdefault(curve.measure, []).append((run, curve))
    return PlotSection(
        title="Membership attack",
        text=(
            "How many training records an attacker names (upwards) for how many wrong "
            "accusations of people who were not in the training data (to the right). On the "
            "dotted diagonal the attack tells nothing. The band is the pointwise 95 % interval; "
            "what counts is the left edge, few wrong accusations."
        ),
        figures=tuple(_figure(drawn) for drawn in by_measure.values()),
        missing=tuple(
            f"{run.name}: {run.plots.absent['attacks']}"
            for run in runs.runs
            if run.plots and "attacks" in run.plots.absent
        ),
    )


def _figure(drawn: list[tuple[PlottedRun, AttackCurve]]) -> Figure:
    first = drawn[0][1]
    rows = [
        ("area under the curve", *(measured(curve.auc, curve.ci) for _, curve in drawn)),
        ("records attacked of each kind", *(count(curve.members) for _, curve in drawn)),
    ]
    rows.extend(
        (f"found at {percent(place)} false alarms", *(_found(c, place) for _, c in drawn))
        for place in _IN_TABLE
    )
    return Figure(
        title=f"By {first.title}",
        note="",
        panels=tuple(_panel(run, curve) for run, curve in drawn),
        table=PlotTable(("", *(run.name for run, _ in drawn)), tuple(rows)),
    )


def _found(curve: AttackCurve, place: float) -> str:
    point = next((p for p in curve.points if abs(p.false_alarms - place) < 1e-6), None)
    if point is None:
        return "–"
    return f"{percent(point.found)} [{percent(point.low)}, {percent(point.high)}]"


def _panel(run: PlottedRun, curve: AttackCurve) -> str:
    area = f"AUC {measured(curve.auc, curve.ci)}"
    description = (
        f"ROC curve of the membership attack by {curve.title} on run {run.name}: {area}, "
        f"{curve.members:,} training records and as many others"
    )
    drawing = Drawing(_WIDTH, _HEIGHT, description)
    base, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT

    def at(x: float, y: float) -> tuple[float, float]:
        return _LEFT + x * (right - _LEFT), base - y * (base - _TOP)

    drawing.text(0, 12, run.title, bold=True, colour=run_colour(run.place), room=_WIDTH)
    drawing.text(0, 28, f"{area}, n 2 × {curve.members:,}")
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = at(tick, tick)
        drawing.line(_LEFT, y, right, y, GRID)
        drawing.text(_LEFT - 5, y + 4, f"{tick * 100:.0f} %", anchor="end", colour=QUIET, size=10)
        drawing.text(x, base + 14, f"{tick * 100:.0f}", anchor="middle", colour=QUIET, size=10)
    drawing.line(*at(0, 0), *at(1, 1), REAL_EDGE, dashes="1.5 3")
    band = [at(p.false_alarms, p.high) for p in curve.points]
    band += [at(p.false_alarms, p.low) for p in reversed(curve.points)]
    drawing.area(band, run_colour(run.place))
    drawing.curve([at(p.false_alarms, p.found) for p in curve.points], run_colour(run.place))
    drawing.line(_LEFT, base, right, base, INK)
    drawing.line(_LEFT, _TOP, _LEFT, base, INK)
    drawing.text((_LEFT + right) / 2, base + 30, "false alarms [%]", anchor="middle", colour=QUIET)
    drawing.text(_LEFT + 5, _TOP + 12, "members found", colour=QUIET)
    return drawing.svg()
