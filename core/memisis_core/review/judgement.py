"""What a reviewer said of synthetic patients, and what it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from memisis_core.review.shares import exact_interval

SAMPLE_SIZE = 50
"""Patients drawn at random for a review; more can be asked for."""
LONGEST_WHY = 2_000


class Verdict(StrEnum):
    """Could there be such a patient."""

    PLAUSIBLE = "plausible"
    IMPLAUSIBLE = "implausible"
    UNSURE = "unsure"


class Judgement(BaseModel):
    """What a reviewer said of one synthetic patient. Holds no value of the patient."""

    model_config = ConfigDict(frozen=True)

    row: int = Field(ge=0)
    """Position in the run's synthetic table, from 0."""
    verdict: Verdict
    why: str = Field(default="", max_length=LONGEST_WHY)
    columns: tuple[str, ...] = ()
    """The columns whose values are meant."""
    at: datetime


@dataclass(frozen=True)
class ReviewSummary:
    """What the judgements of a run come to.

    Attributes
    ----------
    judged, plausible, implausible, unsure : int
    interval : pair of float or None
        Exact 95 % interval of the share of implausible patients; None before the first judgement.
        It is about all synthetic patients of the run, since those judged were drawn at random.
    findings : tuple of (str, int)
        Columns named in implausible or unsure patients, the most frequent first.
    """

    judged: int
    plausible: int
    implausible: int
    unsure: int
    interval: tuple[float, float] | None
    findings: tuple[tuple[str, int], ...]


def summary_of(judgements: Sequence[Judgement]) -> ReviewSummary:
    """Return what judgements come to."""
    count = {v: sum(j.verdict is v for j in judgements) for v in Verdict}
    named: dict[str, int] = {}
    for judgement in judgements:
        if judgement.verdict is not Verdict.PLAUSIBLE:
            for column in judgement.columns:
                named[column] = named.get(column, 0) + 1
    judged = len(judgements)
    return ReviewSummary(
        judged,
        count[Verdict.PLAUSIBLE],
        count[Verdict.IMPLAUSIBLE],
        count[Verdict.UNSURE],
        exact_interval(count[Verdict.IMPLAUSIBLE], judged) if judged else None,
        tuple(sorted(named.items(), key=lambda item: (-item[1], item[0]))),
    )
