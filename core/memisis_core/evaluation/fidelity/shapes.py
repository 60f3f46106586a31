"""Do single columns look alike: Kolmogorov–Smirnov, total variation, and their mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.definition import Definition
from memisis_core.evaluation.encoding import MISSING_CODE, EncodedTable, Encoding, rounded
from memisis_core.evaluation.fidelity.outcomes import (
    ALL_MISSING,
    Gathered,
    Outcomes,
    similarity_metrics,
)
from memisis_core.evaluation.fidelity.similarity import (
    Similarity,
    frequency_similarity,
    spread,
)
from memisis_core.evaluation.metric import Axis, Metric
from memisis_core.evaluation.registry import Family

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

KS = Definition(
    "fidelity.ks",
    "KS complement",
    "1 minus the greatest difference between the two cumulative distributions of a column of "
    "numbers or dates; overall: the mean of these columns.",
    1.0,
    source="sdmetrics KSComplement; Massey 1951, J. Am. Stat. Assoc. 46:68",
    caveat="one column at a time: says nothing of how columns go together",
)
TV = Definition(
    "fidelity.tv",
    "TV complement",
    "1 minus half the summed differences of the shares of each value of a discrete column; "
    "overall: the mean of these columns.",
    1.0,
    source="sdmetrics TVComplement",
    caveat="one column at a time: says nothing of how columns go together",
)
COLUMN_SHAPES = Definition(
    "fidelity.column_shapes",
    "column shapes",
    "Mean over all columns of the KS complement (numbers, dates) or TV complement (discrete).",
    1.0,
    source="sdmetrics QualityReport, Column Shapes",
    caveat="one column at a time: says nothing of how columns go together",
    headline=True,
)
_DECIMALS = 14
"""As sdmetrics rounds, so that 0.1 + 0.2 and 0.3 are one value."""


def ks_complement(synthetic: NDArray[np.float64], real: NDArray[np.float64]) -> Similarity | None:
    """Return 1 - the two-sample Kolmogorov–Smirnov statistic, None if a sample has no value.

    Parameters
    ----------
    synthetic, real : ndarray of float, shapes (n,) and (m,)
        NaN is left out.
    """
    known, real_known = ~np.isnan(synthetic), ~np.isnan(real)
    values = rounded(synthetic[known], _DECIMALS)
    real_values = rounded(real[real_known], _DECIMALS)
    if not len(values) or not len(real_values):
        return None
    ordered, real_ordered = np.sort(values), np.sort(real_values)
    points = np.concatenate([ordered, real_ordered])
    difference = np.searchsorted(ordered, points, "right") / len(ordered) - np.searchsorted(
        real_ordered, points, "right"
    ) / len(real_ordered)
    widest = int(np.argmax(np.abs(difference)))
    sign = float(np.sign(difference[widest]))
    below, real_below = values <= points[widest], real_values <= points[widest]
    return Similarity(
        1.0 - abs(float(difference[widest])),
        spread(-sign * (below - below.mean()), known),
        spread(sign * (real_below - real_below.mean()), real_known),
        len(values),
    )


def tv_complement(synthetic: NDArray[np.int32], real: NDArray[np.int32]) -> Similarity | None:
    """Return 1 - the total variation distance of two columns of codes, missing left out.

    None if a sample has no value.
    """
    known, real_known = synthetic != MISSING_CODE, real != MISSING_CODE
    if not known.any() or not real_known.any():
        return None
    values, real_values = synthetic[known], real[real_known]
    found = frequency_similarity(values, real_values, int(max(values.max(), real_values.max())) + 1)
    return Similarity(
        found.value,
        spread(found.synthetic, known),
        spread(found.real, real_known),
        len(values),
    )


def column_similarities(
    encoding: Encoding, synthetic: EncodedTable, real: EncodedTable
) -> Outcomes:
    """Return KS or TV of every column that has one, and the means, by id and subject."""
    ks, tv = Gathered(), Gathered()
    for i in encoding.continuous:
        found = ks_complement(synthetic.numbers[:, i], real.numbers[:, i])
        ks.add(encoding.names[i], found or ALL_MISSING)
    for i in encoding.discrete:
        found = tv_complement(synthetic.codes[:, i], real.codes[:, i])
        tv.add(encoding.names[i], found or ALL_MISSING)
    return {
        **ks.outcomes(KS),
        **tv.outcomes(TV),
        (COLUMN_SHAPES.id, "overall"): ks.mean(tv),
    }


def measure(context: EvaluationContext) -> list[Metric]:
    """Return KS and TV of every column, their means, and column shapes."""
    return similarity_metrics(context, FAMILY.name, (KS, TV, COLUMN_SHAPES), column_similarities)


FAMILY = Family(
    "column shapes", Axis.FIDELITY, "column shapes", measure, (KS.id, TV.id, COLUMN_SHAPES.id)
)
