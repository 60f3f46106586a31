"""What a worker says while it works: one JSON object a line, typed by ``event``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from memisis_core.evaluation.metric import Metric
from memisis_core.runs.states import RunState


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True)


class StateChanged(_Event):
    """The run entered a phase."""

    event: Literal["state"] = "state"
    state: RunState


class Progress(_Event):
    """Work done within a phase; superseded by the next one."""

    event: Literal["progress"] = "progress"
    state: RunState
    step: int
    total: int | None = None
    """None while the amount of work is not known."""
    detail: str = ""
    """What is being done, such as ``fitting Gaussian mixtures`` or ``privacy``."""
    losses: dict[str, float] = Field(default_factory=dict)
    """Loss by name (``generator``, ``discriminator``, ``loss``) at this epoch."""
    seconds_left: float | None = None
    """Estimate; None until there is something to estimate from."""


class Warned(_Event):
    """Something a person should know, on one line."""

    event: Literal["warning"] = "warning"
    text: str


class MetricsMeasured(_Event):
    """A family of measures is finished."""

    event: Literal["metrics"] = "metrics"
    metrics: list[Metric]


class ArtefactWritten(_Event):
    """A file of the run is complete."""

    event: Literal["artefact"] = "artefact"
    name: str
    """Such as ``synthetic``, ``model``, ``losses``, ``metrics``."""
    path: str
    """Relative to the run's folder."""
    sha256: str


class Finished(_Event):
    """The last event of a job that came to an end of its own."""

    event: Literal["finished"] = "finished"
    state: Literal[RunState.DONE, RunState.CANCELLED]
    epochs_trained: int | None = None
    note: str | None = None
    """Such as: stopped at epoch 120 and kept."""


class Failed(_Event):
    """The last event of a job that could not be done; one line for the person."""

    event: Literal["failed"] = "failed"
    reason: str
    exit_code: int = 1


Event = Annotated[
    StateChanged | Progress | Warned | MetricsMeasured | ArtefactWritten | Finished | Failed,
    Field(discriminator="event"),
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)


def parse_event(line: str | bytes) -> Event:
    """Read one line of a worker's output (`pydantic.ValidationError` if it is not an event)."""
    return EVENT.validate_json(line)
