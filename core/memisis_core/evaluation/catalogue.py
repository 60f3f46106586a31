"""What each metric means, for people: the glossary behind every table. Imports no data library."""

from __future__ import annotations

import difflib
import importlib
from functools import cache

from pydantic import BaseModel, ConfigDict

from memisis_core.errors import InputError
from memisis_core.evaluation.metric import Axis, Direction


class MetricExplanation(BaseModel):
    """One measure, explained.

    Attributes
    ----------
    id : str
        Stable, ``axis.measure``.
    name : str
        As in tables.
    what : str
        What the value says, in one or two sentences.
    ideal : float or None
        The best value there is; None where that depends on the data.
    direction : {"higher", "lower", "target"}
        Which way is better.
    caveat : str or None
        What the value does not show.
    source : str
        Paper (with DOI or arXiv number) or library that defines it.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    what: str
    ideal: float | None
    direction: Direction
    source: str
    caveat: str | None = None

    @property
    def axis(self) -> Axis:
        """The axis that it belongs to."""
        return Axis(self.id.partition(".")[0])


def explain(metric: str) -> MetricExplanation:
    """Return what a metric means.

    Parameters
    ----------
    metric : str
        Identifier, with or without its axis.

    Raises
    ------
    InputError
        If there is no such metric, or its name without an axis is that of several.
    """
    return explanations()[resolve(metric)]


def resolve(metric: str) -> str:
    """Return the full identifier of a metric: ``utility.auroc_gap`` for ``auroc_gap``.

    Raises
    ------
    InputError
        If there is no such metric, or its name without an axis is that of several.
    """
    known = explanations()
    wanted = metric.strip().lower()
    if wanted in known:
        return wanted
    matches = [name for name in known if name.partition(".")[2] == wanted]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise InputError(f"{metric!r} may be {' or '.join(matches)}", fix="Name the axis too")
    raise InputError(f"there is no metric called {metric!r}", fix=_advice(wanted, list(known)))


@cache
def explanations() -> dict[str, MetricExplanation]:
    """Return all explanations by identifier, in the order of the axes."""
    found: dict[str, MetricExplanation] = {}
    for axis in Axis:
        module = importlib.import_module(f"memisis_core.evaluation.explanations.{axis.value}")
        for explanation in module.EXPLANATIONS:
            found[explanation.id] = explanation
    return found


def _advice(wanted: str, known: list[str]) -> str:
    short = {name.partition(".")[2]: name for name in known}
    close = difflib.get_close_matches(wanted, [*known, *short], n=3)
    if not close:
        return "See the measures with: memisis evaluate --help"
    return f"Did you mean {' or '.join(dict.fromkeys(short.get(name, name) for name in close))}?"
