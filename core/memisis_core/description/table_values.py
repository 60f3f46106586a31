"""A table read as its specification says: numbers, days, positions of codes, and what fits not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.description.drawing import EPOCH
from memisis_core.description.relation_checks import mean_bounds
from memisis_core.description.rules import Columns
from memisis_core.description.specification import Specification, Variable, VariableType

if TYPE_CHECKING:
    import polars as pl

_SLACK = 1e-9


@dataclass(frozen=True)
class TableValues:
    """A table as arrays.

    Attributes
    ----------
    columns : dict of str to ndarray of float, shape (n,)
        Of every variable that the table has; NaN where missing or not valid.
    invalid : dict of str to ndarray of bool, shape (n,)
        Where a value is there but is not one the specification allows.
    absent : tuple of str
        Variables that the table has no column for.
    rows : int
    """

    columns: Columns
    invalid: dict[str, NDArray[np.bool_]]
    absent: tuple[str, ...]
    rows: int

    def present(self, name: str) -> NDArray[np.float64]:
        """Return the valid values of a variable."""
        values = self.columns[name]
        return np.asarray(values[~np.isnan(values)])


def table_values(frame: pl.DataFrame, specification: Specification) -> TableValues:
    """Read a table against a specification; columns it does not describe are left out."""
    columns: Columns = {}
    invalid: dict[str, NDArray[np.bool_]] = {}
    for variable in specification.variables:
        if variable.name in frame.columns:
            series = frame[variable.name]
            values = _numbers(variable, series)
            there = ~(series.is_null() | _is_nan(series)).to_numpy()
            allowed = ~np.isnan(values) & _within(variable, np.nan_to_num(values))
            invalid[variable.name] = there & ~allowed
            columns[variable.name] = np.where(allowed & there, values, np.nan)
    absent = tuple(name for name in specification.names if name not in columns)
    return TableValues(columns, invalid, absent, frame.height)


def _is_nan(series: pl.Series) -> pl.Series:
    import polars as pl

    if series.dtype.is_float():
        return series.is_nan().fill_null(value=True)
    return (
        pl.Series([False]).new_from_index(0, len(series))
        if len(series)
        else pl.Series([], dtype=pl.Boolean)
    )


def _numbers(variable: Variable, series: pl.Series) -> NDArray[np.float64]:
    """Return numbers, days or positions; NaN where a value is none of these."""
    import polars as pl

    if variable.is_coded:
        places = {_code_text(code): float(i) for i, code in enumerate(variable.codes)}
        distinct = [value for value in series.unique().to_list() if value is not None]
        found = {v: places[text] for v in distinct if (text := _code_text(v)) in places}
        if not found:
            return np.full(len(series), np.nan)
        coded = series.replace_strict(
            list(found), list(found.values()), default=None, return_dtype=pl.Float64
        )
        return coded.fill_null(np.nan).to_numpy()
    if variable.type is VariableType.DATE:
        days = (
            series if series.dtype == pl.Date else series.cast(pl.String).str.to_date(strict=False)
        )
        return (days.cast(pl.Int32).cast(pl.Float64) + EPOCH).fill_null(np.nan).to_numpy()
    if series.dtype == pl.Boolean:
        return np.full(len(series), np.nan)
    return series.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()


def _code_text(value: object) -> str:
    """Return a code as text, the same for 1 and 1.0, which readers of files exchange."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _within(variable: Variable, values: NDArray[np.float64]) -> NDArray[np.bool_]:
    if variable.is_coded:
        return np.ones(len(values), dtype=bool)
    if variable.type is VariableType.DATE:
        low = variable.earliest.value.toordinal() if variable.earliest else -np.inf
        high = variable.latest.value.toordinal() if variable.latest else np.inf
        return np.asarray((values >= low) & (values <= high))
    least, most = mean_bounds(variable)
    inside = np.isfinite(values)
    if least is not None:
        inside &= values >= least - _SLACK * max(1.0, abs(least))
    if most is not None:
        inside &= values <= most + _SLACK * max(1.0, abs(most))
    if variable.type is VariableType.INTEGER:
        inside &= values == np.rint(values)
    return np.asarray(inside)
