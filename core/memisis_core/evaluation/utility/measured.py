"""Every score of one model on the holdout, with its value on each resample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.intervals import Interval, percentile_interval
from memisis_core.evaluation.utility import scores
from memisis_core.evaluation.utility.models import PredictionModels, Side
from memisis_core.evaluation.utility.task import TaskKind

if TYPE_CHECKING:
    from memisis_core.evaluation.bootstrap import HoldoutResamples

Floats = NDArray[np.floating[Any]]

MINIMUM_CELL = 10
"""Holdout rows of a class, and of the rest, below which it is not scored."""


@dataclass(frozen=True)
class Measured:
    """A value and its replicates.

    Attributes
    ----------
    value : float
        Mean over the seeds.
    replicates : ndarray of float, shape (resamples,)
        Each resample is scored with the model of one seed, in turn: the interval holds the luck
        of the training draw as well as that of the holdout.
    """

    value: float
    replicates: Floats

    @property
    def interval(self) -> Interval | None:
        """95 % percentile interval."""
        return percentile_interval(self.replicates)

    def minus(self, other: Measured) -> Measured:
        """Return the difference, paired over the same resamples."""
        return Measured(self.value - other.value, self.replicates - other.replicates)


def measured(models: PredictionModels, side: Side, name: str) -> dict[str, Measured]:
    """Return all scores of the models of one side, by measure (real ones from the cache)."""
    if side is not Side.REAL:
        return _measured(models, side, name)
    kept = models.context.cache.arrays(
        models.cache_name(f"scores of {name} trained on real rows"),
        lambda: {
            measure: np.concatenate([[m.value], m.replicates])
            for measure, m in _measured(models, side, name).items()
        },
    )
    return {
        measure: Measured(float(stored[0]), stored[1:].astype(np.float64))
        for measure, stored in kept.items()
    }


def scored_classes(models: PredictionModels) -> list[int]:
    """Return the classes with enough holdout rows, inside and outside; of two, [1] or none."""
    labels = models.holdout.labels.astype(np.intp)
    counts = np.bincount(labels, minlength=len(models.task.classes))
    enough = (counts >= MINIMUM_CELL) & (len(labels) - counts >= MINIMUM_CELL)
    if models.task.kind is TaskKind.BINARY:
        return [1] if enough[1] else []
    return np.flatnonzero(enough).tolist() if enough.sum() >= 2 else []


def best_on_real(models: PredictionModels) -> str:
    """Return the learner that predicts the holdout best after training on real rows.

    The one that a person would take. It is chosen by AUROC (R² for numbers) on the holdout itself:
    three learners hardly overfit that choice, what bias there is makes the gap to real larger, and
    it is the same for every run.
    """
    primary = "r2" if models.task.kind is TaskKind.NUMERIC else "auroc"
    values = {name: measured(models, Side.REAL, name)[primary].value for name in models.names}
    return max(models.names, key=lambda name: np.nan_to_num(values[name], nan=-np.inf))


def _measured(models: PredictionModels, side: Side, name: str) -> dict[str, Measured]:
    predictions = models.scores(side, name)
    labels = models.holdout.labels
    by_seed = []
    for seed, predicted in enumerate(predictions):
        models.context.checkpoint()
        if models.task.kind is TaskKind.NUMERIC:
            by_seed.append(
                _numbers(labels, predicted[:, 0], models.resamples, seed, len(predictions))
            )
        else:
            scorer = ClassScorer(labels, predicted, scored_classes(models))
            by_seed.append(scorer.resampled(models.resamples, seed, len(predictions)))
    return _mixed(by_seed, len(models.resamples))


def _mixed(by_seed: list[dict[str, Measured]], resamples: int) -> dict[str, Measured]:
    found = {}
    for measure in by_seed[0]:
        replicates = np.empty(resamples)
        for seed, measures in enumerate(by_seed):
            replicates[seed :: len(by_seed)] = measures[measure].replicates
        found[measure] = Measured(
            float(np.mean([measures[measure].value for measures in by_seed])), replicates
        )
    return found


class ClassScorer:
    """All scores of one model's class probabilities.

    With more than two classes, AUROC, average precision, F1 and calibration slope are means over
    the classes against the rest (macro, one against rest), balanced accuracy is the mean recall,
    and the predicted class is the most probable one.

    Parameters
    ----------
    labels : ndarray of float, shape (n,)
        Index of each row's class.
    probabilities : ndarray of float, shape (n, classes)
    classes : list of int
        Those that are scored; for two classes, the positive one.
    """

    def __init__(self, labels: Floats, probabilities: Floats, classes: list[int]) -> None:
        predicted = probabilities.argmax(axis=1)
        self._binary = probabilities.shape[1] == 2
        self._actual = [labels == c for c in classes]
        self._predicted = [predicted == c for c in classes]
        self._ranked = [
            scores.RankedScores(actual, probabilities[:, c])
            for actual, c in zip(self._actual, classes, strict=True)
        ]
        self._slopes = [
            scores.CalibrationSlope(actual, probabilities[:, c])
            for actual, c in zip(self._actual, classes, strict=True)
        ]
        self._errors = scores.squared_errors(labels, probabilities)
        self._n = len(labels)

    def scores(self, weights: Floats) -> dict[str, Floats]:
        """Return every score under each weighting, shapes (b,)."""
        counts = [ranked.counts(weights) for ranked in self._ranked]
        cells = [
            scores.confusion(weights, actual, predicted)
            for actual, predicted in zip(self._actual, self._predicted, strict=True)
        ]
        recalls = [scores.recall(c) for c in cells]
        if self._binary:  # the other class's recall, from the same four counts
            recalls.append(scores.recall(cells[0][[3, 2, 1, 0]]))
        return {
            "auroc": np.mean([scores.auroc(*c) for c in counts], axis=0),
            "average_precision": np.mean([scores.average_precision(*c) for c in counts], axis=0),
            "f1": np.mean([scores.f1(c) for c in cells], axis=0),
            "balanced_accuracy": np.mean(recalls, axis=0),
            "brier": scores.weighted_mean(weights, self._errors),
            "calibration_slope": np.mean([s.resampled(weights) for s in self._slopes], axis=0),
        }

    def resampled(
        self, resamples: HoldoutResamples, first: int = 0, step: int = 1
    ) -> dict[str, Measured]:
        """Return every score and its value on the resamples ``first::step``."""
        whole = self.scores(np.ones((1, self._n)))
        whole["calibration_slope"] = np.array([np.mean([s.value for s in self._slopes])])
        blocks = [self.scores(weights) for _, weights in resamples.blocks(first, step)]
        return _collected(whole, blocks)


def _numbers(
    actual: Floats, predicted: Floats, resamples: HoldoutResamples, first: int, step: int
) -> dict[str, Measured]:
    whole = scores.regression_scores(np.ones((1, len(actual))), actual, predicted)
    blocks = [
        scores.regression_scores(weights, actual, predicted)
        for _, weights in resamples.blocks(first, step)
    ]
    return _collected(whole, blocks)


def _collected(whole: dict[str, Floats], blocks: list[dict[str, Floats]]) -> dict[str, Measured]:
    return {
        measure: Measured(float(value[0]), np.concatenate([block[measure] for block in blocks]))
        for measure, value in whole.items()
    }
