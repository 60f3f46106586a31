"""Tables drawn from a joint distribution: any number of rows, the same ones for the same seed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.description.groups import probabilities_of
from memisis_core.description.joint import Joint
from memisis_core.description.marginals import decimals_of
from memisis_core.description.rules import Columns, rows_kept, rule_text
from memisis_core.description.specification import Variable, VariableType
from memisis_core.errors import InputError

if TYPE_CHECKING:
    import polars as pl

_BLOCK = 50_000
_MOST_TRIES = 200
"""Rows drawn for one that keeps all rules, before the rules are called impossible."""
_FEW_TRIED = 20_000
EPOCH = datetime.date(1970, 1, 1).toordinal()
"""Day 0 of stored dates, counted as `datetime.date.toordinal` counts."""


@dataclass(frozen=True)
class Drawn:
    """A drawn table, and what it took.

    Attributes
    ----------
    frame : polars.DataFrame
        Codes as the specification writes them, days as dates, missing values null.
    tried : int
        Rows drawn before rules were enforced.
    rejected : dict of str to int
        Rows that broke each rule, by the rule in words; a row may break several.
    notes : tuple of str
        What this may have changed.
    """

    frame: pl.DataFrame
    tried: int
    rejected: dict[str, int]
    notes: tuple[str, ...]


def draw(joint: Joint, rows: int, seed: int = 0) -> Drawn:
    """Draw a table.

    Rows that break a rule are drawn again, so that all rules hold in the result; totals are the
    sums of their parts.

    Parameters
    ----------
    joint : Joint
    rows : int
        At least 1.
    seed : int
        The same seed gives the same table.

    Raises
    ------
    InputError
        If hardly any row keeps the rules.
    """
    import polars as pl

    generator = np.random.default_rng(seed)
    specification = joint.specification
    broken = {rule_text(rule): 0 for rule in specification.rules}
    blocks: list[Columns] = []
    kept = tried = 0
    while kept < rows:
        columns = _block(joint, min(_BLOCK, max(rows - kept, 1_000)), generator)
        size = len(next(iter(columns.values())))
        good = np.ones(size, dtype=bool)
        for rule in specification.rules:
            held = rows_kept(rule, columns, specification)
            broken[rule_text(rule)] += int((~held).sum())
            good &= held
        tried += size
        kept += int(good.sum())
        blocks.append({name: values[good] for name, values in columns.items()})
        if tried > max(_FEW_TRIED, _MOST_TRIES * kept):
            _refuse(broken, tried, kept)
    table = {name: np.concatenate([b[name] for b in blocks])[:rows] for name in blocks[0]}
    series = [
        _series(variable, table[variable.name], _missing(variable, rows, generator))
        for variable in specification.variables
    ]
    return Drawn(pl.DataFrame(series), tried, broken, _said(broken, tried))


def _block(joint: Joint, rows: int, generator: np.random.Generator) -> Columns:
    table = joint.table
    cell = np.minimum(
        np.searchsorted(np.cumsum(table.probabilities), generator.random(rows), side="right"),
        len(table.probabilities) - 1,
    )
    columns: Columns = {name: table.level_of(name)[cell].astype(np.float64) for name in table.names}
    normals = generator.standard_normal((rows, len(joint.normals))) @ joint.factor.T
    for i, name in enumerate(joint.normals):
        uniform = probabilities_of(normals[:, i], cell, table, joint.shifts[name])
        columns[name] = joint.marginals[name].drawn(uniform)
    for rule in joint.specification.rules:
        if rule.kind == "sum":
            total = np.sum([columns[part] for part in rule.columns[1:]], axis=0)
            decimals = decimals_of(joint.specification.variable(rule.columns[0]))
            columns[rule.columns[0]] = np.round(total, decimals)
    return columns


def _refuse(broken: dict[str, int], tried: int, kept: int) -> None:
    worst = max(broken, key=lambda name: broken[name])
    raise InputError(
        f"only {kept:,} of {tried:,} drawn rows keep the rules; {broken[worst]:,} break {worst!r}",
        where="rules",
        fix="Correct this rule, or the ranges of its variables",
    )


def _said(broken: dict[str, int], tried: int) -> tuple[str, ...]:
    return tuple(
        f"{count / tried:.1%} of the drawn rows broke {rule!r} and were drawn again, which moves "
        "its columns away from their stated distributions"
        for rule, count in broken.items()
        if count > 0.01 * tried
    )


def _missing(
    variable: Variable, rows: int, generator: np.random.Generator
) -> NDArray[np.bool_] | None:
    if variable.missing is None or not variable.missing.value:
        return None
    return np.asarray(generator.random(rows) < variable.missing.value)


def _series(
    variable: Variable, values: NDArray[np.float64], missing: NDArray[np.bool_] | None
) -> pl.Series:
    """Return a column as it is written."""
    import polars as pl

    if variable.is_coded:
        codes = pl.Series(variable.name, written_codes(variable))
        series = codes.gather(values.astype(np.int64))
    elif variable.type is VariableType.DATE:
        series = pl.Series(variable.name, values.astype(np.int64) - EPOCH).cast(pl.Int32)
        series = series.cast(pl.Date)
    elif variable.type is VariableType.INTEGER:
        series = pl.Series(variable.name, values.astype(np.int64))
    else:
        series = pl.Series(variable.name, values)
    if missing is None:
        return series
    return series.to_frame().select(
        pl.when(pl.Series(~missing)).then(pl.col(variable.name)).alias(variable.name)
    )[variable.name]


def written_codes(variable: Variable) -> list[bool] | list[int] | list[float] | list[str]:
    """Return the codes of a variable in one type: as text if they mix numbers and text."""
    codes = variable.codes
    if all(isinstance(code, bool) for code in codes):
        return [bool(code) for code in codes]
    if any(isinstance(code, bool | str) for code in codes):
        return [str(code) for code in codes]
    if any(isinstance(code, float) for code in codes):
        return [float(code) for code in codes]
    return [int(code) for code in codes]
