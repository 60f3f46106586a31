"""A measured value with its interval, its yardstick and its caveat. Imports no data library."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Direction = Literal["higher", "lower", "target"]


class Axis(StrEnum):
    """The five questions, in the order in which they are asked."""

    VALIDATION = "validation"
    FIDELITY = "fidelity"
    PRIVACY = "privacy"
    UTILITY = "utility"
    FAIRNESS = "fairness"


class Status(StrEnum):
    """Whether there is a value, and if not, what kind of reason there is."""

    OK = "ok"
    NOT_APPLICABLE = "not_applicable"
    INSUFFICIENT_DATA = "insufficient_data"
    FAILED = "failed"


class Metric(BaseModel):
    """One value of one measure for one subject (the METRIC of the contract).

    Attributes
    ----------
    id : str
        Stable, ``axis.measure``.
    value : float or None
        None unless `status` is ``ok``.
    ci : pair of float or None
        95 % interval; None where the value is not an estimate.
    ideal : float or None
        The best value there is.
    direction : {"higher", "lower", "target"}
        Which way is better; ``target``: the closer to `ideal`, the better.
    real_baseline : float or None
        The same measure with real holdout data in the synthetic data's place.
    real_ci : pair of float or None
        95 % interval of the baseline, where that is itself the yardstick and an estimate: measures
        without an ideal, and those of another model's behaviour.
    subject : str
        ``overall``, or the column, pair (``a × b``), group (``Race=Black``), attribute or model.
    n : int or None
        Number of rows (or pairs, attacks) that the value rests on.
    counts : dict of str to int
        Of a group of people: how many of each kind there are (``positives`` and ``negatives`` in
        the holdout, or rows by table). Empty elsewhere.
    headline : bool
        Whether it belongs in the overview.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    axis: Axis
    name: str
    value: float | None = None
    ci: tuple[float, float] | None = None
    ideal: float | None = None
    direction: Direction = "higher"
    real_baseline: float | None = None
    real_ci: tuple[float, float] | None = None
    subject: str = "overall"
    n: int | None = None
    counts: dict[str, int] = Field(default_factory=dict)
    status: Status = Status.OK
    why: str | None = None
    caveat: str | None = None
    headline: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What identifies the metric within a run: its id and its subject."""
        return (self.id, self.subject)

    def distance_from_ideal(self) -> float | None:
        """Return how far the value falls short of the best there is, None without a value.

        0 is best; a value beyond the ideal on its good side (a gap below 0) counts as reaching it.
        """
        if self.value is None:
            return None
        if self.ideal is None:
            return -self.value if self.direction == "higher" else self.value
        short = self.ideal - self.value if self.direction == "higher" else self.value - self.ideal
        return abs(short) if self.direction == "target" else max(0.0, short)
