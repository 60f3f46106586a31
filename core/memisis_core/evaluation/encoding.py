"""One encoding of all tables, learnt from the real rows, that every family reads.

Three views of the same rows, all of shape ``(n, d)`` with the schema's columns in order:

- ``numbers``: values of ordered columns (dates as days since 1970, ordinals of words as ranks);
- ``codes``: levels of discrete columns (ordinals are both ordered and discrete);
- ``gower``: what the distance kernel reads. The distance of two rows is the mean over columns of
  ``min(|a - b|, 1)``: ordered columns are scaled to [0, 1] by the range of the real data, codes of
  nominal columns differ by at least 1, and a missing value lies further than 1 from any other but
  0 from another missing one. That is Gower's distance (1971, Biometrics 27:857) with "missing" as
  a value of its own, the definition that sdmetrics uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from memisis_core.data.schema import Column, ColumnKind
from memisis_core.text import visible

if TYPE_CHECKING:
    from memisis_core.data.schema import Schema
    from memisis_core.evaluation.context import EvaluationContext

MISSING_CODE = -1
_ORDERED = frozenset({ColumnKind.NUMBER, ColumnKind.INTEGER, ColumnKind.DATE, ColumnKind.ORDINAL})
_CONTINUOUS = frozenset({ColumnKind.NUMBER, ColumnKind.INTEGER, ColumnKind.DATE})
# Places outside [0, 1], more than 1 away from it and from each other. Values beyond the real range
# are cut at ±1 beside it, which changes no distance to a real row.
_MISSING_PLACE = 8.0
_UNKNOWN_PLACE = 4.0
_NANOSECONDS_A_DAY = 86_400_000_000_000


@dataclass(frozen=True)
class ColumnEncoding:
    """How one column is read.

    Attributes
    ----------
    column : Column
    levels : pandas.Index or None
        Values of a discrete column that occur in real data, in order; None if continuous.
    low, high : float
        Range of an ordered column in real data; NaN if it has no value there.
    """

    column: Column
    levels: pd.Index[Any] | None
    low: float
    high: float

    @property
    def ordered(self) -> bool:
        """Whether values lie on a line."""
        return self.column.kind in _ORDERED

    @property
    def discrete(self) -> bool:
        """Whether values are compared by frequency (rather than as points on a line)."""
        return self.column.kind not in _CONTINUOUS

    @property
    def free_form(self) -> bool:
        """Whether values say nothing as levels (identifiers and free text)."""
        return self.column.kind in (ColumnKind.IDENTIFIER, ColumnKind.TEXT)


@dataclass(frozen=True)
class EncodedTable:
    """A table in the three views.

    Attributes
    ----------
    numbers : ndarray of float64, shape (n, d)
        NaN where missing and in columns without order.
    codes : ndarray of int32, shape (n, d)
        Index into the column's levels; `MISSING_CODE` where missing and in continuous columns;
        values that do not occur in real data have codes of their own beyond the levels.
    gower : ndarray of float32, shape (n, d)
    """

    numbers: NDArray[np.float64]
    codes: NDArray[np.int32]
    gower: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.gower)

    def take(self, rows: NDArray[np.integer[Any]] | slice) -> EncodedTable:
        """Return the table of these rows only."""
        return EncodedTable(self.numbers[rows], self.codes[rows], self.gower[rows])


@dataclass(frozen=True)
class Encoding:
    """The encodings of all columns, in the order of the schema."""

    columns: tuple[ColumnEncoding, ...]

    @classmethod
    def learn(cls, schema: Schema, *real: pd.DataFrame) -> Encoding:
        """Learn ranges and levels from real tables, train and holdout together."""
        return cls(
            tuple(
                _learn_column(column, pd.concat([table[column.name] for table in real]))
                for column in schema.columns
            )
        )

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return [known.column.name for known in self.columns]

    def position(self, name: str) -> int:
        """Return where the column called `name` is."""
        return self.names.index(name)

    @property
    def discrete(self) -> list[int]:
        """Positions of the discrete columns, without identifiers and free text."""
        return [i for i, c in enumerate(self.columns) if c.discrete and not c.free_form]

    @property
    def continuous(self) -> list[int]:
        """Positions of the columns of numbers, integers and dates."""
        return [i for i, c in enumerate(self.columns) if not c.discrete]

    def encode(self, table: pd.DataFrame) -> EncodedTable:
        """Encode a table that has the schema's columns."""
        shape = (len(table), len(self.columns))
        numbers = np.full(shape, np.nan)
        codes = np.full(shape, MISSING_CODE, dtype=np.int32)
        gower = np.empty(shape, dtype=np.float32)
        for i, known in enumerate(self.columns):
            values = table[known.column.name]
            if known.levels is not None:
                codes[:, i] = _codes(values, known.levels)
            if known.ordered:
                numbers[:, i] = ordered_values(values, known.column)
                gower[:, i] = _places(numbers[:, i], codes[:, i], known)
            else:
                gower[:, i] = codes[:, i]
        return EncodedTable(numbers, codes, gower)


@dataclass(frozen=True)
class EncodedTables:
    """The tables of an evaluation, encoded alike."""

    encoding: Encoding
    train: EncodedTable
    holdout: EncodedTable
    synthetic: EncodedTable


def encoded(context: EvaluationContext) -> EncodedTables:
    """Return the encoded tables of an evaluation, made once."""
    known = context.shared.get("encoded")
    if known is None:
        data = context.data
        encoding = Encoding.learn(data.schema, data.train, data.holdout)
        known = context.shared["encoded"] = EncodedTables(
            encoding,
            encoding.encode(data.train),
            encoding.encode(data.holdout),
            encoding.encode(data.synthetic),
        )
    return cast("EncodedTables", known)


def ordered_values(values: pd.Series[Any], column: Column) -> NDArray[np.float64]:
    """Return the values of an ordered column as numbers, shape (n,), missing as NaN.

    Dates are days since 1970; words of an ordinal are their rank in `Column.levels`, NaN for a
    word that is not among them. Infinities count as missing.
    """
    if column.kind is ColumnKind.DATE:
        moments = pd.to_datetime(values, errors="coerce").to_numpy(dtype="datetime64[ns]")
        days = moments.astype(np.int64) / _NANOSECONDS_A_DAY
        days[np.isnat(moments)] = np.nan
        return days
    if column.levels is not None:
        ranks = pd.Index(column.levels).get_indexer(pd.Index(values.to_numpy(dtype=object)))
        return np.where(ranks < 0, np.nan, ranks.astype(np.float64))
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, copy=True)
    numbers[~np.isfinite(numbers)] = np.nan
    return numbers


def rounded(values: NDArray[np.float64], decimals: int) -> NDArray[np.float64]:
    """Return values rounded to so many decimals, those too large to have any as they are."""
    large = np.abs(values) > 1e290
    found = np.round(np.where(large, 0.0, values), decimals)
    return np.where(large, values, found) + 0.0  # no negative zero


def level_text(level: object) -> str:
    """Return a level as people read it: on one line, whole numbers without a point."""
    if isinstance(level, float | np.floating) and float(level).is_integer():
        return str(int(level))
    return visible(str(level), limit=40)


def _learn_column(column: Column, real: pd.Series[Any]) -> ColumnEncoding:
    low = high = np.nan
    if column.kind in _ORDERED:
        numbers = ordered_values(real, column)
        known = numbers[~np.isnan(numbers)]
        if len(known):
            low, high = float(known.min()), float(known.max())
    levels = None if column.kind in _CONTINUOUS else _levels(column, real)
    return ColumnEncoding(column, levels, low, high)


def _levels(column: Column, real: pd.Series[Any]) -> pd.Index[Any]:
    present = list(real.dropna().unique())
    if column.levels is not None:
        rank = {level: i for i, level in enumerate(column.levels)}
        present.sort(key=lambda value: (rank.get(value, len(rank)), str(value)))
    elif column.kind is ColumnKind.ORDINAL:
        return cast("pd.Index[Any]", pd.Index(np.sort(np.array(present, dtype=np.float64))))
    else:
        present.sort(key=str)
    return pd.Index(present, dtype=object)


def _codes(values: pd.Series[Any], levels: pd.Index[Any]) -> NDArray[np.int32]:
    numeric = levels.dtype == np.float64
    plain = pd.to_numeric(values, errors="coerce") if numeric else values
    held = pd.Index(plain.to_numpy(dtype=np.float64 if numeric else object))
    codes = levels.get_indexer(held).astype(np.int32)
    missing = plain.isna().to_numpy()
    codes[missing] = MISSING_CODE
    unknown = (codes == MISSING_CODE) & ~missing
    if unknown.any():
        codes[unknown] = len(levels) + pd.factorize(held[unknown])[0]
    return codes


def _places(
    numbers: NDArray[np.float64], codes: NDArray[np.int32], known: ColumnEncoding
) -> NDArray[np.float64]:
    """Return where values lie on the real range scaled to [0, 1], missing ones far off."""
    width = known.high / 2 - known.low / 2  # halves: the range of extreme values may overflow
    if np.isnan(width):  # no real value: anything is as unknown as anything else
        places = np.full(len(numbers), _UNKNOWN_PLACE)
    elif width == 0:
        places = np.where(numbers == known.low, 0.0, _UNKNOWN_PLACE)
    else:
        with np.errstate(over="ignore"):
            places = np.clip((numbers / 2 - known.low / 2) / width, -1.0, 2.0)
    missing = np.isnan(numbers)
    unknown_words = missing & (codes != MISSING_CODE) if known.discrete else np.zeros_like(missing)
    places[missing] = _MISSING_PLACE
    places[unknown_words] = _UNKNOWN_PLACE
    return places
