"""How far values would have to be moved: Wasserstein distance of standardised columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.definition import Definition
from memisis_core.evaluation.encoding import EncodedTable, Encoding
from memisis_core.evaluation.fidelity.outcomes import (
    ALL_MISSING,
    Gathered,
    Outcome,
    Outcomes,
    Without,
    similarity_metrics,
)
from memisis_core.evaluation.fidelity.similarity import Similarity, spread
from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.evaluation.registry import Family

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

WASSERSTEIN = Definition(
    "fidelity.wasserstein",
    "Wasserstein distance",
    "Mean distance, in standard deviations of the real column, by which values would have to be "
    "moved to turn one distribution into the other; overall: the mean over columns.",
    0.0,
    "lower",
    source="scipy.stats.wasserstein_distance; Villani 2009, Optimal Transport",
    caveat="heavy tails weigh much",
    high=np.inf,
)


def standardised_wasserstein(synthetic: NDArray[np.float64], real: NDArray[np.float64]) -> Outcome:
    """Return the first Wasserstein distance in standard deviations of `real`.

    Parameters
    ----------
    synthetic, real : ndarray of float, shapes (n,) and (m,)
        NaN is left out.
    """
    known, real_known = ~np.isnan(synthetic), ~np.isnan(real)
    values, real_values = synthetic[known], real[real_known]
    if not len(values) or not len(real_values):
        return ALL_MISSING
    with np.errstate(over="ignore", invalid="ignore"):
        scale = float(real_values.std())
    if scale == 0:
        return Without(Status.NOT_APPLICABLE, "the real column is constant")
    if not np.isfinite(scale):
        return Without(Status.NOT_APPLICABLE, "the values are too large to be standardised")
    values, real_values = values / scale, real_values / scale
    points = np.sort(np.concatenate([values, real_values]))
    widths = np.diff(points)
    difference = np.searchsorted(np.sort(values), points[:-1], "right") / len(values)
    difference -= np.searchsorted(np.sort(real_values), points[:-1], "right") / len(real_values)
    # Moving a value up by dx changes the distance by -sign(difference at it) dx / n.
    potential = np.concatenate([[0.0], np.cumsum(np.sign(difference) * widths)])
    own = potential[np.searchsorted(points, values)]
    real_own = potential[np.searchsorted(points, real_values)]
    return Similarity(
        float(np.abs(difference) @ widths),
        spread(own.mean() - own, known),
        spread(real_own - real_own.mean(), real_known),
        len(values),
    )


def compare(encoding: Encoding, synthetic: EncodedTable, real: EncodedTable) -> Outcomes:
    """Return the distance of every continuous column and their mean, by id and subject."""
    columns = Gathered()
    for i in encoding.continuous:
        found = standardised_wasserstein(synthetic.numbers[:, i], real.numbers[:, i])
        columns.add(encoding.names[i], found)
    return columns.outcomes(WASSERSTEIN)


def measure(context: EvaluationContext) -> list[Metric]:
    """Return the standardised Wasserstein distance of every continuous column and the mean."""
    return similarity_metrics(context, FAMILY.name, (WASSERSTEIN,), compare)


FAMILY = Family("wasserstein", Axis.FIDELITY, "Wasserstein distance", measure, (WASSERSTEIN.id,))
