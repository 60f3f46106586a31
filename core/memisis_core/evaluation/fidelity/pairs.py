"""Do pairs of columns move together alike: correlation and contingency over all pairs.

All pairs, unlike the default of sdmetrics' quality report, which skips weakly related ones and so
gives numbers that cannot be compared between tables. Mixed pairs use the bins of the real column
for both tables; the report of sdmetrics bins each table by its own range.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.definition import Definition
from memisis_core.evaluation.encoding import EncodedTable, Encoding
from memisis_core.evaluation.fidelity.outcomes import (
    Gathered,
    Outcome,
    Outcomes,
    Without,
    similarity_metrics,
)
from memisis_core.evaluation.fidelity.similarity import (
    Similarity,
    frequency_similarity,
    spread,
)
from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.evaluation.registry import Family

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

CORRELATION = Definition(
    "fidelity.correlation",
    "correlation similarity",
    "1 minus half the difference of the Pearson correlations of two columns of numbers or dates; "
    "overall: the mean over all such pairs.",
    1.0,
    source="sdmetrics CorrelationSimilarity",
    caveat="sees straight-line relations only",
)
CONTINGENCY = Definition(
    "fidelity.contingency",
    "contingency similarity",
    "1 minus the total variation distance of the joint shares of two columns of which at least "
    "one is discrete (numbers in 10 bins of the real range); overall: the mean over such pairs.",
    1.0,
    source="sdmetrics ContingencySimilarity",
)
PAIR_TRENDS = Definition(
    "fidelity.pair_trends",
    "column pair trends",
    "Mean over all pairs of columns of their correlation or contingency similarity.",
    1.0,
    source="sdmetrics QualityReport, Column Pair Trends, without its thresholds",
    caveat="pairs only; over all pairs, unlike sdmetrics' default, which skips weak ones",
    headline=True,
)
_BINS = 10
MOST_LISTED = 300
"""Pairs listed one by one; all of them are in the means. 300 are all pairs of 25 columns."""
_CONSTANT = Without(Status.NOT_APPLICABLE, "a column is constant in one of the tables")
_TOO_FEW = Without(Status.INSUFFICIENT_DATA, "fewer than 2 rows have both values")


def correlation_similarity(
    synthetic: tuple[NDArray[np.float64], NDArray[np.float64]],
    real: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> Outcome:
    """Return 1 - half the difference of two Pearson correlations.

    Parameters
    ----------
    synthetic, real : pairs of ndarray of float, shapes (n,) and (m,)
        The two columns of each table; rows with NaN in either are left out.
    """
    found, real_found = _pearson(*synthetic), _pearson(*real)
    if isinstance(found, Without):
        return found
    if isinstance(real_found, Without):
        return real_found
    difference = found.value - real_found.value
    sign = float(np.sign(difference)) or 1.0
    return Similarity(
        1.0 - abs(difference) / 2,
        -sign / 2 * found.synthetic,
        sign / 2 * real_found.synthetic,
        found.n,
    )


def _pearson(first: NDArray[np.float64], second: NDArray[np.float64]) -> Outcome:
    """Return a correlation with the influence of each row (Devlin et al. 1975, Biometrika 62)."""
    known = ~(np.isnan(first) | np.isnan(second))
    x, y = first[known], second[known]
    if len(x) < 2:
        return _TOO_FEW
    if (x == x[0]).all() or (y == y[0]).all():
        return _CONSTANT
    x, y = _standardised(x), _standardised(y)
    r = float(np.clip((x * y).mean(), -1.0, 1.0))
    influence = x * y - r * (x**2 + y**2) / 2
    return Similarity(r, spread(influence, known), np.zeros(0), len(x))


def _standardised(values: NDArray[np.float64]) -> NDArray[np.float64]:
    scaled = values / np.abs(values).max() if np.abs(values).max() > 1e100 else values
    centred = scaled - scaled.mean()
    return np.asarray(centred / np.sqrt(np.square(centred).mean()))


def compare(encoding: Encoding, synthetic: EncodedTable, real: EncodedTable) -> Outcomes:
    """Return the similarity of every pair and the means, by id and subject (``a × b``)."""
    correlation, contingency = Gathered(), Gathered()
    continuous = set(encoding.continuous)
    levels = {i: _Cells(i, encoding, synthetic, real) for i in encoding.discrete}
    levels |= {i: _Cells(i, encoding, synthetic, real) for i in continuous if levels}
    for i, j in combinations(sorted(continuous | set(encoding.discrete)), 2):
        subject = f"{encoding.names[i]} × {encoding.names[j]}"
        if i in continuous and j in continuous:
            found = correlation_similarity(
                (synthetic.numbers[:, i], synthetic.numbers[:, j]),
                (real.numbers[:, i], real.numbers[:, j]),
            )
            correlation.add(subject, found)
        else:
            contingency.add(subject, levels[i].joint_similarity(levels[j]))
    return {
        **correlation.outcomes(CORRELATION),
        **contingency.outcomes(CONTINGENCY),
        (PAIR_TRENDS.id, "overall"): correlation.mean(contingency),
    }


class _Cells:
    """One column as cell numbers from 0, missing values and unknown levels included."""

    def __init__(
        self, column: int, encoding: Encoding, synthetic: EncodedTable, real: EncodedTable
    ) -> None:
        if encoding.columns[column].discrete:
            self.synthetic = synthetic.codes[:, column].astype(np.int64) + 1
            self.real = real.codes[:, column].astype(np.int64) + 1
        else:
            edges = _edges(real.numbers[:, column])
            self.synthetic = np.digitize(synthetic.numbers[:, column], edges)
            self.real = np.digitize(real.numbers[:, column], edges)
        self.count = int(max(self.synthetic.max(initial=0), self.real.max(initial=0))) + 1

    def joint_similarity(self, other: _Cells) -> Similarity:
        """Return 1 - the total variation distance of the joint shares."""
        synthetic = self.synthetic * other.count + other.synthetic
        real = self.real * other.count + other.real
        cells = self.count * other.count
        if cells > 4 * (len(synthetic) + len(real)):
            present, codes = np.unique(np.concatenate([synthetic, real]), return_inverse=True)
            synthetic, real = codes[: len(synthetic)], codes[len(synthetic) :]
            cells = len(present)
        return frequency_similarity(synthetic, real, cells)


def _edges(real: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the edges of equal bins over the real range, the outer ones open; NaN comes last."""
    known = real[~np.isnan(real)]
    edges = np.linspace(known.min(), known.max(), _BINS + 1) if len(known) else np.zeros(2)
    if edges[0] == edges[-1]:  # as numpy.histogram_bin_edges does for a constant column
        edges = np.linspace(edges[0] - 0.5, edges[0] + 0.5, _BINS + 1)
    edges[0], edges[-1] = -np.inf, np.inf
    return edges


def measure(context: EvaluationContext) -> list[Metric]:
    """Return correlation and contingency similarity of all pairs, and their means."""
    definitions = (CORRELATION, CONTINGENCY, PAIR_TRENDS)
    return _least_similar(similarity_metrics(context, FAMILY.name, definitions, compare))


def _least_similar(metrics: list[Metric]) -> list[Metric]:
    """Leave out the most similar pairs of a wide table, and say so beside the means."""
    pairs = [metric for metric in metrics if metric.subject != "overall"]
    if len(pairs) <= MOST_LISTED:
        return metrics
    worst = sorted(pairs, key=lambda metric: 2.0 if metric.value is None else metric.value)
    listed = {metric.key for metric in worst[:MOST_LISTED]}
    note = (
        f"of {len(pairs):,} pairs the {MOST_LISTED} least similar are listed; all are in the mean"
    )
    return [
        metric.model_copy(update={"caveat": f"{note}; {metric.caveat}" if metric.caveat else note})
        if metric.subject == "overall"
        else metric
        for metric in metrics
        if metric.subject == "overall" or metric.key in listed
    ]


FAMILY = Family(
    "column pairs",
    Axis.FIDELITY,
    "column pairs",
    measure,
    (CORRELATION.id, CONTINGENCY.id, PAIR_TRENDS.id),
)
