"""Runs every family over one context and never lets one failure hide the others."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from memisis_core.errors import Cancelled
from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.evaluation.one_thread import one_thread
from memisis_core.evaluation.registry import Family, families
from memisis_core.text import visible

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

FamilyListener = Callable[[Family, int, int], None]


def evaluate(
    context: EvaluationContext,
    axes: frozenset[Axis] | None = None,
    on_family: FamilyListener | None = None,
) -> Iterator[list[Metric]]:
    """Yield the metrics of each family as soon as it is finished.

    Parameters
    ----------
    context : EvaluationContext
    axes : frozenset of Axis, optional
        Only these axes.
    on_family : callable, optional
        Called before each family with it, its position from 0, and how many there are.

    Raises
    ------
    Cancelled
        If a person asked to stop. Any other error of a family becomes metrics that say ``failed``
        and why.
    """
    chosen = [family for family in families() if axes is None or family.axis in axes]
    for position, family in enumerate(chosen):
        context.checkpoint()
        if on_family is not None:
            on_family(family, position, len(chosen))
        yield _measured(family, context)


def _measured(family: Family, context: EvaluationContext) -> list[Metric]:
    try:
        with one_thread():
            return [_finite(metric) for metric in family.measure(context)]
    except (Cancelled, MemoryError, KeyboardInterrupt):
        raise
    except Exception as error:  # noqa: BLE001 - a family must not take the others with it; the reason is shown
        why = visible(f"{type(error).__name__}: {error}", limit=300)
        return [
            Metric(id=name, axis=family.axis, name=family.title, status=Status.FAILED, why=why)
            for name in family.ids
        ]


def _finite(metric: Metric) -> Metric:
    """Turn NaN and infinities, which JSON cannot hold, into a stated failure."""
    if metric.status is Status.OK and (metric.value is None or not math.isfinite(metric.value)):
        return metric.model_copy(
            update={
                "value": None,
                "ci": None,
                "status": Status.FAILED,
                "why": metric.why or "the computation gave no finite number",
            }
        )
    changes: dict[str, object] = {}
    if metric.ci is not None and not all(math.isfinite(bound) for bound in metric.ci):
        changes["ci"] = None
    if metric.real_ci is not None and not all(math.isfinite(bound) for bound in metric.real_ci):
        changes["real_ci"] = None
    if metric.real_baseline is not None and not math.isfinite(metric.real_baseline):
        changes["real_baseline"] = None
    return metric.model_copy(update=changes) if changes else metric
