"""Curves over axes with numbers, drawn by textual-plot in our colours and with our glyphs."""

from __future__ import annotations

import numpy as np
from rich.color import ColorParseError
from rich.style import Style
from textual.content import Content
from textual.reactive import reactive
from textual_plot import PlotWidget

from memisis_core.text import visible
from memisis_screens.plots.plot import Curves, Series

_POINTS_A_CURVE = 400
"""More than any screen is wide, so that a curve has no gaps."""


class CurvePlot(PlotWidget, can_focus=False, inherit_bindings=False):
    """Shows curves; keys and mouse stay with the tab."""

    margin_top = reactive(0)
    margin_bottom = reactive(1)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, allow_pan_and_zoom=False)
        self._curves: Curves | None = None

    def show(self, curves: Curves) -> None:
        """Draw these curves."""
        self._curves = curves
        self._draw()

    def notify_style_update(self) -> None:
        """Draw anew in the colours of another theme."""
        super().notify_style_update()
        if self._curves is not None and self.is_mounted:
            self._draw()

    def _draw(self) -> None:
        curves = self._curves
        assert curves is not None, "something is drawn only after it was shown"
        self.clear()
        self.set_xlimits(*(curves.x_limits or (None, None)))
        self.set_ylimits(*(curves.y_limits or (None, None)))
        # The library cuts long labels of the axis that goes up; both stand below instead.
        self.set_xlabel("")
        self.set_ylabel("")
        self.set_yticks(ticks(*_span(curves), max(self.size.height - 3, 2) // 2))
        for series in curves.series:
            x, y = _points(series)
            self.scatter(x, y, marker=series.glyph, marker_style=self._style(series.colour))

    def on_resize(self) -> None:
        """Draw anew: fewer numbers fit beside a lower plot."""
        if self._curves is not None:
            self._draw()

    def _style(self, name: str) -> str:
        colour = self.app.theme_variables.get(name, "default")
        colour = "default" if colour == "ansi_default" else colour.removeprefix("ansi_")
        try:
            Style.parse(colour)
        except (ColorParseError, ValueError):
            return "default"
        return colour


def curves_legend(curves: Curves) -> Content:
    """Return the glyph, in its colour, and the name of each series, then what the axes are."""
    named = [
        Content.assemble((series.glyph, f"bold ${series.colour}"), f" {visible(series.name)}")
        for series in curves.series
        if series.name and series.name != series.glyph
    ]
    axes = f"up: {visible(curves.y_label)}   across: {visible(curves.x_label)}"
    return Content("   ").join([*named, Content.styled(axes, "$quiet")])


def ticks(low: float, high: float, most: int) -> list[float]:
    """Return at most `most` round numbers from `low` to `high`, evenly apart (at least one)."""
    if not high > low:
        return [low]
    rough = (high - low) / max(most, 1)
    power = 10.0 ** np.floor(np.log10(rough))
    for step in (power, 2 * power, 5 * power, 10 * power, 20 * power):
        first, last = np.ceil(low / step), np.floor(high / step)
        if last - first + 1 <= max(most, 1):
            break
    return [float(number * step) for number in np.arange(first, last + 1)] or [low]


def _span(curves: Curves) -> tuple[float, float]:
    if curves.y_limits is not None:
        return curves.y_limits
    values = [value for series in curves.series for value in series.y if np.isfinite(value)]
    return (min(values), max(values)) if values else (0.0, 1.0)


def _points(series: Series) -> tuple[np.ndarray, np.ndarray]:
    x, y = np.array(series.x, dtype=float), np.array(series.y, dtype=float)
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    if not series.joined or len(x) < 2:
        return x, y
    dense = np.linspace(x[0], x[-1], _POINTS_A_CURVE)
    return dense, np.interp(dense, x, y)
