"""Could each value occur: categories, ranges, rounding, dates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from memisis_core.data.schema import ColumnKind
from memisis_core.evaluation.definition import Definition
from memisis_core.evaluation.encoding import MISSING_CODE, ColumnEncoding, rounded
from memisis_core.evaluation.metric import Axis
from memisis_core.evaluation.registry import Family
from memisis_core.evaluation.validation.checks import Candidate, Finding, Rule, measure_of

CATEGORIES = Definition(
    "validation.categories",
    "categories",
    "Share of values of discrete columns that occur in the real data.",
    1.0,
    source="sdmetrics CategoryAdherence",
    headline=True,
)
RANGES = Definition(
    "validation.ranges",
    "ranges",
    "Share of numbers that lie between the smallest and the largest real value.",
    1.0,
    source="sdmetrics BoundaryAdherence",
    caveat="a value outside may still be possible; the real extremes are those of this sample",
    headline=True,
)
ROUNDING = Definition(
    "validation.rounding",
    "rounding",
    "Share of numbers with no more decimals than real values have.",
    1.0,
    source="the schema of the table",
)
DATES = Definition(
    "validation.dates",
    "dates",
    "Share of dates between the first and the last real date, without a time of day where real "
    "dates have none.",
    1.0,
    source="sdmetrics BoundaryAdherence",
)


def check_categories(candidate: Candidate) -> list[Finding]:
    """Find values of discrete columns that do not occur in the real data."""
    findings = []
    for i in candidate.encoding.discrete:
        known = candidate.encoding.columns[i]
        codes = candidate.table.codes[:, i]
        levels = 0 if known.levels is None else len(known.levels)
        present = codes != MISSING_CODE
        what = "a value that does not occur in the real data"
        findings.append(Finding(known.column.name, present, codes >= levels, what))
    return findings


def check_ranges(candidate: Candidate) -> list[Finding]:
    """Find numbers outside the real range."""
    findings = []
    for i, known in _columns_of(candidate, ColumnKind.NUMBER, ColumnKind.INTEGER):
        values = candidate.table.numbers[:, i]
        present = ~np.isnan(values)
        what = f"outside the real range {known.low:g} to {known.high:g}"
        findings.append(
            Finding(known.column.name, present, present & _outside(values, known), what)
        )
    return findings


def check_rounding(candidate: Candidate) -> list[Finding]:
    """Find numbers with more decimals than the real ones."""
    findings = []
    for i, known in _columns_of(candidate, ColumnKind.NUMBER):
        decimals = known.column.decimals
        if decimals is None:
            continue
        values = candidate.table.numbers[:, i]
        present = ~np.isnan(values)
        with np.errstate(invalid="ignore"):
            off = np.abs(values - rounded(values, decimals))
            faulty = off > np.maximum(np.abs(values), 1.0) * 1e-9
        what = f"more than {decimals} decimals"
        findings.append(Finding(known.column.name, present, present & faulty, what))
    return findings


def check_dates(candidate: Candidate) -> list[Finding]:
    """Find dates outside the real range, or with a time of day where real ones have none."""
    findings = []
    for i, known in _columns_of(candidate, ColumnKind.DATE):
        values = candidate.table.numbers[:, i]
        present = ~np.isnan(values)
        faulty = _outside(values, known)
        real = [candidate.data.train, candidate.data.holdout]
        if _whole_days(pd.concat([table[known.column.name] for table in real])):
            with np.errstate(invalid="ignore"):
                faulty |= values != np.floor(values)
        what = f"not a date from {_day(known.low)} to {_day(known.high)}"
        findings.append(Finding(known.column.name, present, present & faulty, what))
    return findings


def _columns_of(candidate: Candidate, *kinds: ColumnKind) -> list[tuple[int, ColumnEncoding]]:
    columns = enumerate(candidate.encoding.columns)
    return [(i, known) for i, known in columns if known.column.kind in kinds]


def _outside(values: NDArray[np.float64], known: ColumnEncoding) -> NDArray[np.bool_]:
    if np.isnan(known.low):  # no real value: whatever is there has no range to lie in
        return np.asarray(~np.isnan(values))
    with np.errstate(invalid="ignore"):
        return np.asarray((values < known.low) | (values > known.high))


def _whole_days(dates: pd.Series[Any]) -> bool:
    known = pd.to_datetime(dates.dropna(), errors="coerce")
    return bool((known == known.dt.normalize()).all()) if len(known) else False


def _day(days: float) -> str:
    if np.isnan(days):
        return "no real date"
    return str(np.datetime64(int(np.floor(days)), "D"))


RULES = (
    Rule(CATEGORIES, check_categories, "the table has no discrete column"),
    Rule(RANGES, check_ranges, "the table has no column of numbers"),
    Rule(ROUNDING, check_rounding, "the table has no column of numbers with known decimals"),
    Rule(DATES, check_dates, "the table has no column of dates"),
)

measure = measure_of(*RULES)

FAMILY = Family(
    "values",
    Axis.VALIDATION,
    "values",
    measure,
    tuple(rule.definition.id for rule in RULES),
)
