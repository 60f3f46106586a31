"""A curve in one line of block glyphs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

GLYPHS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float], width: int) -> str:
    """Return `values` as at most `width` glyphs, each the mean of its share of the values.

    Parameters
    ----------
    values : sequence of float
        In order; those that are not finite are left out.
    width : int
        Greatest number of glyphs.

    Returns
    -------
    str
        Scaled from the least to the greatest value shown; all at the bottom if they are equal.
    """
    finite = [value for value in values if value - value == 0]
    if not finite or width < 1:
        return ""
    count = min(width, len(finite))
    bounds = [round(index * len(finite) / count) for index in range(count + 1)]
    means = [sum(finite[a:b]) / (b - a) for a, b in pairwise(bounds)]
    least, greatest = min(means), max(means)
    if greatest == least:
        return GLYPHS[0] * count
    scale = (len(GLYPHS) - 1) / (greatest - least)
    return "".join(GLYPHS[round((mean - least) * scale)] for mean in means)
