"""How well models trained on synthetic rows predict real patients, and how far behind real ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from memisis_core.evaluation.bootstrap import keep_resamples
from memisis_core.evaluation.metric import Axis, Direction, Metric, Status
from memisis_core.evaluation.registry import Family
from memisis_core.evaluation.utility.measured import (
    MINIMUM_CELL,
    Measured,
    best_on_real,
    measured,
    scored_classes,
)
from memisis_core.evaluation.utility.models import (
    MAXIMUM_TRAINING_ROWS,
    PredictionModels,
    Side,
    prediction_models,
)
from memisis_core.evaluation.utility.task import NoTask, TaskKind

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext


@dataclass(frozen=True)
class Score:
    """One score of predictions, and its gap to the model trained on real rows if it has one."""

    key: str
    name: str
    ideal: float | None
    direction: Direction
    numeric: bool
    gap: bool = True
    headline: bool = False

    @property
    def id(self) -> str:
        """Identifier of the score."""
        return f"utility.{self.key}"

    @property
    def gap_id(self) -> str:
        """Identifier of its gap."""
        return f"utility.{self.key}_gap"

    @property
    def loss(self) -> float:
        """Return 1 if a gap is real minus synthetic, -1 if it is synthetic minus real."""
        return 1.0 if self.direction == "higher" else -1.0


SCORES: tuple[Score, ...] = (
    Score("auroc", "AUROC", 1.0, "higher", numeric=False, headline=True),
    Score("average_precision", "average precision", 1.0, "higher", numeric=False),
    Score("f1", "F1", 1.0, "higher", numeric=False),
    Score("balanced_accuracy", "balanced accuracy", 1.0, "higher", numeric=False),
    Score("brier", "Brier score", 0.0, "lower", numeric=False),
    Score("calibration_slope", "calibration slope", 1.0, "target", numeric=False, gap=False),
    Score("r2", "R²", 1.0, "higher", numeric=True, headline=True),
    Score("rmse", "RMSE", 0.0, "lower", numeric=True),
    Score("mae", "MAE", 0.0, "lower", numeric=True),
)
IDS = tuple(s.id for s in SCORES) + tuple(s.gap_id for s in SCORES if s.gap)


def measure(context: EvaluationContext) -> list[Metric]:
    """Return every score and gap, for each learner and for the best on real (``overall``)."""
    models = prediction_models(context)
    if isinstance(models, NoTask):
        return [m for score in SCORES for m in _not_measured(score, models.status, models.why)]
    numeric = models.task.kind is TaskKind.NUMERIC
    found: list[Metric] = []
    for score in SCORES:
        if score.numeric != numeric:
            kind, other = ("number", "classes") if numeric else ("class", "numbers")
            why = f"the target is a {kind}: {score.name} is for {other}"
            found += _not_measured(score, Status.NOT_APPLICABLE, why)
    if not numeric and not scored_classes(models):
        why = f"the holdout has fewer than {MINIMUM_CELL} rows of a class, too few to score"
        return found + [
            m
            for s in SCORES
            if not s.numeric
            for m in _not_measured(s, Status.INSUFFICIENT_DATA, why)
        ]
    return found + _measured_metrics(models, [s for s in SCORES if s.numeric == numeric])


def _measured_metrics(models: PredictionModels, chosen: list[Score]) -> list[Metric]:
    best = best_on_real(models)
    caveat = conditions(models)
    found: list[Metric] = []
    for name in models.names:
        synthetic = measured(models, Side.SYNTHETIC, name)
        real = measured(models, Side.REAL, name)
        for score in chosen:
            pair = (synthetic[score.key], real[score.key])
            if name == best:
                said = f"{best}, the best of {len(models.names)} learners on real rows; {caveat}"
                found += _pair(models, score, *pair, subject="overall", caveat=said)
            found += _pair(models, score, *pair, subject=name, caveat=caveat)
    return found


def _pair(
    models: PredictionModels,
    score: Score,
    synthetic: Measured,
    real: Measured,
    *,
    subject: str,
    caveat: str,
) -> list[Metric]:
    found = [
        Metric(
            id=score.id,
            axis=Axis.UTILITY,
            name=score.name,
            value=synthetic.value,
            ci=synthetic.interval,
            ideal=score.ideal,
            direction=score.direction,
            real_baseline=real.value,
            subject=subject,
            n=len(models.holdout),
            caveat=caveat,
            headline=score.headline and subject == "overall",
        )
    ]
    if not np.isfinite(synthetic.value):  # only the calibration slope can be
        why = "the predictions are constant, or separate the classes: no finite slope fits them"
        missing = {"value": None, "ci": None, "status": Status.INSUFFICIENT_DATA, "why": why}
        return [found[0].model_copy(update=missing)]
    keep_resamples(models.context, score.id, subject, synthetic.replicates)
    if not score.gap:
        return found
    gap = real.minus(synthetic) if score.loss > 0 else synthetic.minus(real)
    keep_resamples(models.context, score.gap_id, subject, gap.replicates)
    found.append(
        Metric(
            id=score.gap_id,
            axis=Axis.UTILITY,
            name=f"{score.name} gap to real",
            value=gap.value,
            ci=gap.interval,
            ideal=0.0,
            direction="lower",
            real_baseline=0.0,
            subject=subject,
            n=len(models.holdout),
            caveat=caveat,
            headline=score.headline and subject == "overall",
        )
    )
    return found


def conditions(models: PredictionModels) -> str:
    """Return what the numbers rest on: rows, seeds, positive class, what was left out."""
    said = [f"{models.training_rows:,} training rows each side"]
    if models.training_rows == MAXIMUM_TRAINING_ROWS:
        said[0] += " (the most that are used)"
    if models.seeds > 1:
        said.append(f"mean of {models.seeds} seeds")
    task = models.task
    if task.kind is TaskKind.BINARY:
        said.append(f"positive: {task.positive} ({task.positive_rule})")
    if task.kind is TaskKind.MULTICLASS:
        scored = scored_classes(models)
        said.append(f"mean over {len(scored)} classes against the rest")
        if len(scored) < len(task.classes):
            out = [c for i, c in enumerate(task.classes) if i not in scored]
            said.append(f"not scored, under {MINIMUM_CELL} holdout rows: {', '.join(out)}")
    return "; ".join(said)


def _not_measured(score: Score, status: Status, why: str) -> list[Metric]:
    found = [
        Metric(
            id=score.id,
            axis=Axis.UTILITY,
            name=score.name,
            ideal=score.ideal,
            direction=score.direction,
            status=status,
            why=why,
        )
    ]
    if score.gap:
        found.append(
            Metric(
                id=score.gap_id,
                axis=Axis.UTILITY,
                name=f"{score.name} gap to real",
                ideal=0.0,
                direction="lower",
                status=status,
                why=why,
            )
        )
    return found


FAMILY = Family("performance", Axis.UTILITY, "prediction of the target", measure, IDS)
