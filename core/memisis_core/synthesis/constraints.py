"""The plan's rules as SDV's constraint-augmented generation (`sdv.cag`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from memisis_core.errors import InputError

if TYPE_CHECKING:
    from memisis_core.plan.model import Constraint
    from memisis_core.synthesis.table_codec import TableCodec

_COLUMNS_NEEDED = {"inequality": 2, "range": 3, "fixed_increments": 1}
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


def sdv_constraints(rules: tuple[Constraint, ...], codec: TableCodec) -> list[Any]:
    """Return SDV's constraints over the encoded columns.

    Parameters
    ----------
    rules : tuple of Constraint
    codec : TableCodec
        Knows the encoded name of each column.
    """
    return [_sdv_constraint(rule, [codec.code_of(name) for name in rule.columns]) for rule in rules]


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
