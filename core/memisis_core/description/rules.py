"""Which rows keep a rule; tables as arrays of numbers, with codes as positions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from memisis_core.description.problem import shown
from memisis_core.description.specification import Rule, Specification, Variable

Columns = dict[str, NDArray[np.float64]]
_SLACK = 1e-6


def rule_text(rule: Rule) -> str:
    """Return a rule as people read it."""
    names = [shown(name) for name in rule.columns]
    if rule.kind == "sum":
        return f"{names[0]} = {' + '.join(names[1:])}"
    if rule.kind in ("inequality", "range"):
        return (" < " if rule.strict else " <= ").join(names)
    if rule.kind == "fixed_increments":
        return f"{names[0]} in steps of {rule.value:g}"
    if rule.kind == "one_hot":
        return f"exactly one of {', '.join(names)}"
    return f"combinations of {', '.join(names)}"


def rows_kept(rule: Rule, columns: Columns, specification: Specification) -> NDArray[np.bool_]:
    """Return which rows keep a rule; one with a missing value among its columns does.

    Parameters
    ----------
    rule : Rule
    columns : dict of str to ndarray of float, shape (n,)
        Numbers, days, or positions of codes; NaN where missing.
    specification : Specification
    """
    values = np.column_stack([columns[name] for name in rule.columns])
    missing = np.isnan(values).any(axis=1)
    if rule.kind == "fixed_combinations":
        kept = _combined(rule, values, specification)
    elif rule.kind == "sum":
        slack = _SLACK * np.maximum(np.abs(values[:, 0]), 1.0)
        kept = np.abs(values[:, 0] - values[:, 1:].sum(axis=1)) <= slack
        kept &= _in_bounds(values[:, 0], specification.variable(rule.columns[0]))
    elif rule.kind == "one_hot":
        kept = values.sum(axis=1) == 1
    elif rule.kind == "fixed_increments":
        steps = values[:, 0] / (rule.value or 1.0)
        kept = np.abs(steps - np.rint(steps)) <= _SLACK
    else:
        steps = np.diff(values, axis=1)
        kept = np.asarray(((steps > 0) if rule.strict else (steps >= 0)).all(axis=1))
    return np.asarray(kept | missing)


def _in_bounds(values: NDArray[np.float64], variable: Variable) -> NDArray[np.bool_]:
    """Return which totals are in their own range, which no distribution of theirs ensures."""
    low = variable.low.value if variable.low else -np.inf
    high = variable.high.value if variable.high else np.inf
    return np.asarray((values >= low - _SLACK) & (values <= high + _SLACK))


def _combined(
    rule: Rule, values: NDArray[np.float64], specification: Specification
) -> NDArray[np.bool_]:
    codes = [[str(code) for code in specification.variable(n).codes] for n in rule.columns]
    sizes = np.array([len(known) for known in codes])
    weights = np.concatenate([[1], np.cumprod(sizes[:-1])])
    allowed = {
        int(sum(w * known.index(str(c)) for w, known, c in zip(weights, codes, row, strict=True)))
        for row in rule.combinations
    }
    keys = np.where(np.isnan(values), -1.0, values) @ weights
    return np.isin(keys.astype(np.int64), sorted(allowed))
