"""Finds out how a column of text writes dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

# Year first, then day first, then month first: the first that fits every value is taken.
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y",
         "%m-%d-%Y", "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d%b%Y",
         "%Y%m%d", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%b-%y")  # fmt: skip
_TIMES = ("%H:%M:%S", "%H:%M", "%H:%M:%S%.f")
_MOMENTS = tuple(
    f"{day}{between}{time}"
    for day in ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y")
    for between in (" ", "T")
    for time in _TIMES
)
_SWAPPED = {"%d/%m/%Y": "%m/%d/%Y", "%d-%m-%Y": "%m-%d-%Y", "%d/%m/%y": "%m/%d/%y"}
_SAMPLE = 200
_LOOKS_LIKE_DATE = (
    r"^\d{1,4}[-/. ]?(\d{1,2}|[A-Za-z]{3,9})[-/. ,]{0,2}\d{1,4}([T ]\d.*)?$"
    r"|^[A-Za-z]{3,9} \d{1,2}, \d{4}$"
)


@dataclass(frozen=True)
class DateStyle:
    """How dates are written.

    Attributes
    ----------
    format : str
        As `strftime` understands it.
    ambiguous : bool
        Whether day and month could as well be exchanged.
    """

    format: str
    ambiguous: bool = False


def date_style(text: pl.Series) -> DateStyle | None:
    """Return how the values of a text column write dates, None if they are none.

    Every value that is not missing must fit; years must lie between 1800 and 2200.

    Parameters
    ----------
    text : polars.Series
        Text.
    """
    values = text.drop_nulls().unique()
    if not len(values):
        return None
    sample = values.head(_SAMPLE)
    if not sample.str.contains(_LOOKS_LIKE_DATE).all():
        return None
    for style in (*_DAYS, *_MOMENTS):
        if _fits(sample, style) and _fits(values, style):
            other = _SWAPPED.get(style[:8])
            swapped = other is not None and _fits(values, other + style[8:])
            return DateStyle(style, swapped)
    return None


def _fits(values: pl.Series, style: str) -> bool:
    """Tell whether every value is a date in that style, written as the style writes it.

    Parsing alone is too lenient: it takes "01Jan2019" for "%d %b %Y" and "1" for a year.
    """
    import polars as pl

    kind = pl.Datetime("us") if "%H" in style else pl.Date
    dates = values.str.strptime(kind, style, strict=False, exact=True)
    if dates.null_count() or not dates.dt.year().is_between(1800, 2200).all():
        return False
    if style.endswith("%y") and not values.str.contains(r"\d{2}$").all():
        return False
    return "%.f" in style or bool((_unpadded(dates.dt.strftime(style)) == _unpadded(values)).all())


def _unpadded(dates: pl.Series) -> pl.Series:
    """Return dates in lower case without leading zeros, which many programs leave out."""
    return dates.str.to_lowercase().str.replace_all(r"\b0(\d)", "$1")
