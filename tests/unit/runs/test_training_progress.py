from __future__ import annotations

import io

import pytest

from memisis_core.errors import Cancelled
from memisis_core.runs.channel import EventChannel, StopRequests
from memisis_core.runs.events import Progress, StateChanged, parse_event
from memisis_core.runs.states import RunState
from memisis_core.runs.training_progress import TrainingProgress
from memisis_core.synthesis.protocol import FitProgress


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def stream():
    return io.BytesIO()


@pytest.fixture
def stop():
    return StopRequests()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def progress(stream, stop, clock):
    return TrainingProgress(EventChannel(stream), stop, clock)


def said(stream):
    return [parse_event(line) for line in stream.getvalue().splitlines()]


def test_phases_become_states_and_epochs_progress(progress, stream):
    progress(FitProgress("preparing", detail="fitting Gaussian mixtures"))
    progress(FitProgress("training", 0, 2))
    progress(FitProgress("training", 1, 2, {"loss": 0.5}))
    events = said(stream)
    assert [event.state for event in events if isinstance(event, StateChanged)] == [
        RunState.TRAINING
    ]
    assert events[0].detail == "fitting Gaussian mixtures"
    assert events[-1].losses == {"loss": 0.5}
    assert [point.epoch for point in progress.losses] == [1]


def test_the_estimate_follows_a_machine_that_becomes_slower(progress, stream, clock):
    progress(FitProgress("preparing"))
    clock.now = 100.0  # preparing says nothing about epochs
    progress(FitProgress("training", 0, 100))
    for step in range(1, 51):
        clock.now += 1.0 if step <= 25 else 3.0
        progress(FitProgress("training", step, 100, {"loss": 1.0}))
    left = [event.seconds_left for event in said(stream) if isinstance(event, Progress)]
    assert left[:2] == [None, None]
    assert left[2] == 99.0
    assert left[26] == 75.0
    assert left[-1] == 150.0


def test_losses_that_are_no_numbers_are_left_out(progress, stream):
    progress(FitProgress("training", 1, 2, {"a": float("nan"), "b": float("inf"), "c": 1.0}))
    assert said(stream)[-1].losses == {"c": 1.0}
    assert progress.losses[0].losses == {"c": 1.0}


def test_a_stop_before_the_first_epoch_has_nothing_to_keep(progress, stop):
    stop.add()
    with pytest.raises(Cancelled, match="nothing to keep"):
        progress(FitProgress("preparing", detail="transforming columns"))


def test_a_stop_after_an_epoch_is_left_to_the_synthesizer(progress, stop, stream):
    progress(FitProgress("training", 1, 2, {"loss": 1.0}))
    stop.add()
    progress(FitProgress("training", 2, 2, {"loss": 1.0}))
    assert said(stream)[-1].step == 2


def test_a_pause_does_not_make_the_estimate_longer(progress, stream, clock):
    for step in range(1, 31):
        clock.now += 1.0
        progress(FitProgress("training", step, 100))
    assert said(stream)[-1].seconds_left == 70.0
    clock.now += 3600.0
    progress(FitProgress("training", 31, 100))
    assert said(stream)[-1].seconds_left is None
    clock.now += 1.0
    progress(FitProgress("training", 32, 100))
    assert said(stream)[-1].seconds_left == 68.0
