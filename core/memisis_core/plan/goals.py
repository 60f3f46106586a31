"""Goals: thresholds over metric identifiers, and whether a run meets them."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict

from memisis_core.errors import InputError

Operator = Literal["<=", ">="]
_GOAL = re.compile(r"^\s*([a-z][a-z0-9_.]*)\s*(<=|>=)\s*([-+0-9.eE]+)\s*$")


class Goal(BaseModel):
    """One threshold, such as ``utility.auroc_gap <= 0.05``."""

    model_config = ConfigDict(frozen=True)

    metric: str
    op: Operator
    value: float
    subject: str | None = None
    """The attribute, column or model it is about; None: overall, else its least favourable one."""

    def __str__(self) -> str:
        return f"{self.metric} {self.op} {self.value:g}"

    @classmethod
    def parse(cls, text: str) -> Goal:
        """Read ``metric <= value`` or ``metric >= value``.

        Raises
        ------
        InputError
            If the text has another form.
        """
        match = _GOAL.match(text)
        if match is None:
            raise InputError(
                f"{text!r} is not a goal", fix="Write it as: utility.auroc_gap <= 0.05"
            )
        try:
            value = float(match.group(3))
        except ValueError as error:
            raise InputError(
                f"{match.group(3)!r} is not a number", where=f"goal {text!r}"
            ) from error
        operator: Operator = "<=" if match.group(2) == "<=" else ">="
        return cls(metric=match.group(1), op=operator, value=value)


class GoalResult(BaseModel):
    """A goal held against one run's metric.

    ``verdict`` is ``met`` only if the whole interval lies on the right side, ``not_met`` if all of
    it lies on the wrong side, ``uncertain`` if the threshold lies inside it, and ``unknown`` if the
    metric could not be computed (`why` says so).
    """

    model_config = ConfigDict(frozen=True)

    goal: Goal
    verdict: Literal["met", "not_met", "uncertain", "unknown"]
    value: float | None = None
    ci: tuple[float, float] | None = None
    margin: float | None = None
    """Distance to the threshold; positive on the right side."""
    subject: str = "overall"
    why: str | None = None
