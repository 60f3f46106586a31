"""Whether the same features matter: rank agreement of permutation importances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.bootstrap import keep_resamples
from memisis_core.evaluation.intervals import bootstrap_weights
from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.evaluation.registry import Family
from memisis_core.evaluation.utility import scores
from memisis_core.evaluation.utility.measured import best_on_real
from memisis_core.evaluation.utility.models import PredictionModels, Side, prediction_models
from memisis_core.evaluation.utility.task import NoTask, TaskKind

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

Floats = NDArray[np.float64]

IDS = ("utility.importance_agreement",)
_ROWS = 1_000
_REPEATS = 3
_MINIMUM_FEATURES = 4
"""Fewer features have so few orders that a rank correlation says nothing."""
_ROWS_AT_ONCE = 100_000


def measure(context: EvaluationContext) -> list[Metric]:
    """Return Spearman's rank correlation of importances, synthetic against real, each learner.

    The importance of a feature is how much the Brier score (squared error for numbers) on real
    holdout rows rises when the feature is permuted (Breiman 2001, Machine Learning 45:5; Fisher,
    Rudin & Dominici 2019, JMLR 20:177). Baseline: a model trained on real rows drawn anew with
    replacement, against the same real model.
    """
    models = prediction_models(context)
    if isinstance(models, NoTask):
        return [_metric(status=models.status, why=models.why)]
    features = len(models.task.features)
    if features < _MINIMUM_FEATURES:
        why = f"{features} features; {_MINIMUM_FEATURES} are needed for a rank correlation"
        return [_metric(status=Status.INSUFFICIENT_DATA, why=why)]
    best = best_on_real(models)
    found = []
    for name in models.names:
        context.checkpoint()
        agreement, replicates, baseline, real_replicates = _agreement(models, name)
        for subject in ("overall", name) if name == best else (name,):
            if not np.isfinite(agreement):
                why = "a model uses no feature at all: its importances have no order"
                found.append(_metric(subject=subject, status=Status.INSUFFICIENT_DATA, why=why))
                continue
            keep_resamples(context, IDS[0], subject, replicates)
            found.append(
                _metric(
                    value=agreement,
                    ci=_interval(agreement, replicates),
                    real_baseline=baseline if np.isfinite(baseline) else None,
                    real_ci=_interval(baseline, real_replicates),
                    subject=subject,
                    n=len(_chosen_rows(models)),
                    caveat=(
                        f"{features} features; ranks of features without influence are noise; the "
                        "two real models share two thirds of their rows, which favours them"
                    ),
                )
            )
    return found


def _agreement(models: PredictionModels, name: str) -> tuple[float, Floats, float, Floats]:
    """Return the agreement and its value on each resample, then those of two real models."""
    synthetic = _losses(models, Side.SYNTHETIC, name)
    real = _kept_losses(models, Side.REAL, name)
    redrawn = _kept_losses(models, Side.REDRAWN, name)
    whole = np.ones((1, len(real)))
    value = _rank_correlation(whole @ synthetic, whole @ real)[0]
    baseline = _rank_correlation(whole @ redrawn, whole @ real)[0]
    weights = bootstrap_weights(
        models.context.generator("importance resamples"), len(real), len(models.resamples)
    ).astype(np.float64)
    resampled = weights @ real
    return (
        float(value),
        _rank_correlation(weights @ synthetic, resampled),
        float(baseline),
        _rank_correlation(weights @ redrawn, resampled),
    )


def _interval(value: float, replicates: Floats) -> tuple[float, float] | None:
    """Return the percentile interval moved to where the value is, within [-1, 1].

    Resampling shuffles the ranks of weak features once more and so lowers every replicate.
    """
    if not np.isfinite(value) or not np.isfinite(replicates).all():
        return None
    low, high = np.quantile(replicates - replicates.mean() + value, [0.025, 0.975])
    return (max(-1.0, min(float(low), value)), min(1.0, max(float(high), value)))


def _kept_losses(models: PredictionModels, side: Side, name: str) -> Floats:
    kept = models.context.cache.arrays(
        models.cache_name(f"losses of {name} on permuted features, {side.value}, {_REPEATS} times"),
        lambda: {"losses": _losses(models, side, name)},
    )
    return cast("Floats", kept["losses"])


def _losses(models: PredictionModels, side: Side, name: str) -> Floats:
    """Return by how much each row's loss rises when a feature is permuted, shape (rows, d)."""
    rows = _chosen_rows(models)
    features, labels = models.holdout.features[rows], models.holdout.labels[rows]
    generator = models.context.generator("permutations of features")
    orders = [generator.permutation(len(rows)) for _ in range(_REPEATS)]
    intact = _row_losses(models, labels, models.predict(side, name, features))
    found = np.empty(features.shape)
    together = max(1, _ROWS_AT_ONCE // (len(rows) * _REPEATS))
    for start in range(0, features.shape[1], together):
        columns = range(start, min(start + together, features.shape[1]))
        tables = [_permuted(features, column, order) for column in columns for order in orders]
        predicted = models.predict(side, name, np.concatenate(tables))
        losses = _row_losses(models, np.tile(labels, len(tables)), predicted)
        by_column = losses.reshape(len(columns), _REPEATS, len(rows)).mean(axis=1)
        found[:, columns.start : columns.stop] = (by_column - intact).T
    return found


def _permuted(features: Floats, column: int, order: NDArray[np.intp]) -> Floats:
    table = features.copy()
    table[:, column] = features[order, column]
    return table


def _row_losses(models: PredictionModels, labels: Floats, predicted: Floats) -> Floats:
    if models.task.kind is TaskKind.NUMERIC:
        return np.square(predicted[:, 0] - labels)
    return np.asarray(scores.squared_errors(labels, predicted), dtype=np.float64)


def _chosen_rows(models: PredictionModels) -> NDArray[np.intp]:
    total = len(models.holdout)
    if total <= _ROWS:
        return np.arange(total)
    generator = models.context.generator("holdout rows for importances")
    return np.sort(generator.choice(total, _ROWS, replace=False))


def _rank_correlation(first: Floats, second: Floats) -> Floats:
    """Return Spearman's correlation of each row of two matrices, shape (b,); NaN if constant."""
    from scipy.stats import rankdata

    a, b = (rankdata(values, axis=1) for values in (first, second))
    a -= a.mean(axis=1, keepdims=True)
    b -= b.mean(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        length = np.sqrt(np.square(a).sum(axis=1) * np.square(b).sum(axis=1))
        return np.asarray((a * b).sum(axis=1) / length)


def _metric(**given: Any) -> Metric:
    return Metric(
        id=IDS[0],
        axis=Axis.UTILITY,
        name="importance agreement",
        ideal=1.0,
        direction="higher",
        **given,
    )


FAMILY = Family("importance", Axis.UTILITY, "which features matter", measure, IDS)
