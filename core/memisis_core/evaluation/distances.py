"""The one neighbour pass of an evaluation, from which every distance measure is taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.encoding import EncodedTable, encoded
from memisis_core.evaluation.neighbours import (
    Neighbours,
    merged,
    nearest_both_ways,
    nearest_others,
)

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

NEIGHBOURS = 5
"""Neighbours kept of every row; the k of the density and rarity measures, as is usual for
coverage and kNN densities (Naeem et al. 2020, arXiv 2002.09797)."""
_MOST_PIECES = 5
RARE_SHARE = 0.05


@dataclass(frozen=True)
class Piece:
    """A part of a real table, of the common size, and the nearest of its rows to each synthetic.

    Attributes
    ----------
    rows : ndarray of int, shape (size,)
        Row numbers in the table that it is a part of.
    distance : ndarray of float32, shape (n_synthetic,)
    index : ndarray of int, shape (n_synthetic,)
        Row number, in the whole table, of the nearest row.
    """

    rows: NDArray[np.intp]
    distance: NDArray[np.float32]
    index: NDArray[np.intp]


@dataclass(frozen=True)
class PassDistances:
    """Distances between a synthetic table, members (train) and non-members (holdout).

    Attributes
    ----------
    to_members, to_nonmembers : Neighbours
        Of each synthetic row.
    members, nonmembers : Neighbours
        Of each real row among the synthetic ones.
    member_pieces, nonmember_pieces : tuple of Piece
        Disjoint seeded parts of both, all of the same size, so that neither side is favoured by
        having more rows to be near to.
    """

    to_members: Neighbours
    to_nonmembers: Neighbours
    members: Neighbours
    nonmembers: Neighbours
    member_pieces: tuple[Piece, ...]
    nonmember_pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class RealDistances:
    """Distances among real rows, each to its nearest *other* rows, shape (n, `NEIGHBOURS`)."""

    train_to_train: NDArray[np.float32]
    train_to_holdout: NDArray[np.float32]
    holdout_to_train: NDArray[np.float32]
    holdout_to_holdout: NDArray[np.float32]

    @property
    def train_to_real(self) -> NDArray[np.float32]:
        """Distances of train rows to the nearest other real rows."""
        return _nearest_of(self.train_to_train, self.train_to_holdout)

    @property
    def holdout_to_real(self) -> NDArray[np.float32]:
        """Distances of holdout rows to the nearest other real rows."""
        return _nearest_of(self.holdout_to_train, self.holdout_to_holdout)


@dataclass(frozen=True)
class StandIn:
    """Real data in the synthetic data's place, for baselines that need a holdout besides.

    Attributes
    ----------
    synthetic : EncodedTable
        One half of the holdout.
    members : EncodedTable
        The training rows.
    nonmembers : EncodedTable
        The other half of the holdout.
    """

    synthetic: EncodedTable
    members: EncodedTable
    nonmembers: EncodedTable


def distance_pass(context: EvaluationContext) -> PassDistances:
    """Return the distances of the synthetic rows to train and holdout, computed once."""
    known = context.shared.get("distances")
    if known is None:
        tables = encoded(context)
        known = context.shared["distances"] = run_pass(
            context, tables.synthetic, tables.train, tables.holdout
        )
    return cast("PassDistances", known)


def stand_in_rows(context: EvaluationContext) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the row numbers of the two seeded halves of the holdout."""
    order = context.generator("stand-in").permutation(len(context.data.holdout))
    half = len(order) // 2
    return order[:half], order[half:]


def stand_in(context: EvaluationContext) -> StandIn:
    """Return the seeded halves of the holdout and the training rows."""
    tables = encoded(context)
    synthetic, nonmembers = stand_in_rows(context)
    return StandIn(tables.holdout.take(synthetic), tables.train, tables.holdout.take(nonmembers))


def stand_in_pass(context: EvaluationContext) -> PassDistances:
    """Return the distances of the stand-in; asked for only where a baseline is not yet kept."""
    known = context.shared.get("stand-in distances")
    if known is None:
        parts = stand_in(context)
        known = context.shared["stand-in distances"] = run_pass(
            context, parts.synthetic, parts.members, parts.nonmembers
        )
    return cast("PassDistances", known)


def real_distances(context: EvaluationContext) -> RealDistances:
    """Return the distances among real rows, kept for all runs of the dataset and split."""
    tables = encoded(context)

    def compute() -> dict[str, NDArray[np.generic]]:
        train, holdout = tables.train.gower, tables.holdout.gower
        how = _how(context)
        across, back = nearest_both_ways(train, holdout, NEIGHBOURS, **how)
        return {
            "train_to_train": nearest_others(train, NEIGHBOURS, **how).distance,
            "train_to_holdout": across.distance,
            "holdout_to_train": back.distance,
            "holdout_to_holdout": nearest_others(holdout, NEIGHBOURS, **how).distance,
        }

    kept = context.cache.arrays(f"distances among real rows, k={NEIGHBOURS}", compute)
    return RealDistances(**cast("dict[str, NDArray[np.float32]]", kept))


def rare_records(context: EvaluationContext) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell which train and which holdout rows are outlying.

    Returns
    -------
    pair of ndarray of bool, shapes (n_train,) and (n_holdout,)
        True for the `RARE_SHARE` of all real rows whose mean distance to their `NEIGHBOURS`
        nearest other real rows is greatest (Ramaswamy et al. 2000, SIGMOD Record 29:427). Train
        and holdout are ranked together, so that membership plays no part in it.
    """
    real = real_distances(context)
    train, holdout = _mean_finite(real.train_to_real), _mean_finite(real.holdout_to_real)
    together = np.concatenate([train, holdout])
    limit = float(np.quantile(together, 1 - RARE_SHARE))
    return (train >= limit) & (train > 0), (holdout >= limit) & (holdout > 0)


def run_pass(
    context: EvaluationContext,
    synthetic: EncodedTable,
    members: EncodedTable,
    nonmembers: EncodedTable,
) -> PassDistances:
    """Compare every synthetic row with every real one, once, both ways."""
    size = min(len(members), len(nonmembers))
    to_members, back_members, member_pieces = _by_pieces(
        context, "members", synthetic, members, size
    )
    to_others, back_others, other_pieces = _by_pieces(
        context, "non-members", synthetic, nonmembers, size
    )
    return PassDistances(
        to_members, to_others, back_members, back_others, member_pieces, other_pieces
    )


def _by_pieces(
    context: EvaluationContext, purpose: str, synthetic: EncodedTable, real: EncodedTable, size: int
) -> tuple[Neighbours, Neighbours, tuple[Piece, ...]]:
    n = len(real)
    count = min(n // size, _MOST_PIECES) if size else 0
    order = context.generator(f"equal sizes: {purpose}").permutation(n)
    parts = [order[i * size : (i + 1) * size] for i in range(count)]
    left_over = order[count * size :]
    back_distance = np.empty((n, NEIGHBOURS), dtype=np.float32)
    back_index = np.empty((n, NEIGHBOURS), dtype=np.int32)
    found: list[Neighbours] = []
    for part in [*parts, left_over] if len(left_over) or not parts else parts:
        rows = np.sort(part)
        forward, back = nearest_both_ways(
            synthetic.gower, real.gower[rows], NEIGHBOURS, **_how(context)
        )
        back_distance[rows], back_index[rows] = back.distance, back.index
        found.append(Neighbours(forward.distance, _renumbered(forward.index, rows)))
    pieces = tuple(
        Piece(part, near.distance[:, 0], near.index[:, 0].astype(np.intp))
        for part, near in zip(parts, found, strict=False)
    )
    everything = merged(*((near, 0) for near in found))
    return everything, Neighbours(back_distance, back_index), pieces


def _renumbered(index: NDArray[np.int32], rows: NDArray[np.intp]) -> NDArray[np.int32]:
    if not len(rows):
        return index
    return np.where(index < 0, -1, rows[index]).astype(np.int32)


def _how(context: EvaluationContext) -> dict[str, Any]:
    checkpoint: Callable[[], None] = context.checkpoint
    return {"threads": context.threads, "checkpoint": checkpoint}


def _nearest_of(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    both = np.concatenate([first, second], axis=1)
    both.sort(axis=1)
    return both[:, :NEIGHBOURS]


def _mean_finite(distance: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the mean of the neighbours there are (fewer than k in tiny tables)."""
    known = np.isfinite(distance)
    total = np.where(known, distance, 0.0).sum(axis=1, dtype=np.float64)
    return np.asarray(total / np.maximum(known.sum(axis=1), 1), dtype=np.float64)
