"""Models trained on synthetic and on real rows, as many of each, tested on the same holdout.

Families of utility and fairness share them: each model is fitted once an evaluation, and what the
models trained on real data predict is kept in the real cache.
"""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.bootstrap import HoldoutResamples, holdout_resamples
from memisis_core.evaluation.encoding import EncodedTable, encoded
from memisis_core.evaluation.metric import Status
from memisis_core.evaluation.one_thread import one_thread
from memisis_core.evaluation.utility.learners import (
    LEARNERS,
    VERSION,
    Learner,
    LearnerSettings,
)
from memisis_core.evaluation.utility.task import (
    MINIMUM_ROWS,
    NoTask,
    PredictionTask,
    TaskKind,
    prediction_task,
)

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

Floats = NDArray[np.float64]

MAXIMUM_TRAINING_ROWS = 50_000
"""Learning curves of these learners on clinical tables are flat long before; fitting is not."""
_SEEDS = 3
"""Draws of the training rows (where there are more than are used) and of the seeded learners."""
_FEWER_SEEDS_ABOVE = 5_000
"""Training rows above which two draws must do: the third tells little and costs a fifth of the time
of the whole evaluation."""


class Side(StrEnum):
    """What a model was trained on."""

    REAL = "real"
    SYNTHETIC = "synthetic"
    AUGMENTED = "augmented"
    """The real and the synthetic training rows together."""
    REDRAWN = "redrawn"
    """Real rows drawn with replacement: another sample of the same population, so to speak."""


@dataclass(frozen=True)
class Labelled:
    """Rows whose target is known.

    Attributes
    ----------
    features : ndarray of float, shape (n, d)
    labels : ndarray of float, shape (n,)
        Index of the class, or the number.
    rows : ndarray of int, shape (n,)
        Their places in the table.
    """

    features: Floats
    labels: Floats
    rows: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, chosen: NDArray[np.intp]) -> Labelled:
        """Return these rows only."""
        return Labelled(self.features[chosen], self.labels[chosen], self.rows[chosen])


@dataclass(frozen=True)
class _Fitted:
    """A fitted estimator, and the features that had no value in its training rows.

    Those are 0 for every row, in training and after: gradient boosting cannot bin a column without
    values, and no model can have learnt from it.
    """

    estimator: Any
    empty: NDArray[np.bool_]

    def without_empty(self, features: Floats) -> Floats:
        return np.where(self.empty, 0.0, features) if self.empty.any() else features


@dataclass
class PredictionModels:
    """The models of one evaluation, trained when first asked for.

    Attributes
    ----------
    task : PredictionTask
    real, synthetic, holdout : Labelled
    training_rows : int
        Rows that every model sees (twice that for the augmented ones).
    seeds : int
        Number of times the draw of training rows and the seeded learners are repeated.
    """

    context: EvaluationContext
    task: PredictionTask
    real: Labelled
    synthetic: Labelled
    holdout: Labelled
    training_rows: int
    seeds: int
    _fitted: dict[tuple[Side, str, int], _Fitted] = field(default_factory=dict)
    _scores: dict[tuple[Side, str], Floats] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the learners, the subjects of their metrics."""
        return tuple(learner.name_for(self.task.kind) for learner in LEARNERS)

    @property
    def resamples(self) -> HoldoutResamples:
        """The resamples of the labelled holdout rows."""
        return holdout_resamples(self.context, len(self.holdout))

    def scores(self, side: Side, name: str) -> Floats:
        """Return what the models of a side predict for the holdout.

        Returns
        -------
        ndarray of float, shape (seeds, n, classes), or (seeds, n, 1) for a numeric target
            Predicted probabilities (0 for a class that the training rows lack) or numbers.
        """
        key = (side, name)
        if key not in self._scores:
            if side in (Side.REAL, Side.REDRAWN):
                kept = self.context.cache.arrays(
                    self.cache_name(f"predictions of {name} trained on {side.value} rows"),
                    lambda: {"scores": self._predicted(side, name)},
                )
                self._scores[key] = cast("Floats", kept["scores"])
            else:
                self._scores[key] = self._predicted(side, name)
        return self._scores[key]

    def predict(self, side: Side, name: str, features: Floats, seed: int = 0) -> Floats:
        """Return the predictions of one model for any rows, shape (n, classes) or (n, 1)."""
        fitted = self._model(side, name, seed)
        model, known = fitted.estimator, fitted.without_empty(features)
        with one_thread():
            if self.task.kind is TaskKind.NUMERIC:
                return np.asarray(model.predict(known), dtype=np.float64)[:, None]
            probabilities = np.zeros((len(features), len(self.task.classes)))
            probabilities[:, model.classes_.astype(np.intp)] = model.predict_proba(known)
            return probabilities

    def cache_name(self, purpose: str) -> str:
        """Return a name in the real cache that says everything a real-only result rests on."""
        task = self.task
        settings = (
            VERSION,
            self.context.seed,
            self.training_rows,
            self.seeds,
            task.target,
            task.kind.value,
            task.classes,
            task.names,
            task.discrete.tolist(),
        )
        digest = hashlib.sha256(repr(settings).encode()).hexdigest()[:24]
        return f"utility: {purpose}, {self.training_rows} rows, {self.seeds} seeds, {digest}"

    def _predicted(self, side: Side, name: str) -> Floats:
        self.context.checkpoint()
        return np.stack(
            [self.predict(side, name, self.holdout.features, seed) for seed in range(self.seeds)]
        )

    def _model(self, side: Side, name: str, seed: int) -> _Fitted:
        learner = self._learner(name)
        if not learner.seeded and not self._rows_are_drawn(side):
            seed = 0  # another one would give the same model again
        key = (side, name, seed)
        if key not in self._fitted:
            self.context.checkpoint()
            self._fitted[key] = self._fit(learner, side, seed)
        return self._fitted[key]

    def _learner(self, name: str) -> Learner:
        return next(known for known in LEARNERS if known.name_for(self.task.kind) == name)

    def _fit(self, learner: Learner, side: Side, seed: int) -> _Fitted:
        rows = self.training(side, seed)
        purpose = f"{learner.name} trained on {side.value} rows, seed {seed}"
        estimator: Any = learner.create(
            LearnerSettings(
                kind=self.task.kind,
                classes=len(self.task.classes),
                discrete=self.task.discrete,
                rows=len(rows),
                seed=int(self.context.generator(purpose).integers(2**31)),
                threads=self.context.threads,
            )
        )
        empty = np.asarray(np.isnan(rows.features).all(axis=0))
        fitted = _Fitted(estimator, empty)
        labels = rows.labels
        if self.task.kind is not TaskKind.NUMERIC:
            labels = labels.astype(np.intp)
        with one_thread(), warnings.catch_warnings():
            # Constant columns, and a linear model that stops at its limit of steps, are properties
            # of the table that the scores show; the log needs no copy.
            warnings.simplefilter("ignore")
            estimator.fit(fitted.without_empty(rows.features), labels)
        if hasattr(estimator, "n_jobs"):
            # Threads add up a forest's votes in the order in which they finish; rounding would
            # then differ from run to run.
            estimator.n_jobs = 1
        return fitted

    def training(self, side: Side, seed: int = 0) -> Labelled:
        """Return the rows that the models of a side are fitted on."""
        if side is Side.SYNTHETIC:
            return self._drawn(self.synthetic, "synthetic", seed)
        real = self._drawn(self.real, "real", seed)
        if side is Side.REAL:
            return real
        if side is Side.REDRAWN:
            generator = self.context.generator(f"redrawn real rows, seed {seed}")
            return real.take(generator.integers(0, len(real), size=len(real)))
        synthetic = self._drawn(self.synthetic, "synthetic", seed)
        return Labelled(
            np.concatenate([real.features, synthetic.features]),
            np.concatenate([real.labels, synthetic.labels]),
            np.concatenate([real.rows, synthetic.rows]),
        )

    def _drawn(self, rows: Labelled, side: str, seed: int) -> Labelled:
        if len(rows) == self.training_rows:
            return rows
        generator = self.context.generator(f"{side} training rows, seed {seed}")
        return rows.take(np.sort(generator.choice(len(rows), self.training_rows, replace=False)))

    def _rows_are_drawn(self, side: Side) -> bool:
        real, synthetic = (len(t) > self.training_rows for t in (self.real, self.synthetic))
        return {
            Side.REAL: real,
            Side.SYNTHETIC: synthetic,
            Side.AUGMENTED: real or synthetic,
            Side.REDRAWN: True,
        }[side]


def prediction_models(context: EvaluationContext) -> PredictionModels | NoTask:
    """Return the models of this evaluation, or why there are none (found once)."""
    known = context.shared.get("prediction models")
    if known is None:
        known = context.shared["prediction models"] = _models(context)
    return cast("PredictionModels | NoTask", known)


def _models(context: EvaluationContext) -> PredictionModels | NoTask:
    task = prediction_task(context)
    if isinstance(task, NoTask):
        return task
    tables = encoded(context)
    real, synthetic, holdout = (
        labelled(task, table) for table in (tables.train, tables.synthetic, tables.holdout)
    )
    if len(synthetic) < MINIMUM_ROWS:
        return NoTask(
            Status.INSUFFICIENT_DATA,
            f"the synthetic table has {len(synthetic)} rows with a target that occurs in real "
            f"data; {MINIMUM_ROWS} are needed",
        )
    rows = min(len(real), len(synthetic), MAXIMUM_TRAINING_ROWS)
    models = PredictionModels(
        context=context,
        task=task,
        real=real,
        synthetic=synthetic,
        holdout=holdout,
        training_rows=rows,
        seeds=_SEEDS if rows <= _FEWER_SEEDS_ABOVE else _SEEDS - 1,
    )
    return _with_classes(models)


def labelled(task: PredictionTask, table: EncodedTable) -> Labelled:
    """Return the rows of a table whose target is known."""
    labels = task.labels(table)
    rows = np.flatnonzero(~np.isnan(labels))
    return Labelled(task.matrix(table)[rows], labels[rows], rows)


def _with_classes(models: PredictionModels) -> PredictionModels | NoTask:
    """Return the models unless a draw of their training rows has a single class."""
    if models.task.kind is TaskKind.NUMERIC:
        return models
    for side, name in ((Side.SYNTHETIC, "synthetic"), (Side.REAL, "real")):
        for seed in range(models.seeds):
            present = np.unique(models.training(side, seed).labels)
            if len(present) < 2:
                only = models.task.classes[int(present[0])]
                return NoTask(
                    Status.INSUFFICIENT_DATA,
                    f"the target has one class, {only}, in the {models.training_rows} {name} "
                    "training rows: no model can be fitted",
                )
    return models
