"""Do the rows keep the rules of the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.definition import Definition
from memisis_core.evaluation.encoding import MISSING_CODE, EncodedTable
from memisis_core.evaluation.metric import Axis, Metric
from memisis_core.evaluation.registry import Family
from memisis_core.evaluation.validation.checks import Candidate, Finding, Rule
from memisis_core.plan.rules import label_of, labels_kept, named, numbers_kept

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext
    from memisis_core.plan.model import Constraint

CONSTRAINTS = Definition(
    "validation.constraints",
    "constraints",
    "Share of rows that keep the declared constraints; a row with a missing value among the "
    "columns of a constraint is not held against it.",
    1.0,
    source="sdv.cag",
    headline=True,
)


def check_constraints(candidate: Candidate) -> list[Finding]:
    """Hold every row against every constraint of the plan."""
    return [
        _held(candidate, constraint)
        for constraint in candidate.data.constraints
        if all(name in candidate.encoding.names for name in constraint.columns)
    ]


def _held(candidate: Candidate, constraint: Constraint) -> Finding:
    places = [candidate.encoding.position(name) for name in constraint.columns]
    if constraint.kind == "fixed_combinations":
        checked, kept = _combinations(candidate, places)
    elif constraint.kind == "forbidden":
        labels = [_labels(candidate, place) for place in places]
        checked = np.array([None not in row for row in zip(*labels, strict=True)], dtype=bool)
        kept = labels_kept(constraint, labels)
    else:
        checked, kept = _numbers_kept(constraint, _numbers(candidate, places))
    return Finding(named(constraint), checked, checked & ~kept, f"breaks: {named(constraint)}")


def _numbers_kept(
    constraint: Constraint, values: NDArray[np.float64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    with np.errstate(invalid="ignore"):
        return np.asarray(~np.isnan(values).any(axis=1)), numbers_kept(constraint, values)


def _numbers(candidate: Candidate, places: list[int]) -> NDArray[np.float64]:
    """Return the values of ordered columns; of two-valued ones 0 and 1 in the order of levels."""
    columns = []
    for place in places:
        if candidate.encoding.columns[place].ordered:
            columns.append(candidate.table.numbers[:, place])
            continue
        codes = candidate.table.codes[:, place].astype(np.float64)
        columns.append(np.where(codes == MISSING_CODE, np.nan, codes))
    return np.column_stack(columns)


def _labels(candidate: Candidate, place: int) -> list[str | None]:
    """Return the labels of a column, None where missing or not among the real levels."""
    known = candidate.encoding.columns[place]
    if known.levels is None:
        numbers = candidate.table.numbers[:, place]
        return [None if number != number else label_of(float(number)) for number in numbers]  # noqa: PLR0124
    labels = [label_of(level) for level in known.levels]
    codes = candidate.table.codes[:, place].tolist()
    return [labels[code] if 0 <= code < len(labels) else None for code in codes]


def _combinations(
    candidate: Candidate, places: list[int]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    seen = {key for table in candidate.real for key in _keys(table, places)}
    kept = np.array([key in seen for key in _keys(candidate.table, places)], dtype=bool)
    return np.ones(len(kept), dtype=bool), kept


def _keys(table: EncodedTable, places: list[int]) -> list[tuple[float, ...]]:
    numbers = np.where(np.isnan(table.numbers), -np.inf, table.numbers)[:, places]
    both = np.concatenate([numbers, table.codes[:, places].astype(np.float64)], axis=1)
    return [tuple(row) for row in both.tolist()]


RULE = Rule(CONSTRAINTS, check_constraints, "the plan declares no constraint on these columns")


def measure(context: EvaluationContext) -> list[Metric]:
    """Return the share of rows that keep the constraints, overall and of broken ones."""
    return RULE.metrics(context)


FAMILY = Family("constraints", Axis.VALIDATION, "constraints", measure, (CONSTRAINTS.id,))
