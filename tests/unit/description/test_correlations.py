"""Nearest correlation matrix, and what is put where nothing is stated."""

from __future__ import annotations

import numpy as np

from memisis_core.description.correlations import completed, nearest_correlation


def with_entries(size: int, entries: dict[tuple[int, int], float]):
    stated, known = np.eye(size), np.eye(size, dtype=bool)
    for (i, j), value in entries.items():
        stated[i, j] = stated[j, i] = value
        known[i, j] = known[j, i] = True
    return stated, known


def test_highams_own_example() -> None:
    # Higham 2002, section 4: the nearest one to this matrix, to four figures.
    given = np.array([[1, 1, 0], [1, 1, 1], [0, 1, 1]], dtype=float)
    expected = np.array([[1, 0.7607, 0.1573], [0.7607, 1, 0.7607], [0.1573, 0.7607, 1]])
    assert np.abs(nearest_correlation(given, smallest=1e-10) - expected).max() < 1e-4


def test_a_correlation_matrix_is_its_own_nearest() -> None:
    given, _ = with_entries(3, {(0, 1): 0.5, (1, 2): -0.3})
    assert np.abs(nearest_correlation(given) - given).max() < 1e-6


def test_nothing_is_invented_between_strangers() -> None:
    stated, known = with_entries(5, {(0, 1): 0.8, (1, 2): 0.8, (3, 4): -0.6})
    result = completed(stated, known)
    assert result.moved == 0
    assert np.isclose(result.matrix[0, 2], 0.64, atol=1e-5)  # only through their neighbour
    assert np.abs(result.matrix[:3, 3:]).max() == 0


def test_impossible_entries_move_as_little_as_they_must() -> None:
    stated, known = with_entries(3, {(0, 1): 0.9, (1, 2): 0.9, (0, 2): -0.9})
    result = completed(stated, known)
    assert result.moved > 0.3
    assert result.pair in {(0, 1), (1, 2), (0, 2)}
    assert np.linalg.eigvalsh(result.matrix)[0] > 0
    assert np.allclose(np.diag(result.matrix), 1)


def test_a_circle_of_partly_stated_entries_that_cannot_be() -> None:
    stated, known = with_entries(4, {(0, 1): 0.95, (1, 2): 0.95, (2, 3): 0.95, (0, 3): -0.9})
    result = completed(stated, known)
    assert result.moved > 0.2
    assert np.linalg.eigvalsh(result.matrix)[0] > 0
    possible = completed(*with_entries(4, {(0, 1): 0.9, (1, 2): 0.9, (2, 3): 0.9, (0, 3): 0.6}))
    assert possible.moved == 0


def test_five_hundred_variables() -> None:
    generator = np.random.default_rng(0)
    entries = {(i, i + 1): float(generator.uniform(-0.8, 0.8)) for i in range(499)}
    result = completed(*with_entries(500, entries))
    assert result.moved == 0
    assert np.linalg.eigvalsh(result.matrix)[0] > 0
