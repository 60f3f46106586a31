"""Are the columns there, and do they hold what they should."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from memisis_core.data.schema import Column, ColumnKind
from memisis_core.evaluation.definition import Definition
from memisis_core.evaluation.metric import Axis, Metric
from memisis_core.evaluation.registry import Family
from memisis_core.evaluation.validation.checks import Candidate, Finding, Rule
from memisis_core.evaluation.violation import Violation

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

COLUMNS = Definition(
    "validation.columns",
    "columns",
    "Share of the table's columns that the synthetic table has.",
    1.0,
    source="the schema of the table",
)
KINDS = Definition(
    "validation.kinds",
    "kinds",
    "Share of values that are what their column holds: finite or whole numbers, dates, words.",
    1.0,
    source="the schema of the table",
    headline=True,
)


def check_kinds(candidate: Candidate) -> list[Finding]:
    """Hold every value against the kind of its column."""
    findings = []
    for known in candidate.encoding.columns:
        column = known.column
        values = candidate.frame[column.name]
        present = values.notna().to_numpy()
        faulty = present & ~_right_kind(values, column)
        unreadable = candidate.unreadable.get(column.name, np.zeros(0, dtype=np.intp))
        faulty[unreadable] = True
        present[unreadable] = True
        what = f"not {_named(column.kind)}"
        findings.append(Finding(column.name, present, faulty, what))
    return findings


def _right_kind(values: pd.Series[Any], column: Column) -> NDArray[np.bool_]:
    kind = column.kind
    if kind is ColumnKind.DATE:
        if pd.api.types.is_datetime64_any_dtype(values.dtype):
            return np.ones(len(values), dtype=bool)
        return np.asarray(pd.to_datetime(values, errors="coerce").notna(), dtype=bool)
    words = kind in (ColumnKind.CATEGORY, ColumnKind.IDENTIFIER, ColumnKind.TEXT)
    if words or (kind is ColumnKind.ORDINAL and column.levels is not None):
        return np.array([isinstance(value, str) for value in values], dtype=bool)
    if kind is ColumnKind.BOOLEAN:
        kinds = (bool, np.bool_, int, np.integer, float, np.floating, str)
        return np.array([isinstance(value, kinds) for value in values], dtype=bool)
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64)
    right: NDArray[np.bool_] = np.isfinite(numbers)
    if kind is ColumnKind.INTEGER:
        with np.errstate(invalid="ignore"):
            right &= numbers == np.rint(numbers)
    return right


def _named(kind: ColumnKind) -> str:
    names = {
        ColumnKind.NUMBER: "a finite number",
        ColumnKind.INTEGER: "a whole number",
        ColumnKind.DATE: "a date",
        ColumnKind.ORDINAL: "one of the ordered values",
    }
    return names.get(kind, "a word" if kind is not ColumnKind.BOOLEAN else "one of two values")


KINDS_RULE = Rule(KINDS, check_kinds, "the table has no columns")


def column_violations(context: EvaluationContext) -> list[Violation]:
    """Return the columns that are missing and those that are not in the real table."""
    data = context.data
    missing = [
        Violation(check=COLUMNS.id, subject=name, what="the column is missing")
        for name in data.absent
    ]
    return missing + [
        Violation(check=COLUMNS.id, subject=name, what="the real table has no such column")
        for name in data.surplus
    ]


def measure(context: EvaluationContext) -> list[Metric]:
    """Return the share of columns that are there, and of values of the right kind."""
    there = len(context.data.schema.columns)
    wanted = there + len(context.data.absent)
    columns = COLUMNS.metric(there / wanted, baseline=1.0, n=wanted)
    return [columns, *KINDS_RULE.metrics(context)]


FAMILY = Family("structure", Axis.VALIDATION, "columns and kinds", measure, (COLUMNS.id, KINDS.id))
