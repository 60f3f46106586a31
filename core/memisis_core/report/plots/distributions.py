"""Each column: the real distribution in grey, that of a run over it in the run's colour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from memisis_core.evaluation.metric import Metric
from memisis_core.evaluation.plot_data import Cell, Distribution
from memisis_core.report.numbers import count, measured
from memisis_core.report.plots.drawing import (
    GRID,
    INK,
    QUIET,
    REAL,
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

_WIDTH = 340.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 38.0, 8.0, 34.0, 36.0
_PLOT_HEIGHT = 110.0
_ROW = 22.0
_NAMES = 128.0
_FIGURES = 106.0
_SIGNS = {"fidelity.ks": "KS complement", "fidelity.tv": "TV complement"}

Drawn = tuple[PlottedRun, Distribution]


def section(runs: PlottedRuns) -> PlotSection:
    """Return one figure a column, with a picture for each run."""
    by_column: dict[str, list[Drawn]] = {}
    for run in runs.runs:
        for distribution in run.plots.distributions if run.plots else ():
            by_column.setdefault(distribution.column, []).append((run, distribution))
    return PlotSection(
        title="Distributions",
        text=(
            "Grey: the real training data. Colour: the synthetic data of a run. Cells of fewer "
            "than 10 real patients are merged with their neighbours, or into “other”; dashed bars "
            "are open to that side. Numbers stand at the lower edge of their bin."
        ),
        figures=tuple(_figure(column, drawn) for column, drawn in by_column.items()),
        missing=tuple(
            f"{run.name}: {run.plots.absent['distributions']}"
            for run in runs.runs
            if run.plots and "distributions" in run.plots.absent
        ),
    )


def _figure(column: str, drawn: Sequence[Drawn]) -> Figure:
    first = drawn[0][1]
    unit = f" [{first.unit}]" if first.unit and first.unit not in column else ""
    cells = [known for known in drawn if known[1].cells]
    suppressed = "" if cells else "fewer than 10 real patients have a value: nothing is shown"
    return Figure(
        title=f"{column}{unit}",
        note=suppressed,
        panels=_panels(cells, f"{column}{unit}"),
        table=_table(drawn),
    )


def _panels(drawn: Sequence[Drawn], title: str) -> tuple[str, ...]:
    """Return the pictures of all runs, on one scale."""
    if not drawn:
        return ()
    top = max(_highest(found) for _, found in drawn) or 1.0
    return tuple(
        (_histogram if found.form == "bins" else _bars)(run, found, title, top).svg()
        for run, found in drawn
    )


def _highest(found: Distribution) -> float:
    return max(max(cell.real, cell.synthetic) / _span(cell, found.step) for cell in found.cells)


def _described(run: PlottedRun, found: Distribution, title: str) -> str:
    widest = max(found.cells, key=lambda cell: abs(cell.real - cell.synthetic))
    return (
        f"Distribution of {title}, real against run {run.name}; {_similarity(run, found)}. "
        f"Furthest apart at {widest.label}: real {percent(widest.real)}, "
        f"synthetic {percent(widest.synthetic)}."
    )


def _similarity(run: PlottedRun, found: Distribution) -> str:
    """Return the measure that compares the two, with its interval."""
    key = (found.measure, found.column)
    metric: Metric | None = next((m for m in run.record.metrics if m.key == key), None)
    name = _SIGNS.get(found.measure, found.measure)
    if metric is None or metric.value is None:
        return f"{name}: not measured"
    return f"{name} {measured(metric.value, metric.ci)}"


def _head(drawing: Drawing, run: PlottedRun, found: Distribution) -> None:
    drawing.text(0, 12, run.title, bold=True, colour=run_colour(run.place), room=150)
    drawing.text(_WIDTH - _RIGHT, 12, _similarity(run, found), colour=QUIET, anchor="end")


# Numbers and dates.


def _histogram(run: PlottedRun, found: Distribution, title: str, top: float) -> Drawing:
    drawing = Drawing(_WIDTH, _TOP + _PLOT_HEIGHT + _BOTTOM, _described(run, found, title))
    _head(drawing, run, found)
    spans = [_span(cell, found.step) for cell in found.cells]
    whole = sum(spans)
    heights = [
        (cell.real / span, cell.synthetic / span)
        for cell, span in zip(found.cells, spans, strict=True)
    ]
    across = (_WIDTH - _LEFT - _RIGHT) / whole
    base = _TOP + _PLOT_HEIGHT
    drawing.line(_LEFT, _TOP, _WIDTH - _RIGHT, _TOP, GRID)
    drawing.text(_LEFT - 5, _TOP + 4, f"{top * 100:.0f} %", anchor="end", colour=QUIET, size=10)
    drawing.text(_LEFT - 5, base + 3, "0", anchor="end", colour=QUIET, size=10)
    x, outline = _LEFT, [(_LEFT, base)]
    for cell, span, (real, synthetic) in zip(found.cells, spans, heights, strict=True):
        width, height = span * across, real / top * _PLOT_HEIGHT
        is_open = cell.low is None or cell.high is None
        tip = f"{cell.label}: real {percent(cell.real)}, synthetic {percent(cell.synthetic)}"
        drawing.rectangle(
            x, base - height, width - 1, height, REAL, stroke=REAL_EDGE, dashed=is_open, tip=tip
        )
        level = base - synthetic / top * _PLOT_HEIGHT
        outline += [(x, level), (x + width, level)]
        x += width
    drawing.curve([*outline, (x, base)], run_colour(run.place))
    drawing.line(_LEFT, base, _WIDTH - _RIGHT, base, INK)
    _bounds(drawing, found, [span * across for span in spans], base)
    drawing.text(
        _LEFT + (_WIDTH - _LEFT - _RIGHT) / 2,
        base + 31,
        title,
        anchor="middle",
        colour=QUIET,
        room=_WIDTH - _LEFT - _RIGHT,
    )
    return drawing


def _span(cell: Cell, step: float | None) -> float:
    """Return the width of a bin in steps; one for a level or a bin that is open to one side."""
    if not step or cell.low is None or cell.high is None:
        return 1.0
    return max((cell.high - cell.low) / step, 0.5)


def _bounds(drawing: Drawing, found: Distribution, widths: Sequence[float], base: float) -> None:
    """Write some of the lower edges below the axis, where there is room for them."""
    x, free = _LEFT, _LEFT - 20.0
    for cell, width in zip(found.cells, widths, strict=True):
        if cell.low is not None:
            text = _bound(cell.low, found)
            if x - 3.0 * len(text) > free:
                drawing.line(x, base, x, base + 4, INK)
                drawing.text(x, base + 15, text, anchor="middle", size=10)
                free = x + 3.0 * len(text) + 8
        x += width


def _bound(value: float, found: Distribution) -> str:
    if not found.dates:
        return f"{value:,.6g}"
    day = date(1970, 1, 1) + timedelta(days=int(value))
    return day.isoformat() if (found.step or 0) < 28 else f"{day:%Y-%m}"


# Levels.


def _bars(run: PlottedRun, found: Distribution, title: str, top: float) -> Drawing:
    height = _TOP + _ROW * len(found.cells) + 6
    drawing = Drawing(_WIDTH, height, _described(run, found, title))
    _head(drawing, run, found)
    scale = (_WIDTH - _NAMES - _FIGURES) / top
    drawing.text(_WIDTH - _RIGHT - 48, _TOP - 6, "real", size=10, colour=QUIET, anchor="end")
    drawing.text(_WIDTH - _RIGHT, _TOP - 6, "synth.", size=10, colour=QUIET, anchor="end")
    for i, cell in enumerate(found.cells):
        y = _TOP + i * _ROW
        tip = f"{cell.label}: real {percent(cell.real)}, synthetic {percent(cell.synthetic)}"
        drawing.text(_NAMES - 6, y + 13, cell.label, anchor="end", room=_NAMES - 8)
        drawing.rectangle(
            _NAMES, y + 2, cell.real * scale, _ROW - 6, REAL, stroke=REAL_EDGE, tip=tip
        )
        drawing.rectangle(_NAMES, y + 6.5, cell.synthetic * scale, 7, run_colour(run.place))
        for place, share in ((48.0, cell.real), (0.0, cell.synthetic)):
            drawing.text(
                _WIDTH - _RIGHT - place, y + 13, f"{share * 100:.1f} %", size=10, anchor="end"
            )
    drawing.line(_NAMES, _TOP, _NAMES, height - 8, INK)
    return drawing


# The table.


def _table(drawn: Sequence[Drawn]) -> PlotTable:
    """Return the shares; one column for the real data if they are the same for all runs."""
    reals = [_real_facts(found) for _, found in drawn]
    same = all(real == reals[0] for real in reals)
    header = ["value", *(["real"] if same else [])]
    columns: list[dict[str, str]] = [reals[0]] if same else []
    for (run, found), real in zip(drawn, reals, strict=True):
        if not same:
            header.append(f"real of {run.name}")
            columns.append(real)
        header.append(run.name)
        columns.append(_synthetic_facts(found))
    labels = _labels(drawn)
    return PlotTable(
        tuple(header),
        tuple((label, *(column.get(label, "–") for column in columns)) for label in labels),
    )


_MISSING, _ROWS = "(missing)", "rows with a value"


def _labels(drawn: Sequence[Drawn]) -> list[str]:
    cells = dict.fromkeys(cell.label for _, found in drawn for cell in found.cells)
    return [*cells, _MISSING, _ROWS]


def _real_facts(found: Distribution) -> dict[str, str]:
    facts = {cell.label: percent(cell.real) for cell in found.cells if cell.real}
    rows = "suppressed" if found.real_rows is None else count(found.real_rows)
    return facts | {_MISSING: percent(found.real_missing), _ROWS: rows}


def _synthetic_facts(found: Distribution) -> dict[str, str]:
    facts = {cell.label: percent(cell.synthetic) for cell in found.cells}
    return facts | {_MISSING: percent(found.synthetic_missing), _ROWS: count(found.synthetic_rows)}
