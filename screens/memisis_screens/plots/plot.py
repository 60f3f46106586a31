"""One plot as plain data: how it is drawn, and the table beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual.content import Content

Drawing = Callable[[int, int], Content]
"""Draws into so many cells and lines; more lines are scrolled to."""


@dataclass(frozen=True)
class Series:
    """A curve or some points.

    Attributes
    ----------
    name : str
    glyph : str
        One ASCII character or one that has its own look in ASCII: it tells series apart where
        there is no colour.
    colour : str
        Name of a colour of the theme (``primary``).
    x, y : tuple of float
        Of the same length.
    joined : bool
        Whether the points are joined to a line.
    """

    name: str
    glyph: str
    colour: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    joined: bool = True


@dataclass(frozen=True)
class Curves:
    """Series over two axes with numbers.

    Attributes
    ----------
    series : tuple of Series
        Later ones are drawn over earlier ones.
    x_label, y_label : str
    x_limits, y_limits : pair of float or None
        None: as the points need it.
    """

    series: tuple[Series, ...]
    x_label: str
    y_label: str
    x_limits: tuple[float, float] | None = None
    y_limits: tuple[float, float] | None = None


@dataclass(frozen=True)
class Plot:
    """One plot.

    Attributes
    ----------
    title : str
        What it is about: a column, a measure, a pair of axes.
    caption : str
        What to know of it: sizes, intervals, what the signs mean.
    drawing : Curves or callable
    columns : tuple of str
        Headings of the table; the first one is of names, the others are of numbers.
    rows : tuple of tuples of str
    subject : str
        The column, attribute or measure by which it is found.
    """

    title: str
    caption: str
    drawing: Curves | Drawing
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    subject: str = ""
