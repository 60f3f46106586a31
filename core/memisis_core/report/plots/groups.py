"""Fairness: what the model trained on each run's data does to each group of real patients."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from memisis_core.evaluation.plot_data import GroupPanel, GroupValue
from memisis_core.report.numbers import count, measured, plain
from memisis_core.report.plots.drawing import (
    GRID,
    INK,
    QUIET,
    REAL_EDGE,
    Drawing,
    run_colour,
    ticks,
)
from memisis_core.report.plots.figure import (
    Figure,
    PlotSection,
    PlotTable,
    PlottedRun,
    PlottedRuns,
)

_WIDTH = 350.0
_NAMES, _RIGHT, _TOP, _BOTTOM = 136.0, 48.0, 46.0, 26.0
_APART, _PADDING = 11.0, 8.0
_TOO_SMALL = "too small"

Drawn = list[tuple[PlottedRun, GroupPanel]]


def section(runs: PlottedRuns) -> PlotSection:
    """Return one figure for each attribute and intersection, with a picture for each measure."""
    by_attribute: dict[str, dict[str, Drawn]] = {}
    for run in runs.runs:
        for panel in run.plots.groups if run.plots else ():
            by_measure = by_attribute.setdefault(panel.attribute, {})
            by_measure.setdefault(panel.measure, []).append((run, panel))
    return PlotSection(
        title="Fairness by group",
        text=(
            "A model trained on the synthetic data of a run (dots, with 95 % intervals) and the "
            "same model trained on real data (hollow diamonds), both tested on the same real "
            "patients; n is how many of them a value rests on. Groups with fewer than 10 "
            "positives or negatives have no value."
        ),
        figures=tuple(_figure(name, panels) for name, panels in by_attribute.items()),
        missing=tuple(
            f"{run.name}: {run.plots.absent['groups']}"
            for run in runs.runs
            if run.plots and "groups" in run.plots.absent
        ),
    )


def _figure(attribute: str, panels: dict[str, Drawn]) -> Figure:
    rows: list[tuple[str, ...]] = []
    names = {run.name: None for drawn in panels.values() for run, _ in drawn}
    for drawn in panels.values():
        for group in _groups(drawn):
            values = {run.name: _value(panel, group) for run, panel in drawn}
            known = [v for v in values.values() if v is not None and v.value is not None]
            rows.append(
                (
                    drawn[0][1].name,
                    group,
                    _sizes(known),
                    _joined(plain(v.real) for v in known if v.real is not None) or "–",
                    *(_text(values.get(name)) for name in names),
                )
            )
    return Figure(
        title=attribute,
        note="",
        panels=tuple(_panel(drawn) for drawn in panels.values()),
        table=PlotTable(("measure", "group", "n", "trained on real", *names), tuple(rows)),
    )


def _groups(drawn: Drawn) -> list[str]:
    return list(dict.fromkeys(value.group for _, panel in drawn for value in panel.groups))


def _value(panel: GroupPanel, group: str) -> GroupValue | None:
    return next((value for value in panel.groups if value.group == group), None)


def _sizes(values: Sequence[GroupValue]) -> str:
    """Return n, once if all runs were tested on the same patients."""
    return _joined(count(value.n) for value in values)


def _joined(texts: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(texts))


def _text(value: GroupValue | None) -> str:
    if value is None:
        return "–"
    return _TOO_SMALL if value.value is None else measured(value.value, value.ci)


def _panel(drawn: Drawn) -> str:
    panel, groups = drawn[0][1], _groups(drawn)
    row = max(_APART * len(drawn) + _PADDING, 20.0)
    drawing = Drawing(_WIDTH, _TOP + row * len(groups) + _BOTTOM, _described(drawn))
    base, right = _TOP + row * len(groups), _WIDTH - _RIGHT
    high = panel.ceiling or _highest(drawn)

    def at(value: float) -> float:
        return _NAMES + min(max(value, 0.0), high) / high * (right - _NAMES)

    drawing.text(0, 12, panel.name, bold=True, room=_WIDTH)
    _names_of_runs(drawing, drawn)
    drawing.text(_WIDTH, _TOP - 6, "n", size=10, colour=QUIET, anchor="end")
    for tick in ticks(0.0, high):
        drawing.line(at(tick), _TOP, at(tick), base, GRID)
        drawing.text(at(tick), base + 14, plain(tick), anchor="middle", size=10, colour=QUIET)
    for i, group in enumerate(groups):
        y = _TOP + i * row
        drawing.text(_NAMES - 6, y + row / 2 + 4, _short(group), anchor="end", room=_NAMES - 8)
        found = [(run, _value(one, group)) for run, one in drawn]
        known = [(run, value) for run, value in found if value and value.value is not None]
        if not known:
            drawing.text(_NAMES + 6, y + row / 2 + 4, _TOO_SMALL, colour=QUIET, size=10)
            continue
        sizes = _sizes([value for _, value in known])
        drawing.text(_WIDTH, y + row / 2 + 4, sizes, anchor="end", size=10, room=_RIGHT)
        for real in {value.real for _, value in known if value.real is not None}:
            drawing.line(at(real), y + 2, at(real), y + row - 2, REAL_EDGE)
            drawing.diamond(at(real), y + row / 2, REAL_EDGE, f"{group}: trained on real")
        _dots(drawing, known, y + (row - _APART * (len(known) - 1)) / 2, at)
    drawing.line(_NAMES, base, right, base, INK)
    return drawing.svg()


def _dots(
    drawing: Drawing,
    known: list[tuple[PlottedRun, GroupValue]],
    top: float,
    at: Callable[[float], float],
) -> None:
    for i, (run, value) in enumerate(known):
        y, colour = top + i * _APART, run_colour(run.place)
        if value.ci is not None:
            drawing.line(at(value.ci[0]), y, at(value.ci[1]), y, colour, width=1.6)
        drawing.dot(at(value.value or 0.0), y, colour, tip=f"{run.name}: {_text(value)}")


def _names_of_runs(drawing: Drawing, drawn: Drawn) -> None:
    """Write what the signs mean, in the colours of the runs."""
    x = 0.0
    for run, _ in drawn:
        text = f"● {run.name}"
        drawing.text(x, 30, text, colour=run_colour(run.place), bold=True, room=90)
        x += min(len(text), 14) * 7.0 + 8
    drawing.text(x, 30, "◇ trained on real", colour=QUIET)


def _short(group: str) -> str:
    """Return the levels without their attributes: ``Race=Black, Sex=Male`` → ``Black, Male``."""
    return ", ".join(part.split("=", 1)[-1] for part in group.split(", "))


def _highest(drawn: Drawn) -> float:
    values = [
        bound
        for _, panel in drawn
        for value in panel.groups
        for bound in (value.value, value.real, *(value.ci or ()))
        if bound is not None
    ]
    return max(values, default=1.0) or 1.0


def _described(drawn: Drawn) -> str:
    panel = drawn[0][1]
    said = []
    for run, one in drawn:
        known = [value for value in one.groups if value.value is not None]
        if known:
            low = min(known, key=lambda value: value.value or 0.0)
            high = max(known, key=lambda value: value.value or 0.0)
            said.append(
                f"{run.name} from {_text(low)} ({low.group}) to {_text(high)} ({high.group})"
            )
    return f"{panel.name} by {panel.attribute}: {'; '.join(said)}"
