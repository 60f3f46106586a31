"""What one job has to do: everything a worker needs, as plain data."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from memisis_core.data.schema import Schema
from memisis_core.plan.model import DatasetReference, EffectivePlan


class JobSpecification(BaseModel):
    """One synthesizer, one seed, one table. Travels as JSON to the worker.

    Holds no rows: the worker reads the dataset itself and checks its hash.
    """

    model_config = ConfigDict(frozen=True)

    run_id: str
    synthesizer: str
    dataset: DatasetReference
    schema_: Schema
    """The columns with the roles of this plan (target and protected attributes included)."""
    plan: EffectivePlan
    folder: Path
    """Where the artefacts go."""
    cache: Path
    """Where results that depend on the real data alone are shared between jobs."""
    threads: int = 1
