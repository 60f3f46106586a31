"""The plan's rules: as SDV's constraint-augmented generation (`sdv.cag`), or on drawn rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from memisis_core.errors import InputError
from memisis_core.plan.rules import REFUSING, label_of, labels_kept, numbers_kept

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from memisis_core.plan.model import Constraint
    from memisis_core.synthesis.table_codec import TableCodec

_COLUMNS_NEEDED = {
    **{"inequality": 2, "range": 3, "fixed_increments": 1},
    **{"at_least": 1, "at_most": 1},
}
_FEWEST = {"fixed_combinations": 2, "one_hot": 2}


def check_shape(rule: Constraint) -> None:
    """Refuse a rule with the wrong number of columns or without the value it needs.

    Raises
    ------
    InputError
        With the rule and what it needs.
    """
    where = f"constraint {rule.kind} on {', '.join(rule.columns)}"
    needed = _COLUMNS_NEEDED.get(rule.kind)
    if needed is not None and len(rule.columns) != needed:
        raise InputError(f"it takes {needed} column(s), not {len(rule.columns)}", where=where)
    if len(rule.columns) < _FEWEST.get(rule.kind, 1):
        raise InputError(f"it takes at least {_FEWEST[rule.kind]} columns", where=where)
    if rule.kind == "fixed_increments" and not rule.value:
        raise InputError("it needs a value, the size of a step", where=where)
    if rule.kind in ("at_least", "at_most") and rule.value is None:
        raise InputError("it needs a value, the bound", where=where)
    if rule.kind == "forbidden" and len(rule.values) != len(rule.columns):
        raise InputError("it needs one value for each column", where=where)


def rows_kept(table: pd.DataFrame, rules: tuple[Constraint, ...]) -> NDArray[np.bool_]:
    """Tell which drawn rows keep the rules that SDV does not know (`REFUSING`), shape ``(n,)``.

    A row with a missing value in a column of a rule is not held against it.
    """
    import numpy as np
    import pandas as pd

    kept = np.ones(len(table), dtype=bool)
    for rule in rules:
        if rule.kind == "forbidden":
            kept &= labels_kept(rule, [_labels(table[name]) for name in rule.columns])
        elif rule.kind in REFUSING:
            values = pd.to_numeric(table[rule.columns[0]], errors="coerce")
            numbers = values.to_numpy(dtype=np.float64)
            kept &= np.isnan(numbers) | numbers_kept(rule, numbers[:, None])
    return kept


def _labels(values: pd.Series[Any]) -> list[str | None]:
    missing = values.isna()
    return [None if gone else label_of(v) for v, gone in zip(values, missing, strict=True)]


def sdv_constraints(rules: tuple[Constraint, ...], codec: TableCodec) -> list[Any]:
    """Return SDV's constraints over the encoded columns, without those that SDV does not know.

    Parameters
    ----------
    rules : tuple of Constraint
    codec : TableCodec
        Knows the encoded name of each column.
    """
    known = [rule for rule in rules if rule.kind not in REFUSING]
    return [_sdv_constraint(rule, [codec.code_of(name) for name in rule.columns]) for rule in known]


def _sdv_constraint(rule: Constraint, columns: list[str]) -> Any:
    from sdv import cag

    check_shape(rule)
    if rule.kind == "inequality":
        return cag.Inequality(*columns, strict_boundaries=rule.strict)
    if rule.kind == "range":
        return cag.Range(*columns, strict_boundaries=rule.strict)
    if rule.kind == "fixed_increments":
        step = float(rule.value or 0)
        return cag.FixedIncrements(columns[0], int(step) if step.is_integer() else step)
    if rule.kind == "fixed_combinations":
        return cag.FixedCombinations(columns)
    return cag.OneHotEncoding(columns)
