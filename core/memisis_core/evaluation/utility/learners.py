"""The three learners: a linear model, a bagged and a boosted forest, sized for seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.utility.task import TaskKind

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator
    from sklearn.pipeline import Pipeline

VERSION = 1
"""Raise it when a learner changes: cached predictions are then made again."""
MAXIMUM_LEVELS = 20
"""Levels of a column that get a one-hot column each; rarer ones share one."""
_TREES = 60
_ROWS_A_TREE = 5_000
"""Enough for trees with leaves of 3; keeps a forest on 50,000 rows at seconds."""


@dataclass(frozen=True)
class LearnerSettings:
    """What a learner has to know of its task.

    Attributes
    ----------
    kind : TaskKind
    classes : int
        Number of classes; 0 if numeric.
    discrete : ndarray of bool, shape (d,)
        Features that are codes of levels.
    rows : int
        Training rows.
    seed : int
    threads : int
    """

    kind: TaskKind
    classes: int
    discrete: NDArray[np.bool_]
    rows: int
    seed: int
    threads: int


@dataclass(frozen=True)
class Learner:
    """One kind of model.

    Attributes
    ----------
    name : str
        For classes; the subject of its metrics.
    numeric_name : str
        For a numeric target.
    seeded : bool
        Whether its seed changes the model.
    create : callable
        Returns an untrained scikit-learn estimator over matrices as `PredictionTask.matrix`
        gives them. All preparation is inside it, so that it is fitted on the training side.
    """

    name: str
    numeric_name: str
    seeded: bool
    create: Callable[[LearnerSettings], BaseEstimator]

    def name_for(self, kind: TaskKind) -> str:
        """Return what it is called for a task of this kind."""
        return self.numeric_name if kind is TaskKind.NUMERIC else self.name


def _linear(settings: LearnerSettings) -> Pipeline:
    """Median imputation with indicators, scaling, bounded one-hot; then an L2-penalised model."""
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
        StandardScaler(),
    )
    levels = OneHotEncoder(max_categories=MAXIMUM_LEVELS, handle_unknown="infrequent_if_exist")
    preparation = ColumnTransformer(
        [
            ("numbers", numbers, np.flatnonzero(~settings.discrete)),
            ("levels", levels, np.flatnonzero(settings.discrete)),
        ]
    )
    model: Any = (
        Ridge(alpha=1.0)
        if settings.kind is TaskKind.NUMERIC
        else LogisticRegression(max_iter=1000, tol=1e-3)
    )
    return make_pipeline(preparation, model)


def _forest(settings: LearnerSettings) -> BaseEstimator:
    """60 trees with leaves of 3 and more, each on at most 5,000 rows; missing values natively."""
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    shared: dict[str, Any] = {
        "n_estimators": _TREES,
        "min_samples_leaf": 3,
        "max_samples": _rows_a_tree(settings.rows),
        "random_state": settings.seed,
        "n_jobs": settings.threads,
    }
    if settings.kind is TaskKind.NUMERIC:
        return RandomForestRegressor(max_features=1 / 3, **shared)
    return RandomForestClassifier(max_features="sqrt", **shared)


def _rows_a_tree(rows: int) -> int | None:
    """Half the rows, but all (a usual bootstrap) of small tables and few of large ones."""
    return None if rows <= 2_000 else max(2_000, min(rows // 2, _ROWS_A_TREE))


def _boosting(settings: LearnerSettings) -> BaseEstimator:
    """100 rounds of trees with 15 leaves; fewer rounds where each fits one tree a class."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    rounds = 100 if settings.classes <= 2 else max(30, 200 // settings.classes)
    shared: dict[str, Any] = {
        "max_iter": rounds,
        "max_leaf_nodes": 15,
        "learning_rate": 0.1,
        "early_stopping": False,
        "random_state": settings.seed,
    }
    if settings.kind is TaskKind.NUMERIC:
        return HistGradientBoostingRegressor(**shared)
    return HistGradientBoostingClassifier(**shared)


LEARNERS: tuple[Learner, ...] = (
    Learner("logistic_regression", "linear_regression", False, _linear),
    Learner("random_forest", "random_forest", True, _forest),
    Learner("gradient_boosting", "gradient_boosting", False, _boosting),
)
