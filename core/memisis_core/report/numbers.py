"""Numbers as people read them: rounded to what their uncertainty allows."""

from __future__ import annotations

import math

_DIGITS = 3
"""Significant digits of a value without an interval."""
_SMALLEST_DECIMALS, _MOST_DECIMALS = 0, 6


def measured(value: float, interval: tuple[float, float] | None = None) -> str:
    """Return a value with its interval, both rounded to two digits of the interval's half-width.

    Parameters
    ----------
    value : float
    interval : pair of float, optional

    Returns
    -------
    str
        Such as ``0.940 [0.931, 0.949]``; without an interval such as ``0.94``.
    """
    if interval is None:
        return plain(value)
    low, high = interval
    decimals = _decimals(abs(high - low) / 2, digits=2)
    return f"{_fixed(value, decimals)} [{_fixed(low, decimals)}, {_fixed(high, decimals)}]"


def plain(value: float) -> str:
    """Return a value with three significant digits and no needless zeros after the point."""
    if value == 0:
        return "0"
    text = _fixed(value, _decimals(abs(value), _DIGITS))
    return text.rstrip("0").rstrip(".") if "." in text else text


def count(value: int | None) -> str:
    """Return a number of things, with thousands apart; empty if it is not known."""
    return "" if value is None else f"{value:,}"


def duration(seconds: float) -> str:
    """Return a length of time, such as ``41 s``, ``3 min 5 s`` or ``2 h 10 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _decimals(size: float, digits: int) -> int:
    if size == 0 or not math.isfinite(size):
        return _DIGITS
    wanted = digits - 1 - math.floor(math.log10(size))
    return min(max(wanted, _SMALLEST_DECIMALS), _MOST_DECIMALS)


def _fixed(value: float, decimals: int) -> str:
    text = f"{value:,.{decimals}f}"
    return text[1:] if text.startswith("-") and not text.strip("-0.,") else text
