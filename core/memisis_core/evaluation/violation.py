"""What in a synthetic table breaks a rule, and in which rows. Imports no data library."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

MOST_ROWS = 1_000
"""Row numbers kept of one violation; `Violation.count` counts all of them."""


class Violation(BaseModel):
    """One rule that some synthetic rows break.

    Attributes
    ----------
    check : str
        Identifier of the metric, such as ``validation.ranges``.
    subject : str
        The column, columns or constraint.
    what : str
        What is wrong, on one line.
    count : int
        Number of rows concerned; 0 if it is about the table as a whole.
    rows : tuple of int
        Row numbers in the synthetic table, from 0, ascending; at most `MOST_ROWS`.
    """

    model_config = ConfigDict(frozen=True)

    check: str
    subject: str
    what: str
    count: int = 0
    rows: tuple[int, ...] = ()
