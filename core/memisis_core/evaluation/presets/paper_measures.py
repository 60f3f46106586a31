"""Measures that Tornqvist et al. report and that no family of ours computes.

Where the code that goes with the paper departs from the measures' definitions, the definition is
computed: the Jensen-Shannon divergence is that of two distributions over the same bins (not of rows
paired by their position), the target is never among the features, and every feature is scaled by
the training side alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.encoding import encoded
from memisis_core.evaluation.utility.learners import LEARNERS, LearnerSettings
from memisis_core.evaluation.utility.models import Labelled, labelled
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
_BINS = 20
_FOLDS = 3


def jensen_shannon(first: Floats, second: Floats) -> float:
    """Return the Jensen-Shannon divergence of two distributions, to base 2.

    Parameters
    ----------
    first, second : ndarray of float, shape (k,)
        Counts or shares of the same k cells, each with a positive sum.

    Returns
    -------
    float
        0 (the same) to 1 (no cell in common).

    References
    ----------
    Lin 1991, IEEE Trans. Inf. Theory 37:145, 10.1109/18.61115.
    """
    p, q = first / first.sum(), second / second.sum()
    middle = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [np.where(x > 0, x * np.log2(x / middle), 0.0) for x in (p, q)]
    return float(min(1.0, max(0.0, (parts[0].sum() + parts[1].sum()) / 2)))


def mean_jensen_shannon(context: EvaluationContext) -> float | None:
    """Return the mean over columns of the divergence of synthetic from training values.

    Levels of discrete columns are cells; ordered ones have 20, bounded by quantiles of the training
    values. A missing value is a cell of its own.

    Returns
    -------
    float or None
        None if no column can be compared.
    """
    tables = encoded(context)
    found = []
    for place, known in enumerate(tables.encoding.columns):
        if known.free_form:
            continue
        if known.discrete:
            cells = [
                t.codes[:, place].astype(np.int64) + 1 for t in (tables.train, tables.synthetic)
            ]
        else:
            cells = _binned(tables.train.numbers[:, place], tables.synthetic.numbers[:, place])
        if not len(cells[0]) or not len(cells[1]):
            continue
        size = max(int(part.max()) for part in cells) + 1
        counts = [np.bincount(part, minlength=size).astype(np.float64) for part in cells]
        found.append(jensen_shannon(counts[0], counts[1]))
    return float(np.mean(found)) if found else None


def _binned(real: Floats, synthetic: Floats) -> list[NDArray[np.int64]]:
    known = real[~np.isnan(real)]
    inner = np.linspace(0, 1, _BINS + 1)[1:-1]
    edges = np.unique(np.quantile(known, inner)) if len(known) else np.zeros(0)
    return [
        np.where(np.isnan(part), 0, np.searchsorted(edges, part, side="right") + 1)
        for part in (real, synthetic)
    ]


def logistic_detection(context: EvaluationContext) -> float | None:
    """Return how badly a logistic regression tells synthetic from training rows.

    ``1 - (max(AUC, 0.5) * 2 - 1)``, AUC cross-validated: 1 cannot be told apart, 0 always can, the
    definition of sdmetrics' ``LogisticDetection``; ordinal columns are not left out here.

    Returns
    -------
    float or None
        None with too few rows of either kind.
    """
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    tables = encoded(context)
    columns = [i for i, known in enumerate(tables.encoding.columns) if not known.free_form]
    sides = (tables.train, tables.synthetic)
    if min(len(side) for side in sides) < MINIMUM_ROWS or not columns:
        return None
    discrete = np.array([tables.encoding.columns[i].discrete for i in columns])
    features = np.concatenate(
        [np.where(discrete, side.codes[:, columns], side.numbers[:, columns]) for side in sides]
    ).astype(np.float64)
    features[:, discrete] = np.where(features[:, discrete] < 0, np.nan, features[:, discrete])
    labels = np.repeat([0, 1], [len(side) for side in sides])
    settings = LearnerSettings(
        TaskKind.BINARY, 2, discrete, len(labels), context.seed, context.threads
    )
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=context.seed)
    scores = cross_val_predict(
        LEARNERS[0].create(settings), features, labels, cv=folds, method="predict_proba"
    )[:, 1]
    return float(1 - (max(roc_auc_score(labels, scores), 0.5) * 2 - 1))


def f1_scores(context: EvaluationContext) -> dict[str, float]:
    """Return F1 of random forests trained on real, synthetic and both, on real test and train rows.

    Of the positive class of two, else the mean over classes. The test rows were seen by no model
    and by no synthesizer; against train, a model trained on real rows has seen what it is asked.

    Returns
    -------
    dict of str to float
        ``trtr_f1``, ``tstr_f1``, ``tatr_f1`` against the test rows, ``…_train`` against the
        training rows; empty where there is nothing to predict or one side lacks a class.
    """
    task = prediction_task(context)
    if isinstance(task, NoTask) or task.kind is TaskKind.NUMERIC:
        return {}
    tables = encoded(context)
    train, test, synthetic = (
        labelled(task, table) for table in (tables.train, tables.holdout, tables.synthetic)
    )
    both = Labelled(
        np.concatenate([train.features, synthetic.features]),
        np.concatenate([train.labels, synthetic.labels]),
        np.arange(len(train) + len(synthetic)),
    )
    found: dict[str, float] = {}
    for name, side in (("trtr", train), ("tstr", synthetic), ("tatr", both)):
        if len(side) < MINIMUM_ROWS or len(np.unique(side.labels)) < len(task.classes):
            continue
        model = (
            LEARNERS[1]
            .create(_settings(task, len(side), context))
            .fit(_without_empty(side.features), side.labels.astype(int))
        )
        for against, rows in (("", test), ("_train", train)):
            found[f"{name}_f1{against}"] = _f1(task, rows, model.predict(rows.features))
    return found


def _without_empty(features: Floats) -> Floats:
    """Give a column without any value one, so that no learner drops it."""
    empty = np.isnan(features).all(axis=0)
    return np.where(empty, 0.0, features)


def _settings(task: PredictionTask, rows: int, context: EvaluationContext) -> LearnerSettings:
    return LearnerSettings(
        task.kind, len(task.classes), task.discrete, rows, context.seed, context.threads
    )


def _f1(task: PredictionTask, rows: Labelled, predicted: NDArray[np.int64]) -> float:
    from sklearn.metrics import f1_score

    average = "binary" if task.kind is TaskKind.BINARY else "macro"
    return float(f1_score(rows.labels.astype(int), predicted, average=average, zero_division=0.0))
