"""Suggests which column is predicted and which attributes are protected, with the reason."""

from __future__ import annotations

from dataclasses import dataclass

from memisis_core.data.header_words import words_of
from memisis_core.data.schema import Column, ColumnKind, Role

_CLASSES = (ColumnKind.BOOLEAN, ColumnKind.CATEGORY, ColumnKind.ORDINAL)
_MAXIMUM_CLASSES = 10
_MAXIMUM_GROUPS = 20
# Words of a name and how strongly they speak for a target; the strongest decides.
_TARGET_WORDS = {
    "target": 10, "outcome": 10, "label": 9, "death": 9, "mortality": 9, "died": 9,
    "readmission": 9, "readmitted": 9, "readmit": 9, "diagnosis": 8, "dead": 8, "deceased": 8,
    "survived": 8, "relapse": 8, "recurrence": 8, "y": 7, "survival": 7, "expired": 7, "event": 7,
    "progression": 7, "remission": 7, "class": 6, "alive": 6, "vital": 6, "response": 6,
    "responder": 6, "prognosis": 6, "dx": 5, "cens": 5, "disease": 5, "stroke": 5, "sepsis": 5,
    "complication": 5, "complications": 5, "hospitalized": 5, "icu": 4, "cancer": 4, "result": 4,
    "status": 3, "risk": 3,
}  # fmt: skip
_ENOUGH = 5
_LAST_COLUMN_BONUS = 2
# A history or a measurement mentions the disease without being the outcome.
_NOT_TARGET = frozenset(
    ("family", "history", "hx", "prior", "previous", "date", "time", "days", "age", "mother",
     "father", "parent", "duration", "num", "number", "count")
)  # fmt: skip
_PROTECTED_WORDS = {
    word: attribute
    for attribute, words in (
        ("sex", ("sex", "gender", "male", "female", "geschlecht", "sexe", "sexo", "ptgender")),
        ("race", ("race", "racial", "rasse", "ptraccat")),
        ("ethnicity", ("ethnicity", "ethnic", "ethnicgroup", "ethgrp", "hispanic", "latino")),
        ("ethnicity", ("indigenous", "aboriginal", "ptethcat")),
        ("religion", ("religion", "religious")),
        ("nationality", ("nationality", "citizenship")),
        ("disability", ("disability", "disabled")),
        ("sexual orientation", ("homo", "sexual")),
        ("caste", ("caste",)),
    )
    for word in words
}
_AGE_BANDS = frozenset({"group", "grp", "band", "category", "cat", "class", "range", "bin"})


@dataclass(frozen=True)
class RoleSuggestion:
    """The role that a column should have and what speaks for it."""

    name: str
    role: Role
    reason: str


def suggested_roles(columns: list[Column], distinct: dict[str, int]) -> list[RoleSuggestion]:
    """Return at most one target and any number of protected attributes.

    Parameters
    ----------
    columns : list of Column
        With their kinds; identifiers and excluded columns are never suggested.
    distinct : dict of str to int
        Number of different values of each column, missing apart.
    """
    candidates = [column for column in columns if column.synthesised]
    protected = [
        RoleSuggestion(column.name, Role.PROTECTED, f"its name says {attribute}")
        for column in candidates
        if (attribute := _protected_attribute(column, distinct[column.name])) is not None
    ]
    taken = {suggestion.name for suggestion in protected}
    target = _target([c for c in candidates if c.name not in taken], distinct, columns[-1].name)
    return [*protected, *([target] if target else [])]


def _protected_attribute(column: Column, distinct: int) -> str | None:
    if column.kind not in _CLASSES or not 2 <= distinct <= _MAXIMUM_GROUPS:
        return None
    words = words_of(column.name)
    for word in words:
        if word in _PROTECTED_WORDS:
            return _PROTECTED_WORDS[word]
    if "age" in words and (_AGE_BANDS & set(words) or column.levels is not None):
        return "age group"
    return None


def _target(candidates: list[Column], distinct: dict[str, int], last: str) -> RoleSuggestion | None:
    best: tuple[int, Column] | None = None
    for column in candidates:
        if column.kind not in _CLASSES or not 2 <= distinct[column.name] <= _MAXIMUM_CLASSES:
            continue
        words = words_of(column.name)
        if _NOT_TARGET & set(words):
            continue
        score = max((_TARGET_WORDS.get(word, 0) for word in words), default=0)
        if score == 0 and column.name != last:
            continue
        score += _LAST_COLUMN_BONUS if column.name == last else 0
        score += 1 if column.kind is ColumnKind.BOOLEAN else 0
        if best is None or score > best[0]:
            best = (score, column)
    if best is None:
        return None
    score, column = best
    if score >= _ENOUGH:
        return RoleSuggestion(column.name, Role.TARGET, "its name says an outcome")
    if column.name == last and column.kind is ColumnKind.BOOLEAN:
        return RoleSuggestion(column.name, Role.TARGET, "the last column, and it has two values")
    return None
