"""Whether a patient keeps the specification's rules, also while only some values are there."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping
from itertools import pairwise

from memisis_core.description.rows.cells import Cell
from memisis_core.description.specification import Rule

_TOLERANCE = 1e-9


def broken_rule(rules: Iterable[Rule], row: Mapping[str, Cell]) -> Rule | None:
    """Return the first rule that `row` breaks.

    A rule counts once all its columns are there; a missing value breaks none.
    """
    for rule in rules:
        cells = [row.get(name) for name in rule.columns]
        if None not in cells and not _kept(rule, cells):
            return rule
    return None


def _kept(rule: Rule, cells: list[Cell]) -> bool:
    if rule.kind == "fixed_combinations":
        return tuple(cells) in rule.combinations
    if rule.kind == "one_hot":
        return sum(cell in (1, True) for cell in cells) == 1
    numbers = [_number(cell) for cell in cells]
    if rule.kind == "fixed_increments":
        steps = [number / (rule.value or 1.0) for number in numbers]
        return all(math.isclose(step, round(step), abs_tol=1e-6) for step in steps)
    if rule.kind == "sum":
        return math.isclose(numbers[0], sum(numbers[1:]), rel_tol=_TOLERANCE, abs_tol=1e-6)
    pairs = pairwise(numbers)
    return all(low < high if rule.strict else low <= high for low, high in pairs)


def _number(cell: Cell) -> float:
    if isinstance(cell, datetime.date):
        return float(cell.toordinal())
    try:
        return float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return math.nan
