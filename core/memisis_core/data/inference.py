"""Works out what each column of a table is: its kind, its role, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from memisis_core.data.dates import date_style
from memisis_core.data.header_words import words_of
from memisis_core.data.identifiers import identifier_evidence
from memisis_core.data.ordinal_scales import ordered_levels
from memisis_core.data.roles import suggested_roles
from memisis_core.data.schema import Column, ColumnKind, Role, Schema
from memisis_core.data.table import DataWarning

if TYPE_CHECKING:
    import polars as pl

    from memisis_core.data.card import DataCard
    from memisis_core.data.table import Table

_TRUTH = (
    ("yes", "no"), ("y", "n"), ("true", "false"), ("t", "f"), ("1", "0"), ("ja", "nein"),
    ("j", "n"), ("oui", "non"), ("si", "no"), ("sí", "no"), ("present", "absent"), ("+", "-"),
    ("positive", "negative"), ("pos", "neg"), ("alive", "dead"),
)  # fmt: skip
_TRUTH_PAIRS = frozenset(frozenset(pair) for pair in _TRUTH)
ORDINAL_STEPS = 10
"""Whole numbers with at most this many values are steps of a scale rather than amounts."""
FEW_CATEGORIES = 20
CATEGORIES = 500
"""More different words than this are categories only in a table that fills each of them often."""
MOST_CATEGORIES = 2_000
"""Beyond this a one-hot encoding no longer fits a workstation."""
_LONG_TEXT = 40
_MANY_WORDS = 4
_MOST_DECIMALS = 9
_SENTINELS = (-9999, -999, -99, -9, -8, -7, -1, 99, 999, 9999, 99999)
_SENTINEL_REPEATS = 3
_NOMINAL_WORDS = frozenset(
    ("code", "type", "category", "site", "center", "centre", "hospital", "ward", "unit", "region",
     "state", "country", "race", "ethnicity", "sex", "gender", "marital", "religion", "status",
     "group", "arm", "treatment", "department", "source", "insurance", "payer")
)  # fmt: skip


@dataclass(frozen=True)
class Inference:
    """The schema that a table seems to have and what a person should know about it."""

    schema: Schema
    warnings: tuple[DataWarning, ...] = ()


@dataclass(frozen=True)
class _Finding:
    """A column as far as its values tell."""

    column: Column
    distinct: int
    warning: DataWarning | None = None


def infer_schema(table: Table, card: DataCard | None = None) -> Inference:
    """Suggest kind and role of every column, each with its reason.

    Parameters
    ----------
    table : Table
    card : DataCard or None
        What the table's author says about it; where it fits the values, it is believed.

    Returns
    -------
    Inference
        One `Column` for each column of the table, in its order. Likely identifiers have the role
        `Role.IDENTIFIER`, columns without values and free text `Role.EXCLUDED`; a warning says so.
    """
    findings = [_finding(table.frame[name]) for name in table.names]
    warnings = [finding.warning for finding in findings if finding.warning]
    columns = [finding.column for finding in findings]
    distinct = {finding.column.name: finding.distinct for finding in findings}
    columns = _with_suggested_roles(columns, distinct)
    if card is not None:
        columns, said = card.applied_to(columns, table)
        warnings += said
    return Inference(Schema(columns=tuple(columns)), tuple(warnings))


def _with_suggested_roles(columns: list[Column], distinct: dict[str, int]) -> list[Column]:
    suggested = {s.name: s for s in suggested_roles(columns, distinct)}
    return [
        c.model_copy(
            update={
                "role": suggested[c.name].role,
                "reason": f"{c.reason}; {suggested[c.name].role.value}: {suggested[c.name].reason}",
            }
        )
        if c.name in suggested
        else c
        for c in columns
    ]


def _finding(values: pl.Series) -> _Finding:
    """Look at one column."""
    filled = values.drop_nulls()
    distinct = int(filled.n_unique())
    missing = len(values) - len(filled)
    if not distinct:
        message = "every value is missing; left out of the synthesis"
        column = Column(
            name=values.name,
            kind=ColumnKind.CATEGORY,
            role=Role.EXCLUDED,
            reason="every value is missing",
            missing=missing,
        )
        return _Finding(column, 0, DataWarning("all-missing", message, values.name))
    column = _column_of(filled, distinct).model_copy(update={"missing": missing})
    holds_dates = column.kind is ColumnKind.DATE
    evidence = identifier_evidence(values, holds_dates, distinct)
    if evidence is not None:
        kind = column.kind if column.kind is ColumnKind.DATE else ColumnKind.IDENTIFIER
        column = Column(
            name=column.name,
            kind=kind,
            role=Role.IDENTIFIER,
            reason=f"likely {evidence.what}: {evidence.reason}",
            date_format=column.date_format,
            missing=missing,
        )
        message = f"likely {evidence.what} ({evidence.reason}); left out of the synthesis"
        return _Finding(column, distinct, DataWarning("identifier", message, values.name))
    return _Finding(column, distinct, _warning_about(column, filled, distinct))


def _warning_about(column: Column, filled: pl.Series, distinct: int) -> DataWarning | None:
    if column.role is Role.EXCLUDED:
        return DataWarning("free-text", f"{column.reason}; left out of the synthesis", column.name)
    if distinct == 1:
        return DataWarning("constant", "holds one value only and says nothing", column.name)
    if column.kind is ColumnKind.DATE and "could be exchanged" in column.reason:
        return DataWarning("ambiguous-dates", column.reason, column.name)
    if column.kind in (ColumnKind.NUMBER, ColumnKind.INTEGER):
        return _sentinel_warning(column.name, filled)
    return None


def _column_of(filled: pl.Series, distinct: int) -> Column:
    """Return kind and reason of a column from its values; none of them is missing."""
    import polars as pl

    dtype, name = filled.dtype, filled.name
    if dtype == pl.Boolean:
        return Column(name=name, kind=ColumnKind.BOOLEAN, reason="true or false")
    if dtype.is_temporal():
        return Column(name=name, kind=ColumnKind.DATE, reason="dates in the file")
    if distinct == 2 and _is_truth(filled):
        words = " and ".join(repr(str(v)) for v in sorted(filled.unique().cast(pl.String)))
        return Column(name=name, kind=ColumnKind.BOOLEAN, reason=f"two values, {words}")
    if dtype.is_integer():
        return _integer_column(filled, distinct)
    if dtype.is_float():
        return Column(
            name=name,
            kind=ColumnKind.NUMBER,
            decimals=_decimals(filled),
            reason=f"{distinct:,} different numbers",
        )
    return _word_column(filled, distinct)


def _is_truth(filled: pl.Series) -> bool:
    import polars as pl

    words = frozenset(str(value).lower() for value in filled.unique().cast(pl.String))
    return words in _TRUTH_PAIRS


def _integer_column(filled: pl.Series, distinct: int) -> Column:
    name = filled.name
    if distinct <= ORDINAL_STEPS and distinct < len(filled) / 2:
        if distinct == 2 or _NOMINAL_WORDS & set(words_of(name)):
            reason = f"{distinct} codes without an order"
            return Column(name=name, kind=ColumnKind.CATEGORY, reason=reason)
        reason = f"whole numbers with {distinct} values only"
        return Column(name=name, kind=ColumnKind.ORDINAL, reason=reason)
    reason = f"{distinct:,} different whole numbers"
    return Column(name=name, kind=ColumnKind.INTEGER, decimals=0, reason=reason)


def _decimals(filled: pl.Series) -> int | None:
    """Return the number of decimals that all values need, None if more than nine."""
    values = filled.filter(filled.is_finite())
    for places in range(_MOST_DECIMALS + 1):
        # A relative tolerance: 0.1 has no exact binary form.
        if bool(((values - values.round(places)).abs() <= values.abs() * 1e-12 + 1e-15).all()):
            return places
    return None


def _word_column(filled: pl.Series, distinct: int) -> Column:
    name, rows = filled.name, len(filled)
    style = date_style(filled)
    if style is not None:
        reason = f"dates written {style.format}"
        if style.ambiguous:
            reason += "; day and month could be exchanged, every day is at most 12"
        return Column(name=name, kind=ColumnKind.DATE, date_format=style.format, reason=reason)
    words = filled.unique()
    if distinct <= FEW_CATEGORIES:
        levels = ordered_levels(words.to_list())
        if levels is not None:
            reason = f"{distinct} words in an order"
            return Column(name=name, kind=ColumnKind.ORDINAL, levels=levels, reason=reason)
    long = _average(words.str.len_chars()) > _LONG_TEXT
    few = distinct <= max(FEW_CATEGORIES // 4, min(rows // 2, FEW_CATEGORIES)) and not (
        long and distinct > rows // 4
    )
    several_each = distinct <= min(CATEGORIES, 0.3 * rows) and not long
    often_each = distinct <= min(MOST_CATEGORIES, rows / 50)
    if few or several_each or often_each:
        reason = f"{distinct:,} different words" if distinct > 1 else "one word"
        return Column(name=name, kind=ColumnKind.CATEGORY, reason=reason)
    return _text_column(name, words, rows, distinct)


def _text_column(name: str, words: pl.Series, rows: int, distinct: int) -> Column:
    average = _average(words.str.count_matches(r"\S+"))
    if average >= _MANY_WORDS or _average(words.str.len_chars()) > _LONG_TEXT:
        reason = f"free text, {average:.0f} words on average"
    else:
        reason = f"{distinct:,} different values in {rows:,} rows, too many to be categories"
    return Column(name=name, kind=ColumnKind.TEXT, role=Role.EXCLUDED, reason=reason)


def _average(counts: pl.Series) -> float:
    return int(counts.sum()) / len(counts)


def _sentinel_warning(name: str, filled: pl.Series) -> DataWarning | None:
    """Notice a repeated extreme such as 999 or -9 far from all others: often a code for missing."""
    for sentinel in _SENTINELS:
        count = int((filled == sentinel).sum())
        if count < _SENTINEL_REPEATS:
            continue
        others = filled.filter(filled != sentinel)
        low, high = others.quantile(0.005), others.quantile(0.995)
        if low is None or high is None:
            continue
        spread = max(high - low, 1e-9)
        if sentinel < min(low - spread, 0) or sentinel > high + spread:
            message = (
                f"{sentinel} occurs {count:,} times, far from all other values; "
                "if it stands for missing, empty these cells"
            )
            return DataWarning("sentinel", message, name)
    return None
