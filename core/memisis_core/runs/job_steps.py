"""What a job does, step by step: read, divide, fit, sample, validate, evaluate.

Imports data libraries; only a worker imports it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import joblib
import pandas as pd

from memisis_core.data.frames import as_polars_like_source
from memisis_core.errors import Cancelled, MemisisError
from memisis_core.evaluation.context import EvaluationContext, EvaluationData
from memisis_core.evaluation.engine import evaluate
from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.evaluation.plot_data import ARTEFACT, plots_json
from memisis_core.evaluation.plot_figures import plots_of
from memisis_core.evaluation.real_cache import RealCache
from memisis_core.evaluation.resamples import write_resamples
from memisis_core.evaluation.validation.violations import violations
from memisis_core.runs.artefact_folder import ArtefactFolder
from memisis_core.runs.channel import EventChannel, StopRequests
from memisis_core.runs.comparing import RESAMPLES
from memisis_core.runs.environment import environment_of
from memisis_core.runs.events import Finished, MetricsMeasured, Progress, StateChanged, Warned
from memisis_core.runs.job import JobSpecification
from memisis_core.runs.real_tables import RealTables, real_tables
from memisis_core.runs.scrub import Scrubber
from memisis_core.runs.states import RunState
from memisis_core.runs.training_progress import TrainingProgress
from memisis_core.synthesis.protocol import FitSettings
from memisis_core.synthesis.registry import create, entry

if TYPE_CHECKING:
    from memisis_core.evaluation.registry import Family
    from memisis_core.evaluation.resamples import ResamplesByMetric
    from memisis_core.synthesis.protocol import Synthesizer


def carry_out(
    job: JobSpecification, channel: EventChannel, stop: StopRequests, scrubber: Scrubber
) -> Finished:
    """Do a job and return its last event; see `JobSteps`."""
    steps = JobSteps(job, channel, stop, scrubber)
    with joblib.parallel_config(backend="sequential"):
        return steps.carry_out()


@dataclass
class JobSteps:
    """One job at work.

    The first request to stop ends training after the current epoch; the model so far is then
    sampled and evaluated like any other, and the run is ``cancelled`` with a note that says so. At
    any other time, and with the second request, the job stops at the next opportunity and keeps
    the files that are complete.
    """

    job: JobSpecification
    channel: EventChannel
    stop: StopRequests
    scrubber: Scrubber
    tolerated_requests: int = 0
    """Requests that training has answered; only further ones stop the rest."""
    epochs_trained: int | None = None
    metrics: list[Metric] = field(default_factory=list)

    def carry_out(self) -> Finished:
        """Do everything and say how it ended."""
        folder = ArtefactFolder(self.job.folder, self.channel)
        try:
            self._make(folder)
        except Cancelled as stopped:
            return self._stopped(folder, stopped)
        epochs = self.epochs_trained
        if epochs is not None and epochs < self.job.plan.epochs:
            note = f"stopped at epoch {epochs:,} of {self.job.plan.epochs:,} and kept"
            return Finished(state=RunState.CANCELLED, epochs_trained=epochs, note=note)
        return Finished(state=RunState.DONE, epochs_trained=epochs)

    def _make(self, folder: ArtefactFolder) -> None:
        folder.write_json("environment", "environment.json", environment_of(self.job))
        self._progress(RunState.PREPARING, "reading the table")
        real = real_tables(self.job)
        self.scrubber.knows(real.train, real.holdout)
        for warning in real.warnings:
            self.channel.send(Warned(text=warning))
        cache = RealCache(self.job.cache, real.content_key)
        synthesizer = self._fit(real, cache, folder)
        self._checkpoint()
        synthetic = self._sample(synthesizer, real, folder)
        self._checkpoint()
        self._evaluate(real, synthetic, cache, folder)

    # Training and sampling.

    def _fit(self, real: RealTables, cache: RealCache, folder: ArtefactFolder) -> Synthesizer:
        plan = self.job.plan
        self._progress(RunState.PREPARING, f"loading {entry(self.job.synthesizer).title}")
        synthesizer = create(self.job.synthesizer)
        progress = TrainingProgress(self.channel, self.stop)
        settings = FitSettings(
            epochs=plan.epochs,
            batch_size=plan.batch_size,
            seed=plan.seed,
            constraints=plan.constraints,
            preparations=cache,
        )
        if entry(self.job.synthesizer).trains_in_epochs:
            _use_one_torch_thread()
        self.epochs_trained = synthesizer.fit(
            real.train, real.schema, settings, progress, lambda: self.stop.any
        )
        if self.epochs_trained is not None:
            self.tolerated_requests = self.stop.count
        folder.write_json(
            "losses", "losses.json", [point.model_dump() for point in progress.losses]
        )
        synthesizer.save(folder.path("model.pkl"))
        folder.report("model", "model.pkl")
        return synthesizer

    def _sample(
        self, synthesizer: Synthesizer, real: RealTables, folder: ArtefactFolder
    ) -> pd.DataFrame:
        self._enter(RunState.SAMPLING)
        rows = self.job.plan.sample_rows
        self._progress(RunState.SAMPLING, f"{rows:,} rows")
        synthetic = synthesizer.sample(rows, self.job.plan.seed)
        written = as_polars_like_source(synthetic, real.schema)
        folder.write("synthetic", "synthetic.csv", written.write_csv)
        folder.write("synthetic_parquet", "synthetic.parquet", written.write_parquet)
        return synthetic

    # Validation and evaluation.

    def _evaluate(
        self,
        real: RealTables,
        synthetic: pd.DataFrame,
        cache: RealCache,
        folder: ArtefactFolder,
    ) -> None:
        self._enter(RunState.VALIDATING)
        context = self._context(real, synthetic, cache)
        try:
            for metrics in evaluate(context, on_family=self._family):
                shown = [self._without_values(metric) for metric in metrics]
                self.metrics.extend(shown)
                self.channel.send(MetricsMeasured(metrics=shown))
        finally:
            self._keep_measures(context, folder)
        self._keep_details(context, folder)
        failed = {metric.id for metric in self.metrics if metric.status is Status.FAILED}
        if failed:
            names = ", ".join(sorted(failed))
            self.channel.send(Warned(text=f"{len(failed)} measures could not be computed: {names}"))

    def _keep_measures(self, context: EvaluationContext, folder: ArtefactFolder) -> None:
        """Write the measures so far, and their values on the holdout resamples."""
        measured = [metric.model_dump(mode="json") for metric in self.metrics]
        folder.write_json("metrics", "metrics.json", measured)
        kept = cast("ResamplesByMetric", context.shared.get("resamples", {}))
        folder.write(RESAMPLES, "resamples.bin", lambda path: write_resamples(path, kept))

    def _keep_details(self, context: EvaluationContext, folder: ArtefactFolder) -> None:
        """Write what the measures summarise: rows that break a rule, and the data of plots."""
        self._kept("violations", lambda: self._write_violations(context, folder))
        self._kept("plots", lambda: self._write_plots(context, folder))

    def _write_violations(self, context: EvaluationContext, folder: ArtefactFolder) -> None:
        found = [violation.model_dump(mode="json") for violation in violations(context)]
        folder.write_json("violations", "violations.json", found)

    def _write_plots(self, context: EvaluationContext, folder: ArtefactFolder) -> None:
        self._progress(RunState.EVALUATING, "data of the plots")
        content = plots_json(plots_of(context, self.metrics, self.scrubber.error))
        folder.write(ARTEFACT, "plots.json", lambda path: path.write_text(content, "utf-8"))

    def _kept(self, what: str, write: Callable[[], None]) -> None:
        """Write one file of details; a failure is said and costs the run nothing else."""
        self._checkpoint()
        try:
            write()
        except (MemisisError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 (whatever a library raises; the person is told)
            text = f"the {what} could not be written: {self.scrubber.error(error)}"
            self.channel.send(Warned(text=text))

    def _context(
        self, real: RealTables, synthetic: pd.DataFrame, cache: RealCache
    ) -> EvaluationContext:
        plan = self.job.plan
        return EvaluationContext(
            data=EvaluationData(
                train=real.train,
                holdout=real.holdout,
                synthetic=synthetic,
                schema=real.schema,
                target=plan.target,
                protected=plan.protected,
                constraints=plan.constraints,
            ),
            cache=cache,
            seed=plan.seed,
            threads=self.job.threads,
            stop_requested=self._must_stop,
        )

    def _family(self, family: Family, position: int, total: int) -> None:
        validating = family.axis is Axis.VALIDATION
        state = RunState.VALIDATING if validating else RunState.EVALUATING
        self._enter(state)
        detail = f"{family.axis.value}: {family.title}"
        self.channel.send(Progress(state=state, step=position, total=total, detail=detail))

    def _without_values(self, metric: Metric) -> Metric:
        """Take out of a failed measure what a library said, since that may quote the table."""
        if metric.status is not Status.FAILED or metric.why is None:
            return metric
        return metric.model_copy(update={"why": self.scrubber.message(metric.why)})

    # Stopping and saying where the job stands.

    def _must_stop(self) -> bool:
        return self.stop.count > self.tolerated_requests

    def _checkpoint(self) -> None:
        if self._must_stop():
            raise Cancelled("stopped")

    def _stopped(self, folder: ArtefactFolder, stopped: Cancelled) -> Finished:
        """Say in which phase the job was stopped and what there is of it."""
        kept = [name for name in ("model", "synthetic", "metrics") if name in folder.names]
        names = {"model": "the model", "synthetic": "the synthetic data", "metrics": "the measures"}
        note = stopped.what
        if kept:
            note = f"stopped while {self.channel.state}; kept: "
            note += ", ".join(names[name] for name in kept)
        return Finished(state=RunState.CANCELLED, epochs_trained=self.epochs_trained, note=note)

    def _enter(self, state: RunState) -> None:
        if self.channel.state is not state:
            self.channel.send(StateChanged(state=state))

    def _progress(self, state: RunState, detail: str) -> None:
        self.channel.send(Progress(state=state, step=0, detail=detail))


def _use_one_torch_thread() -> None:
    """Keep torch to one thread.

    Side by side it is faster (8–16 s against 43–97 s for 50 epochs of CTGAN on two busy cores), and
    sums come out the same whatever the number of cores.
    """
    import torch

    torch.set_num_threads(1)
