"""Specification mode from end to end: a specification becomes a table and its measures."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memisis_core.description.drawing import Drawn, draw
from memisis_core.description.joint import Joint, joint_of
from memisis_core.description.plausibility import measure_against
from memisis_core.description.problem import shown
from memisis_core.description.sources import source_counts, unknown_variables
from memisis_core.description.specification import NumberSource
from memisis_core.errors import InputError

if TYPE_CHECKING:
    from memisis_core.description.specification import Specification
    from memisis_core.evaluation.metric import Metric

MOST_ROWS = 10_000_000


@dataclass(frozen=True)
class Described:
    """A table from a specification.

    Attributes
    ----------
    joint : Joint
        With the specification as it was used: `Joint.specification`.
    drawn : Drawn
    metrics : list of Metric
        Validity and plausibility against the specification.
    warnings : tuple of str
        What nobody stated, what could not be met, what rules cost; one line each.
    seconds : float
        For building and drawing, without measuring.
    """

    joint: Joint
    drawn: Drawn
    metrics: list[Metric]
    warnings: tuple[str, ...]
    seconds: float


def describe(specification: Specification, rows: int, seed: int = 0) -> Described:
    """Draw `rows` rows from a specification and measure them against it.

    Raises
    ------
    InputError
        If the number of rows is none, or the specification cannot be drawn from.
    """
    if not 1 <= rows <= MOST_ROWS:
        raise InputError(
            f"{rows:,} is no number of rows that can be drawn", fix=f"Use 1 to {MOST_ROWS:,}"
        )
    if not 0 <= seed < 2**31:
        raise InputError(f"seed {seed} is out of range", fix="Use 0 to 2147483647")
    begun = time.perf_counter()
    joint = joint_of(specification)
    drawn = draw(joint, rows, seed)
    seconds = time.perf_counter() - begun
    metrics = measure_against(drawn.frame, joint)
    return Described(joint, drawn, metrics, (*_unsaid(joint), *joint.notes, *drawn.notes), seconds)


def _unsaid(joint: Joint) -> list[str]:
    lines = []
    specification = joint.specification
    unknown = unknown_variables(specification)
    if unknown:
        names = shown(", ".join(unknown)) if len(unknown) > 3 else ", ".join(map(shown, unknown))
        lines.append(
            f"nobody stated what {len(unknown)} of {len(specification.variables)} variables are "
            f"like beyond range or codes, a wide default stands in: {names}"
        )
    counts = source_counts(specification)
    guessed = counts.get(NumberSource.MODEL, 0)
    real = counts.get(NumberSource.SAMPLE, 0)
    if real:
        lines.append(f"{real} numbers were corrected with real rows: this touched real data")
    if guessed:
        lines.append(f"{guessed} numbers come from a language model and may be wrong")
    return lines
