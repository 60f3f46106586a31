"""Splits the name of a column into words: ``PatientID`` and ``patient_id`` are ``patient, id``."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a column name in lower case, accents removed, digits apart."""
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return tuple(word.lower() for word in _WORD.findall(plain))


def squeezed(name: str) -> str:
    """Return the words of a column name without anything between them (``dateofbirth``)."""
    return "".join(words_of(name))
