"""An executor that starts no process: tests say what each job reports, and when.

Two ways to use it, behind the same protocol as the real one.

**Driven by hand** (the default): a job says nothing until the test makes it speak::

    executor = FakeExecutor()
    supervisor = Supervisor(store, executor, cores=2)
    runs = supervisor.submit(plan, effective, schema, dataset)
    threading.Thread(target=supervisor.supervise, args=(runs[0].id, listener)).start()
    job = executor.job("ctgan")            # waits until the job was started
    job.send(StateChanged(state=RunState.TRAINING), epoch(120, 300, loss=1.5))
    job.finish()                           # or job.fail("reason"), job.die() or job.malform()

`FakeJob.cancels` counts requests to stop; a test answers them itself with ``job.finish_cancelled``,
or gives ``FakeExecutor(answer_cancel=True)`` to have the first request answered at once.

**From a script**: a function from the job to its events, all reported at once::

    executor = FakeExecutor(script=successful_run)

`successful_run` goes through every state, reports three epochs (none for GaussianCopula), one
metric an axis (values differ by synthesizer, so that comparisons have something to show), writes
small artefacts into the run's folder and finishes. `failing_run` fails in training. Scripts may be
any function ``JobSpecification -> Iterable[Event]``, a generator that waits for a
`threading.Event` included.
"""

from __future__ import annotations

import csv
import io
import json
import queue
import threading
from collections.abc import Callable, Iterable, Iterator

from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.runs.events import (
    ArtefactWritten,
    Event,
    Failed,
    Finished,
    MetricsMeasured,
    Progress,
    StateChanged,
    Warned,
)
from memisis_core.runs.job import JobSpecification
from memisis_core.runs.process_usage import ProcessUsage
from memisis_core.runs.states import RunState
from memisis_core.secure_files import private_folder, sha256_of, write_private

Script = Callable[[JobSpecification], Iterable[Event]]
PATIENCE_SECONDS = 10.0
"""How long a test waits for something that should happen at once."""


class FakeJob:
    """One job that a test speaks for (a `JobHandle`)."""

    def __init__(self, job: JobSpecification, answer_cancel: bool = False) -> None:
        self.specification = job
        self.cancels = 0
        self.kills = 0
        self.paused = False
        self.memory_bytes = 412_000_000
        self._answer_cancel = answer_cancel
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._last_epoch: int | None = None
        self._changed = threading.Condition()

    # What the supervisor sees.

    def events(self) -> Iterator[Event]:
        """Yield what the test sends until a final event."""
        while True:
            event = self._events.get()
            yield event
            if isinstance(event, Finished | Failed):
                return

    def cancel(self) -> None:
        """Count the request; answer it if the test asked for that."""
        with self._changed:
            self.cancels += 1
            self._changed.notify_all()
        if self._answer_cancel and self.cancels == 1:
            self.finish_cancelled()

    def kill(self) -> None:
        """End the job at once."""
        with self._changed:
            self.kills += 1
            self._changed.notify_all()
        self.send(Finished(state=RunState.CANCELLED, note="ended at once"))

    def pause(self) -> None:
        """Rest."""
        self.paused = True

    def go_on(self) -> None:
        """Rest no more."""
        self.paused = False

    def usage(self) -> ProcessUsage:
        """Return what a test says that it uses."""
        return ProcessUsage(self.memory_bytes, threads=1)

    # What the test does.

    def send(self, *events: Event) -> None:
        """Report `events`, in this order."""
        for event in events:
            if isinstance(event, Progress) and event.losses:
                self._last_epoch = event.step
            self._events.put(event)

    def finish(self, epochs_trained: int | None = None) -> None:
        """Report that the job is done."""
        self.send(Finished(state=RunState.DONE, epochs_trained=epochs_trained or self._last_epoch))

    def finish_cancelled(self) -> None:
        """Report that the job stopped on request and kept what it had."""
        epoch = self._last_epoch
        note = f"stopped at epoch {epoch} and kept" if epoch else "stopped before training"
        self.send(Finished(state=RunState.CANCELLED, epochs_trained=epoch, note=note))

    def fail(self, reason: str, exit_code: int = 1) -> None:
        """Report that the job could not be done."""
        self.send(Failed(reason=reason, exit_code=exit_code))

    def die(self, signal_name: str = "SIGKILL") -> None:
        """Report what the real executor says of a child that was ended by a signal."""
        self.send(Failed(reason=f"the worker was ended by {signal_name}", exit_code=1))

    def malform(self) -> None:
        """Report what the real executor says of a line that is not an event."""
        self.send(Warned(text="the worker sent a line that is not an event; it was left out"))

    def wait_for_cancel(self, times: int = 1) -> None:
        """Wait until the job was asked `times` times to stop."""
        with self._changed:
            if not self._changed.wait_for(lambda: self.cancels >= times, PATIENCE_SECONDS):
                raise AssertionError(f"the job was asked to stop {self.cancels} times, not {times}")


class FakeExecutor:
    """Starts `FakeJob` objects (an `Executor`)."""

    def __init__(self, script: Script | None = None, answer_cancel: bool = False) -> None:
        self.jobs: list[FakeJob] = []
        """Every job that was started, in order."""
        self.closed = False
        self._script = script
        self._answer_cancel = answer_cancel
        self._changed = threading.Condition()

    def start(self, job: JobSpecification) -> FakeJob:
        """Start a job; with a script, all its events follow at once from a thread of its own."""
        started = FakeJob(job, self._answer_cancel)
        with self._changed:
            self.jobs.append(started)
            self._changed.notify_all()
        if self._script is not None:
            script = self._script
            threading.Thread(target=lambda: started.send(*script(job)), daemon=True).start()
        return started

    def close(self) -> None:
        """End every job."""
        self.closed = True
        for job in self.jobs:
            job.kill()

    def job(self, name: str) -> FakeJob:
        """Return the newest job with this synthesizer or run id, waiting until it was started."""

        def found() -> FakeJob | None:
            fits = (
                job
                for job in reversed(self.jobs)
                if name in (job.specification.synthesizer, job.specification.run_id)
            )
            return next(fits, None)

        with self._changed:
            job = self._changed.wait_for(found, PATIENCE_SECONDS)
        if job is None:
            raise AssertionError(f"no job {name!r} was started")
        return job


def epoch(step: int, total: int, **losses: float) -> Progress:
    """Return the progress event of one epoch; without losses, one named ``loss`` is made up."""
    return Progress(
        state=RunState.TRAINING,
        step=step,
        total=total,
        losses=losses or {"loss": 4.0 / step},
        seconds_left=float(total - step),
    )


def successful_run(job: JobSpecification) -> Iterator[Event]:
    """Yield the events of a job that goes through every state and finishes."""
    trains = job.synthesizer != "gaussian_copula"
    epochs = min(job.plan.epochs, 3) if trains else None
    yield StateChanged(state=RunState.PREPARING)
    yield Progress(state=RunState.PREPARING, step=0, detail="reading the table")
    yield StateChanged(state=RunState.TRAINING)
    for step in range(1, (epochs or 0) + 1):
        yield epoch(step, epochs or 0)
    yield StateChanged(state=RunState.SAMPLING)
    yield write_artefact(job, "synthetic", "synthetic.csv", _table(job))
    yield StateChanged(state=RunState.VALIDATING)
    yield StateChanged(state=RunState.EVALUATING)
    metrics = example_metrics(job.synthesizer)
    for metric in metrics:
        yield MetricsMeasured(metrics=[metric])
    document = json.dumps([metric.model_dump(mode="json") for metric in metrics])
    yield write_artefact(job, "metrics", "metrics.json", document)
    yield Finished(state=RunState.DONE, epochs_trained=epochs)


def failing_run(job: JobSpecification) -> Iterator[Event]:
    """Yield the events of a job that fails in training."""
    yield StateChanged(state=RunState.PREPARING)
    yield StateChanged(state=RunState.TRAINING)
    yield epoch(1, job.plan.epochs)
    yield Failed(reason="the worker was ended by SIGKILL", exit_code=1)


def example_metrics(synthesizer: str) -> list[Metric]:
    """Return a headline metric for each axis and one that could not be computed."""
    shift = {"ctgan": 0.00, "tvae": 0.02, "gaussian_copula": 0.04}.get(synthesizer, 0.0)
    rows: list[tuple[str, Axis, str, float, float, float, str]] = [
        ("validation.valid_rows", Axis.VALIDATION, "valid rows", 1.0, 1.0, 1.0, "overall"),
        ("fidelity.ks", Axis.FIDELITY, "KS complement", 0.88 + shift, 1.0, 0.98, "overall"),
        ("fidelity.ks", Axis.FIDELITY, "KS complement", 0.80 + shift, 1.0, 0.97, "Delay"),
        ("privacy.membership_auc", Axis.PRIVACY, "membership AUC", 0.52, 0.5, 0.5, "overall"),
        ("utility.auroc", Axis.UTILITY, "AUROC", 0.94 + shift / 2, 1.0, 0.98, "logistic"),
        (
            "fairness.equalized_odds_difference",
            Axis.FAIRNESS,
            "equalised odds difference",
            0.25 - shift,
            0.0,
            0.19,
            "Race",
        ),
    ]
    metrics = [
        Metric(
            id=id_,
            axis=axis,
            name=name,
            value=round(value, 4),
            ci=(round(value - 0.01, 4), round(value + 0.01, 4)),
            ideal=ideal,
            direction="lower" if ideal == 0 else "target" if ideal == 0.5 else "higher",
            real_baseline=baseline,
            subject=subject,
            n=1000,
            headline=True,
        )
        for id_, axis, name, value, ideal, baseline, subject in rows
    ]
    metrics.append(
        Metric(
            id="fairness.equal_opportunity_difference",
            axis=Axis.FAIRNESS,
            name="equal opportunity difference",
            subject="Race × Sex",
            status=Status.INSUFFICIENT_DATA,
            why="a group has fewer than 10 patients",
            n=7,
        )
    )
    return metrics


def write_artefact(job: JobSpecification, name: str, file: str, content: str) -> ArtefactWritten:
    """Write a file into the run's folder and return the event that reports it."""
    path = write_private(private_folder(job.folder) / file, content)
    return ArtefactWritten(name=name, path=file, sha256=sha256_of(path))


def _table(job: JobSpecification) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = [column.name for column in job.schema_.synthesised]
    writer.writerow(names)
    for row in range(min(job.plan.sample_rows, 5)):
        writer.writerow([row] * len(names))
    return text.getvalue()
