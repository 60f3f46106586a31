"""α-precision and β-recall: are synthetic rows typical, and are real rows covered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.baselines import Key, baselines
from memisis_core.evaluation.definition import Definition
from memisis_core.evaluation.distances import NEIGHBOURS
from memisis_core.evaluation.encoding import EncodedTable, Encoding, encoded
from memisis_core.evaluation.intervals import Estimate, two_sample_error
from memisis_core.evaluation.metric import Axis, Metric
from memisis_core.evaluation.neighbours import nearest, nearest_others
from memisis_core.evaluation.registry import Family

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

ALPHA_PRECISION = Definition(
    "fidelity.alpha_precision",
    "α-precision",
    "How closely the share of synthetic rows within the α most typical real region follows α "
    "(1: for every α, so synthetic rows are as typical and as unusual as real ones).",
    1.0,
    source="Alaa et al. 2022, arXiv 2102.08921, eq. 9, in Gower's geometry",
    caveat="depends on the distance; columns weigh alike",
    headline=True,
)
BETA_RECALL = Definition(
    "fidelity.beta_recall",
    "β-recall",
    "How closely the share of real rows that have a synthetic row among the β most typical ones "
    f"within the distance of their {NEIGHBOURS}th real neighbour follows β.",
    1.0,
    source="Alaa et al. 2022, arXiv 2102.08921, eq. 10, in Gower's geometry",
    caveat="depends on the distance; columns weigh alike",
)
_LEVELS = np.linspace(0.0, 1.0, 101)[1:]
_FEWEST_ROWS = 30


@dataclass(frozen=True)
class Support:
    """α-precision and β-recall of one table against another of the same size."""

    precision: Estimate
    recall: Estimate


def centre_distance(
    table: EncodedTable, centre: EncodedTable, encoding: Encoding
) -> NDArray[np.float64]:
    """Return how untypical each row is, shape (n,), 0 … 1.

    The mean over columns of the distance to the median of `centre` for ordered columns and of the
    share of its rows with another level for nominal ones (missing: a level of its own).
    """
    total = np.zeros(len(table))
    for i, known in enumerate(encoding.columns):
        values, others = table.gower[:, i], centre.gower[:, i]
        if known.ordered:
            total += np.minimum(np.abs(values - np.median(others)), 1.0)
            continue
        levels, counts = np.unique(others, return_counts=True)
        place = np.minimum(np.searchsorted(levels, values), len(levels) - 1)
        total += 1.0 - np.where(levels[place] == values, counts[place] / len(others), 0.0)
    return total / len(encoding.columns)


def support(
    synthetic: EncodedTable, real: EncodedTable, encoding: Encoding, threads: int
) -> Support:
    """Return α-precision and β-recall.

    Parameters
    ----------
    synthetic, real : EncodedTable
        Equal numbers of rows, so that coverage does not depend on how many were drawn.

    Notes
    -----
    With k = 1 as in the reference code, fresh real rows reach a recall of only about 0.5; with
    k = 5 they reach nearly 1.
    """
    typical = np.sort(centre_distance(real, real, encoding))
    within = np.searchsorted(typical, centre_distance(synthetic, real, encoding), "left")
    precision = _agreement(within / len(typical))
    radius = nearest_others(real.gower, NEIGHBOURS, threads=threads).distance[:, -1]
    found = nearest(real.gower, synthetic.gower, 1, threads=threads)
    covered = found.distance[:, 0] <= radius
    own_typical = centre_distance(synthetic, synthetic, encoding)
    rank = np.searchsorted(np.sort(own_typical), own_typical, "left") / len(own_typical)
    recall = _agreement(np.where(covered, rank[found.index[:, 0]], np.inf))
    return Support(precision, recall)


def _agreement(places: NDArray[np.float64]) -> Estimate:
    """Return 1 - 2 ∫ |level - share of places below it|, at least 0, with the error of both.

    The region is itself estimated from as many real rows; its error is taken as equal to that of
    the share, as it is when both tables come from one distribution.
    """
    below = places[:, None] < _LEVELS[None, :]
    share = below.mean(axis=0)
    signs = np.sign(_LEVELS - share)
    value = max(1.0 - 2.0 * float(np.abs(_LEVELS - share).mean()), 0.0)
    influence = 2.0 * ((below - share) * signs).mean(axis=1)
    return Estimate(value, two_sample_error(influence, influence))


def measure(context: EvaluationContext) -> list[Metric]:
    """Return α-precision and β-recall of equally many synthetic and training rows."""
    tables = encoded(context)
    sizes = [len(tables.synthetic), len(tables.train)]
    if len(tables.holdout) >= _FEWEST_ROWS:
        sizes.append(len(tables.holdout))  # so that the baseline is measured on as many rows
    size = min(sizes)
    definitions = (ALPHA_PRECISION, BETA_RECALL)
    if size < _FEWEST_ROWS:
        why = f"{size} rows of each kind; {_FEWEST_ROWS} are needed"
        return [definition.insufficient_data(why, n=size) for definition in definitions]

    def some(table: EncodedTable, purpose: str) -> EncodedTable:
        rows = context.generator(f"manifold {purpose}").permutation(len(table))[:size]
        return table.take(rows)

    def compare(table: EncodedTable) -> Support:
        train = some(tables.train, "train")
        return support(table, train, tables.encoding, context.threads)

    def baseline() -> dict[Key, float | None]:
        if len(tables.holdout) < size:
            return {}
        found = compare(some(tables.holdout, "holdout"))
        return {
            (ALPHA_PRECISION.id, "overall"): found.precision.value,
            (BETA_RECALL.id, "overall"): found.recall.value,
        }

    context.checkpoint()
    real = baselines(context, f"{FAMILY.name}, {size} rows", baseline)
    found = compare(some(tables.synthetic, "synthetic"))
    return [
        definition.estimate(estimate, baseline=real.get((definition.id, "overall")), n=size)
        for definition, estimate in zip(definitions, (found.precision, found.recall), strict=True)
    ]


FAMILY = Family(
    "typical and covered",
    Axis.FIDELITY,
    "precision and recall",
    measure,
    (ALPHA_PRECISION.id, BETA_RECALL.id),
)
