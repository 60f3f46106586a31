"""Can a classifier tell synthetic from real rows: the classifier two-sample test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.baselines import baselines
from memisis_core.evaluation.definition import Definition
from memisis_core.evaluation.encoding import EncodedTable, Encoding, encoded
from memisis_core.evaluation.intervals import Estimate, auc
from memisis_core.evaluation.metric import Axis, Metric
from memisis_core.evaluation.one_thread import one_thread
from memisis_core.evaluation.registry import Family

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

C2ST = Definition(
    "fidelity.c2st_auc",
    "real or synthetic, AUC",
    "Cross-validated area under the ROC curve of gradient boosting that tells synthetic from "
    "unseen real rows; 0.5: it cannot, 1: it always can.",
    0.5,
    "lower",
    source="Lopez-Paz & Oquab 2017, arXiv 1610.06545",
    caveat="a strong classifier also finds differences that matter to nobody",
    headline=True,
)
MOST_ROWS = 4_000
"""Rows of each side: more changes the area by less than its interval and costs seconds."""
_FEWEST_ROWS = 50
_FOLDS = 5
_FEWEST_VALUES = 50
_MOST_LEVELS = 200
"""Levels that a tree may branch on (the library takes 255); the rarest are one level."""


def tree_features(table: EncodedTable, encoding: Encoding) -> NDArray[np.float64]:
    """Return what trees read, shape (n, d): numbers, or codes of nominal columns; NaN missing."""
    columns = []
    for i, known in enumerate(encoding.columns):
        if known.free_form:
            continue
        if known.ordered:
            columns.append(table.numbers[:, i])
            continue
        codes = table.codes[:, i].astype(np.float64)
        codes[codes < 0] = np.nan
        columns.append(codes)
    return np.column_stack(columns) if columns else np.zeros((len(table), 0))


def _nominal(encoding: Encoding) -> NDArray[np.bool_]:
    return np.array([not c.ordered for c in encoding.columns if not c.free_form], dtype=bool)


def detection_auc(
    synthetic: NDArray[np.float64],
    real: NDArray[np.float64],
    nominal: NDArray[np.bool_],
    seed: int,
) -> Estimate:
    """Return the mean over folds of the area under the ROC curve, with its error.

    DeLong's within a fold, enlarged because the folds share training rows (Nadeau & Bengio 2003,
    Machine Learning 52:239); without that, intervals miss 0.5 in 13 % of fresh draws.

    Parameters
    ----------
    synthetic, real : ndarray of float, shape (n, d)
        Equal sizes, at least `_FOLDS` rows each.
    nominal : ndarray of bool, shape (d,)
        Which columns are codes.
    seed : int
        Of the folds and the trees.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.model_selection import StratifiedKFold

    rows = np.concatenate([synthetic, real])
    labels = np.repeat([1, 0], [len(synthetic), len(real)])
    for column in range(rows.shape[1]):
        known = ~np.isnan(rows[:, column])
        if known.sum() < _FEWEST_VALUES:  # trees cannot bin it; that it is there still tells
            rows[:, column] = known
        elif nominal[column]:
            rows[:, column] = _common_levels(rows[:, column])
    folds: list[Estimate] = []
    with one_thread():
        splits = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed)
        for train, test in splits.split(rows, labels):
            model = HistGradientBoostingClassifier(
                max_iter=60,
                learning_rate=0.15,
                max_leaf_nodes=16,
                min_samples_leaf=max(5, len(train) // 400),
                categorical_features=nominal,
                early_stopping=False,
                random_state=seed,
            ).fit(rows[train], labels[train])
            scores = model.decision_function(rows[test])
            folds.append(auc(scores[labels[test] == 1], scores[labels[test] == 0]))
    variance = float(np.mean([fold.error**2 for fold in folds]))
    error = float(np.sqrt(variance * (1 / _FOLDS + 1 / (_FOLDS - 1))))
    return Estimate(float(np.mean([fold.value for fold in folds])), error)


def _common_levels(codes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return codes from 0, the rarest beyond `_MOST_LEVELS` as one, NaN kept."""
    known = ~np.isnan(codes)
    levels, places, counts = np.unique(codes[known], return_inverse=True, return_counts=True)
    rank = np.empty(len(levels))
    rank[np.argsort(-counts, kind="stable")] = np.arange(len(levels))
    renumbered = codes.copy()
    renumbered[known] = np.minimum(rank[places], _MOST_LEVELS)
    return renumbered


def measure(context: EvaluationContext) -> list[Metric]:
    """Return the area for synthetic against holdout rows, topped up with training rows."""
    tables = encoded(context)
    generator = context.generator("c2st")
    available = len(tables.holdout) + len(tables.train)
    size = min(len(tables.synthetic), available, MOST_ROWS)
    if size < _FEWEST_ROWS:
        why = f"{size} rows of each kind; a classifier needs {_FEWEST_ROWS}"
        return [C2ST.insufficient_data(why, n=2 * size)]
    features = {
        "synthetic": tree_features(tables.synthetic, tables.encoding),
        "holdout": tree_features(tables.holdout, tables.encoding),
        "train": tree_features(tables.train, tables.encoding),
    }
    nominal = _nominal(tables.encoding)
    if not len(nominal):
        return [C2ST.not_applicable("there are only identifiers and free text")]
    real = features["holdout"][generator.permutation(len(tables.holdout))[:size]]
    top_up = features["train"][generator.permutation(len(tables.train))[: size - len(real)]]
    synthetic = features["synthetic"][generator.permutation(len(tables.synthetic))[:size]]

    def baseline() -> dict[tuple[str, str], float | None]:
        half = min(len(tables.holdout), len(tables.train), MOST_ROWS)
        if half < _FEWEST_ROWS:
            return {(C2ST.id, "overall"): None}
        held = features["holdout"][generator.permutation(len(tables.holdout))[:half]]
        seen = features["train"][generator.permutation(len(tables.train))[:half]]
        found = detection_auc(held, seen, nominal, context.seed)
        return {(C2ST.id, "overall"): found.value}

    context.checkpoint()
    known = baselines(context, FAMILY.name, baseline)
    estimate = detection_auc(synthetic, np.concatenate([real, top_up]), nominal, context.seed)
    return [C2ST.estimate(estimate, baseline=known.get((C2ST.id, "overall")), n=2 * size)]


FAMILY = Family("real or synthetic", Axis.FIDELITY, "real or synthetic", measure, (C2ST.id,))
