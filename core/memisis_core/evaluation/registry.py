"""Finds the families of measures: every module of the five axis packages that declares one."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from memisis_core.evaluation.metric import Axis

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext
    from memisis_core.evaluation.metric import Metric

Measure = Callable[["EvaluationContext"], "list[Metric]"]


@dataclass(frozen=True)
class Family:
    """Measures that are computed together.

    A module declares one as ``FAMILY = Family("distances", Axis.PRIVACY, "distances", measure)``.

    Attributes
    ----------
    name : str
        Unique; used in progress and in error reports.
    axis : Axis
    title : str
        What it measures, for people, in two or three words.
    measure : callable
        Takes an `EvaluationContext`, returns every metric of the family, also those that do not
        apply (with the reason).
    ids : tuple of str
        Identifiers of the metrics it returns, so that a failed family can say what is missing.
    """

    name: str
    axis: Axis
    title: str
    measure: Measure
    ids: tuple[str, ...]


@cache
def families() -> tuple[Family, ...]:
    """Return all families, in the order of the axes, then by name."""
    found: list[Family] = []
    for axis in Axis:
        package = importlib.import_module(f"memisis_core.evaluation.{axis.value}")
        for module in pkgutil.iter_modules(package.__path__):
            declared = getattr(
                importlib.import_module(f"{package.__name__}.{module.name}"), "FAMILY", None
            )
            if isinstance(declared, Family):
                found.append(declared)
    order = list(Axis)
    return tuple(sorted(found, key=lambda f: (order.index(f.axis), f.name)))
