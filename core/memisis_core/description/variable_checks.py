"""Checks of one variable: name, codes, bounds, statistics."""

from __future__ import annotations

import math
import re
from collections import Counter

from memisis_core.description.problem import Problem, Problems, shown
from memisis_core.description.specification import Stated, Variable, VariableType

LONGEST_NAME = 120
MOST_CATEGORIES = 1_000
GREATEST_NUMBER = 1e15
"""Beyond it whole numbers are no longer told apart, and squares overflow."""
SHARES_SLACK = 0.01
"""Published percentages are rounded; shares that miss 1 by no more are scaled, with a warning."""
_FORMULA = re.compile(r"^[=+@\t\r-]")
_COMMAND = re.compile(r"^\s*[/!:$>`]")
_MARKUP = re.compile(r"\[/?[a-zA-Z#@][^\]]*\]|<[^>]*>|`")
_NUMERIC_ONLY = ("low", "high", "mean", "sd", "q1", "median", "q3", "skew")


def check_name(name: str, where: str) -> Problems:
    """Find what makes a name unfit for the header of a table."""
    if not name.strip():
        yield Problem(where, "it has no name", "Give it one")
    elif not name.isprintable():
        yield Problem(where, "its name holds control characters", "Name it in plain text")
    elif len(name) > LONGEST_NAME:
        yield Problem(where, f"its name has {len(name)} characters", f"Use at most {LONGEST_NAME}")
    elif name != name.strip():
        yield Problem(where, "its name begins or ends with a space", "Take the space out")
    elif _FORMULA.match(name):
        what = "its name begins like a formula, which spreadsheets would run"
        yield Problem(where, what, "Begin it with a letter")
    elif _COMMAND.match(name):
        what = "its name looks like a command; it is kept as text"
        yield Problem(where, what, refuses=False)
    elif _MARKUP.search(name):
        what = "its name looks like markup; it is kept as text"
        yield Problem(where, what, refuses=False)


def check_variable(variable: Variable, mean_follows: bool = False) -> Problems:
    """Find what is wrong with one variable by itself.

    `mean_follows`: its mean need not be stated, since it follows from means of groups.
    """
    where = f"variable {shown(variable.name)}"
    yield from check_name(variable.name, where)
    yield from contradictions_in(variable)
    if variable.is_numeric:
        yield from _unsaid(variable, where, mean_follows)


def contradictions_in(variable: Variable) -> Problems:
    """Find what is wrong with what is stated of a variable, whatever may still be unsaid."""
    where = f"variable {shown(variable.name)}"
    yield from _misplaced(variable, where)
    yield from _share(variable.missing, "missing", where)
    if variable.is_coded:
        yield from _codes(variable, where)
        yield from _shares(variable, where)
    elif variable.type is VariableType.DATE:
        yield from _dates(variable, where)
    else:
        yield from _bounds(variable, where)
        yield from _statistics(variable, where)


def check_total(variable: Variable) -> Problems:
    """Find what is wrong with a sum of others: nothing but its bounds needs to be known."""
    where = f"variable {shown(variable.name)}"
    yield from check_name(variable.name, where)
    yield from _misplaced(variable, where)
    yield from _share(variable.missing, "missing", where)
    if not variable.is_numeric:
        yield Problem(where, f"{_a(variable)} is no sum", "Make it an integer or a number")
    else:
        yield from _bounds(variable, where)


def _misplaced(variable: Variable, where: str) -> Problems:
    """Find keys that a variable of this type does not have."""
    numeric = [key for key in _NUMERIC_ONLY if getattr(variable, key) is not None]
    if numeric and not variable.is_numeric:
        has = "a first and a last day" if variable.type is VariableType.DATE else "shares"
        what = f"{_a(variable)} has {has}, not {_list(numeric)}"
        yield Problem(where, what, "Take these keys out or change the type")
    if variable.categories and not variable.is_coded:
        what = f"{_a(variable)} has no categories"
        yield Problem(where, what, "Make it a category or ordinal, or take them out")
    if variable.type is not VariableType.DATE and (variable.earliest or variable.latest):
        yield Problem(where, f"{_a(variable)} has no earliest or latest day", "Use low and high")
    if variable.decimals is not None and variable.type is not VariableType.NUMBER:
        yield Problem(where, f"{_a(variable)} has no decimals", "Take them out")


def _codes(variable: Variable, where: str) -> Problems:
    codes = variable.codes
    if not codes:
        yield Problem(where, "it has no categories", "List their codes")
        return
    if variable.type is VariableType.BOOLEAN and len(codes) != 2:
        yield Problem(where, f"a boolean has 2 codes, not {len(codes)}", "Make it a category")
    if len(codes) > MOST_CATEGORIES:
        what = f"it has {len(codes):,} categories"
        yield Problem(where, what, f"Use at most {MOST_CATEGORIES:,}")
    for code, count in Counter(str(code) for code in codes).items():
        if count > 1:
            yield Problem(where, f"code {shown(code)!r} is there {count} times", "Keep it once")
        if not code.strip() or not code.isprintable():
            yield Problem(where, f"code {shown(code)!r} is empty or unprintable", "Name it")
        elif code[0] in "=@":
            what = f"code {shown(code)!r} begins like a formula, which spreadsheets would run"
            yield Problem(where, what, "Begin it with a letter")
    if len({_family(code) for code in codes}) > 1:
        what = "its codes mix numbers and text; all are written as text"
        yield Problem(where, what, refuses=False)
    if any(isinstance(code, float) and not math.isfinite(code) for code in codes):
        yield Problem(where, "a code is not a finite number", "Correct it")


def _family(code: object) -> type:
    if isinstance(code, bool):
        return bool
    return float if isinstance(code, int | float) else str


def _shares(variable: Variable, where: str) -> Problems:
    stated = [category.share for category in variable.levels if category.share is not None]
    for category in variable.levels:
        yield from _share(category.share, f"share of {shown(category.code)}", where)
    total = sum(share.value for share in stated)
    complete = len(stated) == len(variable.levels)
    if total > 1 + SHARES_SLACK:
        yield Problem(where, f"the shares sum to {total:.3g}, over 1", "Correct the shares")
    elif complete and stated and total < 1 - SHARES_SLACK:
        what = f"the shares sum to {total:.3g}, not 1"
        yield Problem(where, what, "Correct them, or leave one out to be the rest")
    elif complete and stated and abs(total - 1) > 1e-6:
        what = f"the shares sum to {total:.4g} and are scaled to 1"
        yield Problem(where, what, refuses=False)
    elif not complete and stated and total > 1 - 1e-9:
        what = "the stated shares leave nothing for the other categories"
        yield Problem(where, what, "Correct the shares")


def _share(stated: Stated | None, name: str, where: str) -> Problems:
    if stated is not None and not 0 <= stated.value <= 1:
        yield Problem(where, f"{name} is {stated.value:g}, not between 0 and 1", "Give a share")


def _dates(variable: Variable, where: str) -> Problems:
    if variable.earliest is None or variable.latest is None:
        yield Problem(where, "a date needs its earliest and latest day", "Give both")
    elif variable.earliest.value > variable.latest.value:
        what = f"earliest {variable.earliest.value} is after latest {variable.latest.value}"
        yield Problem(where, what, "Exchange or correct them")


def _bounds(variable: Variable, where: str) -> Problems:
    low, high = _value(variable.low), _value(variable.high)
    for key in _NUMERIC_ONLY:
        value = _value(getattr(variable, key))
        if value is not None and abs(value) > GREATEST_NUMBER:
            what = f"{key} {value:g} is beyond ±{GREATEST_NUMBER:g}"
            yield Problem(where, what, "Use another unit")
            return
    if low is not None and high is not None and low > high:
        what = f"low {low:g} is above high {high:g}"
        yield Problem(where, what, "Exchange or correct them")
        return
    whole = variable.type is VariableType.INTEGER
    if whole and any(bound is not None and bound % 1 for bound in (low, high)):
        yield Problem(where, "a bound of an integer is no whole number", "Round it")
    for key in ("mean", "q1", "median", "q3"):
        value = _value(getattr(variable, key))
        if value is None:
            continue
        below = low is not None and value < low
        if below or (high is not None and value > high):
            span = f"{_or_open(low)} to {_or_open(high)}"
            yield Problem(where, f"{key} {value:g} is outside its range, {span}", "Correct one")


def _statistics(variable: Variable, where: str) -> Problems:
    sd, mean = _value(variable.sd), _value(variable.mean)
    low, high = _value(variable.low), _value(variable.high)
    if sd is not None and sd < 0:
        yield Problem(where, f"sd {sd:g} is negative", "Correct it")
    elif sd == 0 and low != high:
        yield Problem(where, "sd is 0, so that every value is the same", "Give a spread")
    elif None not in (sd, mean, low, high) and low < mean < high:  # type: ignore[operator]
        widest = math.sqrt((mean - low) * (high - mean))  # type: ignore[operator]
        if sd > widest * (1 + 1e-9):  # type: ignore[operator]
            what = f"sd {sd:g} is too large for the range and mean, at most {widest:.4g}"
            yield Problem(where, what, "Correct sd, mean or range")
    if mean is not None and low != high and mean in (low, high):
        what = f"mean {mean:g} is an end of the range, so that every value is the same"
        yield Problem(where, what, "Correct mean or range")
    quartiles = [_value(getattr(variable, key)) for key in ("q1", "median", "q3")]
    known = [value for value in quartiles if value is not None]
    if known != sorted(known):
        yield Problem(where, "q1, median and q3 are not in order", "Correct them")
    if (variable.q1 is None) != (variable.q3 is None):
        yield Problem(where, "it has one of q1 and q3 only", "Give both, or neither")
    if variable.skew is not None and abs(variable.skew.value) > 5:
        yield Problem(where, f"skew {variable.skew.value:g} is beyond ±5", "Correct it")


def _unsaid(variable: Variable, where: str, mean_follows: bool) -> Problems:
    has_range = variable.low is not None and variable.high is not None
    has_spread = variable.sd is not None or (variable.q1 is not None and variable.q3 is not None)
    has_middle = mean_follows or variable.mean is not None or variable.median is not None
    if has_middle and not has_spread and not has_range:
        what = "nothing says how far its values spread"
        yield Problem(where, what, "Give an sd, or low and high")
    elif not has_middle and variable.sd is not None:
        yield Problem(where, "it has an sd but no mean", "Give the mean")
    elif not has_middle and not has_range:
        what = "nothing says what its values are"
        yield Problem(where, what, "Give low and high, or a mean and an sd")


def _value(stated: Stated | None) -> float | None:
    return None if stated is None else stated.value


def _or_open(value: float | None) -> str:
    return "any" if value is None else f"{value:g}"


def _a(variable: Variable) -> str:
    article = "an" if variable.type in (VariableType.INTEGER, VariableType.ORDINAL) else "a"
    return f"{article} {variable.type}"


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
