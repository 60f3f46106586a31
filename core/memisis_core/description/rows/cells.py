"""One cell of a patient: how it is written, and whether what a model wrote may stand there."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from typing import Final

from memisis_core.description.rows.rejection import Reason, Rejection
from memisis_core.description.specification import Code, Variable, VariableType

Cell = Code | datetime.date | None
"""A value as a table holds it; None is missing."""
Row = dict[str, Cell]

MISSING_TEXT: Final = "NA"
SEPARATOR: Final = ";"
"""Between the values of a line."""
DEFAULT_DECIMALS: Final = 2
_LONGEST_CODE: Final = 40
_NUMBER = re.compile(r"[-+]?\d{1,15}(\.\d{1,15})?")
_UNSAFE = re.compile(r"[;\s\x00-\x1f\x7f]+")


def may_be_missing(variable: Variable) -> bool:
    """Return whether the specification knows missing values of the variable."""
    return variable.missing is not None and variable.missing.value > 0


def decimals_of(variable: Variable) -> int:
    """Return with how many decimals the variable's values are written."""
    if variable.type is VariableType.INTEGER:
        return 0
    return DEFAULT_DECIMALS if variable.decimals is None else variable.decimals


def safe_text(text: str) -> str:
    """Return `text` without what separates values or lines."""
    return _UNSAFE.sub(" ", text).strip()[:_LONGEST_CODE].strip()


def code_texts(variable: Variable) -> dict[str, Code]:
    """Return the codes of a variable by how they are written in a line."""
    return {safe_text(_code_text(code)): code for code in variable.codes}


def cell_text(variable: Variable, cell: Cell) -> str:
    """Return a cell as it stands in a line."""
    if cell is None:
        return MISSING_TEXT
    if variable.is_coded and not isinstance(cell, datetime.date):
        return safe_text(_code_text(cell))
    if variable.is_numeric and isinstance(cell, int | float):
        return number_text(float(cell), decimals_of(variable))
    return str(cell)


def number_text(value: float, decimals: int) -> str:
    """Return a number with so many decimals; zero has no sign."""
    text = f"{value:.{decimals}f}"
    return text.lstrip("-") if not float(text) else text


def cell_of_text(variable: Variable, text: str) -> Cell:
    """Read a cell of a line.

    Raises
    ------
    Rejection
        If the specification does not allow it.
    """
    text = text.strip()
    if not text:
        raise Rejection(Reason.NOTHING, variable.name)
    if variable.is_coded:
        codes = code_texts(variable)
        if text in codes:
            return codes[text]
        if text == MISSING_TEXT:
            return _missing(variable)
        raise Rejection(Reason.UNKNOWN_CODE, variable.name)
    if text == MISSING_TEXT:
        return _missing(variable)
    if variable.type is VariableType.DATE:
        return _day(variable, text)
    if not _NUMBER.fullmatch(text):
        raise Rejection(Reason.PROSE, variable.name)
    return _number(variable, float(text))


def cell_of_json(variable: Variable, value: object) -> Cell:
    """Check a value of a JSON object; types count: ``"71"`` is no number.

    Raises
    ------
    Rejection
        If the specification does not allow it.
    """
    if value is None:
        return _missing(variable)
    if variable.is_coded:
        return _code_of_json(variable, value)
    if variable.type is VariableType.DATE:
        if not isinstance(value, str):
            raise Rejection(Reason.WRONG_TYPE, variable.name)
        return _day(variable, value)
    if isinstance(value, str):
        raise Rejection(Reason.STRING_FOR_NUMBER, variable.name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Rejection(Reason.WRONG_TYPE, variable.name)
    try:
        number = float(value)
    except OverflowError:
        raise Rejection(Reason.OUT_OF_RANGE, variable.name) from None
    return _number(variable, number)


def line_of(variables: Mapping[str, Variable], row: Row, order: tuple[str, ...]) -> str:
    """Return a patient as one line: ``AGE=71; SEX=F``."""
    return f"{SEPARATOR} ".join(
        f"{safe_text(name)}={cell_text(variables[name], row[name])}" for name in order
    )


def _code_text(code: Code) -> str:
    if isinstance(code, bool):
        return "true" if code else "false"
    if isinstance(code, float) and code.is_integer():
        return str(int(code))
    return str(code)


def _code_of_json(variable: Variable, value: object) -> Cell:
    for code in variable.codes:
        same_kind = isinstance(value, str) == isinstance(code, str)
        same_kind &= isinstance(value, bool) == isinstance(code, bool)
        if same_kind and value == code:
            return code
    numbers = all(not isinstance(code, str) for code in variable.codes)
    if numbers and isinstance(value, str):
        raise Rejection(Reason.STRING_FOR_NUMBER, variable.name)
    if isinstance(value, list | dict):
        raise Rejection(Reason.WRONG_TYPE, variable.name)
    raise Rejection(Reason.UNKNOWN_CODE, variable.name)


def _missing(variable: Variable) -> Cell:
    if not may_be_missing(variable):
        raise Rejection(Reason.MISSING, variable.name)
    return None


def _number(variable: Variable, value: float) -> Cell:
    if not math.isfinite(value):
        raise Rejection(Reason.WRONG_TYPE, variable.name)
    whole = variable.type is VariableType.INTEGER
    if whole and not value.is_integer():
        raise Rejection(Reason.WRONG_TYPE, variable.name)
    value = round(value, decimals_of(variable))
    low, high = variable.low, variable.high
    if (low is not None and value < low.value) or (high is not None and value > high.value):
        raise Rejection(Reason.OUT_OF_RANGE, variable.name)
    return int(value) if whole else value


def _day(variable: Variable, text: str) -> datetime.date:
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        raise Rejection(Reason.WRONG_TYPE, variable.name) from None
    first, last = variable.earliest, variable.latest
    if (first is not None and day < first.value) or (last is not None and day > last.value):
        raise Rejection(Reason.OUT_OF_RANGE, variable.name)
    return day
