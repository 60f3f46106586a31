"""The plan: the one thing that says what will be done."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from memisis_core.plan.goals import Goal
from memisis_core.plan.provenance import Dropped, Provenance

Intent = Literal["generate", "describe", "explain", "chat"]
SYNTHESIZER_NAMES = ("ctgan", "gaussian_copula", "tvae")


class Priority(StrEnum):
    """The axis that matters most to the person."""

    PRIVACY = "privacy"
    UTILITY = "utility"
    FAIRNESS = "fairness"
    FIDELITY = "fidelity"


class DatasetReference(BaseModel):
    """Which table a plan is about: where it lies and what it held, never its rows."""

    model_config = ConfigDict(frozen=True)

    path: str
    """Absolute path of the file."""
    sha256: str
    """Hash of the file's bytes when the plan was made; a run refuses another file."""
    rows: int
    columns: int


class ColumnChoice(BaseModel):
    """The kind and role of one column where they differ from what the tool would infer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str | None = None
    role: str | None = None


class Constraint(BaseModel):
    """A rule that every synthetic row must keep (`sdv.cag`).

    ``inequality``: low <= high (columns = [low, high]); ``range``: low <= middle <= high
    (columns = [low, middle, high]); ``fixed_combinations``: only combinations seen in the data;
    ``fixed_increments``: multiples of `value`; ``one_hot``: exactly one of the columns is 1;
    ``at_least`` and ``at_most``: the column against `value`; ``forbidden``: not all of `values`
    together, one for each column. The last three are kept by drawing rows anew, so real patients
    may break them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal[
        "inequality",
        "range",
        "fixed_combinations",
        "fixed_increments",
        "one_hot",
        "at_least",
        "at_most",
        "forbidden",
    ]
    columns: tuple[str, ...]
    value: float | None = None
    values: tuple[str, ...] = ()
    strict: bool = False


class Plan(BaseModel):
    """What was asked for. A slot nobody stated is None or empty; `effective` fills it.

    The values that are used instead, with their reasons, are in `memisis_core.plan.defaults`;
    `memisis_core.plan.effective.effective_plan` joins the two with the dataset.
    """

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    version: Literal[1] = 1
    intent: Intent = "generate"
    request: str = ""
    """The person's words, as they were given."""
    dataset: DatasetReference | None = None
    synthesizers: list[str] = Field(default_factory=list)
    """Names from the registry, sorted; empty: all of them."""
    epochs: int | None = Field(default=None, ge=1, le=100_000)
    """Passes over the training rows; CTGAN and TVAE only."""
    train_rows: int | None = Field(default=None, ge=10)
    """Training size; None: all rows that are not held out."""
    sample_rows: int | None = Field(default=None, ge=1, le=10_000_000)
    """Synthetic rows; None: as many as training rows, so that nothing is estimated from fewer
    synthetic patients than real ones."""
    batch_size: int | None = Field(default=None, ge=10)
    seed: int | None = Field(default=None, ge=0, le=2**31 - 1)
    holdout_fraction: float | None = Field(default=None, gt=0.0, lt=0.9)
    target: str | None = None
    protected: list[str] = Field(default_factory=list)
    priority: Priority | None = None
    goals: list[Goal] = Field(default_factory=list)
    columns: dict[str, ColumnChoice] = Field(default_factory=dict)
    constraints: list[Constraint] = Field(default_factory=list)
    provenance: dict[str, Provenance] = Field(default_factory=dict)
    dropped: list[Dropped] = Field(default_factory=list)
    questions: list[str] = Field(default_factory=list)
    """Contradictions that the person has to settle before the plan can run."""

    @field_validator("synthesizers")
    @classmethod
    def _sorted_unique(cls, names: list[str]) -> list[str]:
        return sorted(set(names))

    def to_contract(self, effective: EffectivePlan | None = None) -> dict[str, Any]:
        """Return the plan as the command line's JSON contract shows it."""
        document = self.model_dump(mode="json")
        document["effective"] = effective.model_dump(mode="json") if effective else {}
        return document


class EffectivePlan(BaseModel):
    """A plan in which every slot has a value, and every value its source."""

    model_config = ConfigDict(frozen=True)

    synthesizers: tuple[str, ...]
    epochs: int
    train_rows: int
    sample_rows: int
    batch_size: int
    seed: int
    holdout_fraction: float
    holdout_rows: int
    target: str | None
    protected: tuple[str, ...]
    priority: Priority | None
    goals: tuple[Goal, ...]
    constraints: tuple[Constraint, ...]
    provenance: dict[str, Provenance]
