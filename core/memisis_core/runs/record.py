"""What is known of a run, as the store, the screens and the command line share it."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from memisis_core.evaluation.metric import Metric
from memisis_core.plan.goals import GoalResult
from memisis_core.plan.model import Plan
from memisis_core.review.blinded import BlindedTest
from memisis_core.review.judgement import Judgement
from memisis_core.runs.job import JobSpecification
from memisis_core.runs.states import RunState


class Artefact(BaseModel):
    """A file of a run, by name, with its checksum."""

    model_config = ConfigDict(frozen=True)

    name: str
    path: str
    """Absolute."""
    sha256: str


class LossPoint(BaseModel):
    """The losses of one epoch."""

    model_config = ConfigDict(frozen=True)

    epoch: int
    losses: dict[str, float]


class RunRecord(BaseModel):
    """One run: a plan, a synthesizer, a seed, and what came of it."""

    model_config = ConfigDict(frozen=True)

    id: str
    plan_id: str
    label: str
    """Short name for people: A, B, C … in the order of the session, or a name they gave."""
    job: JobSpecification
    plan: Plan
    state: RunState
    created: datetime
    started: datetime | None = None
    ended: datetime | None = None
    reason: str | None = None
    """Why it failed or was interrupted, or a note on how it ended."""
    epochs_trained: int | None = None
    metrics: list[Metric] = Field(default_factory=list)
    goals: list[GoalResult] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)
    losses: list[LossPoint] = Field(default_factory=list)
    artefacts: dict[str, Artefact] = Field(default_factory=dict)
    judgements: list[Judgement] = Field(default_factory=list)
    """What a reviewer said of its synthetic patients."""
    blinded_tests: list[BlindedTest] = Field(default_factory=list)

    @property
    def synthesizer(self) -> str:
        """Name of the synthesizer in the registry."""
        return self.job.synthesizer

    @property
    def seed(self) -> int:
        """Seed of training and sampling."""
        return self.job.plan.seed
