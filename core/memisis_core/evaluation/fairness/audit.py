"""Which model is audited for fairness, and how the groups of the holdout fare with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.fairness.groups import Grouping
from memisis_core.evaluation.fairness.rates import MINIMUM_CELL, RATES, Cells, group_rates
from memisis_core.evaluation.fairness.representation import NO_PROTECTED
from memisis_core.evaluation.metric import Status
from memisis_core.evaluation.utility.measured import best_on_real, scored_classes
from memisis_core.evaluation.utility.models import PredictionModels, Side, prediction_models
from memisis_core.evaluation.utility.task import NoTask, TaskKind

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

Floats = NDArray[np.floating[Any]]

_MATRIX_BLOCK = 1 << 21


@dataclass(frozen=True)
class AuditedModel:
    """The learner that does best on real rows, trained on synthetic and on real ones.

    Fairness is asked of the model that a person would use.
    """

    models: PredictionModels
    name: str

    def actual(self, positive: int) -> NDArray[np.bool_]:
        """Return which labelled holdout rows are of the class, shape (n,)."""
        return np.asarray(self.models.holdout.labels == positive)

    def groups(self, grouping: Grouping) -> NDArray[np.intp]:
        """Return the group of each labelled holdout row, shape (n,)."""
        return grouping.holdout[self.models.holdout.rows]

    def said(self) -> str:
        """Return which model it is and which class counts as selected, for a caveat."""
        task = self.models.task
        if task.kind is TaskKind.BINARY:
            return f"{self.name}; selected: {task.positive} ({task.positive_rule})"
        return self.name


def audited_model(context: EvaluationContext) -> AuditedModel | NoTask:
    """Return the model whose fairness is measured, or why there is none."""
    if not context.data.protected:
        return NoTask(Status.NOT_APPLICABLE, NO_PROTECTED)
    models = prediction_models(context)
    if isinstance(models, NoTask):
        return models
    if models.task.kind is not TaskKind.NUMERIC and not scored_classes(models):
        return NoTask(
            Status.INSUFFICIENT_DATA,
            f"the holdout has fewer than {MINIMUM_CELL} rows of a class, too few to score",
        )
    return AuditedModel(models, best_on_real(models))


@dataclass(frozen=True)
class GroupOutcomes:
    """How the groups of one grouping fare, for every class that is compared.

    Attributes
    ----------
    grouping : Grouping
    classes : tuple of int
        Classes that count as selected, one after the other; for two classes the positive one.
    cells : tuple of Cells
        One a class.
    """

    audited: AuditedModel
    grouping: Grouping
    classes: tuple[int, ...]
    cells: tuple[Cells, ...]

    @classmethod
    def of(cls, audited: AuditedModel, grouping: Grouping) -> GroupOutcomes:
        """Count the cells of a grouping."""
        groups = audited.groups(grouping)
        classes = tuple(scored_classes(audited.models))
        cells = tuple(Cells.count(groups, len(grouping), audited.actual(c)) for c in classes)
        return cls(audited, grouping, classes, cells)

    @cached_property
    def compared(self) -> list[int]:
        """Places in `classes` where at least two groups are large enough."""
        return [i for i, cells in enumerate(self.cells) if cells.sufficient.sum() >= 2]

    @cached_property
    def sizes(self) -> Floats:
        """Rows that each rate of the compared classes rests on, shape (classes, 3, g)."""
        return np.array(
            [[self.cells[i].sizes(rate) for rate in RATES] for i in self.compared], dtype=float
        )

    @cached_property
    def left_out(self) -> NDArray[np.bool_]:
        """Groups too small to be compared, shape (classes, g), for the compared classes."""
        return np.array([~self.cells[i].sufficient for i in self.compared])

    def rates(self, side: Side) -> Floats:
        """Return all groups' rates, the mean over seeds, shape (all classes, 3, g)."""
        n = len(self.audited.models.holdout)
        seeds = range(self.audited.models.seeds)
        by_seed = [
            self._rates(np.ones((1, n)), side, seed, range(len(self.classes)))[0] for seed in seeds
        ]
        return np.asarray(np.mean(by_seed, axis=0))

    def compared_rates(self, side: Side) -> Floats:
        """Return the rates that are compared, shape (1, classes, 3, g); NaN where left out."""
        return self._blanked(self.rates(side)[None, self.compared])

    def replicates(self, side: Side) -> Floats:
        """Return `compared_rates` on every resample, shape (resamples, classes, 3, g)."""
        models = self.audited.models
        shape = (len(models.resamples), len(self.compared), len(RATES), len(self.grouping))
        found = np.empty(shape)
        for seed in range(models.seeds):
            blocks = models.resamples.blocks(seed, models.seeds, _MATRIX_BLOCK)
            for where, weights in blocks:
                found[where] = self._rates(weights, side, seed, self.compared)
        return self._blanked(found)

    def _rates(self, weights: Floats, side: Side, seed: int, places: Any) -> Floats:
        audited = self.audited
        predicted = audited.models.scores(side, audited.name)[seed].argmax(axis=1)
        groups = audited.groups(self.grouping)
        chosen = [self.classes[i] for i in places]
        return np.stack(
            [
                group_rates(weights, groups, len(self.grouping), audited.actual(c), predicted == c)
                for c in chosen
            ],
            axis=1,
        )

    def _blanked(self, rates: Floats) -> Floats:
        hidden = np.broadcast_to(self.left_out[None, :, None, :], rates.shape)
        return np.where(hidden, np.nan, rates)
