"""Are rows what rows may be: unique keys, no repetitions, gaps only where real rows have them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from memisis_core.data.schema import ColumnKind
from memisis_core.evaluation.definition import Definition
from memisis_core.evaluation.metric import Axis
from memisis_core.evaluation.privacy.matching import exact_values
from memisis_core.evaluation.registry import Family
from memisis_core.evaluation.validation.checks import Candidate, Finding, Rule, measure_of

KEYS_UNIQUE = Definition(
    "validation.keys_unique",
    "keys unique",
    "Share of rows whose identifier is there and no other row has.",
    1.0,
    source="sdmetrics KeyUniqueness",
)
DUPLICATE_ROWS = Definition(
    "validation.duplicate_rows",
    "duplicate rows",
    "Share of synthetic rows that equal an earlier synthetic row in every column.",
    0.0,
    "lower",
    source="the schema of the table",
    caveat="in coarse tables people equal each other too: compare with the real baseline",
)
MISSINGNESS = Definition(
    "validation.missingness",
    "missing where allowed",
    "Share of values that are there, in columns whose real values all are.",
    1.0,
    source="the schema of the table",
)


def check_keys(candidate: Candidate) -> list[Finding]:
    """Find identifiers that are missing or repeated."""
    findings = []
    for known in candidate.encoding.columns:
        if known.column.kind is not ColumnKind.IDENTIFIER:
            continue
        values = candidate.frame[known.column.name]
        faulty = (values.isna() | values.duplicated(keep=False)).to_numpy()
        every = np.ones(len(values), dtype=bool)
        what = "the identifier is missing or another row has it"
        findings.append(Finding(known.column.name, every, faulty, what))
    return findings


def check_duplicates(candidate: Candidate) -> list[Finding]:
    """Find rows that equal an earlier one in every column."""
    rows = exact_values(candidate.table, candidate.encoding)
    if not rows.shape[1]:
        return []
    as_bytes = np.dtype((np.void, rows.dtype.itemsize * rows.shape[1]))
    keys = pd.Series([row.tobytes() for row in rows.view(as_bytes).ravel()], dtype=object)
    faulty = keys.duplicated().to_numpy()
    every = np.ones(len(rows), dtype=bool)
    return [Finding("all columns", every, faulty, "the row equals an earlier one")]


def check_missing(candidate: Candidate) -> list[Finding]:
    """Find gaps in columns that have none in the real data."""
    findings = []
    for known in candidate.encoding.columns:
        name = known.column.name
        real = (candidate.data.train, candidate.data.holdout)
        if known.column.missing or any(table[name].isna().any() for table in real):
            continue
        faulty = candidate.frame[name].isna().to_numpy(copy=True)
        faulty[candidate.unreadable.get(name, np.zeros(0, dtype=np.intp))] = False
        every = np.ones(len(faulty), dtype=bool)
        findings.append(Finding(name, every, faulty, "missing, which no real value is"))
    return findings


RULES = (
    Rule(KEYS_UNIQUE, check_keys, "the table has no identifier column"),
    Rule(DUPLICATE_ROWS, check_duplicates, "the table has no columns"),
    Rule(MISSINGNESS, check_missing, "every column has missing values in the real data"),
)

measure = measure_of(*RULES)

FAMILY = Family(
    "records",
    Axis.VALIDATION,
    "records",
    measure,
    tuple(rule.definition.id for rule in RULES),
)
