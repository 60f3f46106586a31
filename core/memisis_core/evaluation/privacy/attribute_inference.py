"""Attribute inference: can a value be guessed from all others through the synthetic rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.data.schema import ColumnKind
from memisis_core.evaluation.baselines import Key, baselines
from memisis_core.evaluation.definition import Definition
from memisis_core.evaluation.encoding import EncodedTable, Encoding
from memisis_core.evaluation.metric import Axis, Metric
from memisis_core.evaluation.neighbours import nearest_leaving_out_each_column
from memisis_core.evaluation.privacy.caveats import ATTACK
from memisis_core.evaluation.privacy.risk import Rates, baseline_value, mean_rate, risk_metric
from memisis_core.evaluation.privacy.targets import (
    MOST_ATTACKS,
    Targets,
    some_rows,
    stand_in_targets,
    targets,
)
from memisis_core.evaluation.registry import Family

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

ATTRIBUTE_INFERENCE = Definition(
    "privacy.attribute_inference",
    "attribute-inference risk",
    "How much more often the synthetic row that is nearest by all other columns gives away a value "
    "of a training record than of a held-out one; overall: over all columns.",
    0.0,
    "lower",
    source="Giomi et al. 2023 (Anonymeter), 10.56553/popets-2023-0055",
    caveat=ATTACK,
    headline=True,
)
_TOLERANCE = 0.05
"""A number is guessed if within 5 % of the guess, as in Anonymeter; a date within 30 days."""
_DAYS = 30.0


@dataclass(frozen=True)
class Guesses:
    """Which values were guessed.

    Attributes
    ----------
    members, nonmembers : ndarray of bool, shapes (n, secrets)
    """

    members: NDArray[np.bool_]
    nonmembers: NDArray[np.bool_]

    def rates(self, secret: int) -> Rates:
        """Return the rates of one column."""
        return Rates.of_counts(
            int(self.members[:, secret].sum()),
            int(self.nonmembers[:, secret].sum()),
            len(self.members),
            len(self.nonmembers),
        )

    def overall(self) -> Rates:
        """Return the rates over all columns; a person's columns are not independent attacks."""
        return Rates(
            mean_rate(self.members.mean(axis=1)),
            mean_rate(self.nonmembers.mean(axis=1)),
            len(self.members),
        )


def secrets_of(encoding: Encoding) -> list[int]:
    """Return the columns that are attacked: all but identifiers and free text."""
    return [i for i, known in enumerate(encoding.columns) if not known.free_form]


def guessed(
    records: EncodedTable,
    synthetic: EncodedTable,
    encoding: Encoding,
    context: EvaluationContext,
) -> NDArray[np.bool_]:
    """Tell which values of the records are guessed, shape (n, number of secrets)."""
    nearest = nearest_leaving_out_each_column(
        records.gower, synthetic.gower, threads=context.threads, checkpoint=context.checkpoint
    )
    successes = []
    for column in secrets_of(encoding):
        rows = nearest[:, column]
        known = encoding.columns[column]
        if known.discrete:
            successes.append(synthetic.codes[rows, column] == records.codes[:, column])
            continue
        guess, secret = synthetic.numbers[rows, column], records.numbers[:, column]
        date = known.column.kind is ColumnKind.DATE
        allowed = _DAYS if date else _TOLERANCE * np.abs(guess)
        both_missing = np.isnan(guess) & np.isnan(secret)
        successes.append((np.abs(guess - secret) <= allowed) | both_missing)
    return np.column_stack(successes)


def attack(found: Targets, context: EvaluationContext) -> Guesses:
    """Attack every column of seeded members and non-members."""
    chosen = some_rows(context, "inference targets", len(found.members), MOST_ATTACKS)
    return Guesses(
        guessed(found.members.take(chosen), found.synthetic, found.encoding, context),
        guessed(found.nonmembers.take(chosen), found.synthetic, found.encoding, context),
    )


def measure(context: EvaluationContext) -> list[Metric]:
    """Return the attribute-inference risk overall and of every column."""
    found = targets(context)
    if found.too_few:
        return [ATTRIBUTE_INFERENCE.insufficient_data(found.too_few)]
    secrets = secrets_of(found.encoding)
    if not secrets or len(found.encoding.columns) < 2:
        why = "it needs a column to guess and another to guess it from"
        return [ATTRIBUTE_INFERENCE.not_applicable(why)]
    real = baselines(context, FAMILY.name, lambda: _baseline(context))
    return [
        risk_metric(
            ATTRIBUTE_INFERENCE,
            rates,
            baseline=real.get((ATTRIBUTE_INFERENCE.id, subject)),
            subject=subject,
        )
        for subject, rates in _by_subject(attack(found, context), found.encoding).items()
    ]


def _by_subject(guesses: Guesses, encoding: Encoding) -> dict[str, Rates]:
    secrets = enumerate(secrets_of(encoding))
    columns = {encoding.names[column]: guesses.rates(place) for place, column in secrets}
    return {"overall": guesses.overall(), **columns}


def _baseline(context: EvaluationContext) -> dict[Key, float | None]:
    found = stand_in_targets(context)
    if found.too_few:
        return {}
    by_subject = _by_subject(attack(found, context), found.encoding)
    return {
        (ATTRIBUTE_INFERENCE.id, subject): baseline_value(rates)
        for subject, rates in by_subject.items()
    }


FAMILY = Family(
    "attribute inference",
    Axis.PRIVACY,
    "attribute inference",
    measure,
    (ATTRIBUTE_INFERENCE.id,),
)
