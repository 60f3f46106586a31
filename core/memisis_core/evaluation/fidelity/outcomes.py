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
from memisis_core.text import visible

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
_MOST_NAMED = 3
_CLEARLY_FEWER = 0.9
"""Of the synthetic rows; with fewer in the baseline, a caveat says what that does."""
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
    """Compare synthetic with train, and, for the baselines, holdout with train.

    Similarities fall as samples shrink, so the baseline rests on no more holdout rows than there
    are synthetic ones; where there are fewer, the means say so. They also name what they leave out.
    """
    tables = encoded(context)
    by_id = {definition.id: definition for definition in definitions}
    rows = min(len(tables.holdout), len(tables.synthetic))

    def real_values() -> dict[Key, float | None]:
        chosen = np.sort(
            context.generator("holdout rows for fidelity").permutation(len(tables.holdout))[:rows]
        )
        outcomes = compare(tables.encoding, tables.holdout.take(chosen), tables.train)
        return {
            key: outcome.estimate.value if isinstance(outcome, Measured) else None
            for key, outcome in outcomes.items()
        }

    if not len(tables.synthetic) or not len(tables.train):
        return [_metric(known, "overall", NO_ROWS, None) for known in definitions]
    real = baselines(context, f"{family}, {rows} rows", real_values)
    outcomes = compare(tables.encoding, tables.synthetic, tables.train)
    return [
        _metric(
            by_id[key[0]],
            key[1],
            outcome,
            real.get(key),
            _said_of_mean(by_id[key[0]], outcomes, rows, len(tables.synthetic))
            if key[1] == "overall"
            else None,
        )
        for key, outcome in outcomes.items()
    ]


def _said_of_mean(
    definition: Definition, outcomes: Outcomes, baseline_rows: int, rows: int
) -> str | None:
    """Return the caveat of a mean: what it leaves out, and what its baseline rests on."""
    own = [key for key in outcomes if key[0] == definition.id and key[1] != "overall"]
    parts = own or [key for key in outcomes if key[1] != "overall"]
    missing = [
        visible(name)
        for identifier, name in parts
        if isinstance(found := outcomes[identifier, name], Without)
        and found.status is Status.INSUFFICIENT_DATA
    ]
    said = []
    if missing:
        more = f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
        said.append(f"without {', '.join(missing[:_MOST_NAMED])}{more}, not computable here")
    if baseline_rows < _CLEARLY_FEWER * rows:
        said.append(
            f"the real value rests on {baseline_rows:,} held-out rows, and fewer rows look less "
            "alike: a value better than it isn't better than real data"
        )
    if not said:
        return None
    return "; ".join([*said, definition.caveat] if definition.caveat else said)


def _metric(
    definition: Definition,
    subject: str,
    outcome: Measured | Without,
    baseline: float | None,
    caveat: str | None = None,
) -> Metric:
    if isinstance(outcome, Measured):
        return definition.estimate(
            outcome.estimate, baseline=baseline, subject=subject, n=outcome.n, caveat=caveat
        )
    if outcome.status is Status.NOT_APPLICABLE:
        return definition.not_applicable(outcome.why, subject)
    return definition.insufficient_data(outcome.why, subject)
