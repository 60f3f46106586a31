"""Correlation matrices: complete what is not stated, and repair what cannot be.

Functions of arrays that know no specification.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
SMALLEST_EIGENVALUE = 1e-4
"""Of every matrix that comes out, so that its Cholesky factor exists and is well conditioned."""
_MOST_ROUNDS = 1_000
_CLOSE = 1e-7


@dataclass(frozen=True)
class Completed:
    """A correlation matrix that exists.

    Attributes
    ----------
    matrix : ndarray, shape (d, d)
        Unit diagonal, smallest eigenvalue at least about `SMALLEST_EIGENVALUE`.
    moved : float
        Greatest change of a stated entry; 0 if all stand as stated.
    pair : tuple of int or None
        Which entry that is.
    """

    matrix: Matrix
    moved: float
    pair: tuple[int, int] | None


def nearest_correlation(matrix: Matrix, smallest: float = SMALLEST_EIGENVALUE) -> Matrix:
    """Return the correlation matrix nearest to a symmetric one in the Frobenius norm.

    Parameters
    ----------
    matrix : ndarray, shape (d, d)
        Symmetric.
    smallest : float
        Bound on the eigenvalues, so that the result is positive definite.

    References
    ----------
    Higham 2002, IMA J. Numer. Anal. 22:329, doi:10.1093/imanum/22.3.329, algorithm 3.3:
    alternating projections with Dykstra's correction.
    """
    current = (matrix + matrix.T) / 2
    correction = np.zeros_like(current)
    for _ in range(_MOST_ROUNDS):
        shifted = current - correction
        projected = _bounded_below(shifted, smallest)
        correction = projected - shifted
        following = projected.copy()
        np.fill_diagonal(following, 1.0)
        change = np.abs(following - current).max()
        current = following
        if change < _CLOSE:
            break
    return _unit_diagonal(_bounded_below(current, smallest))


def completed(stated: Matrix, known: NDArray[np.bool_]) -> Completed:
    """Return a correlation matrix with the stated entries, the others as little as follows.

    The entries nobody stated are those of greatest entropy: two variables hang together only
    through the ones that they are stated to hang together with (Dempster 1972, Biometrics 28:157).
    If no correlation matrix has the stated entries, the nearest one is returned.

    Parameters
    ----------
    stated : ndarray, shape (d, d)
        Symmetric, unit diagonal; read where `known`.
    known : ndarray of bool, shape (d, d)
        Symmetric; True on the diagonal.
    """
    matrix = np.eye(len(stated))
    for component in _components(known):
        if len(component) > 1:
            part = np.ix_(component, component)
            matrix[part] = _completed_component(stated[part], known[part])
    off = np.where(known, np.abs(matrix - stated), 0.0)
    i, j = np.unravel_index(int(off.argmax()), off.shape)
    moved = float(off[i, j])
    if moved < 1e-5:
        return Completed(matrix, 0.0, None)
    return Completed(matrix, moved, (int(min(i, j)), int(max(i, j))))


def _completed_component(stated: Matrix, known: NDArray[np.bool_]) -> Matrix:
    start = np.where(known, stated, 0.0)
    if known.all():
        return start if _smallest(start) >= SMALLEST_EIGENVALUE else nearest_correlation(start)
    entropic = _greatest_entropy(start, known)
    if entropic is not None:
        return entropic
    feasible = _some_completion(start, known)
    if np.abs(feasible - start)[known].max() > 1e-5:
        # No matrix has these entries: take those of the nearest one, which has a completion.
        entropic = _greatest_entropy(np.where(known, feasible, 0.0), known)
    return feasible if entropic is None else entropic


def _some_completion(stated: Matrix, known: NDArray[np.bool_]) -> Matrix:
    """Project in turn on what is positive definite and on the stated entries (Higham's method).

    Converges to a matrix with the stated entries if there is one, else comes to rest near them.
    """
    current = stated.copy()
    correction = np.zeros_like(current)
    for _ in range(_MOST_ROUNDS):
        shifted = current - correction
        projected = _bounded_below(shifted, 2 * SMALLEST_EIGENVALUE)
        correction = projected - shifted
        following = np.where(known, stated, projected)
        change = np.abs(following - current).max()
        current = following
        if change < _CLOSE or _smallest(current) >= SMALLEST_EIGENVALUE:
            break
    if _smallest(current) >= SMALLEST_EIGENVALUE / 2:
        return current
    return nearest_correlation(current)


def _greatest_entropy(stated: Matrix, known: NDArray[np.bool_]) -> Matrix | None:
    """Return the completion whose inverse is 0 where nothing is stated; None if none was reached.

    Each column in turn is regressed on its stated neighbours (Hastie, Tibshirani & Friedman 2009,
    The Elements of Statistical Learning, algorithm 17.1).
    """
    size = len(stated)
    matrix = stated.copy()
    neighbours = [np.flatnonzero(known[j] & (np.arange(size) != j)) for j in range(size)]
    for _ in range(200):
        before = matrix.copy()
        for j, near in enumerate(neighbours):
            try:
                weights = np.linalg.solve(matrix[np.ix_(near, near)], stated[near, j])
            except np.linalg.LinAlgError:
                return None
            column = matrix[:, near] @ weights
            column[near] = stated[near, j]
            column[j] = 1.0
            matrix[:, j] = matrix[j] = column
        if not np.isfinite(matrix).all() or np.abs(matrix).max() > 1 + 1e-9:
            return None
        if np.abs(matrix - before).max() < _CLOSE:
            return matrix if _smallest(matrix) >= SMALLEST_EIGENVALUE else None
    return None


def _components(known: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    from scipy.sparse.csgraph import connected_components

    count, labels = connected_components(known, directed=False)
    return [np.flatnonzero(labels == label) for label in range(count)]


def _bounded_below(matrix: Matrix, smallest: float) -> Matrix:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.maximum(values, smallest)) @ vectors.T)


def _unit_diagonal(matrix: Matrix) -> Matrix:
    scale = 1 / np.sqrt(np.diag(matrix))
    scaled = matrix * np.outer(scale, scale)
    np.fill_diagonal(scaled, 1.0)
    return np.asarray((scaled + scaled.T) / 2)


def _smallest(matrix: Matrix) -> float:
    return float(np.linalg.eigvalsh(matrix)[0])
