"""Runs as the panes show them: views moved on by events, curves that stay small, pacing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

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
from memisis_screens.jobs.job_details import job_details
from memisis_screens.jobs.job_rows import job_columns, job_row
from memisis_screens.run_view import MOST_LOSS_POINTS, LossCurve, RunView
from memisis_tui.job_work import SECONDS_BETWEEN_PROGRESS, PacedListener
from memisis_tui.thread_messages import RunReported
from tests.fakes.fake_executor import epoch, example_metrics

KEPT = "stopped at epoch 120 and kept"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def queued() -> RunView:
    """Return a run that waits."""
    return RunView("r1", "B", "tvae", RunState.QUEUED)


def after(*events: Event) -> RunView:
    """Return a run after these events."""
    run = queued()
    for event in events:
        run = run.after(event, NOW)
    return run


def text_of(run: RunView, width: int = 80) -> str:
    """Return the row of a run as text."""
    return " ".join(cell.plain for cell in job_row(run, NOW + timedelta(seconds=41), width).cells)


def test_a_run_goes_through_its_phases() -> None:
    run = after(
        StateChanged(state=RunState.PREPARING),
        Progress(state=RunState.PREPARING, step=0, detail="fitting Gaussian mixtures"),
    )
    assert "▸ preparing" in text_of(run)
    assert "fitting Gaussian mixtures" in text_of(run)
    run = run.after(epoch(192, 300, loss=4.214), NOW)
    assert run.state is RunState.TRAINING
    assert run.detail == ""
    text = text_of(run)
    assert "192/300" in text
    assert "4.21" in text
    assert "1:48 left" in text
    assert "0:41" in text


def test_a_stopped_run_says_that_it_was_kept() -> None:
    run = after(
        epoch(120, 300),
        Finished(
            state=RunState.CANCELLED, epochs_trained=120, note="stopped at epoch 120 and kept"
        ),
    )
    assert "■ stopped" in text_of(run)
    assert KEPT in text_of(run)
    assert run.ended == NOW


def test_a_failed_run_keeps_its_reason_and_what_it_measured() -> None:
    run = after(MetricsMeasured(metrics=example_metrics("tvae")), Failed(reason="out of memory"))
    assert run.state is RunState.FAILED
    assert len(run.metrics) == 7
    assert "✗ failed" in text_of(run)
    assert "out of memory" in job_details(run, NOW).plain


def test_warnings_stand_in_the_details_once() -> None:
    run = after(Warned(text="40 rows were left out"), Warned(text="40 rows were left out"))
    assert job_details(run, NOW).plain.count("warning") == 1


def test_a_run_that_waits_has_no_time_yet() -> None:
    assert queued().elapsed(NOW) is None
    assert "· queued" in text_of(queued())


def test_progress_takes_the_width_that_is_left() -> None:
    assert sum(column.width or 0 for column in job_columns(100)) == 100
    assert sum(column.width or 0 for column in job_columns(40)) >= 40


def test_a_long_training_keeps_a_short_curve() -> None:
    curve = LossCurve()
    for step in range(1, 20_000):
        curve = curve.added(step, {"loss": 1 / step})
    assert len(curve.epochs) <= MOST_LOSS_POINTS + 1
    assert curve.epochs[0] == 1
    assert curve.epochs[-1] > 19_000
    assert curve.main is not None
    assert len(curve.main[1]) == len(curve.epochs)


def test_an_epoch_that_was_heard_of_already_changes_nothing() -> None:
    curve = LossCurve().added(2, {"loss": 1.0})
    assert curve.added(2, {"loss": 9.0}) is curve
    assert curve.added(1, {"loss": 9.0}) is curve
    assert curve.added(3, {}) is curve


class Desk:
    """Keeps what is posted."""

    def __init__(self) -> None:
        self.posted: list[RunReported] = []

    def post_message(self, message: RunReported) -> bool:
        self.posted.append(message)
        return True


def test_progress_is_paced_and_the_last_of_a_burst_is_not_lost() -> None:
    desk, clock = Desk(), [100.0]
    listener = PacedListener(desk, lambda: clock[0])  # type: ignore[arg-type]
    for step in range(1, 201):
        clock[0] += SECONDS_BETWEEN_PROGRESS / 50
        listener("r1", epoch(step, 200))
    assert len(desk.posted) <= 6
    listener.flush()
    assert desk.posted[-1].event.step == 200  # type: ignore[union-attr]
    listener.flush()
    assert desk.posted[-1].event.step == 200  # type: ignore[union-attr]


def test_what_waits_is_said_before_anything_else() -> None:
    desk, clock = Desk(), [100.0]
    listener = PacedListener(desk, lambda: clock[0])  # type: ignore[arg-type]
    listener("r1", epoch(1, 3))
    listener("r1", epoch(2, 3))
    listener("r1", Finished(state=RunState.DONE))
    assert [message.event.event for message in desk.posted] == ["progress", "progress", "finished"]


def test_waiting_progress_of_a_run_is_superseded_by_later_progress_of_the_same_run_only() -> None:
    first, second = RunReported("r1", epoch(1, 3)), RunReported("r1", epoch(2, 3))
    other = RunReported("r2", epoch(1, 3))
    done = RunReported("r1", Finished(state=RunState.DONE))
    assert first.can_replace(second)
    assert not first.can_replace(other)
    assert not first.can_replace(done)
    assert not done.can_replace(first)
