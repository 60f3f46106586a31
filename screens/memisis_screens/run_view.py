"""A run as the panes show it: made from the store's record, moved on by the worker's events."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from memisis_core.runs.events import (
    Event,
    Failed,
    Finished,
    MetricsMeasured,
    Progress,
    StateChanged,
    Warned,
)
from memisis_core.runs.states import RunState
from memisis_core.synthesis.registry import ENTRIES

if TYPE_CHECKING:
    from memisis_core.evaluation.metric import Metric
    from memisis_core.plan.goals import GoalResult
    from memisis_core.runs.process_usage import ProcessUsage
    from memisis_core.runs.record import LossPoint, RunRecord

MOST_LOSS_POINTS = 512
"""A curve with more keeps every second point, so that a long training does not grow memory."""
_TITLES = {entry.name: entry.title for entry in ENTRIES}


@dataclass(frozen=True)
class LossCurve:
    """Loss by epoch, thinned to what a screen can show.

    Attributes
    ----------
    epochs : tuple of int
    series : dict of str to tuple of float
        As many values as epochs, by name of the loss.
    """

    epochs: tuple[int, ...] = ()
    series: dict[str, tuple[float, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, points: list[LossPoint]) -> LossCurve:
        """Return the curve of the store's loss points."""
        curve = cls()
        for point in points:
            curve = curve.added(point.epoch, point.losses)
        return curve

    def added(self, epoch: int, losses: dict[str, float]) -> LossCurve:
        """Return the curve with one epoch more (an epoch that is not later changes nothing)."""
        if not losses or (self.epochs and epoch <= self.epochs[-1]):
            return self
        epochs = (*self.epochs, epoch)
        series = {
            name: (*self.series.get(name, (value,) * len(self.epochs)), value)
            for name, value in losses.items()
        }
        if len(epochs) > MOST_LOSS_POINTS:
            epochs = epochs[::2]
            series = {name: values[::2] for name, values in series.items()}
        return LossCurve(epochs, series)

    @property
    def main(self) -> tuple[str, tuple[float, ...]] | None:
        """Name and values of the loss that stands for the training, None before the first."""
        for name in ("loss", "generator", *sorted(self.series)):
            if name in self.series:
                return name, self.series[name]
        return None


@dataclass(frozen=True)
class RunView:
    """One run, as far as it is known now.

    Attributes
    ----------
    id, label, synthesizer : str
    state : RunState
    step, total : int or None
        Work done and to do in this phase.
    detail : str
        What is being done.
    seconds_left : float or None
        Estimate for the phase.
    losses : LossCurve
    created, started, ended : datetime or None
    reason : str
        Why it failed, or a note on how it ended.
    metrics : tuple of Metric
        In the order in which they were measured.
    history : tuple of (datetime, str)
        What happened when, for the details of the job.
    record : RunRecord or None
        The store's record, from which the view was made.
    paused : bool
        Whether it rests on request.
    usage : ProcessUsage or None
        What its process uses now.
    """

    id: str
    label: str
    synthesizer: str
    state: RunState
    step: int = 0
    total: int | None = None
    detail: str = ""
    seconds_left: float | None = None
    losses: LossCurve = field(default_factory=LossCurve)
    created: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    reason: str = ""
    epochs_trained: int | None = None
    metrics: tuple[Metric, ...] = ()
    goals: tuple[GoalResult, ...] = ()
    warnings: tuple[str, ...] = ()
    history: tuple[tuple[datetime, str], ...] = ()
    record: RunRecord | None = None
    paused: bool = False
    usage: ProcessUsage | None = None

    @classmethod
    def of(cls, record: RunRecord) -> RunView:
        """Return the view of a stored run."""
        return cls(
            id=record.id,
            label=record.label,
            synthesizer=record.synthesizer,
            state=record.state,
            losses=LossCurve.of(record.losses),
            created=record.created,
            started=record.started,
            ended=record.ended,
            reason=record.reason or "",
            epochs_trained=record.epochs_trained,
            metrics=tuple(record.metrics),
            goals=tuple(record.goals),
            warnings=tuple(record.warnings),
            record=record,
        )

    @property
    def title(self) -> str:
        """Name of the synthesizer as people write it."""
        return _TITLES.get(self.synthesizer, self.synthesizer)

    @property
    def fraction(self) -> float | None:
        """Share of the phase that is done, between 0 and 1; None if it cannot be known."""
        if not self.total:
            return None
        return min(max(self.step / self.total, 0.0), 1.0)

    def elapsed(self, now: datetime) -> float | None:
        """Return seconds from start to end, or until `now`; None before the start."""
        if self.started is None:
            return None
        return max(((self.ended or now) - self.started).total_seconds(), 0.0)

    def refreshed(self, record: RunRecord) -> RunView:
        """Return the view of a newer record that keeps what only this session saw."""
        return replace(RunView.of(record), history=self.history)

    def after(self, event: Event, now: datetime | None = None) -> RunView:
        """Return the view after one event of the worker."""
        now = now or datetime.now(UTC)
        after = self
        match event:
            case StateChanged():
                after = self._entered(event.state, now)
            case Progress():
                after = self._progressed(event, now)
            case Warned():
                after = replace(
                    self,
                    warnings=(*self.warnings, event.text),
                    history=(*self.history, (now, event.text)),
                )
            case MetricsMeasured():
                after = replace(self, metrics=(*self.metrics, *event.metrics))
            case Finished():
                trained = event.epochs_trained or self.epochs_trained
                ended = self._ended(event.state, event.note or "", now)
                after = replace(ended, epochs_trained=trained)
            case Failed():
                after = self._ended(RunState.FAILED, event.reason, now)
        return after

    def _progressed(self, event: Progress, now: datetime) -> RunView:
        return replace(
            self if event.state is self.state else self._entered(event.state, now),
            step=event.step,
            total=event.total,
            detail=event.detail,
            seconds_left=event.seconds_left,
            losses=self.losses.added(event.step, event.losses),
        )

    def _entered(self, state: RunState, now: datetime) -> RunView:
        return replace(
            self,
            state=state,
            step=0,
            total=None,
            detail="",
            seconds_left=None,
            started=self.started or (None if state is RunState.QUEUED else now),
            history=(*self.history, (now, state.value)),
        )

    def _ended(self, state: RunState, reason: str, now: datetime) -> RunView:
        text = f"{state.value}: {reason}" if reason else state.value
        return replace(
            self,
            state=state,
            reason=reason,
            seconds_left=None,
            paused=False,
            usage=None,
            ended=now,
            history=(*self.history, (now, text)),
        )
