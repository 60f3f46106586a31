"""Values of a table as a reviewer reads them, from polars alone: the screen imports no pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.data.schema import Column, ColumnKind
from memisis_core.plan.rules import label_of
from memisis_core.text import visible

if TYPE_CHECKING:
    import polars as pl

MISSING = "missing"
LONGEST_VALUE = 200
_CONTINUOUS = (ColumnKind.NUMBER, ColumnKind.INTEGER, ColumnKind.DATE)
_SECONDS_A_DAY = 86_400_000_000


def is_continuous(column: Column) -> bool:
    """Return whether values lie on a line with too many points to count each."""
    return column.kind in _CONTINUOUS


def numbers_of(values: pl.Series, column: Column) -> NDArray[np.float64]:
    """Return the values of an ordered column as numbers, shape (n,), missing as NaN.

    Dates are days since 1970; infinities and what cannot be read count as missing.
    """
    import polars as pl

    if column.kind is ColumnKind.DATE:
        values = _moments(values, column.date_format).cast(pl.Int64) / _SECONDS_A_DAY
    numbers = values.cast(pl.Float64, strict=False).to_numpy().astype(np.float64, copy=True)
    numbers[~np.isfinite(numbers)] = np.nan
    return numbers


def labels_of(values: pl.Series) -> list[str | None]:
    """Return each value as a label; the same value has one label whatever type holds it."""
    return [None if value is None else label_of(value) for value in values.to_list()]


def shown(value: object, column: Column) -> str:
    """Return one value on one line, written alike for real and synthetic patients.

    Numbers have as many decimals as the column has at most, so that the way a value is written
    does not say where it comes from.
    """
    if value is None or (isinstance(value, float) and not np.isfinite(value)):
        return MISSING
    if column.kind is ColumnKind.NUMBER and isinstance(value, int | float):
        decimals = column.decimals
        return f"{value:.{decimals}f}" if decimals is not None else f"{value:.10g}"
    return visible(label_of(value), LONGEST_VALUE)


def _moments(values: pl.Series, style: str | None) -> pl.Series:
    import polars as pl

    if values.dtype == pl.String:
        style = style or "%Y-%m-%d"
        kind = pl.Datetime("us") if "%H" in style else pl.Date
        values = values.str.strptime(kind, style, strict=False)
    elif not values.dtype.is_temporal():
        return pl.Series([None] * len(values), dtype=pl.Datetime("us"))
    return values.cast(pl.Datetime("us"), strict=False)
