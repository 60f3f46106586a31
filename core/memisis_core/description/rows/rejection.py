"""Why something that a model wrote does not count."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Reasons for rejecting a value or a row; each row is counted under one."""

    NOTHING = "nothing"
    """The model wrote nothing."""
    PROSE = "prose"
    """Text where a row or a value should be."""
    TRUNCATED = "truncated JSON"
    MALFORMED = "malformed JSON"
    WRONG_KEYS = "wrong keys"
    STRING_FOR_NUMBER = "string for a number"
    WRONG_TYPE = "wrong type"
    """A fraction for a whole number, no date, a list."""
    OUT_OF_RANGE = "out of range"
    UNKNOWN_CODE = "unknown code"
    MISSING = "missing value"
    """Missing where the specification knows no missing values."""
    RULE_BROKEN = "rule broken"
    DUPLICATE = "same patient again"
    """As one accepted before, or as the prompt's example, up to a few cells."""


class Rejection(Exception):
    """One value or row that does not count.

    Attributes
    ----------
    reason : Reason
    variable : str
        Which variable it is about; empty if it is about the row.
    """

    def __init__(self, reason: Reason, variable: str = "") -> None:
        self.reason = reason
        self.variable = variable
        super().__init__(f"{variable}: {reason}" if variable else str(reason))
