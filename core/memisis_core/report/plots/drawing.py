"""A small SVG drawing: every text in it is escaped, every colour can be told apart.

Colours are those of Okabe & Ito (2008, Color Universal Design), which people with any colour
vision can tell apart; real data are always grey. Text is dark on white, also in print.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence

from memisis_core.text import visible

RUN_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Blue, vermillion, bluish green, reddish purple, orange, sky blue."""
REAL, REAL_EDGE = "#c9c9c9", "#6e6e6e"
INK, QUIET, GRID, PAPER = "#1a1a1a", "#555555", "#e3e3e3", "#ffffff"
_CHARACTER_WIDTH = 0.54
"""Mean width of a character in parts of the size of the type."""

Points = Iterable[tuple[float, float]]


def run_colour(place: int) -> str:
    """Return the colour of the run in this column of the report."""
    return RUN_COLOURS[place % len(RUN_COLOURS)]


def shortened(text: str, width: float, size: float = 11) -> str:
    """Return `text` cut to `width` pixels, with ``…`` if something is gone."""
    most = max(int(width / (size * _CHARACTER_WIDTH)), 2)
    return visible(text, limit=most)


class Drawing:
    """An SVG picture that grows element by element.

    Parameters
    ----------
    width, height : float
        In pixels; a narrower page scales it.
    description : str
        What it shows, for those who do not see it.
    """

    def __init__(self, width: float, height: float, description: str) -> None:
        self.width, self.height = width, height
        self._description = description
        self._parts: list[str] = []

    def svg(self) -> str:
        """Return the picture as one element, safe to put into a page."""
        head = (
            f'<svg width="{_n(self.width)}" height="{_n(self.height)}" '
            f'viewBox="0 0 {_n(self.width)} {_n(self.height)}" role="img" '
            f'aria-label="{_escaped(self._description)}">'
        )
        return head + "".join(self._parts) + "</svg>"

    def rectangle(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        *,
        stroke: str | None = None,
        dashed: bool = False,
        tip: str = "",
    ) -> None:
        """Draw a rectangle; negative sizes draw nothing."""
        if width <= 0 or height <= 0:
            return
        edge = f' stroke="{stroke}"' if stroke else ""
        edge += ' stroke-dasharray="2 2"' if dashed else ""
        self._parts.append(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" '
            f'fill="{fill}"{edge}>{_tip(tip)}</rect>'
        )

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        colour: str = GRID,
        *,
        width: float = 1,
        dashes: str = "",
    ) -> None:
        """Draw a straight line."""
        pattern = f' stroke-dasharray="{dashes}"' if dashes else ""
        self._parts.append(
            f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" stroke="{colour}" '
            f'stroke-width="{_n(width)}"{pattern}/>'
        )

    def curve(
        self,
        points: Sequence[tuple[float, float]],
        colour: str,
        *,
        width: float = 2,
        dashes: str = "",
    ) -> None:
        """Draw a line through points; nothing through none."""
        if not points:
            return
        pattern = f' stroke-dasharray="{dashes}"' if dashes else ""
        self._parts.append(
            f'<polyline points="{_points(points)}" fill="none" stroke="{colour}" '
            f'stroke-width="{_n(width)}" stroke-linejoin="round"{pattern}/>'
        )

    def area(self, points: Points, fill: str, opacity: float = 0.18) -> None:
        """Fill the polygon with these corners."""
        self._parts.append(
            f'<polygon points="{_points(points)}" fill="{fill}" fill-opacity="{_n(opacity, 2)}"/>'
        )

    def dot(self, x: float, y: float, colour: str, *, hollow: bool = False, tip: str = "") -> None:
        """Draw a point."""
        fill = PAPER if hollow else colour
        self._parts.append(
            f'<circle cx="{_n(x)}" cy="{_n(y)}" r="4" fill="{fill}" stroke="{colour}" '
            f'stroke-width="1.6">{_tip(tip)}</circle>'
        )

    def diamond(self, x: float, y: float, colour: str, tip: str = "") -> None:
        """Draw a hollow diamond."""
        corners = _points([(x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)])
        self._parts.append(
            f'<polygon points="{corners}" fill="{PAPER}" stroke="{colour}" stroke-width="1.4">'
            f"{_tip(tip)}</polygon>"
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        colour: str = INK,
        size: float = 11,
        anchor: str = "start",
        bold: bool = False,
        turned: bool = False,
        room: float | None = None,
    ) -> None:
        """Write text, cut to `room` pixels; `turned`: upwards."""
        shown = text if room is None else shortened(text, room, size)
        weight = ' font-weight="600"' if bold else ""
        turn = f' transform="rotate(-90 {_n(x)} {_n(y)})"' if turned else ""
        whole = _tip(text) if shown != text else ""
        self._parts.append(
            f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" fill="{colour}" '
            f'text-anchor="{anchor}"{weight}{turn}>{whole}{_escaped(shown)}</text>'
        )


def ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """Return round values from `low` to `high`, about `wanted` of them."""
    if not high > low or not math.isfinite(high - low):
        return [low]
    rough = (high - low) / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(place * step, 12) for place in range(first, last + 1)]


def _points(points: Points) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _n(value: float, digits: int = 1) -> str:
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _tip(text: str) -> str:
    return f"<title>{_escaped(text)}</title>" if text else ""


def _escaped(text: str) -> str:
    return html.escape(visible(text), quote=True)
