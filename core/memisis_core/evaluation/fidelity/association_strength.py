"""Strength of association between any two columns, signed where both have an order."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.encoding import MISSING_CODE, EncodedTable, Encoding
from memisis_core.evaluation.intervals import midranks


@dataclass(frozen=True)
class Association:
    """How strongly two columns go together.

    Attributes
    ----------
    strength : float
        Spearman's correlation (-1 … 1) if both are ordered or have two levels; else the
        correlation ratio of ranks, or Cramér's V with bias correction (0 … 1). NaN where
        undefined.
    signed : bool
        Whether the sign means something.
    n : int
        Rows with both values.
    error : float
        Standard error of the square of an unsigned strength (delta method, at least that without
        any association); NaN of a signed one, whose error Fisher's transformation gives.
    """

    strength: float
    signed: bool
    n: int
    error: float = float("nan")


@dataclass(frozen=True)
class _Readable:
    """A column as ranks (if it has an order or two levels) or as codes; missing marked."""

    ranks: NDArray[np.float64] | None
    codes: NDArray[np.int32]
    known: NDArray[np.bool_]


def association_strengths(
    table: EncodedTable, encoding: Encoding
) -> dict[tuple[int, int], Association]:
    """Return the association of every pair of columns, without identifiers and free text.

    References
    ----------
    Bergsma 2013, J. Korean Stat. Soc. 42:323 (corrected V); Kerby 2014 (two levels as ranks).
    """
    columns = {
        i: _readable(table, encoding, i)
        for i, known in enumerate(encoding.columns)
        if not known.free_form
    }
    return {(i, j): _association(columns[i], columns[j]) for i, j in combinations(columns, 2)}


def _readable(table: EncodedTable, encoding: Encoding, column: int) -> _Readable:
    known = encoding.columns[column]
    codes = table.codes[:, column]
    if known.ordered:
        values = table.numbers[:, column]
        present = ~np.isnan(values)
    elif known.levels is not None and len(known.levels) == 2:
        present = (codes >= 0) & (codes < 2)
        values = codes.astype(np.float64)
    else:
        return _Readable(None, codes, codes != MISSING_CODE)
    ranks = np.zeros(len(values))
    if present.any():
        ranks[present] = midranks(values[present]) / present.sum() - 0.5
    return _Readable(ranks, codes, present)


def _association(first: _Readable, second: _Readable) -> Association:
    both = first.known & second.known
    n = int(both.sum())
    if first.ranks is not None and second.ranks is not None:
        return Association(_correlation(first.ranks[both], second.ranks[both]), True, n)
    if first.ranks is not None:
        return _correlation_ratio(second.codes[both], first.ranks[both])
    if second.ranks is not None:
        return _correlation_ratio(first.codes[both], second.ranks[both])
    return _cramers_v(first.codes[both], second.codes[both])


def _correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    if len(x) < 3:
        return float("nan")
    x, y = x - x.mean(), y - y.mean()
    scale = float(np.sqrt((x @ x) * (y @ y)))
    return float(np.clip(x @ y / scale, -1, 1)) if scale > 1e-12 else float("nan")


def _correlation_ratio(codes: NDArray[np.int32], ranks: NDArray[np.float64]) -> Association:
    """Return η corrected for the number of groups (ε: Kelley 1935), 0 where groups are alike."""
    n = len(codes)
    groups, places, counts = np.unique(codes, return_inverse=True, return_counts=True)
    if n <= len(groups) or len(groups) < 2:
        return _undefined(n)
    centred = ranks - ranks.mean()
    total = float(centred @ centred)
    if total < 1e-12:
        return _undefined(n)
    sums = np.bincount(places, weights=centred)
    within = total - float((sums**2 / counts).sum())
    corrected = 1.0 - (within / (n - len(groups))) / (total / (n - 1))
    residual = centred - (sums / counts)[places]
    influence = (centred**2 * (within / total) - residual**2) / (total / n)
    return _square_root(corrected, influence, n, np.sqrt(2 * (len(groups) - 1)) / n)


def _cramers_v(first: NDArray[np.int32], second: NDArray[np.int32]) -> Association:
    n = len(first)
    rows, row_places = np.unique(first, return_inverse=True)
    columns, column_places = np.unique(second, return_inverse=True)
    r, c = len(rows), len(columns)
    if n < 3 or r < 2 or c < 2:
        return _undefined(n)
    cells, places, counts = np.unique(
        row_places * c + column_places, return_inverse=True, return_counts=True
    )
    row_sums, column_sums = np.bincount(row_places), np.bincount(column_places)
    ratio = counts / (row_sums[cells // c] * (column_sums[cells % c] / n))
    # chi² / n = Σ observed² / (expected n) - 1, so that empty cells need not be visited.
    parts = counts * ratio / n
    phi2 = max(float(parts.sum() - 1.0) - (r - 1) * (c - 1) / (n - 1), 0.0)
    smaller = min(r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)) - 1
    if smaller <= 0:
        return _undefined(n)
    by_row = np.bincount(cells // c, weights=parts) * n / row_sums
    by_column = np.bincount(cells % c, weights=parts) * n / column_sums
    influence = (2 * ratio)[places] - by_row[row_places] - by_column[column_places]
    chance = np.sqrt(2 * (r - 1) * (c - 1)) / n / smaller  # chi² without any association
    return _square_root(phi2 / smaller, influence / smaller, n, chance)


def _square_root(
    square: float, influence: NDArray[np.float64], n: int, chance: float
) -> Association:
    """Return the root of a square, given each row's influence on it and its error by chance."""
    error = max(float(influence.std() / np.sqrt(n)), chance)
    return Association(float(np.sqrt(max(square, 0.0))), False, n, error)


def _undefined(n: int) -> Association:
    return Association(float("nan"), False, n)
