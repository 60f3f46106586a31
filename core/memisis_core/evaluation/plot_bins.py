"""Bins and levels of one column, real and synthetic, without small cells of real people.

A cell of one to nine real rows is merged with its neighbours (levels without an order: into
"other"), so that its share can be had neither from its own bar nor from what the others leave.
Edges lie on a round grid and the outer bins are open: the youngest and the oldest patient are not
in the plot.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.plot_data import SMALLEST_CELL

Floats = NDArray[np.float64]

MOST_LEVELS = 12
"""Levels drawn one by one; the others stand together."""
_WANTED_BINS = 14
_MANTISSAS = (1.0, 2.0, 5.0, 10.0)
_DAY_STEPS = (1, 7, 14)
_MONTH_STEPS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
_MONDAY = 4
"""The first one since 1970."""
_DAYS_PER_MONTH = 30.44
_LARGE = 1e7


@dataclass
class Tally:
    """A cell with its counts.

    Attributes
    ----------
    names : list of str
        What was merged into it, in order.
    real, synthetic : int
        Rows.
    low, high : float
        Bounds in the column's unit; infinite where open, NaN for levels.
    """

    names: list[str]
    real: int
    synthetic: int
    low: float = np.nan
    high: float = np.nan

    def merged(self, following: Tally) -> Tally:
        """Return this cell and the one after it as one."""
        return Tally(
            [*self.names, *following.names],
            self.real + following.real,
            self.synthetic + following.synthetic,
            self.low,
            following.high,
        )


@dataclass(frozen=True)
class Grid:
    """A round grid over a column.

    Attributes
    ----------
    edges : ndarray of float, shape (k,)
        In the column's unit (dates: days since 1970), ascending; the outer bins are beyond.
    step : float
    label : callable
        From lower and upper bound (infinite where open) to words.
    """

    edges: Floats
    step: float
    label: Callable[[float, float], str]


def number_grid(real: Floats, decimals: int | None) -> Grid:
    """Return the grid of a column of numbers.

    Parameters
    ----------
    real : ndarray of float, shape (n,), n > 0
        Without NaN.
    decimals : int or None
        Greatest number of decimals that the column has; 0: whole numbers.
    """
    low, high = _central_range(real)
    step = _round_step((high / 2 - low / 2) / _WANTED_BINS * 2)
    if decimals is not None:
        step = max(step, 10.0**-decimals)
    digits = max(0, -int(np.floor(np.log10(step))))
    places = np.arange(np.floor(low / step), np.floor(high / step) + 2)
    with np.errstate(over="ignore"):
        edges = np.round(places * step, digits) + 0.0
    whole = decimals == 0

    def text(value: float) -> str:
        return f"{value:.{digits}f}" if abs(value) < _LARGE and digits < 7 else f"{value:.6g}"

    def label(lower: float, upper: float) -> str:
        if whole and np.isfinite(lower) and np.isfinite(upper) and abs(upper) < _LARGE:
            return _through(text(lower), text(upper - 1))
        return _between(lower, upper, text)

    return Grid(edges, step, label)


def date_grid(real: Floats) -> Grid:
    """Return the grid of a column of dates, by days, weeks, months or years.

    Parameters
    ----------
    real : ndarray of float, shape (n,), n > 0
        Days since 1970, without NaN.
    """
    low, high = _central_range(real)
    days = next((step for step in _DAY_STEPS if (high - low) / step <= _WANTED_BINS), None)
    if days is not None:
        start = 0 if days == 1 else _MONDAY
        places = np.arange(np.floor((low - start) / days), np.floor((high - start) / days) + 2)
        return Grid(places * days + start, float(days), _date_label("D"))
    length = (high - low) / _DAYS_PER_MONTH
    fitting = [step for step in _MONTH_STEPS if length / step <= _WANTED_BINS]
    months = fitting[0] if fitting else _MONTH_STEPS[-1]
    first, last = (_month_of(value) for value in (low, high))
    places = np.arange(first // months, last // months + 2) * months
    edges = np.array([_first_day(int(month)) for month in places], dtype=np.float64)
    return Grid(edges, months * _DAYS_PER_MONTH, _date_label("Y" if months % 12 == 0 else "M"))


def binned(grid: Grid, real: Floats, synthetic: Floats) -> list[Tally]:
    """Return the bins of a column, small ones merged with their neighbours.

    Parameters
    ----------
    real, synthetic : ndarray of float, shapes (n,) and (m,)
        Without NaN.
    """
    bounds = np.concatenate([[-np.inf], grid.edges, [np.inf]])
    counts = [
        np.bincount(np.searchsorted(grid.edges, values, "right"), minlength=len(bounds) - 1)
        for values in (real, synthetic)
    ]
    cells = [
        Tally([], int(counts[0][i]), int(counts[1][i]), float(low), float(high))
        for i, (low, high) in enumerate(pairwise(bounds))
    ]
    return without_small(_trimmed(cells))


def in_order(names: Sequence[str], real: Sequence[int], synthetic: Sequence[int]) -> list[Tally]:
    """Return ordered levels, each merged with its neighbours until it holds enough real rows."""
    cells = [Tally([n], r, s) for n, r, s in zip(names, real, synthetic, strict=True)]
    return without_small(cells, fewest=0)


def most_frequent(
    names: Sequence[str], real: Sequence[int], synthetic: Sequence[int]
) -> list[Tally]:
    """Return levels without an order, most frequent first; rare and further ones as one cell.

    A rare level's name is left out too: it may say who has it.
    """
    cells = [Tally([n], r, s) for n, r, s in zip(names, real, synthetic, strict=True)]
    cells.sort(key=lambda cell: (-cell.real, cell.names[0]))
    kept = [cell for cell in cells if cell.real >= SMALLEST_CELL]
    rest = cells[len(kept) :]
    if len(kept) > MOST_LEVELS:
        kept, rest = kept[:MOST_LEVELS], kept[MOST_LEVELS:] + rest
    while kept and 0 < sum(cell.real for cell in rest) < SMALLEST_CELL:
        rest = [kept.pop(), *rest]
    real_rest, synthetic_rest = (
        sum(getattr(cell, table) for cell in rest) for table in ("real", "synthetic")
    )
    if not real_rest and not synthetic_rest:
        return kept
    levels = f"{len(rest)} level{'s' if len(rest) > 1 else ''}"
    said = f"other ({levels})" if kept else f"all ({levels})"
    return [*kept, Tally([said], real_rest, synthetic_rest)]


def without_small(cells: list[Tally], fewest: int = 1) -> list[Tally]:
    """Return cells in which none holds `fewest` to nine real rows, by merging neighbours.

    With ``fewest=1`` empty cells stay: they say that nobody is there. If too few are left to
    merge with, everything is one cell.
    """
    cells = list(cells)
    while len(cells) > 1:
        small = [i for i, cell in enumerate(cells) if fewest <= cell.real < SMALLEST_CELL]
        if not small:
            return cells
        place = min(small, key=lambda i: (-cells[i].real, i))
        first = place - 1 if _goes_left(cells, place) else place
        cells[first : first + 2] = [cells[first].merged(cells[first + 1])]
    return cells


def _goes_left(cells: list[Tally], place: int) -> bool:
    """Tell which neighbour a small cell joins: the one that holds fewer, but somebody."""
    if place in (0, len(cells) - 1):
        return place != 0
    left, right = cells[place - 1].real, cells[place + 1].real
    if not left or not right:
        return bool(left)
    return left <= right


def _trimmed(cells: list[Tally]) -> list[Tally]:
    """Return cells without those at either end that no row of any table is in."""
    used = [i for i, cell in enumerate(cells) if cell.real or cell.synthetic]
    return cells[used[0] : used[-1] + 1] if used else []


def _central_range(real: Floats) -> tuple[float, float]:
    """Return where the grid lies: outliers would make the bins of all others too wide."""
    low, high = (float(bound) for bound in np.quantile(real, [0.01, 0.99]))
    return (low, high) if low < high else (float(real.min()), float(real.max()))


def _round_step(width: float) -> float:
    if not width > 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(width))
    return float(next(m * power for m in _MANTISSAS if m * power >= width * (1 - 1e-9)))


def _month_of(day: float) -> int:
    return int(np.datetime64(int(np.floor(day)), "D").astype("datetime64[M]").astype(int))


def _first_day(month: int) -> int:
    return int(np.datetime64(month, "M").astype("datetime64[D]").astype(int))


def _date_label(unit: str) -> Callable[[float, float], str]:
    def text(day: float) -> str:
        return str(np.datetime64(int(day), "D").astype(f"datetime64[{unit}]"))

    def label(lower: float, upper: float) -> str:
        if np.isfinite(lower) and np.isfinite(upper):
            return _through(text(lower), text(upper - 1))
        return f"before {text(upper)}" if np.isfinite(upper) else _between(lower, upper, text)

    return label


def _through(first: str, last: str) -> str:
    return first if first == last else f"{first} to {last}"


def _between(lower: float, upper: float, text: Callable[[float], str]) -> str:
    if np.isfinite(lower) and np.isfinite(upper):
        return f"{text(lower)} to < {text(upper)}"
    if np.isfinite(upper):
        return f"below {text(upper)}"
    return f"{text(lower)} and over" if np.isfinite(lower) else "all values"
