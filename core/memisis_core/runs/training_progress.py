"""Turns what a synthesizer says of its fit into events: phases, epochs, losses, time left."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable

from memisis_core.errors import Cancelled
from memisis_core.runs.channel import EventChannel, StopRequests
from memisis_core.runs.events import Progress, StateChanged
from memisis_core.runs.record import LossPoint
from memisis_core.runs.states import RunState
from memisis_core.synthesis.protocol import FitProgress

_WINDOW = 20
"""Epochs that an estimate of the time left looks back on: enough to be steady, few enough to
follow a machine that becomes busier."""
_REST = 20.0
"""An epoch that takes so many times as long as those before it was interrupted: the job was paused,
or the machine slept. What was before says nothing of the pace after it."""
_LEAST_REST_SECONDS = 3.0
NOTHING_TO_KEEP = "stopped before training began; there is nothing to keep"


class TrainingProgress:
    """Listens to one fit (a `ProgressListener`).

    Attributes
    ----------
    losses : list of LossPoint
        Every epoch so far.
    """

    def __init__(
        self,
        channel: EventChannel,
        stop: StopRequests,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.losses: list[LossPoint] = []
        self._channel = channel
        self._stop = stop
        self._clock = clock
        self._epoch_ends: deque[tuple[int, float]] = deque(maxlen=_WINDOW + 1)

    def __call__(self, progress: FitProgress) -> None:
        """Report one step.

        Raises
        ------
        Cancelled
            If a person asked to stop before the first epoch: there is no model to keep yet.
        """
        state = RunState.TRAINING if progress.phase == "training" else RunState.PREPARING
        if self._stop.any and progress.step == 0:
            raise Cancelled(NOTHING_TO_KEEP)
        if state is not self._channel.state:
            self._channel.send(StateChanged(state=state))
        finite = {name: loss for name, loss in progress.losses.items() if math.isfinite(loss)}
        if finite:
            self.losses.append(LossPoint(epoch=progress.step, losses=finite))
        self._channel.send(
            Progress(
                state=state,
                step=progress.step,
                total=progress.total,
                detail=progress.detail,
                losses=finite,
                seconds_left=self._seconds_left(progress),
            )
        )

    def _seconds_left(self, progress: FitProgress) -> float | None:
        """Return the mean time of the last epochs times the number of epochs left."""
        if progress.phase != "training":
            return None
        now = self._clock()
        if self._rested(progress.step, now):
            self._epoch_ends.clear()
        self._epoch_ends.append((progress.step, now))
        first_step, first_time = self._epoch_ends[0]
        steps = progress.step - first_step
        if progress.total is None or steps <= 0:
            return None
        return round((now - first_time) / steps * (progress.total - progress.step), 1)

    def _rested(self, step: int, now: float) -> bool:
        """Return whether the work was interrupted since the last epoch that was reported."""
        if len(self._epoch_ends) < 3:
            return False
        (first_step, first_time), (last_step, last_time) = self._epoch_ends[0], self._epoch_ends[-1]
        pace = (last_time - first_time) / (last_step - first_step)
        taken = now - last_time
        return taken > max(_REST * pace * (step - last_step), _LEAST_REST_SECONDS)
