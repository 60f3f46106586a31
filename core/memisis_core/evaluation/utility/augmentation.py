"""Whether synthetic rows added to the real ones help: train on augmented, test on real (TATR)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memisis_core.evaluation.bootstrap import keep_resamples
from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.evaluation.registry import Family
from memisis_core.evaluation.utility.measured import (
    MINIMUM_CELL,
    Measured,
    best_on_real,
    measured,
    scored_classes,
)
from memisis_core.evaluation.utility.models import PredictionModels, Side, prediction_models
from memisis_core.evaluation.utility.task import NoTask, TaskKind

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

_NAMES = {"auroc": "AUROC", "r2": "R²"}
IDS = (
    "utility.augmented_auroc",
    "utility.augmented_auroc_gain",
    "utility.augmented_r2",
    "utility.augmented_r2_gain",
)


def measure(context: EvaluationContext) -> list[Metric]:
    """Return AUROC (R² for numbers) of models trained on real and synthetic rows together.

    As many real rows as every other model of the evaluation sees, and as many synthetic ones; the
    baseline is the model trained on those real rows alone, and the gain is the difference to it.
    """
    models = prediction_models(context)
    if isinstance(models, NoTask):
        return [m for key in _NAMES for m in _not_measured(key, models.status, models.why)]
    numeric = models.task.kind is TaskKind.NUMERIC
    key, other = ("r2", "auroc") if numeric else ("auroc", "r2")
    kind = "a number" if numeric else "a class"
    found = _not_measured(other, Status.NOT_APPLICABLE, f"the target is {kind}")
    if not numeric and not scored_classes(models):
        why = f"the holdout has fewer than {MINIMUM_CELL} rows of a class, too few to score"
        return found + _not_measured(key, Status.INSUFFICIENT_DATA, why)
    best = best_on_real(models)
    for name in models.names:
        together = measured(models, Side.AUGMENTED, name)[key]
        alone = measured(models, Side.REAL, name)[key]
        for subject in ("overall", name) if name == best else (name,):
            found += _pair(models, key, together, alone, subject)
    return found


def _pair(
    models: PredictionModels, key: str, together: Measured, alone: Measured, subject: str
) -> list[Metric]:
    rows = f"{models.training_rows:,}"
    caveat = f"{rows} real and {rows} synthetic training rows against {rows} real ones"
    if subject == "overall":
        caveat = f"{best_on_real(models)}, the best on real rows; {caveat}"
    gain = together.minus(alone)
    identifier = f"utility.augmented_{key}"
    keep_resamples(models.context, identifier, subject, together.replicates)
    keep_resamples(models.context, f"{identifier}_gain", subject, gain.replicates)
    both = {"axis": Axis.UTILITY, "direction": "higher", "subject": subject, "caveat": caveat}
    return [
        Metric(
            id=identifier,
            name=f"{_NAMES[key]}, real + synthetic",
            value=together.value,
            ci=together.interval,
            ideal=1.0,
            real_baseline=alone.value,
            n=len(models.holdout),
            **both,
        ),
        Metric(
            id=f"{identifier}_gain",
            name=f"{_NAMES[key]} gained by adding synthetic",
            value=gain.value,
            ci=gain.interval,
            real_baseline=0.0,
            n=len(models.holdout),
            **both,
        ),
    ]


def _not_measured(key: str, status: Status, why: str) -> list[Metric]:
    return [
        Metric(id=identifier, axis=Axis.UTILITY, name=name, ideal=ideal, status=status, why=why)
        for identifier, name, ideal in (
            (f"utility.augmented_{key}", f"{_NAMES[key]}, real + synthetic", 1.0),
            (f"utility.augmented_{key}_gain", f"{_NAMES[key]} gained by adding synthetic", None),
        )
    ]


FAMILY = Family("augmentation", Axis.UTILITY, "real and synthetic together", measure, IDS)
