"""Divides the rows of a table into training part and holdout, once for all runs of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.data.schema import ColumnKind, Schema
from memisis_core.errors import InputError

if TYPE_CHECKING:
    import polars as pl

    from memisis_core.data.table import Table

_BINS = 10
"""Bins of equal share by which a numeric target is stratified."""


@dataclass(frozen=True)
class Split:
    """Row numbers (from 0, ascending) of the two parts; no row is in both.

    Attributes
    ----------
    train : ndarray of int, shape (n_train,)
        The rows that synthesizers see.
    holdout : ndarray of int, shape (n_holdout,)
        The rows that no synthesizer sees.
    """

    train: NDArray[np.int64]
    holdout: NDArray[np.int64]


def split_table(
    table: Table, schema: Schema, *, holdout_rows: int, train_rows: int, seed: int
) -> Split:
    """Divide a table as a plan says, stratified by the schema's target if it has one.

    Parameters
    ----------
    table : Table
    schema : Schema
        With the roles of the plan.
    holdout_rows, train_rows : int
        Sizes of the parts; together at most the rows of the table.
    seed : int
        Same table, sizes and seed: same split. The holdout does not depend on `train_rows`.

    Raises
    ------
    InputError
        If the table has too few rows.
    """
    target = schema.target
    strata = (
        np.zeros(table.rows, dtype=np.int64)
        if target is None
        else strata_of(table.frame[target], schema.column(target).kind)
    )
    return split_rows(strata, holdout_rows=holdout_rows, train_rows=train_rows, seed=seed)


def strata_of(values: pl.Series, kind: ColumnKind) -> NDArray[np.int64]:
    """Return the stratum of each row by a target: its class, or one of ten bins of a number.

    Missing values are a stratum of their own.

    Returns
    -------
    ndarray of int, shape (n,)
        Numbered from 0 in the order of the values, so that the order of rows does not matter.
    """
    import polars as pl

    missing = values.is_null().to_numpy()
    if kind in (ColumnKind.NUMBER, ColumnKind.INTEGER) and values.dtype.is_numeric():
        numbers = values.cast(pl.Float64).to_numpy()
        known = numbers[~missing]
        inner = np.linspace(0, 1, _BINS + 1)[1:-1]
        edges = np.unique(np.quantile(known, inner)) if len(known) else np.empty(0)
        codes = np.searchsorted(edges, numbers, side="right").astype(np.int64)
    else:
        classes = values.drop_nulls().unique().sort().to_list()
        places = {value: place for place, value in enumerate(classes)}
        codes = np.array([places.get(value, -1) for value in values.to_list()], dtype=np.int64)
    codes[missing] = codes.max(initial=-1) + 1
    return np.unique(codes, return_inverse=True)[1].astype(np.int64)


def split_rows(
    strata: NDArray[np.int64], *, holdout_rows: int, train_rows: int, seed: int
) -> Split:
    """Divide rows so that every stratum has its share in both parts.

    Shares are exact to one row (largest remainders). A stratum of two or more rows is in both parts
    where the sizes allow it; one of a single row goes to training. Training rows beyond
    `train_rows` are left out, stratified as well.

    Parameters
    ----------
    strata : ndarray of int, shape (n,)
        Stratum of each row.
    holdout_rows, train_rows : int
    seed : int

    Raises
    ------
    InputError
        If fewer than ``holdout_rows + train_rows`` rows are given, or one of them is below 1.
    """
    rows = len(strata)
    if holdout_rows < 1 or train_rows < 1 or holdout_rows + train_rows > rows:
        raise InputError(
            f"{rows:,} rows cannot be divided into {train_rows:,} for training and "
            f"{holdout_rows:,} held out",
            fix="Ask for fewer training rows or a smaller holdout",
        )
    random = np.random.default_rng(seed)
    shuffled = random.permutation(rows)
    members = [shuffled[strata[shuffled] == stratum] for stratum in np.unique(strata)]
    sizes = np.array([len(m) for m in members], dtype=np.int64)
    held = _shares(sizes, holdout_rows, least=(sizes >= 2).astype(np.int64), most=sizes - 1)
    holdout = [m[:count] for m, count in zip(members, held, strict=True)]
    rest = [m[count:] for m, count in zip(members, held, strict=True)]
    left = sizes - held
    used = _shares(left, train_rows, least=(left >= 1).astype(np.int64), most=left)
    train = [m[:count] for m, count in zip(rest, used, strict=True)]
    return Split(np.sort(np.concatenate(train)), np.sort(np.concatenate(holdout)))


def _shares(
    sizes: NDArray[np.int64], total: int, least: NDArray[np.int64], most: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Divide `total` among strata in proportion to `sizes`, within bounds where they allow it."""
    if least.sum() > total:
        least = np.zeros_like(least)
    if most.sum() < total:
        most = sizes
    wanted = total * sizes / sizes.sum()
    shares: NDArray[np.int64] = np.clip(np.floor(wanted).astype(np.int64), least, most)
    while (short := total - int(shares.sum())) != 0:
        step = 1 if short > 0 else -1
        open_ = shares < most if short > 0 else shares > least
        need = np.where(open_, step * (wanted - shares), -np.inf)
        # The strata that are furthest from their share first, each by one row.
        chosen = np.argsort(-need, kind="stable")[: min(abs(short), int(open_.sum()))]
        shares[chosen] += step
    return shares
