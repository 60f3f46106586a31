"""Between polars, which reads and writes tables, and pandas, which SDV and the evaluation need."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from memisis_core.data.schema import Column, ColumnKind, Schema
from memisis_core.errors import InputError
from memisis_core.text import visible

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

_WORDS = (ColumnKind.CATEGORY, ColumnKind.IDENTIFIER, ColumnKind.TEXT)
# What datetime64[ns] can hold; "9999-12-31", the usual placeholder, lies outside.
_EARLIEST = pd.Timestamp.min.ceil("D").to_pydatetime()
_LATEST = pd.Timestamp.max.floor("D").to_pydatetime()


@dataclass(frozen=True)
class TypedTable:
    """A table held as its schema says, and which of its values could not be.

    Attributes
    ----------
    frame : pandas.DataFrame
        The columns of the schema, in its order, index 0 … n - 1; an unreadable value is missing.
    unreadable : dict of str to ndarray of int
        Row numbers (from 0) of values that their column's kind cannot hold, by column; columns
        without any are not in it.
    """

    frame: pd.DataFrame
    unreadable: dict[str, NDArray[np.intp]] = field(default_factory=dict)


def as_pandas(frame: pl.DataFrame, schema: Schema) -> pd.DataFrame:
    """Return the columns of `schema` as pandas holds them (see `ColumnKind`).

    Parameters
    ----------
    frame : polars.DataFrame
        As read from a file; may have further columns.
    schema : Schema
        The columns wanted.

    Returns
    -------
    pandas.DataFrame
        Shape ``(frame.height, len(schema.columns))``.

    Raises
    ------
    InputError
        If a column is missing from `frame`, or holds a value that its kind cannot (the message
        names the first one).
    """
    table = typed_table(frame, schema)
    for name, rows in table.unreadable.items():
        value = visible(str(frame[name][int(rows[0])]), limit=40)
        raise InputError(
            f"{value!r} is not a {schema.column(name).kind.value} ({len(rows):,} such values)",
            where=f"column {name!r}, data row {int(rows[0]) + 1}",
            fix="Correct the file or give the column another kind",
        )
    return table.frame


def typed_table(frame: pl.DataFrame, schema: Schema) -> TypedTable:
    """Like `as_pandas`, but values that a kind cannot hold become missing and are listed.

    For tables made elsewhere: what does not conform is counted, not refused.

    Raises
    ------
    InputError
        If a column of the schema is missing from `frame`.
    """
    columns: dict[str, pd.Series[Any]] = {}
    unreadable: dict[str, NDArray[np.intp]] = {}
    for column in schema.columns:
        if column.name not in frame.columns:
            raise InputError(
                f"the table has no column {column.name!r}",
                fix=f"Its columns: {', '.join(frame.columns)}",
            )
        source = frame[column.name]
        columns[column.name] = _held(source, column)
        lost = columns[column.name].isna().to_numpy() & source.is_not_null().to_numpy()
        lost &= ~_nan_in_source(source)
        if lost.any():
            unreadable[column.name] = np.flatnonzero(lost)
    return TypedTable(pd.DataFrame(columns, index=pd.RangeIndex(frame.height)), unreadable)


def as_polars_like_source(frame: pd.DataFrame, schema: Schema) -> pl.DataFrame:
    """Return a table whose values look as they do in the file that `schema` was read from.

    Parameters
    ----------
    frame : pandas.DataFrame
        Some or all columns of the schema, as `ColumnKind` says.
    schema : Schema

    Returns
    -------
    polars.DataFrame
        The same rows, columns in the order of the schema: dates in their ``date_format`` (or as
        dates where the file had a date type), numbers rounded to their ``decimals``, integers and
        numeric ordinals without a decimal point, booleans as the file has them, missing null.
    """
    import polars as pl

    present = [column for column in schema.columns if column.name in frame.columns]
    return pl.DataFrame([_written(frame[column.name], column) for column in present])


def _held(source: pl.Series, column: Column) -> pd.Series[Any]:
    kind = column.kind
    if kind in _WORDS or (kind is ColumnKind.ORDINAL and column.levels is not None):
        return _words(source)
    if kind is ColumnKind.DATE:
        return _dates(source, column.date_format)
    if kind is ColumnKind.BOOLEAN:
        return _two_values(source)
    numbers = _numbers(source)
    return numbers if kind is ColumnKind.NUMBER else _whole_if_possible(numbers)


def _words(source: pl.Series) -> pd.Series[Any]:
    import polars as pl

    held: list[object] = [
        np.nan if word is None else word for word in source.cast(pl.String).to_list()
    ]
    return pd.Series(held, dtype=object)


def _numbers(source: pl.Series) -> pd.Series[Any]:
    import polars as pl

    if source.dtype == pl.String:
        source = source.str.strip_chars()
    elif source.dtype.is_temporal():
        return pd.Series(np.full(len(source), np.nan))
    elif source.dtype in (pl.Categorical, pl.Enum):
        source = source.cast(pl.String)
    elif source.dtype == pl.Int64 and not source.null_count():
        return pd.Series(source.to_numpy())  # exact beyond 2^53
    return pd.Series(np.array(source.cast(pl.Float64, strict=False).to_numpy(), dtype=np.float64))


def _whole_if_possible(numbers: pd.Series[Any]) -> pd.Series[Any]:
    """Hold as int64 what is whole and complete; a stray fraction stays, to be seen as a fault."""
    if numbers.dtype == np.int64:
        return numbers
    values = numbers.to_numpy()
    whole = len(values) > 0 and bool(
        np.isfinite(values).all() and (values == np.rint(values)).all()
    )
    if whole and float(np.abs(values).max()) < 2**53:
        return numbers.astype(np.int64)
    return numbers


def _two_values(source: pl.Series) -> pd.Series[Any]:
    import polars as pl

    if source.dtype == pl.Boolean:
        if not source.null_count():
            return pd.Series(np.array(source.to_numpy(), dtype=bool))
        held: list[object] = [np.nan if value is None else value for value in source.to_list()]
        return pd.Series(held, dtype=object)
    if source.dtype.is_numeric():
        return _whole_if_possible(_numbers(source))
    return _words(source)


def _dates(source: pl.Series, date_format: str | None) -> pd.Series[Any]:
    import polars as pl

    if source.dtype in (pl.Categorical, pl.Enum):
        source = source.cast(pl.String)
    if source.dtype == pl.String:
        source = _parsed(source.str.strip_chars(), date_format)
    elif source.dtype == pl.Date:
        source = source.cast(pl.Datetime("us"))
    elif source.dtype != pl.Datetime:
        return pd.Series(np.full(len(source), np.datetime64("NaT"), dtype="datetime64[ns]"))
    if getattr(source.dtype, "time_zone", None):
        source = source.dt.replace_time_zone(None)  # wall-clock time, as the file shows it
    inside = source.is_between(_EARLIEST, _LATEST)
    source = pl.select(pl.when(inside).then(source)).to_series().cast(pl.Datetime("ns"))
    return pd.Series(np.array(source.to_numpy(), dtype="datetime64[ns]"))


def _parsed(words: pl.Series, date_format: str | None) -> pl.Series:
    import polars as pl

    if date_format is not None:
        # strptime of a format without a time gives dates only.
        as_date = words.str.strptime(pl.Date, date_format, strict=False, exact=True)
        if not any(code in date_format for code in ("%H", "%I", "%T", "%R", "%X", "%s")):
            return as_date.cast(pl.Datetime("us"))
        return words.str.strptime(pl.Datetime("us"), date_format, strict=False, exact=True)
    moments = words.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", strict=False, time_unit="us")
    with_space = words.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us")
    days = words.str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("us"))
    return pl.select(pl.coalesce(days, with_space, moments)).to_series()


def _nan_in_source(source: pl.Series) -> NDArray[np.bool_]:
    """Tell which values are a missing number already in the file (NaN in a float column)."""
    if source.dtype.is_float():
        return np.asarray(source.is_nan().fill_null(False).to_numpy(), dtype=bool)
    return np.zeros(len(source), dtype=bool)


def _written(values: pd.Series[Any], column: Column) -> pl.Series:
    import polars as pl

    name = column.name
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return _written_dates(values, column)
    if column.kind is ColumnKind.NUMBER and pd.api.types.is_numeric_dtype(values.dtype):
        numbers = values.to_numpy(dtype=np.float64)
        if column.decimals is not None:
            numbers = np.round(numbers, column.decimals)
        return pl.Series(name, numbers, dtype=pl.Float64, nan_to_null=True)
    if pd.api.types.is_bool_dtype(values.dtype):
        return pl.Series(name, values.to_numpy(dtype=bool))
    if pd.api.types.is_numeric_dtype(values.dtype):
        return _written_whole(values, column)
    held = [
        None if missing else value for value, missing in zip(values, values.isna(), strict=True)
    ]
    if all(value is None or isinstance(value, bool | np.bool_) for value in held) and any(held):
        return pl.Series(name, held, dtype=pl.Boolean)
    return pl.Series(name, [None if value is None else str(value) for value in held], pl.String)


def _written_whole(values: pd.Series[Any], column: Column) -> pl.Series:
    import polars as pl

    if pd.api.types.is_integer_dtype(values.dtype):
        return pl.Series(column.name, values.to_numpy(dtype=np.int64))
    numbers = values.to_numpy(dtype=np.float64)
    series = pl.Series(column.name, numbers, dtype=pl.Float64, nan_to_null=True)
    known = numbers[~np.isnan(numbers)]
    whole = bool(np.isfinite(known).all() and (known == np.rint(known)).all())
    return series.cast(pl.Int64) if whole else series


def _written_dates(values: pd.Series[Any], column: Column) -> pl.Series:
    import polars as pl

    moments = values.to_numpy(dtype="datetime64[us]")
    series = pl.Series(column.name, moments, dtype=pl.Datetime("us"))
    if column.date_format is not None:
        return series.dt.strftime(column.date_format)
    known = series.drop_nulls()
    return series.cast(pl.Date) if (known == known.dt.truncate("1d")).all() else series
