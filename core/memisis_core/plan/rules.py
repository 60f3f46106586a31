"""Rules of a plan: how they are written, and which rows keep them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from memisis_core.data.schema import Column, ColumnKind, Schema
from memisis_core.errors import InputError
from memisis_core.plan.model import Constraint

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

REFUSING: Final = frozenset({"at_least", "at_most", "forbidden"})
"""Kinds that are kept by drawing rows anew; real patients may break them."""
HOW_TO_WRITE: Final = (
    "Age >= 18",
    "admitted <= discharged",
    "low <= middle <= high",
    "not Sex = male and Pregnant = yes",
    "seen together: Ward, Floor",
)
"""One example of each rule that can be written in words."""
_SLACK = 1e-9
_COMPARISON = re.compile(r"\s*(<=|>=|<|>|≤|≥)\s*")
_PLAIN = {"≤": "<=", "≥": ">="}
_SEEN = re.compile(r"(?i)^\s*seen together\s*:\s*")
_NOT = re.compile(r"(?i)^\s*(?:not|never)\s+")
_AND = re.compile(r"(?i)\s+and\s+")
_NUMERIC = (ColumnKind.NUMBER, ColumnKind.INTEGER)


def named(rule: Constraint) -> str:
    """Return a rule as people read it, and as `parsed_rule` reads it where it can."""
    columns = list(rule.columns)
    listed = ", ".join(columns)
    if rule.kind in ("inequality", "range"):
        return (" < " if rule.strict else " <= ").join(columns)
    if rule.kind in ("at_least", "at_most"):
        sign = (">" if rule.kind == "at_least" else "<") + ("" if rule.strict else "=")
        return f"{listed} {sign} {rule.value:g}"
    if rule.kind == "forbidden":
        pairs = zip(columns, rule.values, strict=False)
        return "not " + " and ".join(f"{name} = {value}" for name, value in pairs)
    if rule.kind == "fixed_increments":
        return f"{listed} in steps of {rule.value:g}"
    return f"exactly one of {listed}" if rule.kind == "one_hot" else f"combinations of {listed}"


def numbers_kept(rule: Constraint, values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which rows keep an arithmetic rule.

    Parameters
    ----------
    rule : Constraint
        Of any kind but ``forbidden`` and ``fixed_combinations``.
    values : ndarray of float, shape (n, len(rule.columns))
        Without missing values; a row that has one keeps nothing.
    """
    import numpy as np

    if rule.kind in ("at_least", "at_most"):
        bound, held = rule.value or 0.0, values[:, 0]
        if rule.kind == "at_least":
            return np.asarray(held > bound if rule.strict else held >= bound)
        return np.asarray(held < bound if rule.strict else held <= bound)
    if rule.kind == "one_hot":
        return np.asarray((values == 1).sum(axis=1) == 1)
    if rule.kind == "fixed_increments":
        steps = values[:, 0] / (rule.value or 1.0)
        slack = _SLACK * np.maximum(np.abs(steps), 1.0)
        return np.asarray(np.abs(steps - np.rint(steps)) <= slack)
    differences = np.diff(values, axis=1)
    return np.asarray(((differences > 0) if rule.strict else (differences >= 0)).all(axis=1))


def labels_kept(rule: Constraint, labels: Sequence[Sequence[str | None]]) -> NDArray[np.bool_]:
    """Tell which rows do not have every value of a ``forbidden`` rule.

    Parameters
    ----------
    rule : Constraint
    labels : sequence of sequences
        One for each of ``rule.columns``: the labels of all rows, None where missing.
    """
    import numpy as np

    broken = np.ones(len(labels[0]), dtype=bool)
    for held, forbidden in zip(labels, rule.values, strict=True):
        broken &= np.array([label == forbidden for label in held], dtype=bool)
    return np.asarray(~broken)


def label_of(value: object) -> str:
    """Return the label of one value, the same whatever type holds it: 3.0 is ``3``."""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else f"{value:.10g}"
    return str(value)


def parsed_rule(text: str, schema: Schema) -> Constraint:
    """Return the rule that a line of text states.

    Column names are taken in any case; in double quotes if they hold a sign such as ``<``.

    Raises
    ------
    InputError
        If it is no rule, names an unknown column, or compares columns that have no order.
    """
    if not text.strip():
        raise InputError("no rule was written", fix=f"For example: {'; '.join(HOW_TO_WRITE)}")
    if _SEEN.match(text):
        names = [_column(part, schema).name for part in _SEEN.sub("", text).split(",")]
        if len(set(names)) < 2:
            raise InputError("two columns at least are needed", where=text.strip())
        return Constraint(kind="fixed_combinations", columns=tuple(names))
    if _NOT.match(text) and "=" in text and not _COMPARISON.search(_outside_quotes(text)):
        return _forbidden(_NOT.sub("", text), schema)
    return _comparison(text, schema)


def _forbidden(text: str, schema: Schema) -> Constraint:
    columns, values = [], []
    for part in _AND.split(text):
        name, sign, value = part.partition("=")
        if not sign or not value.strip():
            raise InputError("a value is needed after =", where=part.strip())
        columns.append(_column(name, schema).name)
        values.append(_unquoted(value))
    if len(set(columns)) != len(columns):
        raise InputError("a column can be named once", where=text.strip())
    return Constraint(kind="forbidden", columns=tuple(columns), values=tuple(values))


def _comparison(text: str, schema: Schema) -> Constraint:
    parts, signs = _compared(text)
    if not signs:
        raise InputError(
            "this is no rule", where=text.strip(), fix=f"For example: {'; '.join(HOW_TO_WRITE)}"
        )
    if len({sign[0] for sign in signs}) > 1 or len(set(signs)) > 1:
        raise InputError("the signs must be the same", where=text.strip())
    if signs[0][0] == ">":
        parts, signs = parts[::-1], [sign.replace(">", "<") for sign in signs]
    strict = signs[0] == "<"
    number = [_number(part) for part in parts]
    if len(parts) == 2 and sum(n is not None for n in number) == 1:
        at = 0 if number[0] is not None else 1
        return _bound("at_least" if at == 0 else "at_most", parts[1 - at], number[at], strict,
                      schema)  # fmt: skip
    columns = [_column(part, schema) for part in parts]
    if len(columns) > 3 or len({c.name for c in columns}) != len(columns):
        raise InputError("two or three different columns can be compared", where=text.strip())
    dates = {column.kind is ColumnKind.DATE for column in columns}
    if len(dates) > 1 or not all(_has_order(column) for column in columns):
        raise InputError("these columns cannot be compared with each other", where=text.strip())
    kind = "inequality" if len(columns) == 2 else "range"
    return Constraint(kind=kind, columns=tuple(c.name for c in columns), strict=strict)


def _bound(kind: str, name: str, value: float | None, strict: bool, schema: Schema) -> Constraint:
    column = _column(name, schema)
    if column.kind is ColumnKind.DATE or not _has_order(column):
        raise InputError("only a column of numbers has a bound", where=column.name)
    return Constraint(kind=kind, columns=(column.name,), value=value, strict=strict)


def _has_order(column: Column) -> bool:
    numeric_ordinal = column.kind is ColumnKind.ORDINAL and column.levels is None
    return column.kind in (*_NUMERIC, ColumnKind.DATE) or numeric_ordinal


def _compared(text: str) -> tuple[list[str], list[str]]:
    """Split at the signs that stand outside quotes."""
    masked = _outside_quotes(text)
    parts, signs, start = [], [], 0
    for sign in _COMPARISON.finditer(masked):
        parts.append(text[start : sign.start()])
        signs.append(_PLAIN.get(sign[1], sign[1]))
        start = sign.end()
    return [*parts, text[start:]], signs


def _outside_quotes(text: str) -> str:
    return re.sub(r'"[^"]*"', lambda quoted: "x" * len(quoted[0]), text)


def _unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _number(text: str) -> float | None:
    try:
        value = float(text.strip())
    except ValueError:
        return None
    return value if value - value == 0 else None


def _column(text: str, schema: Schema) -> Column:
    name = _unquoted(text)
    synthesised = schema.synthesised
    exact = [column for column in synthesised if column.name == name]
    folded = [column for column in synthesised if column.name.casefold() == name.casefold()]
    if exact or len(folded) == 1:
        return (exact or folded)[0]
    raise InputError(
        f"there is no column {name!r}",
        fix=f"The columns: {', '.join(column.name for column in synthesised)}",
    )
