"""The target as a prediction task: its kind, its classes, and the features that may predict it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from memisis_core.data.schema import ColumnKind
from memisis_core.evaluation.encoding import EncodedTable, Encoding, encoded
from memisis_core.evaluation.metric import Status
from memisis_core.text import visible

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

Floats = NDArray[np.float64]

MINIMUM_ROWS = 20
"""Labelled rows below which no model is fitted or tested."""
MAXIMUM_CLASSES = 20
"""More classes than this cannot be learnt from tables of this size; the target is refused."""
_POSITIVE_WORDS = frozenset({"yes", "y", "true", "t", "positive", "present", "1"})
_LARGEST = 1e30
"""Features are cut here: trees hold them as float32, where more becomes infinite."""


class TaskKind(StrEnum):
    """What is predicted."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    NUMERIC = "numeric"


@dataclass(frozen=True)
class NoTask:
    """Why nothing can be predicted."""

    status: Status
    why: str


@dataclass(frozen=True)
class PredictionTask:
    """What is predicted from what; settled by the schema and the real data alone.

    Attributes
    ----------
    target : str
        Its column.
    kind : TaskKind
    classes : tuple of str
        Names of the classes; for two classes the negative one first. Empty if numeric.
    positive_rule : str
        Why the second of two classes counts as the positive one.
    features : tuple of int
        Positions in the encoded tables: every column but the target, identifiers and free text.
    names : tuple of str
        Names of the features.
    discrete : ndarray of bool, shape (d,)
        Which features are levels without an order.
    """

    target: str
    kind: TaskKind
    classes: tuple[str, ...]
    positive_rule: str
    features: tuple[int, ...]
    names: tuple[str, ...]
    discrete: NDArray[np.bool_]
    position: int
    places: tuple[float, ...]
    """What stands in the encoded target column for each class (a code, or a number)."""
    by_code: bool

    @property
    def positive(self) -> str:
        """Name of the positive class of two."""
        return self.classes[1]

    def matrix(self, table: EncodedTable) -> Floats:
        """Return the features of all rows, shape (n, d): numbers, codes of levels, NaN missing."""
        columns = list(self.features)
        codes = table.codes[:, columns].astype(np.float64)
        codes[codes < 0] = np.nan
        numbers = np.clip(table.numbers[:, columns], -_LARGEST, _LARGEST)
        return np.where(self.discrete, codes, numbers)

    def labels(self, table: EncodedTable) -> Floats:
        """Return the target of all rows, shape (n,): index of the class or number, NaN missing.

        A value that is no class of the real data is missing.
        """
        if self.kind is TaskKind.NUMERIC:
            return np.clip(table.numbers[:, self.position], -_LARGEST, _LARGEST)
        held = (table.codes if self.by_code else table.numbers)[:, self.position]
        labels = np.full(len(held), np.nan)
        for index, place in enumerate(self.places):
            labels[held == place] = index
        return labels


def prediction_task(context: EvaluationContext) -> PredictionTask | NoTask:
    """Return what the models of this evaluation predict, or why they cannot (found once)."""
    known = context.shared.get("prediction task")
    if known is None:
        known = context.shared["prediction task"] = _task(context)
    return cast("PredictionTask | NoTask", known)


def _task(context: EvaluationContext) -> PredictionTask | NoTask:
    target = context.data.target
    if target is None:
        if context.data.absent_target is not None:
            lost = visible(context.data.absent_target)
            return NoTask(Status.NOT_APPLICABLE, f"the synthetic table lacks the target {lost}")
        return NoTask(Status.NOT_APPLICABLE, "no target is set: name a column to predict")
    column = context.data.schema.column(target)
    if column.kind in (ColumnKind.IDENTIFIER, ColumnKind.TEXT):
        return NoTask(
            Status.NOT_APPLICABLE,
            f"the target {visible(target)} holds {column.kind.value}s: no model here predicts them",
        )
    tables = encoded(context)
    encoding = tables.encoding
    position = encoding.position(target)
    features = [i for i, c in enumerate(encoding.columns) if i != position and not c.free_form]
    if not features:
        return NoTask(Status.NOT_APPLICABLE, "there is no column to predict the target from")
    outcome = _outcome(encoding, position, tables.train, tables.holdout)
    if isinstance(outcome, NoTask):
        return outcome
    task = PredictionTask(
        target=target,
        kind=outcome.kind,
        classes=outcome.classes,
        positive_rule=outcome.rule,
        features=tuple(features),
        names=tuple(encoding.columns[i].column.name for i in features),
        discrete=np.array([not encoding.columns[i].ordered for i in features]),
        position=position,
        places=outcome.places,
        by_code=outcome.by_code,
    )
    return _checked(task, {"train": tables.train, "holdout": tables.holdout})


@dataclass(frozen=True)
class _Outcome:
    kind: TaskKind
    classes: tuple[str, ...] = ()
    places: tuple[float, ...] = ()
    by_code: bool = False
    rule: str = ""


def _outcome(
    encoding: Encoding, position: int, train: EncodedTable, holdout: EncodedTable
) -> _Outcome | NoTask:
    """Classes for levels, and for numbers with two values; numbers otherwise."""
    column = encoding.columns[position]
    both = [train, holdout]
    if column.levels is not None and not (column.ordered and len(column.levels) > MAXIMUM_CLASSES):
        held = np.concatenate([table.codes[:, position] for table in both])
        places = np.unique(held[held >= 0]).astype(np.float64)
        values = [column.levels[int(place)] for place in places]
        by_code = True
    else:
        numbers = np.concatenate([table.numbers[:, position] for table in both])
        places = np.unique(numbers[~np.isnan(numbers)])
        if len(places) > 2:
            return _Outcome(TaskKind.NUMERIC)
        values, by_code = list(places), False
    name = visible(column.column.name)
    if len(places) < 2:
        return NoTask(Status.INSUFFICIENT_DATA, f"the real target {name} has fewer than two values")
    if len(places) > MAXIMUM_CLASSES:
        return NoTask(
            Status.NOT_APPLICABLE,
            f"the target {name} has {len(places)} classes; at most {MAXIMUM_CLASSES} are modelled",
        )
    if len(places) > 2:
        names = tuple(_label(value) for value in values)
        return _Outcome(TaskKind.MULTICLASS, names, tuple(places), by_code)
    counts = [float(np.count_nonzero(held_in(train, position, by_code) == p)) for p in places]
    second_is_positive, rule = _positive(values, counts, ordered=column.ordered)
    order = (0, 1) if second_is_positive else (1, 0)
    return _Outcome(
        TaskKind.BINARY,
        tuple(_label(values[i]) for i in order),
        tuple(float(places[i]) for i in order),
        by_code,
        rule,
    )


def held_in(table: EncodedTable, position: int, by_code: bool) -> NDArray[Any]:
    """Return one encoded column: its codes or its numbers, shape (n,)."""
    return table.codes[:, position] if by_code else table.numbers[:, position]


def _positive(values: list[object], counts: list[float], *, ordered: bool) -> tuple[bool, str]:
    """Tell whether the second of two values (in their order) is the positive one, and why."""
    if all(isinstance(value, bool | np.bool_) for value in values):
        return bool(values[1]), "true"
    numbers = [_number(value) for value in values]
    if numbers[0] is not None and numbers[1] is not None:
        return numbers[1] > numbers[0], "the larger number"
    if ordered:
        return True, "the higher level"
    affirmative = [str(value).strip().lower() in _POSITIVE_WORDS for value in values]
    if affirmative[0] != affirmative[1]:
        return affirmative[1], "the affirmative word"
    return counts[1] <= counts[0], "the rarer class"


def _number(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None


def _label(value: object) -> str:
    """Return a class as people write it: 1.0 as 1."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return visible(str(value), limit=40)


def _checked(task: PredictionTask, tables: dict[str, EncodedTable]) -> PredictionTask | NoTask:
    for part, table in tables.items():
        labels = task.labels(table)
        labelled = int(np.count_nonzero(~np.isnan(labels)))
        if labelled < MINIMUM_ROWS:
            return NoTask(
                Status.INSUFFICIENT_DATA,
                f"the real {part} has {labelled} rows with a target; {MINIMUM_ROWS} are needed",
            )
        if task.kind is not TaskKind.NUMERIC and len(np.unique(labels[~np.isnan(labels)])) < 2:
            return NoTask(Status.INSUFFICIENT_DATA, f"the target of the real {part} has one class")
    return task
