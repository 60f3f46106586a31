"""From a run's figures to its plots, kind by kind; pure, so that tests need no screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations
from typing import TYPE_CHECKING

from memisis_core.text import visible
from memisis_screens.plots.bars import intervals, paired_bars
from memisis_screens.plots.heat_map import LEGEND as HEAT_LEGEND
from memisis_screens.plots.heat_map import heat_map
from memisis_screens.plots.plot import Curves, Drawing, Plot, Series
from memisis_screens.plots.plots_view import PlotKind

if TYPE_CHECKING:
    from memisis_core.evaluation.metric import Metric
    from memisis_core.evaluation.plot_data import (
        AttackCurve,
        Cell,
        Distribution,
        GroupPanel,
        PlotSet,
    )
    from memisis_screens.run_comparison import RunComparison
    from memisis_screens.run_view import RunView

BARS_LEGEND = "█ training patients   ━ synthetic patients"
_GLYPHS = ("o", "+", "x", "*")
_COLOURS = ("primary", "accent", "success", "error")
_POINTS_UP = 60
_TABLE_POINTS = 11
"""Rows of the table beside a curve: enough to read it off."""


def plots_of(
    kind: PlotKind,
    plots: PlotSet | None,
    run: RunView,
    compared: RunComparison | None,
) -> tuple[Plot, ...]:
    """Return the plots of one kind; none where there is nothing to draw (see `why_none`).

    Parameters
    ----------
    kind : PlotKind
    plots : PlotSet or None
        The run's artefact.
    run : RunView
        Has the losses, while it trains as well.
    compared : RunComparison or None
        Has the trade-off between the runs.
    """
    if kind is PlotKind.LOSS:
        return _losses(run)
    if kind is PlotKind.TRADE_OFF:
        return _trade_offs(compared)
    return _MAKERS[kind](plots) if plots is not None else ()


def why_none(kind: PlotKind, plots: PlotSet | None, run: RunView) -> str:
    """Return why there is no plot of a kind."""
    if kind is PlotKind.LOSS:
        trains = run.synthesizer != "gaussian_copula"
        return "No epoch has ended yet" if trains else f"{run.title} is not trained in epochs"
    if kind is PlotKind.TRADE_OFF:
        return "Two measured runs are needed"
    if plots is None:
        return "The run has no plots yet; they are made when it is evaluated"
    names = {
        PlotKind.COLUMNS: "distributions",
        PlotKind.PAIRS: "associations",
        PlotKind.ATTACK: "attacks",
        PlotKind.GROUPS: "groups",
    }
    absent: dict[str, str] = {str(name): why for name, why in plots.absent.items()}
    return absent.get(names[kind], "This run has nothing to show here")


# Columns.


def _distributions(plots: PlotSet) -> tuple[Plot, ...]:
    return tuple(_distribution(one) for one in plots.distributions)


def _distribution(one: Distribution) -> Plot:
    merged = one.step is not None and any(_steps(cell, one.step) > 1 for cell in one.cells)
    per = f" per {one.step:g}{f' {one.unit}' if one.unit else ''}" if merged else ""
    rows = [(c.label, c.real / _width(c, one), c.synthetic / _width(c, one)) for c in one.cells]
    sizes = (
        f"{_count(one.real_rows)} training and {one.synthetic_rows:,} synthetic patients have a "
        f"value; without one: {_missing(one.real_missing)} and {one.synthetic_missing:.1%}"
    )
    unit = f" [{one.unit}]" if one.unit else ""
    return Plot(
        title=f"{one.column}{unit}",
        subject=one.column,
        caption=f"{BARS_LEGEND}   bars: share{per}\n{sizes}",
        drawing=lambda width, _height: paired_bars(rows, width),
        columns=("value", "training", "synthetic", "difference"),
        rows=tuple(
            (c.label, f"{c.real:.1%}", f"{c.synthetic:.1%}", _points(c.synthetic - c.real))
            for c in one.cells
        ),
    )


def _steps(cell: Cell, step: float) -> float:
    if cell.low is None or cell.high is None:
        return 1.0
    return max((cell.high - cell.low) / step, 1.0)


def _width(cell: Cell, one: Distribution) -> float:
    """Return by how many ordinary bins a merged one is wide, so that its bar is no taller."""
    return _steps(cell, one.step) if one.step else 1.0


def _count(rows: int | None) -> str:
    return "an undisclosed number of" if rows is None else f"{rows:,}"


def _missing(share: float | None) -> str:
    return "a few" if share is None else f"{share:.1%}"


def _points(difference: float) -> str:
    return f"{difference * 100:+.1f} pp"


# Pairs.


def _associations(plots: PlotSet) -> tuple[Plot, ...]:
    known = plots.associations
    if known is None:
        return ()
    views = {
        "synthetic minus training": {(p.first, p.second): p.difference for p in known.pairs},
        "training patients": {(p.first, p.second): p.real for p in known.pairs},
        "synthetic patients": {(p.first, p.second): p.synthetic for p in known.pairs},
        "holdout minus training: chance": {(p.first, p.second): p.chance for p in known.pairs},
    }
    ranked = sorted(known.pairs, key=lambda p: -abs(p.difference or 0.0))
    rows = tuple(
        (
            f"{known.columns[p.first]} × {known.columns[p.second]}",
            *(_signed(value) for value in (p.real, p.synthetic, p.difference, p.chance)),
        )
        for p in ranked
    )
    more = f"; {known.left_out} columns that differ less are left out" if known.left_out else ""
    caption = f"{HEAT_LEGEND}{more}"
    return tuple(
        Plot(
            title=title,
            caption=caption,
            drawing=_heat_map(known.columns, values),
            columns=("pair", "training", "synthetic", "differs", "chance"),
            rows=rows,
        )
        for title, values in views.items()
    )


def _heat_map(columns: tuple[str, ...], values: dict[tuple[int, int], float | None]) -> Drawing:
    return lambda width, _height: heat_map(columns, values, width)


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+.2f}"


# Curves.


def _losses(run: RunView) -> tuple[Plot, ...]:
    curve = run.losses
    if not curve.epochs:
        return ()
    epochs = tuple(float(epoch) for epoch in curve.epochs)
    series = tuple(
        Series(name, _GLYPHS[i % len(_GLYPHS)], _COLOURS[i % len(_COLOURS)], epochs, values)
        for i, (name, values) in enumerate(sorted(curve.series.items()))
    )
    chosen = _evenly(len(epochs))
    return (
        Plot(
            title="loss",
            caption=f"{len(epochs):,} points to epoch {curve.epochs[-1]:,}",
            drawing=Curves(series, "epoch", "loss"),
            columns=("epoch", *(one.name for one in series)),
            rows=tuple(
                (f"{curve.epochs[i]:,}", *(f"{one.y[i]:.4g}" for one in series)) for i in chosen
            ),
        ),
    )


def _attacks(plots: PlotSet) -> tuple[Plot, ...]:
    return tuple(_attack(curve) for curve in plots.attacks)


def _attack(curve: AttackCurve) -> Plot:
    x = tuple(point.false_alarms for point in curve.points)
    series = (
        Series("guessing", ".", "quiet", (0.0, 1.0), (0.0, 1.0)),
        Series("95 % interval", "-", "secondary", x, tuple(p.low for p in curve.points)),
        Series("", "-", "secondary", x, tuple(p.high for p in curve.points)),
        Series("attack", "o", "accent", x, tuple(p.found for p in curve.points)),
    )
    low, high = curve.ci
    return Plot(
        title=curve.title,
        subject=curve.measure,
        caption=(
            f"area {curve.auc:.3f} (95 % interval {low:.3f} to {high:.3f}); 0.5 is guessing. "
            f"{curve.members:,} training records attacked, and as many real patients never used"
        ),
        drawing=Curves(series, "false alarms", "found", (0.0, 1.0), (0.0, 1.0)),
        columns=("false alarms", "found", "95 % interval"),
        rows=tuple(
            (f"{p.false_alarms:.0%}", f"{p.found:.1%}", f"{p.low:.0%} to {p.high:.0%}")
            for p in (curve.points[i] for i in _evenly(len(curve.points)))
        ),
    )


def _evenly(count: int) -> list[int]:
    """Return the places of some rows, first and last among them."""
    if count <= _TABLE_POINTS:
        return list(range(count))
    return sorted({round(i * (count - 1) / (_TABLE_POINTS - 1)) for i in range(_TABLE_POINTS)})


# Groups.


def _panels(plots: PlotSet) -> tuple[Plot, ...]:
    return tuple(_groups(panel) for panel in plots.groups)


def _groups(panel: GroupPanel) -> Plot:
    rows = [(g.group, g.value, g.ci, g.real) for g in panel.groups]
    ends = [end for g in panel.groups for end in (g.value, g.real, *(g.ci or ()))]
    most = (
        panel.ceiling
        if panel.ceiling is not None
        else max((end for end in ends if end is not None), default=1.0)
    )
    return Plot(
        title=f"{panel.name} by {panel.attribute}",
        subject=panel.attribute,
        caption=(
            "● trained on synthetic patients, with its 95 % interval   ┼ trained on real ones; "
            "both tested on real holdout patients"
        ),
        drawing=lambda width, _height: intervals(rows, (0.0, most), width),
        columns=("group", "synthetic", "95 % interval", "real", "n"),
        rows=tuple(
            (
                g.group,
                _decimals(g.value),
                "–" if g.ci is None else f"{g.ci[0]:.2f} to {g.ci[1]:.2f}",
                _decimals(g.real),
                "under 10" if g.n is None else f"{g.n:,}",
            )
            for g in panel.groups
        ),
    )


def _decimals(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


# Trade-off.


def _trade_offs(compared: RunComparison | None) -> tuple[Plot, ...]:
    """Return one plot for each pair of axes that two runs have a value on."""
    if compared is None or len(compared.comparison.runs) < 2:
        return ()
    view = compared.comparison.pareto
    columns = ("run", *(one.axis.value for one in view.headlines), "beaten by")
    rows = tuple(
        (
            run,
            *(_with_half(one.metrics.get(run)) for one in view.headlines),
            ", ".join(view.dominated_by.get(run, ())) or "none",
        )
        for run in compared.comparison.runs
    )
    found = []
    for across, up in combinations(view.headlines, 2):
        both = [run for run in across.metrics if run in up.metrics]
        series = [
            one
            for run in both
            for one in _crossed(run, across.metrics[run], up.metrics[run], run in view.front)
        ]
        if len(both) >= 2:
            caption = (
                f"{_ideal(across.metrics[both[0]])}; {_ideal(up.metrics[both[0]])}. Lines are 95 % "
                "intervals. "
                f"Beaten by none beyond noise: {', '.join(view.front)}"
            )
            found.append(
                Plot(
                    title=f"{across.axis.value} and {up.axis.value}",
                    caption=caption,
                    drawing=Curves(
                        tuple(series),
                        _name(across.metrics[both[0]]),
                        _name(up.metrics[both[0]]),
                        _around(across.metrics.values()),
                        _around(up.metrics.values()),
                    ),
                    columns=columns,
                    rows=rows,
                )
            )
    return tuple(found)


def _crossed(run: str, across: Metric, up: Metric, front: bool) -> list[Series]:
    """Return a run's interval on both axes as a cross, and its letter where they meet."""
    colour = "accent" if front else "quiet"
    x, y = _value(across), _value(up)
    found = []
    if across.ci is not None:
        found.append(Series("", "-", colour, across.ci, (y, y)))
    if up.ci is not None:
        low, high = up.ci
        ends = tuple(low + (high - low) * i / _POINTS_UP for i in range(_POINTS_UP + 1))
        found.append(Series("", "|", colour, (x,) * len(ends), ends, joined=False))
    return [*found, Series(run, visible(run)[0], colour, (x,), (y,), joined=False)]


def _around(metrics: Iterable[Metric]) -> tuple[float, float]:
    """Return limits that hold every value with its interval, and some room beside it."""
    ends = [end for metric in metrics for end in (_value(metric), *(metric.ci or ()))]
    low, high = min(ends), max(ends)
    room = (high - low) * 0.08 or 0.01
    return (low - room, high + room)


def _value(metric: Metric) -> float:
    return metric.value if metric.value is not None else float("nan")


def _with_half(metric: Metric | None) -> str:
    if metric is None or metric.value is None:
        return "–"
    half = (metric.ci[1] - metric.ci[0]) / 2 if metric.ci is not None else None
    return f"{metric.value:.3f}" + (f" ±{half:.3f}" if half is not None else "")


def _name(metric: Metric) -> str:
    return metric.name if metric.subject == "overall" else f"{metric.name}, {metric.subject}"


def _ideal(metric: Metric) -> str:
    return f"{_name(metric)}: ideal {'unknown' if metric.ideal is None else f'{metric.ideal:g}'}"


_MAKERS: dict[PlotKind, Callable[[PlotSet], tuple[Plot, ...]]] = {
    PlotKind.COLUMNS: _distributions,
    PlotKind.PAIRS: _associations,
    PlotKind.ATTACK: _attacks,
    PlotKind.GROUPS: _panels,
}
