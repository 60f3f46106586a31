"""Curves over axes with numbers, drawn by textual-plot in our colours and with our glyphs."""

from __future__ import annotations

import numpy as np
from rich.color import ColorParseError
from rich.style import Style
from textual.content import Content
from textual_plot import PlotWidget

from memisis_core.text import visible
from memisis_screens.plots.plot import Curves, Series

_POINTS_A_CURVE = 400
"""More than any screen is wide, so that a curve has no gaps."""


class CurvePlot(PlotWidget, can_focus=False, inherit_bindings=False):
    """Shows curves; keys and mouse stay with the tab."""

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
        self.set_xlabel(curves.x_label)
        self.set_ylabel(curves.y_label)
        for series in curves.series:
            x, y = _points(series)
            self.scatter(x, y, marker=series.glyph, marker_style=self._style(series.colour))

    def _style(self, name: str) -> str:
        colour = self.app.theme_variables.get(name, "default")
        colour = "default" if colour == "ansi_default" else colour.removeprefix("ansi_")
        try:
            Style.parse(colour)
        except (ColorParseError, ValueError):
            return "default"
        return colour


def curves_legend(curves: Curves) -> Content:
    """Return the glyph, in its colour, and the name of each series."""
    return Content("   ").join(
        [
            Content.assemble((series.glyph, f"bold ${series.colour}"), f" {visible(series.name)}")
            for series in curves.series
        ]
    )


def _points(series: Series) -> tuple[np.ndarray, np.ndarray]:
    x, y = np.array(series.x, dtype=float), np.array(series.y, dtype=float)
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    if not series.joined or len(x) < 2:
        return x, y
    dense = np.linspace(x[0], x[-1], _POINTS_A_CURVE)
    return dense, np.interp(dense, x, y)
