"""The same measures with real data in the synthetic data's place, computed once a dataset."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

Key = tuple[str, str]
"""Identifier and subject of a metric."""


def baselines(
    context: EvaluationContext, family: str, compute: Callable[[], Mapping[Key, float | None]]
) -> dict[Key, float | None]:
    """Return a family's baselines from the cache of real-only results, computing them once.

    Parameters
    ----------
    context : EvaluationContext
    family : str
        Name of the family, and of anything else that its baselines depend on.
    compute : callable
        Returns the baselines by id and subject; asked only if they are not kept. Without holdout
        rows it is not asked, and there are none.
    """
    if not len(context.data.holdout):
        return {}

    def as_list() -> object:
        return [[key[0], key[1], value] for key, value in compute().items()]

    kept = cast(
        "list[tuple[str, str, float | None]]",
        context.cache.value(f"baselines of {family}", as_list),
    )
    return {(name, subject): value for name, subject, value in kept}
