"""The propensity score mean-squared-error ratio of general utility."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.baselines import baselines
from memisis_core.evaluation.definition import Definition
from memisis_core.evaluation.encoding import MISSING_CODE, EncodedTable, Encoding, encoded
from memisis_core.evaluation.intervals import Estimate
from memisis_core.evaluation.metric import Axis, Metric
from memisis_core.evaluation.registry import Family

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

PMSE_RATIO = Definition(
    "fidelity.pmse_ratio",
    "pMSE ratio",
    "How much better a logistic model with interactions tells synthetic from training rows than "
    "it would if both came from one distribution (1: no better).",
    1.0,
    "lower",
    source="Snoke et al. 2018, J. R. Stat. Soc. A 181:663, with the null of permuted labels",
    caveat="grows with the number of rows when the tables differ; compare runs of equal size",
    high=np.inf,
)
MOST_ROWS = 5_000
_FEWEST_ROWS = 100
_ROWS_A_TERM = 20
"""Rows that each term of the model needs; interactions are added while there are enough."""
_MOST_TERMS = 150
_MOST_LEVELS = 12


def main_effects(table: EncodedTable, encoding: Encoding) -> NDArray[np.float64]:
    """Return columns of a design matrix, shape (n, terms), without intercept.

    Ordered columns scaled to the real range (missing at the middle) with an indicator of missing
    values; the most common real levels of nominal ones as indicators.
    """
    terms: list[NDArray[np.float64]] = []
    for i, known in enumerate(encoding.columns):
        if known.free_form:
            continue
        if known.ordered:
            missing = np.isnan(table.numbers[:, i])
            places = np.where(missing, 0.5, np.clip(table.gower[:, i], -1.0, 2.0))
            terms.extend((places.astype(np.float64), missing.astype(np.float64)))
            continue
        codes = table.codes[:, i]
        levels = 0 if known.levels is None else min(len(known.levels), _MOST_LEVELS)
        terms.extend((codes == level).astype(np.float64) for level in range(1, levels))
        terms.append((codes == MISSING_CODE).astype(np.float64))
        terms.append((codes >= max(levels, 1)).astype(np.float64))
    return np.column_stack(terms) if terms else np.zeros((len(table), 0))


def design(synthetic: NDArray[np.float64], real: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the full-rank design of both tables, shape (n + m, terms), intercept first.

    Main effects, then squares and products of the most variable ones as long as there are
    `_ROWS_A_TERM` rows a term. Chosen from the pooled rows, blind to which are synthetic, so that
    the expectation under one distribution holds.
    """
    rows = np.concatenate([synthetic, real])
    rows = rows[:, rows.std(axis=0) > 1e-9]
    if not rows.shape[1]:
        return np.ones((len(rows), 1))
    rows = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    room = min(_MOST_TERMS, len(rows) // _ROWS_A_TERM) - rows.shape[1] - 1
    if room > 0:
        correlation = np.abs(rows.T @ rows) / len(rows)
        first, second = np.triu_indices(rows.shape[1])
        order = np.argsort(-correlation[first, second], kind="stable")[:room]
        products = rows[:, first[order]] * rows[:, second[order]]
        rows = np.concatenate([rows, products], axis=1)
    centred = rows - rows.mean(axis=0)
    return np.concatenate([np.ones((len(rows), 1)), _independent(centred)], axis=1)


def _independent(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return an orthonormal basis of the columns (scaled to unit variance)."""
    values, vectors = np.linalg.eigh(columns.T @ columns)
    kept = values > values.max() * 1e-9
    basis = columns @ (vectors[:, kept] / np.sqrt(values[kept]))
    return np.asarray(basis * np.sqrt(len(columns)))


def pmse_ratio(synthetic: NDArray[np.float64], real: NDArray[np.float64]) -> Estimate:
    """Return pMSE over its expectation if both tables came from one distribution.

    Parameters
    ----------
    synthetic, real : ndarray of float, shapes (n, terms) and (m, terms)
        From `main_effects`.

    Returns
    -------
    Estimate
        With N rows, a share c of them synthetic, and k terms, pMSE · N / (c (1 - c)) follows a
        chi² with k - 1 degrees of freedom if both tables are draws of one distribution, a
        non-central one otherwise; the error is that of this distribution at the observed value.
        (The (1 - c)² c of the source supposes a synthesizer that was fitted to these very rows.)
    """
    matrix = design(synthetic, real)
    total, terms = matrix.shape
    share = len(synthetic) / total
    if terms < 2:
        return Estimate(float("nan"), 0.0)
    labels = np.repeat([1.0, 0.0], [len(synthetic), len(real)])
    scores = _fitted(matrix, labels)
    expected = (terms - 1) * share * (1 - share) / total
    ratio = float(np.square(scores - share).mean()) / expected
    beyond = max(ratio * (terms - 1) - (terms - 1), 0.0)
    return Estimate(ratio, float(np.sqrt(2 * (terms - 1) + 4 * beyond)) / (terms - 1))


def _fitted(matrix: NDArray[np.float64], labels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the fitted probabilities of a logistic regression (Newton, a trace of ridge).

    The ridge (1e-6 of a row) keeps separable tables finite and changes nothing else.
    """
    weights = np.zeros(matrix.shape[1])
    ridge = 1e-6 * len(matrix) * np.eye(matrix.shape[1])
    for _ in range(30):
        scores = 1.0 / (1.0 + np.exp(-np.clip(matrix @ weights, -30, 30)))
        curvature = np.maximum(scores * (1 - scores), 1e-9)
        gradient = matrix.T @ (labels - scores) - ridge @ weights
        step = np.linalg.solve((matrix.T * curvature) @ matrix + ridge, gradient)
        length = float(np.abs(step).max())
        weights += step * min(1.0, 5.0 / max(length, 1e-12))
        if length < 1e-6:
            break
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(matrix @ weights, -30, 30))))


def measure(context: EvaluationContext) -> list[Metric]:
    """Return the pMSE ratio of equally many synthetic and training rows."""
    tables = encoded(context)
    size = min(len(tables.synthetic), len(tables.train), MOST_ROWS)
    if size < _FEWEST_ROWS:
        return [
            PMSE_RATIO.insufficient_data(f"{size} rows of each kind; {_FEWEST_ROWS} are needed")
        ]

    def some(table: EncodedTable, purpose: str, rows: int) -> NDArray[np.float64]:
        chosen = context.generator(f"pmse {purpose}").permutation(len(table))[:rows]
        return main_effects(table.take(chosen), tables.encoding)

    def baseline() -> dict[tuple[str, str], float | None]:
        half = min(len(tables.holdout), size)
        if half < _FEWEST_ROWS:
            return {}
        found = pmse_ratio(some(tables.holdout, "holdout", half), some(tables.train, "train", half))
        return {(PMSE_RATIO.id, "overall"): found.value}

    context.checkpoint()
    real = baselines(context, f"{FAMILY.name}, {size} rows", baseline)
    estimate = pmse_ratio(
        some(tables.synthetic, "synthetic", size), some(tables.train, "train", size)
    )
    if np.isnan(estimate.value):
        return [PMSE_RATIO.not_applicable("all columns are constant")]
    return [
        PMSE_RATIO.estimate(estimate, baseline=real.get((PMSE_RATIO.id, "overall")), n=2 * size)
    ]


FAMILY = Family("propensity", Axis.FIDELITY, "propensity score", measure, (PMSE_RATIO.id,))
