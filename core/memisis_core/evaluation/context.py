"""What every family of measures is given: the tables, their schema, seeds and the shared cache."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.errors import Cancelled
from memisis_core.evaluation.real_cache import RealCache

if TYPE_CHECKING:
    import pandas as pd

    from memisis_core.data.schema import Schema
    from memisis_core.plan.model import Constraint


@dataclass(frozen=True)
class EvaluationData:
    """The three tables, synthesised columns only, typed as `memisis_core.data.schema.ColumnKind`.

    Attributes
    ----------
    train, holdout, synthetic : pandas.DataFrame
        Real rows that the synthesizer saw, real rows that it did not, and synthetic rows; shapes
        ``(n_train, d)``, ``(n_holdout, d)``, ``(n_synthetic, d)`` with the same columns.
    schema : Schema
        Exactly these columns.
    target : str or None
    absent_target : str or None
        The target of the whole schema, where the synthetic file lacks it.
    protected : tuple of str
    constraints : tuple of Constraint
        Rules of the plan that every synthetic row must keep.
    known_to_attacker, sensitive : tuple of str
        Columns that an attacker may know of a person, and those that must not be learnt from
        them; empty: chosen by `memisis_core.evaluation.privacy.disclosure`.
    absent, surplus : tuple of str
        Columns of the whole schema that the synthetic file lacks (they are then not in `schema`),
        and columns that only the synthetic file has.
    unreadable : mapping of str to ndarray of int
        Synthetic rows (from 0), by column, whose value the column's kind cannot hold.
    """

    train: pd.DataFrame
    holdout: pd.DataFrame
    synthetic: pd.DataFrame
    schema: Schema
    target: str | None = None
    protected: tuple[str, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    known_to_attacker: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    surplus: tuple[str, ...] = ()
    absent_target: str | None = None
    unreadable: Mapping[str, NDArray[np.intp]] = field(default_factory=dict)


@dataclass
class EvaluationContext:
    """The data with everything that families share; a family reads it and returns metrics.

    Attributes
    ----------
    data : EvaluationData
    seed : int
        Every random choice derives from it through `generator`.
    cache : RealCache
        Results that depend on real data alone, shared by all runs of a dataset and split.
    stop_requested : callable
        Asked by `checkpoint`.
    threads : int
        Threads a family may use.
    """

    data: EvaluationData
    cache: RealCache
    seed: int = 0
    threads: int = 1
    stop_requested: Callable[[], bool] = field(default=lambda: False)

    def generator(self, purpose: str) -> np.random.Generator:
        """Return a random generator of its own for `purpose`, the same in every evaluation."""
        return np.random.default_rng([self.seed, zlib.crc32(purpose.encode())])

    def checkpoint(self) -> None:
        """Raise `Cancelled` if a person asked for the evaluation to stop."""
        if self.stop_requested():
            raise Cancelled("the evaluation was stopped")

    @cached_property
    def shared(self) -> dict[str, object]:
        """Objects computed once and used by several families of this evaluation, by name."""
        return {}
