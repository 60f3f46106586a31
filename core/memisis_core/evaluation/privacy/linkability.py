"""Linkability: can two parts of a person's record, held apart, be joined through synthetic rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.baselines import Key, baselines
from memisis_core.evaluation.definition import Definition
from memisis_core.evaluation.encoding import EncodedTable
from memisis_core.evaluation.metric import Axis, Metric
from memisis_core.evaluation.neighbours import nearest
from memisis_core.evaluation.privacy.caveats import ATTACK
from memisis_core.evaluation.privacy.risk import Rates, baseline_value, risk_metric
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

LINKABILITY = Definition(
    "privacy.linkability",
    "linkability risk",
    "How much more often the two halves of a training record have a synthetic row among the 5 "
    "nearest in common than those of a held-out record.",
    0.0,
    "lower",
    source="Giomi et al. 2023 (Anonymeter), 10.56553/popets-2023-0055; columns halved at random "
    "4 times",
    caveat=ATTACK,
)
_NEIGHBOURS = 5
_HALVINGS = 4


def links(
    synthetic: EncodedTable,
    records: EncodedTable,
    first: NDArray[np.intp],
    second: NDArray[np.intp],
    threads: int = 1,
) -> NDArray[np.bool_]:
    """Tell for which records both parts have a synthetic neighbour in common, shape (n,).

    Parameters
    ----------
    first, second : ndarray of int
        The columns of each part.
    """
    found = [
        nearest(
            records.gower[:, part], synthetic.gower[:, part], _NEIGHBOURS, threads=threads
        ).index
        for part in (first, second)
    ]
    common = (found[0][:, :, None] == found[1][:, None, :]) & (found[0][:, :, None] >= 0)
    return np.asarray(common.any(axis=(1, 2)))


def attack(found: Targets, context: EvaluationContext) -> Rates:
    """Return how often the parts of members and of non-members could be linked."""
    generator = context.generator(FAMILY.name)
    columns = found.synthetic.gower.shape[1]
    chosen = some_rows(context, "linkability targets", len(found.members), MOST_ATTACKS)
    successes = [0, 0]
    for part in np.array_split(generator.permutation(chosen), _HALVINGS):
        shuffled = generator.permutation(columns)
        first, second = shuffled[: columns // 2], shuffled[columns // 2 :]
        for who, table in enumerate((found.members, found.nonmembers)):
            context.checkpoint()
            linked = links(found.synthetic, table.take(part), first, second, context.threads)
            successes[who] += int(linked.sum())
    return Rates.of_counts(successes[0], successes[1], len(chosen))


def measure(context: EvaluationContext) -> list[Metric]:
    """Return the linkability risk."""
    found = targets(context)
    if found.too_few:
        return [LINKABILITY.insufficient_data(found.too_few)]
    if found.synthetic.gower.shape[1] < 2:
        return [LINKABILITY.not_applicable("one column cannot be divided in two parts")]
    real = baselines(context, FAMILY.name, lambda: _baseline(context))
    rates = attack(found, context)
    return [risk_metric(LINKABILITY, rates, baseline=real.get((LINKABILITY.id, "overall")))]


def _baseline(context: EvaluationContext) -> dict[Key, float | None]:
    found = stand_in_targets(context)
    if found.too_few:
        return {}
    return {(LINKABILITY.id, "overall"): baseline_value(attack(found, context))}


FAMILY = Family("linkability", Axis.PRIVACY, "linkability", measure, (LINKABILITY.id,))
