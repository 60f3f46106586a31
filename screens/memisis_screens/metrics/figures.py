"""Numbers rounded to their uncertainty, in parts that can be aligned at the decimal point."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

MOST_DECIMALS = 4
PLAIN_DECIMALS = 3
"""Of a value that is not an estimate."""


@dataclass(frozen=True)
class Figure:
    """A number in parts.

    Attributes
    ----------
    whole : str
        With its sign, thousands separated.
    decimals : str
        With the point; empty for a whole number.
    half : str
        ``±.02``; empty if the value is not an estimate.
    """

    whole: str
    decimals: str = ""
    half: str = ""

    def __str__(self) -> str:
        text = self.whole + self.decimals
        return f"{text} {self.half}" if self.half else text


@dataclass(frozen=True)
class Widths:
    """Greatest widths of the parts of several figures."""

    whole: int = 0
    decimals: int = 0
    half: int = 0

    @classmethod
    def of(cls, figures: Iterable[Figure]) -> Widths:
        """Return the widths that hold all of `figures`."""
        known = list(figures)
        return cls(
            max((len(f.whole) for f in known), default=0),
            max((len(f.decimals) for f in known), default=0),
            max((len(f.half) for f in known), default=0),
        )

    @property
    def total(self) -> int:
        """Cells of an aligned figure."""
        return self.whole + self.decimals + (self.half + 1 if self.half else 0)


def aligned(figure: Figure, widths: Widths) -> str:
    """Return the figure padded so that points and intervals stand below each other."""
    text = f"{figure.whole:>{widths.whole}}{figure.decimals:<{widths.decimals}}"
    return f"{text} {figure.half:<{widths.half}}" if widths.half else text


def figure(value: float, interval: tuple[float, float] | None = None) -> Figure:
    """Return a value rounded to its uncertainty.

    Parameters
    ----------
    value : float
        Finite.
    interval : pair of float, optional
        95 % interval; its half width is rounded to one significant digit (two if that is a 1), and
        the value to the same place.
    """
    half = (interval[1] - interval[0]) / 2 if interval is not None else 0.0
    if half > 0 and math.isfinite(half):
        decimals = decimals_for(half)
        return Figure(*_parts(value, decimals), _half(half, decimals))
    if float(value).is_integer() and abs(value) >= 10:
        return Figure(*_parts(value, 0))
    return Figure(*_parts(value, PLAIN_DECIMALS if abs(value) < 1000 else 1))


def decimals_for(half: float) -> int:
    """Return how many decimals a half interval is worth, between 0 and 4."""
    exponent = math.floor(math.log10(half))
    leading = round(half / 10**exponent, 6)
    digits = -exponent + (1 if leading < 2 else 0)
    return min(max(digits, 0), MOST_DECIMALS)


def _parts(value: float, decimals: int) -> tuple[str, str]:
    text = f"{value:,.{decimals}f}"
    if float(text.replace(",", "")) == 0 and text.startswith("-"):
        text = text[1:]  # a zero has no sign
    whole, point, rest = text.partition(".")
    return whole, point + rest


def _half(half: float, decimals: int) -> str:
    rounded = f"{half:,.{decimals}f}"
    if float(rounded.replace(",", "")) == 0:
        return "±<" + f"{10**-decimals:.{decimals}f}".removeprefix("0")
    return "±" + (rounded.removeprefix("0") if half < 1 and decimals else rounded)
