"""The losses of neural runs by epoch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from memisis_core.report.numbers import plain
from memisis_core.report.plots.drawing import GRID, INK, QUIET, Drawing, run_colour, ticks
from memisis_core.report.plots.figure import (
    Figure,
    PlotSection,
    PlotTable,
    PlottedRun,
    PlottedRuns,
)
from memisis_core.runs.record import LossPoint

_WIDTH, _HEIGHT = 340.0, 190.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 92.0, 24.0, 36.0
_DASHES = ("", "5 3", "1.5 2.5")
_MOST_POINTS = 300
_MOST_ROWS = 12


def section(runs: PlottedRuns) -> PlotSection:
    """Return one figure with a picture for each run that has losses."""
    figures = tuple(_figure(run) for run in runs.runs if len(run.record.losses) > 1)
    return PlotSection(
        title="Training",
        text=(
            "Losses by epoch. The losses of a generator and its discriminator push against each "
            "other: level curves are what is wanted, not low ones."
        ),
        figures=figures,
        missing=tuple(
            f"{run.name}: no losses by epoch ({run.record.state.value})"
            if run.record.epochs_trained
            else f"{run.name}: this synthesizer does not train in epochs"
            for run in runs.runs
            if len(run.record.losses) < 2
        ),
    )


def loss_curves(points: Sequence[LossPoint]) -> dict[str, list[tuple[int, float]]]:
    """Return epoch and loss by name of the loss, at most 300 points each, the last among them."""
    every = max(1, -(-len(points) // _MOST_POINTS))
    kept = [p for i, p in enumerate(points) if i % every == 0 or i == len(points) - 1]
    names = dict.fromkeys(name for point in points for name in point.losses)
    return {
        name: [(point.epoch, point.losses[name]) for point in kept if name in point.losses]
        for name in names
    }


def _figure(run: PlottedRun) -> Figure:
    curves = loss_curves(run.record.losses)
    epochs = sorted({epoch for points in curves.values() for epoch, _ in points})
    every = max(1, -(-len(epochs) // _MOST_ROWS))
    shown = [e for i, e in enumerate(epochs) if i % every == 0 or i == len(epochs) - 1]
    by_epoch = {name: dict(points) for name, points in curves.items()}
    return Figure(
        title=f"Losses of {run.title}",
        note="",
        panels=(_panel(run, curves),),
        table=PlotTable(
            ("epoch", *curves),
            tuple(
                (f"{epoch:,}", *(_loss(by_epoch[name].get(epoch)) for name in curves))
                for epoch in shown
            ),
        ),
    )


def _loss(value: float | None) -> str:
    return "–" if value is None else plain(value)


def _panel(run: PlottedRun, curves: dict[str, list[tuple[int, float]]]) -> str:
    values = [value for points in curves.values() for _, value in points]
    epochs = [epoch for points in curves.values() for epoch, _ in points]
    ends = ", ".join(f"{name} {plain(points[-1][1])}" for name, points in curves.items())
    description = f"Losses of run {run.name} by epoch, up to epoch {max(epochs)}; at the end {ends}"
    drawing = Drawing(_WIDTH, _HEIGHT, description)
    low, high = min(values), max(values)
    high = high if high > low else low + 1.0
    first, last = min(epochs), max(epochs)
    base, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT

    def at(epoch: float, value: float) -> tuple[float, float]:
        x = _LEFT + (epoch - first) / max(last - first, 1) * (right - _LEFT)
        return x, base - (value - low) / (high - low) * (base - _TOP)

    drawing.text(0, 12, run.title, bold=True, colour=run_colour(run.place), room=200)
    for tick in ticks(low, high):
        y = at(first, tick)[1]
        drawing.line(_LEFT, y, right, y, GRID)
        drawing.text(_LEFT - 5, y + 4, plain(tick), anchor="end", colour=QUIET, size=10)
    drawing.line(_LEFT, base, right, base, INK)
    for epoch in (first, last):
        drawing.text(at(epoch, low)[0], base + 14, f"{epoch:,}", anchor="middle", size=10)
    drawing.text((_LEFT + right) / 2, base + 29, "epoch", anchor="middle", colour=QUIET)
    heights = _apart([at(0, points[-1][1])[1] for points in curves.values()])
    for i, (name, points) in enumerate(curves.items()):
        drawing.curve(
            [at(epoch, value) for epoch, value in points],
            run_colour(run.place),
            width=1.6,
            dashes=_DASHES[i % len(_DASHES)],
        )
        drawing.text(right + 5, heights[i] + 4, name, colour=INK, room=_RIGHT - 5)
    return drawing.svg()


def _apart(heights: Sequence[float], least: float = 13.0) -> list[float]:
    """Return label heights moved so that no two labels overlap."""
    order = sorted(range(len(heights)), key=heights.__getitem__)
    placed = list(heights)
    for before, after in pairwise(order):
        placed[after] = max(placed[after], placed[before] + least)
    return placed
