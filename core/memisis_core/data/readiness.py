"""Checks that a table can be synthesised at all, and says what will suffer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memisis_core.data.schema import Column, ColumnKind, Role, Schema
from memisis_core.data.table import DataWarning
from memisis_core.errors import InputError
from memisis_core.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memisis_core.data.table import Table

MINIMUM_ROWS = 30
"""With fewer, 20 training rows beside a holdout of a fifth are not left."""
FEW_ROWS = 200
MINIMUM_COLUMNS = 2
MOST_CLASSES = 50
"""A target with more classes cannot be learnt or held out by class."""
_SMALL = 10
_MOSTLY_MISSING = 0.5
_CLASSES = (ColumnKind.BOOLEAN, ColumnKind.CATEGORY, ColumnKind.ORDINAL)
_NOT_PREDICTED = (ColumnKind.TEXT, ColumnKind.IDENTIFIER, ColumnKind.DATE)


def check_ready(
    table: Table, schema: Schema, target: str | None, protected: Sequence[str]
) -> list[DataWarning]:
    """Check a table before it is synthesised.

    Parameters
    ----------
    table : Table
    schema : Schema
        With the roles of the plan.
    target : str or None
        The column that models will predict.
    protected : sequence of str
        The attributes by which fairness is measured.

    Returns
    -------
    list of DataWarning
        What works but not well: few rows, rare classes, constant or empty columns, and the like.

    Raises
    ------
    InputError
        If it cannot work: fewer than 30 rows, fewer than two columns that vary, an unknown column,
        a target that is constant, has more than 50 classes or is text, a date or an identifier, or
        one that is protected as well.
    """
    where = visible(table.path.name)
    if table.rows < MINIMUM_ROWS:
        rows = "1 row is" if table.rows == 1 else f"{table.rows} rows are"
        raise InputError(
            f"{rows} too few to learn from",
            where=where,
            fix=f"A table needs at least {MINIMUM_ROWS}",
        )
    distinct = {c.name: table.frame[c.name].drop_nulls().n_unique() for c in schema.columns}
    if target is not None:
        _check_target(schema.column(target), distinct[target], list(protected), where)
    _check_columns(table, schema, distinct, where)
    for name in protected:
        schema.column(name)
    return [
        *_row_warnings(table, schema),
        *(w for c in schema.columns for w in _column_warnings(c, distinct[c.name], table.rows)),
        *(_target_warnings(table, schema.column(target)) if target is not None else []),
        *(w for n in protected for w in _protected_warnings(table, schema.column(n), distinct[n])),
    ]


def _check_columns(table: Table, schema: Schema, distinct: dict[str, int], where: str) -> None:
    usable = [column for column in schema.synthesised if distinct[column.name] > 1]
    if len(usable) >= MINIMUM_COLUMNS:
        return
    total = len(schema.columns)
    columns = "the only column" if total == 1 else f"{len(usable)} of {total} columns"
    left_out = sum(not column.synthesised for column in schema.columns)
    constant = sum(c.synthesised and distinct[c.name] <= 1 for c in schema.columns)
    why = "" if total == 1 else f" ({left_out} left out, {constant} with one value only)"
    raise InputError(
        f"{columns} can be used{why}, and a synthesis needs two" if total > 1
        else f"{columns} is {visible(table.names[0], 40)!r}, and a synthesis needs two",
        where=where,
        fix="Choose a table with at least two columns that vary, or give columns another role",
    )  # fmt: skip


def _check_target(column: Column, distinct: int, protected: list[str], where: str) -> None:
    place = f"{where}, column {column.name!r}"
    fix = "Choose another target"
    if column.name in protected:
        raise InputError("the target is also a protected attribute", where=place, fix=fix)
    if distinct == 0:
        raise InputError("every value of the target is missing", where=place, fix=fix)
    if distinct == 1:
        raise InputError("the target has one value only", where=place, fix=fix)
    if column.kind in _NOT_PREDICTED:
        raise InputError(f"a column of kind {column.kind.value} cannot be predicted", where=place,
                         fix=f"{fix} or give the column another kind")  # fmt: skip
    if column.kind in _CLASSES and distinct > MOST_CLASSES:
        raise InputError(f"the target has {distinct:,} classes, more than {MOST_CLASSES}",
                         where=place, fix=fix)  # fmt: skip


def _row_warnings(table: Table, schema: Schema) -> list[DataWarning]:
    warnings = []
    if table.rows < FEW_ROWS:
        message = f"{table.rows} rows are few; every measure will be uncertain"
        warnings.append(DataWarning("few-rows", message))
    used = [column.name for column in schema.synthesised]
    repeated = table.rows - table.frame.select(used).n_unique()
    if repeated:
        message = (
            f"{repeated:,} rows repeat an earlier one in all synthesised columns; a copy of such a "
            "row in the synthetic data may be chance"
        )
        warnings.append(DataWarning("duplicated-rows", message))
    return warnings


def _column_warnings(column: Column, distinct: int, rows: int) -> list[DataWarning]:
    name = column.name
    if distinct == 0:
        return [
            DataWarning("all-missing", "every value is missing; left out of the synthesis", name)
        ]
    if not column.synthesised:
        why = "identifies people" if column.role is Role.IDENTIFIER else "left out"
        return [DataWarning("left-out", f"{why}: {column.reason}; not synthesised", name)]
    warnings = []
    if column.kind is ColumnKind.IDENTIFIER:
        message = "is synthesised although it may identify people"
        warnings.append(DataWarning("identifier-kept", message, name))
    if column.kind is ColumnKind.TEXT:
        message = "free text is synthesised as categories, word for word as in the real data"
        warnings.append(DataWarning("text-kept", message, name))
    if distinct == 1:
        warnings.append(DataWarning("constant", "holds one value only and says nothing", name))
    if column.missing > _MOSTLY_MISSING * rows:
        message = f"{column.missing / rows:.0%} of the values are missing"
        warnings.append(DataWarning("mostly-missing", message, name))
    return warnings


def _target_warnings(table: Table, column: Column) -> list[DataWarning]:
    warnings = []
    if column.missing:
        message = (
            f"the target is missing in {column.missing:,} rows; models are not trained on them"
        )
        warnings.append(DataWarning("target-missing", message, column.name))
    if column.kind in _CLASSES:
        counts = table.frame[column.name].drop_nulls().value_counts(name="rows")["rows"]
        rare = int((counts < _SMALL).sum())
        if rare:
            classes = "1 class has" if rare == 1 else f"{rare} classes have"
            message = f"{classes} fewer than {_SMALL} rows; measures for it will be missing"
            warnings.append(DataWarning("rare-class", message, column.name))
    return warnings


def _protected_warnings(table: Table, column: Column, distinct: int) -> list[DataWarning]:
    if distinct <= 1:
        message = "has one group only, so fairness by it cannot be measured"
        return [DataWarning("one-group", message, column.name)]
    if column.kind not in _CLASSES:
        message = f"has {distinct:,} different values; fairness needs groups of people"
        return [DataWarning("no-groups", message, column.name)]
    counts = table.frame[column.name].drop_nulls().value_counts(name="rows")["rows"]
    small = int((counts < _SMALL).sum())
    if not small:
        return []
    groups = "1 group has" if small == 1 else f"{small} groups have"
    message = f"{groups} fewer than {_SMALL} people; measures for it will be missing"
    return [DataWarning("small-groups", message, column.name)]
