"""Is what occurs in the real data there: missing values, ranges, categories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.definition import Definition
from memisis_core.evaluation.encoding import MISSING_CODE, EncodedTable, Encoding
from memisis_core.evaluation.fidelity.outcomes import (
    ALL_MISSING,
    Gathered,
    Outcome,
    Outcomes,
    Without,
    similarity_metrics,
)
from memisis_core.evaluation.fidelity.similarity import Similarity
from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.evaluation.registry import Family

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

MISSINGNESS = Definition(
    "fidelity.missingness",
    "missing-value similarity",
    "1 minus the difference of the shares of missing values of a column; overall: the mean.",
    1.0,
    source="sdmetrics MissingValueSimilarity",
    caveat="shares only: not whether the same kind of patients lack a value",
)
RANGE_COVERAGE = Definition(
    "fidelity.range_coverage",
    "range coverage",
    "Share of the real range of a column of numbers or dates that synthetic values span.",
    1.0,
    source="sdmetrics RangeCoverage",
    caveat="covering the last extreme values of real people is not wanted where privacy matters",
)
CATEGORY_COVERAGE = Definition(
    "fidelity.category_coverage",
    "category coverage",
    "Share of the values of a discrete column that occur in the synthetic data too.",
    1.0,
    source="sdmetrics CategoryCoverage",
    caveat="covering values of very few real people is not wanted where privacy matters",
)


def missing_value_similarity(synthetic: NDArray[np.bool_], real: NDArray[np.bool_]) -> Similarity:
    """Return 1 - the difference of two shares of missing values.

    Parameters
    ----------
    synthetic, real : ndarray of bool, shapes (n,) and (m,)
        True where missing; at least one row each.
    """
    share, real_share = float(synthetic.mean()), float(real.mean())
    sign = float(np.sign(share - real_share)) or 1.0
    return Similarity(
        1.0 - abs(share - real_share),
        -sign * (synthetic.astype(np.float64) - share),
        sign * (real.astype(np.float64) - real_share),
        len(synthetic),
    )


def range_coverage(synthetic: NDArray[np.float64], real: NDArray[np.float64]) -> Outcome:
    """Return the share of the real range that lies between the synthetic extremes.

    Parameters
    ----------
    synthetic, real : ndarray of float, shapes (n,) and (m,)
        NaN is left out.
    """
    values, real_values = synthetic[~np.isnan(synthetic)], real[~np.isnan(real)]
    if not len(values) or not len(real_values):
        return ALL_MISSING
    low, high = float(real_values.min()), float(real_values.max())
    if low == high:
        return Without(Status.NOT_APPLICABLE, "the real column is constant and has no range")
    width = high / 2 - low / 2
    left_out = max((float(values.min()) / 2 - low / 2) / width, 0.0)
    right_out = max((high / 2 - float(values.max()) / 2) / width, 0.0)
    return _described(max(1.0 - left_out - right_out, 0.0), synthetic, real, len(values))


def category_coverage(synthetic: NDArray[np.int32], real: NDArray[np.int32]) -> Outcome:
    """Return the share of the real codes that occur among the synthetic ones, missing left out."""
    wanted = np.unique(real[real != MISSING_CODE])
    if not len(wanted):
        return ALL_MISSING
    share = float(np.isin(wanted, synthetic).mean())
    return _described(share, synthetic, real, int((synthetic != MISSING_CODE).sum()))


def compare(encoding: Encoding, synthetic: EncodedTable, real: EncodedTable) -> Outcomes:
    """Return the coverage measures of all columns, by id and subject."""
    missing, ranges, categories = Gathered(), Gathered(), Gathered()
    for i, known in enumerate(encoding.columns):
        name = known.column.name
        gaps, real_gaps = _missing(synthetic, i, encoding), _missing(real, i, encoding)
        missing.add(name, missing_value_similarity(gaps, real_gaps))
        if not known.discrete:
            ranges.add(name, range_coverage(synthetic.numbers[:, i], real.numbers[:, i]))
        elif not known.free_form:
            categories.add(name, category_coverage(synthetic.codes[:, i], real.codes[:, i]))
    return {
        **missing.outcomes(MISSINGNESS),
        **ranges.outcomes(RANGE_COVERAGE),
        **categories.outcomes(CATEGORY_COVERAGE),
    }


def _missing(table: EncodedTable, column: int, encoding: Encoding) -> NDArray[np.bool_]:
    if encoding.columns[column].discrete:
        return np.asarray(table.codes[:, column] == MISSING_CODE)
    return np.isnan(table.numbers[:, column])


def _described(value: float, synthetic: NDArray, real: NDArray, n: int) -> Similarity:  # type: ignore[type-arg]
    """Return a value that describes these tables and estimates nothing: no row has influence."""
    return Similarity(value, np.zeros(len(synthetic)), np.zeros(len(real)), n)


def measure(context: EvaluationContext) -> list[Metric]:
    """Return missing-value similarity, range and category coverage, by column and overall."""
    definitions = (MISSINGNESS, RANGE_COVERAGE, CATEGORY_COVERAGE)
    return similarity_metrics(context, FAMILY.name, definitions, compare)


FAMILY = Family(
    "coverage",
    Axis.FIDELITY,
    "coverage",
    measure,
    (MISSINGNESS.id, RANGE_COVERAGE.id, CATEGORY_COVERAGE.id),
)
