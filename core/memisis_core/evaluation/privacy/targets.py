"""Who is attacked: as many members (train) as non-members (holdout), with what synthetic data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.distances import stand_in
from memisis_core.evaluation.encoding import EncodedTable, Encoding, encoded

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

MOST_ATTACKS = 2_000
"""Records attacked of each kind; the interval of a rate is then at most ±0.022."""
FEWEST_RECORDS = 20
"""Members, and non-members, below which an attack tells nothing."""


@dataclass(frozen=True)
class Targets:
    """What an attack is given.

    Attributes
    ----------
    encoding : Encoding
    synthetic : EncodedTable
        What the attacker has.
    members, nonmembers : EncodedTable
        Equally many real rows of each kind.
    """

    encoding: Encoding
    synthetic: EncodedTable
    members: EncodedTable
    nonmembers: EncodedTable

    @property
    def too_few(self) -> str | None:
        """Why the attack cannot be judged, or None."""
        if not len(self.synthetic):
            return "there are no synthetic rows"
        if len(self.members) < FEWEST_RECORDS:
            return (
                f"{len(self.members)} members and as many held-out records; "
                f"{FEWEST_RECORDS} of each are needed"
            )
        return None


def targets(context: EvaluationContext) -> Targets:
    """Return the synthetic data with members and non-members."""
    tables = encoded(context)
    members, nonmembers = _equally_many(context, tables.train, tables.holdout)
    return Targets(tables.encoding, tables.synthetic, members, nonmembers)


def stand_in_targets(context: EvaluationContext) -> Targets:
    """Return half of the holdout in the synthetic data's place, for the baselines of attacks."""
    parts = stand_in(context)
    members, nonmembers = _equally_many(context, parts.members, parts.nonmembers)
    return Targets(encoded(context).encoding, parts.synthetic, members, nonmembers)


def some_rows(context: EvaluationContext, purpose: str, n: int, most: int) -> NDArray[np.intp]:
    """Return at most `most` of `n` row numbers, the same for the same seed, ascending."""
    if n <= most:
        return np.arange(n)
    return np.sort(context.generator(purpose).choice(n, most, replace=False))


def attacked_rows(
    context: EvaluationContext, members: int, nonmembers: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return which rows are attacked of so many members and non-members: as many of each."""
    size = min(members, nonmembers)
    return (
        some_rows(context, "members attacked", members, size),
        some_rows(context, "non-members attacked", nonmembers, size),
    )


def _equally_many(
    context: EvaluationContext, members: EncodedTable, nonmembers: EncodedTable
) -> tuple[EncodedTable, EncodedTable]:
    rows = attacked_rows(context, len(members), len(nonmembers))
    return members.take(rows[0]), nonmembers.take(rows[1])
