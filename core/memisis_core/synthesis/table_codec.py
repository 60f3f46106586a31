"""Between a table of patients and the plain table that SDV is given.

SDV sees columns ``c0, c1, …`` holding numbers or codes ``k0, k1, …``: no header or value can
collide with names it makes up itself (``#``, ``.fillna``) or reach its messages, and its metadata
holds no value of the data. Kinds, names and spellings come back on decoding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from memisis_core.data.schema import Column, ColumnKind, Schema
from memisis_core.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from memisis_core.plan.model import Constraint

TABLE = "patients"
_NUMERIC_RULES = frozenset({"inequality", "range", "fixed_increments", "one_hot"})
_NANOSECONDS_A_DAY = 86_400_000_000_000


@dataclass(frozen=True)
class _Coding:
    """How one column is given to SDV.

    `form` is ``number``, ``code``, ``constant`` (nothing to learn) or ``fresh`` (identifiers, made
    anew and never learnt).
    """

    column: Column
    name: str
    form: str
    sdtype: str = "numerical"
    categories: tuple[Any, ...] = ()
    whole: bool = False


class TableCodec:
    """Encodes the training table for SDV and decodes what SDV draws.

    Parameters
    ----------
    train : pandas.DataFrame
        Shape ``(n, d)``; typed as `ColumnKind` says.
    schema : Schema
        At least the columns of `train`.
    constraints : tuple of Constraint
        Columns in arithmetic rules are always given as numbers.

    Raises
    ------
    InputError
        If a column is free text, or nothing is left to learn from.
    """

    def __init__(
        self, train: pd.DataFrame, schema: Schema, constraints: tuple[Constraint, ...] = ()
    ) -> None:
        numeric = {
            name for rule in constraints if rule.kind in _NUMERIC_RULES for name in rule.columns
        }
        self._codings = [
            _coding_of(train[name], schema.column(name), f"c{position}", name in numeric)
            for position, name in enumerate(train.columns)
        ]
        if not self._learnt:
            raise InputError(
                "no column varies, so there is nothing to learn",
                fix="Choose columns with at least two different values",
            )

    @property
    def _learnt(self) -> list[_Coding]:
        return [coding for coding in self._codings if coding.form in ("number", "code")]

    def metadata(self) -> dict[str, Any]:
        """Return SDV's metadata of the encoded table: kinds only, no range and no category."""
        columns: dict[str, dict[str, Any]] = {c.name: {"sdtype": c.sdtype} for c in self._learnt}
        return {
            "METADATA_SPEC_VERSION": "V1",
            "tables": {TABLE: {"columns": columns}},
            "relationships": [],
        }

    def code_of(self, name: str) -> str:
        """Return the encoded name of the column `name`.

        Raises
        ------
        InputError
            If the column is not learnt (constant, or an identifier).
        """
        for coding in self._learnt:
            if coding.column.name == name:
                return coding.name
        raise InputError(
            f"the constraint on {name!r} cannot be kept: the column is constant or made anew",
            fix="Take the constraint away",
        )

    def encode(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the table as SDV is given it, shape ``(n, learnt columns)``."""
        return pd.DataFrame({c.name: _encoded(table[c.column.name], c) for c in self._learnt})

    def decode(self, drawn: pd.DataFrame) -> pd.DataFrame:
        """Return drawn rows with the names, kinds and column order of the training table."""
        rows = len(drawn)
        columns = {
            c.column.name: (
                _decoded(drawn[c.name], c) if c.form in ("number", "code") else _made(c, rows)
            )
            for c in self._codings
        }
        return pd.DataFrame(columns, index=pd.RangeIndex(rows))


def _coding_of(values: pd.Series[Any], column: Column, name: str, numeric: bool) -> _Coding:
    if column.kind is ColumnKind.TEXT:
        raise InputError(
            f"{column.name!r} is free text, which no synthesizer here can learn",
            fix="Leave the column out, or give it the kind category",
        )
    if column.kind is ColumnKind.IDENTIFIER:
        return _Coding(column, name, "fresh")
    present = values.dropna()
    categories = _categories(present, column)
    if len(categories) <= 1 and len(present) == len(values):
        return _Coding(column, name, "constant", categories=categories)
    if column.kind in (ColumnKind.NUMBER, ColumnKind.INTEGER, ColumnKind.DATE):
        whole = column.kind is ColumnKind.INTEGER or _whole_days(present, column)
        return _Coding(column, name, "number", whole=whole)
    if numeric or (column.kind is ColumnKind.ORDINAL and column.levels is None):
        kind = "numerical" if numeric else "ordinal"
        whole = bool(np.all(np.mod(_numbers(present, column), 1) == 0))
        return _Coding(column, name, "number", sdtype=kind, whole=whole)
    return _Coding(column, name, "code", sdtype="categorical", categories=categories)


def _categories(present: pd.Series[Any], column: Column) -> tuple[Any, ...]:
    unique = list(pd.unique(present))
    if column.levels is not None:
        known = [level for level in column.levels if level in set(unique)]
        return (*known, *sorted((v for v in unique if v not in set(known)), key=str))
    return tuple(sorted(unique, key=lambda value: (str(type(value)), value)))


def _whole_days(present: pd.Series[Any], column: Column) -> bool:
    if column.kind is not ColumnKind.DATE:
        return False
    return bool(np.all(np.mod(_numbers(present, column), 1) == 0))


def _numbers(values: pd.Series[Any], column: Column) -> NDArray[np.float64]:
    """Return a column as floats (dates as days since 1970), missing as NaN."""
    if column.kind is ColumnKind.DATE:
        moments = values.to_numpy(dtype="datetime64[ns]")
        days = moments.astype(np.int64) / _NANOSECONDS_A_DAY
        return np.where(np.isnat(moments), np.nan, days)
    try:
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"{column.name!r} does not hold numbers, which its constraint needs",
            fix="Take the constraint away or correct the column's kind",
        ) from error


def _encoded(values: pd.Series[Any], coding: _Coding) -> NDArray[Any]:
    if coding.form == "number":
        return _numbers(values, coding.column)
    codes = {value: f"k{position}" for position, value in enumerate(coding.categories)}
    encoded = np.full(len(values), np.nan, dtype=object)
    present = values.notna().to_numpy()
    encoded[present] = [codes[value] for value in values[present]]
    return encoded


def _decoded(drawn: pd.Series[Any], coding: _Coding) -> pd.Series[Any]:
    if coding.form == "code":
        values = {f"k{position}": value for position, value in enumerate(coding.categories)}
        return _typed(drawn.map(values), coding.column)
    numbers = drawn.to_numpy(dtype=np.float64, na_value=np.nan)
    if coding.whole:
        numbers = np.round(numbers)
    elif coding.column.kind is ColumnKind.NUMBER and coding.column.decimals is not None:
        numbers = np.round(numbers, coding.column.decimals)
    if coding.column.kind is ColumnKind.DATE:
        missing = np.isnan(numbers)
        nanoseconds = np.where(missing, 0.0, numbers) * _NANOSECONDS_A_DAY
        moments = np.round(nanoseconds).astype(np.int64).astype("datetime64[ns]")
        moments[missing] = np.datetime64("NaT")
        return pd.Series(moments)
    return _typed(pd.Series(numbers), coding.column)


def _typed(values: pd.Series[Any], column: Column) -> pd.Series[Any]:
    """Return `values` with the dtype that `ColumnKind` promises."""
    whole_kinds = (ColumnKind.INTEGER, ColumnKind.ORDINAL, ColumnKind.BOOLEAN)
    if values.isna().any() or column.kind not in whole_kinds:
        return values
    if column.kind is ColumnKind.INTEGER:
        return values.astype("int64")
    if pd.api.types.is_float_dtype(values.dtype):
        as_floats = values.to_numpy(dtype=np.float64)
        return values.astype("int64") if bool(np.all(as_floats % 1 == 0)) else values
    return values.infer_objects()


def _made(coding: _Coding, rows: int) -> pd.Series[Any]:
    if coding.form == "constant":
        value = coding.categories[0] if coding.categories else np.nan
        return _typed(pd.Series([value] * rows, dtype=object).infer_objects(), coding.column)
    width = max(6, len(str(rows)))
    return pd.Series([f"SYN-{number:0{width}d}" for number in range(1, rows + 1)], dtype=object)
