"""Values that another tool writes otherwise than the real file does: 0 for False, 2.0 for 2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memisis_core.data.schema import ColumnKind, Schema
from memisis_core.text import visible

if TYPE_CHECKING:
    import polars as pl

_TRUE = frozenset({"true", "t", "yes", "y", "1"})
_FALSE = frozenset({"false", "f", "no", "n", "0"})
_KINDS = (ColumnKind.BOOLEAN, ColumnKind.CATEGORY, ColumnKind.ORDINAL)
_MOST_WORDS = 1_000
"""Different values above which a column is no list of codes."""


def written_as(
    real: pl.DataFrame, other: pl.DataFrame, schema: Schema
) -> tuple[pl.DataFrame, list[str]]:
    """Return another table with the discrete values of the real one, where both mean the same.

    Truth values are matched by their truth (``yes`` and ``True``, ``0`` and ``no``), codes by their
    number (``2.0`` and ``2``: pandas writes whole numbers so once one is missing). A column is
    changed only if every value of it has a counterpart that way; all others stay as they are, and
    their strange values are counted by the validation.

    Parameters
    ----------
    real, other : polars.DataFrame
        As read from their files.
    schema : Schema
        The columns to look at; both tables have them.

    Returns
    -------
    table : polars.DataFrame
    notes : list of str
        One line for each column that was read so.
    """
    notes: list[str] = []
    for column in schema.columns:
        both_numbers = all(t[column.name].dtype.is_numeric() for t in (real, other))
        if column.kind not in _KINDS or (both_numbers and column.kind is not ColumnKind.CATEGORY):
            continue
        words, real_words = _words(other[column.name]), _words(real[column.name])
        if not words or not real_words or set(words) <= set(real_words):
            continue
        counterparts = _counterparts(list(words), list(real_words))
        if counterparts is None:
            continue
        other = other.with_columns(
            _replaced(
                other[column.name],
                {word: real_words[counterparts[word]] for word in words},
                real[column.name].dtype,
            )
        )
        read = ", ".join(f"{visible(word)} as {visible(counterparts[word])}" for word in words)
        notes.append(f"{visible(column.name)}: read {visible(read, limit=80)}")
    return other, notes


def _words(values: pl.Series) -> dict[str, object]:
    """Return the different values by how they are written, none if they are no list of codes."""
    import polars as pl

    known = values.drop_nulls().unique(maintain_order=True)
    if len(known) > _MOST_WORDS:
        return {}
    return dict(zip(known.cast(pl.String).to_list(), known.to_list(), strict=True))


def _counterparts(words: list[str], real_words: list[str]) -> dict[str, str] | None:
    """Return the real word for each word, None unless all have one and only one."""
    for meaning in (_truth, _number):
        by_meaning: dict[object, list[str]] = {}
        for real_word in real_words:
            by_meaning.setdefault(meaning(real_word), []).append(real_word)
        found = {word: by_meaning.get(meaning(word), []) for word in words}
        if None not in by_meaning and all(len(matches) == 1 for matches in found.values()):
            return {word: matches[0] for word, matches in found.items()}
    return None


def _truth(word: str) -> bool | None:
    plain = word.strip().lower().removesuffix(".0")
    return True if plain in _TRUE else False if plain in _FALSE else None


def _number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None


def _replaced(values: pl.Series, mapping: dict[str, object], dtype: pl.DataType) -> pl.Series:
    import polars as pl

    words = values.cast(pl.String).to_list()
    held = [None if word is None else mapping[word] for word in words]
    return pl.Series(values.name, held, dtype=dtype)
