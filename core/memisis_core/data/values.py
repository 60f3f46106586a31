"""Turns cells of text into numbers and missing values, column by column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memisis_core.data.header_words import words_of
from memisis_core.data.table import DataWarning

if TYPE_CHECKING:
    import polars as pl

Place = Callable[[int], str]

_MISSING = ("", "?", "NA", "N/A", "NaN", "NULL", "<NA>", "NaT", "#N/A", "#NA", "#N/D", "#NV",
            "#DIV/0!", "#VALUE!", "#REF!", "#NUM!", "#NAME?", "#NULL!")  # fmt: skip
MISSING_SPELLINGS = frozenset(
    {word for w in _MISSING for word in (w, w.lower(), w.upper(), w.capitalize())}
)
"""Cells that count as missing in every column."""

_MISSING_WORDS = (
    ("none", "-", "--", "---", ".", "..", "…", "n.a.", "n.a", "n/d", "nd", "n.d.", "na.", "nil"),
    ("unknown", "unk", "missing", "miss", "not available", "not applicable", "not done"),
    ("not known", "not measured", "not recorded", "(null)", "(blank)", "inf", "-inf"),
)
MISSING_AMONG_NUMBERS = frozenset(word for words in _MISSING_WORDS for word in words)
"""Cells, in lower case, that count as missing only where all others are numbers: elsewhere "none",
"-" or "unknown" can be a category."""

_TOLERATED_SHARE = 0.05
"""A column is still one of numbers if at most this share of its cells is something else."""
_MIXED_SHARE = 0.5
"""From this share of numbers on, a person is told why the column is not one of numbers."""
_MINIMUM_NUMBERS = 10

_BLANKS = r"'’\u00a0\u202f "
_DECIMAL_COMMA = rf"^[+-]?(\d+|\d{{1,3}}([.{_BLANKS}]\d{{3}})+),\d+([eE][+-]?\d+)?$"
_GROUPED_THEN_COMMA = r"^[+-]?\d{1,3}(\.\d{3})+,"
_GROUPED = rf"^[+-]?\d{{1,3}}([,{_BLANKS}]\d{{3}})+(\.\d+)?$"
_ONE_GROUP = r"^[+-]?\d{1,3},\d{3}$"
_LEADING_ZERO = r"^[+-]?0\d+$"
_WHOLE = r"^[+-]?\d+(\.0*)?$"
_COMPACT_DATE = r"^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$"
_DATE_WORDS = frozenset({"date", "day", "dob", "birth", "born", "admission", "discharge", "visit"})
_EXACT_WHOLE = 2**53


@dataclass(frozen=True)
class Interpreted:
    """The columns with their values, and what was noticed.

    Attributes
    ----------
    frame : polars.DataFrame
        Int64, Float64 or text; missing null.
    decimal_comma : bool
        Whether any column was written with decimal commas.
    warnings : list of DataWarning
    """

    frame: pl.DataFrame
    decimal_comma: bool
    warnings: list[DataWarning]


def interpreted(frame: pl.DataFrame, place: Place, delimiter: str | None = None) -> Interpreted:
    """Interpret every text column of a frame; other columns stay as they are.

    Parameters
    ----------
    frame : polars.DataFrame
    place : callable
        Says where a row stands in the file, for messages.
    delimiter : str or None
        Of the file: with ``;`` a comma in numbers is the decimal mark.
    """
    import polars as pl

    text = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    frame = frame.with_columns(_cleaned(name) for name in text)
    numbers = frame.select(pl.col(text).cast(pl.Float64, strict=False)) if text else frame.select()
    european = delimiter == ";" or any(_surely_decimal_comma(frame[name]) for name in text)
    columns, warnings, with_comma = {}, [], False
    for name in frame.columns:
        if name not in numbers.columns:
            columns[name] = frame[name]
            continue
        reading = _Reading(frame[name], numbers[name])
        if _has_commas(reading):
            reading, comma = _with_commas(reading, european)
            with_comma |= comma
        columns[name], noticed = _settled(reading, place)
        warnings += noticed
    return Interpreted(pl.DataFrame(columns), with_comma, warnings)


@dataclass(frozen=True)
class _Reading:
    """A column as text, and the same cells as numbers (null where they are none)."""

    text: pl.Series
    numbers: pl.Series

    @property
    def strange(self) -> pl.Series:
        """Which cells are neither missing nor finite numbers."""
        finite = self.numbers.is_finite().fill_null(value=False)
        return self.text.is_not_null() & ~finite


def _cleaned(name: str) -> pl.Expr:
    import polars as pl

    stripped = pl.col(name).str.strip_chars()
    missing = stripped.is_in(sorted(MISSING_SPELLINGS))
    return pl.when(missing).then(None).otherwise(stripped).alias(name)


def _surely_decimal_comma(text: pl.Series) -> bool:
    """Tell whether some value has a decimal comma that cannot be a thousands separator."""
    filled = text.drop_nulls()
    sample = filled.head(2000)
    decimal = sample.str.contains(_DECIMAL_COMMA) & ~sample.str.contains(_ONE_GROUP)
    return bool(decimal.any())


def _has_commas(reading: _Reading) -> bool:
    strange = reading.text.filter(reading.strange)
    return bool(strange.str.contains(rf"^[+-]?\d[\d.,{_BLANKS}]*([eE][+-]?\d+)?$").any())


def _with_commas(reading: _Reading, european: bool) -> tuple[_Reading, bool]:
    """Read again with commas as decimal marks or between thousands, whichever reads more cells."""
    decimal = _replaced(reading, _DECIMAL_COMMA, decimal_comma=True)
    grouped = _replaced(reading, _GROUPED, decimal_comma=False)
    decimal_left, grouped_left = int(decimal.strange.sum()), int(grouped.strange.sum())
    if int(reading.strange.sum()) <= min(decimal_left, grouped_left):
        return reading, False
    use_decimal = decimal_left < grouped_left or (decimal_left == grouped_left and european)
    return (decimal, True) if use_decimal else (grouped, False)


def _replaced(reading: _Reading, pattern: str, decimal_comma: bool) -> _Reading:
    import polars as pl

    text = reading.text
    plain = text.str.replace_all(rf"[{_BLANKS}]", "")
    if decimal_comma:
        if text.str.contains(_GROUPED_THEN_COMMA).any():
            pattern = rf"{pattern}|^[+-]?\d{{1,3}}(\.\d{{3}})+$"
        plain = plain.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    else:
        plain = plain.str.replace_all(",", "", literal=True)
    fits = text.str.contains(pattern)
    written = pl.select(pl.when(fits).then(plain).otherwise(text)).to_series().alias(text.name)
    return _Reading(written, written.cast(pl.Float64, strict=False))


def _settled(reading: _Reading, place: Place) -> tuple[pl.Series, list[DataWarning]]:
    """Decide whether a column is one of numbers, and say what that loses."""
    text = reading.text
    strange = reading.strange
    filled = len(text) - text.null_count()
    odd = int(strange.sum())
    numeric = filled - odd
    if numeric == 0:
        return text, []
    words = text.filter(strange)
    missing_words = words.str.to_lowercase().is_in(sorted(MISSING_AMONG_NUMBERS))
    lost = odd - int(missing_words.sum())
    enough = numeric >= max(_MINIMUM_NUMBERS, lost / _TOLERATED_SHARE)
    if lost and not enough:
        if numeric >= _MIXED_SHARE * filled:
            return text, [_mixed_warning(text, strange, numeric, filled, place)]
        return text, []
    if not lost and odd > numeric:
        return text, []
    if _is_code(text.filter(~strange)):
        return text, []
    numbers = _whole_or_not(text, reading.numbers, strange)
    return numbers, ([_lost_warning(text, strange, lost, place)] if lost else [])


def _is_code(text: pl.Series) -> bool:
    """Tell whether digits are a code and no number: leading zeros, or dates like 20240131."""
    if text.str.contains(_LEADING_ZERO).any():
        return True
    return bool(_DATE_WORDS & set(words_of(text.name))) and bool(
        text.drop_nulls().str.contains(_COMPACT_DATE).all()
    )


def _whole_or_not(text: pl.Series, numbers: pl.Series, strange: pl.Series) -> pl.Series:
    import polars as pl

    kept = pl.select(pl.when(~strange).then(text)).to_series()
    if kept.str.contains(_WHOLE).all():
        whole = kept.str.replace(r"\.0*$", "").str.strip_prefix("+").cast(pl.Int64, strict=False)
        if whole.null_count() == kept.null_count():
            return whole.alias(text.name)
        return text  # more digits than any integer type holds: a code
    return pl.select(pl.when(~strange).then(numbers)).to_series().alias(text.name)


def _first_strange(text: pl.Series, strange: pl.Series) -> int:
    """Return the row of the first cell that no spelling of "missing" explains."""
    words = text.str.to_lowercase()
    return int((strange & ~words.is_in(sorted(MISSING_AMONG_NUMBERS))).arg_true()[0])


def _lost_warning(text: pl.Series, strange: pl.Series, lost: int, place: Place) -> DataWarning:
    row = _first_strange(text, strange)
    message = (
        f"1 value is not a number and counts as missing ({place(row)})"
        if lost == 1
        else f"{lost:,} values are not numbers and count as missing (the first on {place(row)})"
    )
    return DataWarning("unreadable-values", message, text.name, text[row])


def _mixed_warning(
    text: pl.Series, strange: pl.Series, numeric: int, filled: int, place: Place
) -> DataWarning:
    row = _first_strange(text, strange)
    message = (
        f"read as words: only {numeric:,} of {filled:,} values are numbers (the first that is not "
        f"stands on {place(row)}); correct the others if this should be a number"
    )
    return DataWarning("mixed-values", message, text.name, text[row])


def whole_floats_as_integers(frame: pl.DataFrame) -> pl.DataFrame:
    """Hold Float64 columns whose values are all whole as Int64, and NaN as missing."""
    import polars as pl

    floats = [name for name, dtype in frame.schema.items() if dtype.is_float()]
    frame = frame.with_columns(pl.col(floats).cast(pl.Float64).fill_nan(None)) if floats else frame
    whole = []
    for name in floats:
        values = frame[name].drop_nulls()
        inside = bool((values.abs() < _EXACT_WHOLE).all())
        if len(values) and inside and bool((values == values.round(0)).all()):
            whole.append(name)
    return frame.with_columns(pl.col(whole).cast(pl.Int64)) if whole else frame
