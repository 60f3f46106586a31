"""The hybrid: a small sample of real rows corrects what a specification says of each variable.

Only means, spreads, quartiles and shares are taken, never a value, an extreme or a relation. Every
number that the sample moved says so, and so does the specification: it has touched real data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from memisis_core.description.defaults import filled
from memisis_core.description.problem import shown
from memisis_core.description.relation_checks import totals_of
from memisis_core.description.specification import (
    NumberSource,
    Specification,
    Stated,
    Variable,
    VariableType,
)
from memisis_core.description.table_values import TableValues, table_values
from memisis_core.description.variable_checks import contradictions_in
from memisis_core.errors import InputError

if TYPE_CHECKING:
    import polars as pl

FEWEST_ROWS: Final = 20
"""Real values that a variable must have to be corrected."""
FEWEST_OF_A_CODE: Final = 5
"""Categories with fewer real people are pooled; the specification says how the pool divides."""
SPECIFICATION_ROWS: Final = 10.0
"""Real rows that the specification's own statement weighs as much as."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Corrected:
    """A specification that a real sample has corrected.

    Attributes
    ----------
    specification : Specification
        Filled in, and marked in its origin.
    notes : tuple of str
        What was corrected and what was not, one line each.
    """

    specification: Specification
    notes: tuple[str, ...]


def corrected(specification: Specification, sample: pl.DataFrame) -> Corrected:
    """Return a specification whose marginals lie between its own and those of real rows.

    With n real values of a variable, the sample weighs n and the specification ten
    (`SPECIFICATION_ROWS`). Mean and sd are those of the mixture of both, quartiles are weighted
    means, shares are posterior means under a Dirichlet prior of ten rows. Relations and group
    differences stay as they are stated.

    Parameters
    ----------
    specification : Specification
        Sound (`checks.checked`).
    sample : polars.DataFrame
        Real rows; columns that the specification does not know are not looked at.

    Raises
    ------
    InputError
        If there are fewer than twenty rows, or no column of the specification.
    """
    if sample.height < FEWEST_ROWS:
        raise InputError(
            f"{sample.height} real rows are too few to correct anything with",
            where="the real sample",
            fix=f"Give at least {FEWEST_ROWS}, or leave the sample out",
        )
    complete = filled(specification).specification
    values = table_values(sample, complete)
    if not values.columns:
        raise InputError(
            "the real sample has none of the specification's columns",
            where="the real sample",
            fix=f"Name its columns as the variables: {', '.join(complete.names[:12])}",
        )
    totals = totals_of(complete)
    notes: list[str] = []
    moved: list[str] = []
    variables = []
    for variable in complete.variables:
        able = variable.name in values.columns and variable.name not in totals
        changed = _corrected(variable, values, notes) if able else variable
        if changed is not variable:
            moved.append(variable.name)
        variables.append(changed)
    if moved:
        notes.insert(
            0,
            f"{sample.height} real rows corrected {len(moved)} of {len(variables)} variables: "
            f"{', '.join(map(shown, moved))}; this specification has touched real data",
        )
    origin = f"{complete.origin}. Marginals corrected with {sample.height} real rows".lstrip(". ")
    update = {"variables": tuple(variables), "origin": origin if moved else complete.origin}
    return Corrected(complete.model_copy(update=update), tuple(notes))


def _corrected(variable: Variable, values: TableValues, notes: list[str]) -> Variable:
    present = values.present(variable.name)
    invalid = int(values.invalid[variable.name].sum())
    if invalid:
        notes.append(
            f"{shown(variable.name)}: {invalid} real values are none that the specification allows "
            "and were left out"
        )
    if len(present) < FEWEST_ROWS or variable.type is VariableType.DATE:
        why = "dates are not corrected" if len(present) >= FEWEST_ROWS else "too few real values"
        notes.append(f"{shown(variable.name)}: not corrected, {why}")
        return variable
    if variable.is_coded:
        changed = _with_shares(variable, present)
    elif variable.mean is not None and variable.sd is not None:
        changed = _with_moments(variable, present)
    else:
        changed = _with_quartiles(variable, present)
    wrong = [problem.what for problem in contradictions_in(changed) if problem.refuses]
    if wrong:
        notes.append(f"{shown(variable.name)}: not corrected, {wrong[0]}")
        return variable
    return changed


def _weight(n: int) -> float:
    return n / (n + SPECIFICATION_ROWS)


def _from_sample(value: float, n: int) -> Stated:
    words = f"specification corrected with {n} real values"
    return Stated(value=float(value), source=NumberSource.SAMPLE, words=words)


def _with_shares(variable: Variable, present: Floats) -> Variable:
    prior = np.array([level.share.value if level.share else 0.0 for level in variable.levels])
    counts = np.bincount(present.astype(np.int64), minlength=len(prior)).astype(np.float64)
    few = counts < FEWEST_OF_A_CODE
    if few.any():
        within = prior[few] / prior[few].sum() if prior[few].sum() else np.full(few.sum(), 1.0)
        counts[few] = counts[few].sum() * within / within.sum()
    shares = (counts + SPECIFICATION_ROWS * prior) / (len(present) + SPECIFICATION_ROWS)
    shares /= shares.sum()
    levels = tuple(
        level.model_copy(update={"share": _from_sample(share, len(present))})
        for level, share in zip(variable.levels, shares, strict=True)
    )
    return variable.model_copy(update={"categories": levels})


def _with_moments(variable: Variable, present: Floats) -> Variable:
    stated_mean, stated_sd = variable.mean, variable.sd
    if stated_mean is None or stated_sd is None:
        return variable
    weight, n = _weight(len(present)), len(present)
    middles = np.array([float(present.mean()), stated_mean.value])
    spreads = np.array([float(present.std(ddof=1)), stated_sd.value])
    weights = np.array([weight, 1 - weight])
    mean = float(weights @ middles)
    sd = float(np.sqrt(weights @ (spreads**2 + (middles - mean) ** 2)))
    update = {
        "mean": _from_sample(float(f"{mean:.4g}"), n),
        "sd": _from_sample(float(f"{sd:.4g}"), n),
        # Stated beside the mean, they would contradict it now.
        "q1": None, "median": None, "q3": None,
    }  # fmt: skip
    return variable.model_copy(update=update)


def _with_quartiles(variable: Variable, present: Floats) -> Variable:
    weight = _weight(len(present))
    found = np.quantile(present, [0.25, 0.5, 0.75])
    update = {}
    for key, value in zip(("q1", "median", "q3"), found, strict=True):
        stated = getattr(variable, key)
        if stated is not None:
            mixed = weight * float(value) + (1 - weight) * stated.value
            update[key] = _from_sample(float(f"{mixed:.4g}"), len(present))
    return variable.model_copy(update=update)
