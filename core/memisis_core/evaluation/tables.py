"""From tables in memory to an evaluation: what is compared, and what may be kept of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from memisis_core.data.schema import Schema
from memisis_core.evaluation.context import EvaluationContext, EvaluationData
from memisis_core.evaluation.real_cache import RealCache

if TYPE_CHECKING:
    from memisis_core.plan.model import EffectivePlan


def context_for(
    train: pd.DataFrame,
    holdout: pd.DataFrame,
    synthetic: pd.DataFrame,
    schema: Schema,
    plan: EffectivePlan,
    *,
    cache_folder: Path | None = None,
    threads: int = 1,
    stop_requested: Callable[[], bool] = lambda: False,
) -> EvaluationContext:
    """Return the context that evaluates the synthetic table of one run of a plan.

    Parameters
    ----------
    train, holdout, synthetic : pandas.DataFrame
        Typed as `ColumnKind` says; the columns of `schema`.
    schema : Schema
        Exactly the columns that are compared.
    plan : EffectivePlan
        Says target, protected attributes, constraints and seed.
    cache_folder : Path or None
        Where results that depend on real data alone are kept for other runs; None: nowhere.
    """
    data = EvaluationData(
        train=train,
        holdout=holdout,
        synthetic=synthetic,
        schema=schema,
        target=plan.target,
        protected=plan.protected,
        constraints=plan.constraints,
    )
    return context_of_data(
        data,
        seed=plan.seed,
        cache_folder=cache_folder,
        threads=threads,
        stop_requested=stop_requested,
    )


def context_of_data(
    data: EvaluationData,
    *,
    seed: int = 0,
    cache_folder: Path | None = None,
    threads: int = 1,
    stop_requested: Callable[[], bool] = lambda: False,
) -> EvaluationContext:
    """Return a context over these tables, its cache named by the content of the real ones."""
    key = content_key(data, seed) if cache_folder is not None else ""
    return EvaluationContext(
        data=data,
        cache=RealCache(cache_folder, key),
        seed=seed,
        threads=threads,
        stop_requested=stop_requested,
    )


def content_key(data: EvaluationData, seed: int) -> str:
    """Return a hash of everything that results on real data alone depend on.

    Every value of train and holdout in its order, columns with their kinds, roles, the seed.
    """
    digest = hashlib.sha256()
    for table in (data.train, data.holdout):
        digest.update(f"{table.shape}{[str(kind) for kind in table.dtypes]}".encode())
        hashed = pd.util.hash_pandas_object(table, index=False)
        digest.update(np.ascontiguousarray(hashed.to_numpy(dtype=np.uint64)).tobytes())
    described = data.schema.model_dump_json(
        exclude={"columns": {"__all__": {"reason", "description", "unit"}}}
    )
    roles = (data.target, data.protected, data.known_to_attacker, data.sensitive, seed)
    digest.update(f"{described}{roles}".encode())
    return digest.hexdigest()
