"""Whether one patient keeps the specification's rules, also while only some values are there."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping

from memisis_core.description.rows.cells import Cell
from memisis_core.description.specification import Rule, Specification, Variable


def broken_rule(
    specification: Specification, row: Mapping[str, Cell], about: str | None = None
) -> Rule | None:
    """Return the first rule that `row` breaks.

    A rule counts once all its columns are there; a missing value breaks none.

    Parameters
    ----------
    specification : Specification
    row : dict of str to cell
    about : str, optional
        Look only at rules that are about this variable.
    """
    if not specification.rules:
        return None
    import numpy as np

    from memisis_core.description.rules import rows_kept

    for rule in specification.rules:
        if (about is not None and about not in rule.columns) or not row.keys() >= set(rule.columns):
            continue
        columns = {
            name: np.array([_number(specification.variable(name), row[name])])
            for name in rule.columns
        }
        if not rows_kept(rule, columns, specification)[0]:
            return rule
    return None


def _number(variable: Variable, cell: Cell) -> float:
    """Return a cell as rules read it: a number, a day, or the position of a code."""
    if cell is None:
        return math.nan
    if variable.is_coded:
        return float(variable.codes.index(cell))
    return float(cell.toordinal() if isinstance(cell, datetime.date) else cell)
