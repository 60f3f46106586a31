"""From similarities of columns and pairs to metrics with their baselines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.baselines import Key, baselines
from memisis_core.evaluation.definition import Definition
from memisis_core.evaluation.encoding import EncodedTable, Encoding, encoded
from memisis_core.evaluation.fidelity.similarity import Similarity
from memisis_core.evaluation.intervals import Estimate, two_sample_error
from memisis_core.evaluation.metric import Metric, Status

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext


@dataclass(frozen=True)
class Without:
    """Why there is no similarity."""

    status: Status
    why: str


@dataclass(frozen=True)
class Measured:
    """A value with its standard error, and the synthetic rows that it rests on."""

    estimate: Estimate
    n: int


Outcome = Similarity | Without
Outcomes = dict[Key, Measured | Without]
Compare = Callable[[Encoding, EncodedTable, EncodedTable], Outcomes]
"""Takes the encoding, the table in the synthetic data's place, and the real one."""

ALL_MISSING = Without(Status.INSUFFICIENT_DATA, "all values are missing in one of the tables")
NO_SUCH_COLUMN = Without(Status.NOT_APPLICABLE, "the table has no such column")
NO_ROWS = Without(Status.INSUFFICIENT_DATA, "one of the tables has no rows")


class Gathered:
    """The similarities of many columns or pairs, and their mean with its error.

    Rows' influences are summed as they come and then dropped: those of all pairs of a wide table
    would fill the memory.
    """

    def __init__(self) -> None:
        self._outcomes: dict[str, Measured | Without] = {}
        self._total = 0.0
        self._count = 0
        self._synthetic: NDArray[np.float64] = np.zeros(0)
        self._real: NDArray[np.float64] = np.zeros(0)

    def add(self, subject: str, outcome: Outcome) -> None:
        """Take in one similarity."""
        if isinstance(outcome, Without):
            self._outcomes[subject] = outcome
            return
        self._outcomes[subject] = Measured(outcome.estimate, outcome.n)
        self._total += outcome.value
        self._synthetic = outcome.synthetic + (self._synthetic if self._count else 0.0)
        self._real = outcome.real + (self._real if self._count else 0.0)
        self._count += 1

    def mean(self, *others: Gathered) -> Measured | Without:
        """Return the mean over all that could be computed, here and in `others`."""
        together = [part for part in (self, *others) if part._count]
        if not together:
            reasons = [why for part in (self, *others) for why in part._outcomes.values()]
            return reasons[0] if reasons else NO_SUCH_COLUMN
        count = sum(part._count for part in together)
        synthetic = np.sum([part._synthetic for part in together], axis=0) / count
        real = np.sum([part._real for part in together], axis=0) / count
        value = sum(part._total for part in together) / count
        return Measured(Estimate(value, two_sample_error(synthetic, real)), len(synthetic))

    def outcomes(self, definition: Definition) -> Outcomes:
        """Return everything by id and subject, the overall mean first."""
        found: Outcomes = {(definition.id, "overall"): self.mean()}
        return found | {(definition.id, name): known for name, known in self._outcomes.items()}


def similarity_metrics(
    context: EvaluationContext, family: str, definitions: tuple[Definition, ...], compare: Compare
) -> list[Metric]:
    """Compare synthetic with train, and, for the baselines, holdout with train."""
    tables = encoded(context)
    by_id = {definition.id: definition for definition in definitions}

    def real_values() -> dict[Key, float | None]:
        outcomes = compare(tables.encoding, tables.holdout, tables.train)
        return {
            key: outcome.estimate.value if isinstance(outcome, Measured) else None
            for key, outcome in outcomes.items()
        }

    if not len(tables.synthetic) or not len(tables.train):
        return [_metric(known, "overall", NO_ROWS, None) for known in definitions]
    real = baselines(context, family, real_values)
    return [
        _metric(by_id[key[0]], key[1], outcome, real.get(key))
        for key, outcome in compare(tables.encoding, tables.synthetic, tables.train).items()
    ]


def _metric(
    definition: Definition, subject: str, outcome: Measured | Without, baseline: float | None
) -> Metric:
    if isinstance(outcome, Measured):
        return definition.estimate(
            outcome.estimate, baseline=baseline, subject=subject, n=outcome.n
        )
    if outcome.status is Status.NOT_APPLICABLE:
        return definition.not_applicable(outcome.why, subject)
    return definition.insufficient_data(outcome.why, subject)
