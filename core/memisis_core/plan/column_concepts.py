"""What columns of clinical tables are about, and how people speak of it.

Used to *check* a column that the language model named: if people would say "men and women", a
column called ``gndr`` is supported by these words. It names a column only where words that the
model quotes speak of one column alone, and not of the one that the model took them for.

Each concept: parts of column names that show it, and beginnings of words or phrases that people
use (``column_concepts.txt``). A part matches a whole part of a name, or its beginning if it ends in
``*``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files


@dataclass(frozen=True)
class Concept:
    """Something that columns of many tables are about.

    Attributes
    ----------
    name : str
    parts : str
        Parts of column names, separated by spaces.
    said : str
        Regular expression of what people say, matched at word beginnings, case ignored.
    """

    name: str
    parts: str
    said: str

    def is_shown_by(self, part: str) -> bool:
        """Return whether a part of a column name (lower case) shows this concept."""
        return any(_shows(known, part) for known in self.parts.split())

    @property
    def pattern(self) -> re.Pattern[str]:
        """What people say, compiled."""
        return _compiled(self.said)


def _shows(known: str, part: str) -> bool:
    if not known.endswith("*"):
        return part == known
    # "ptgender", "pataltersgruppe": a prefix for the patient is common.
    return part.startswith(known[:-1]) or (len(known) > 5 and known[:-1] in part)


@lru_cache(maxsize=128)
def _compiled(said: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{said})\w*", re.IGNORECASE)


@cache
def concepts() -> tuple[Concept, ...]:
    """Return all concepts, in the order of ``column_concepts.txt``."""
    text = files(__package__).joinpath("column_concepts.txt").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(Concept(*(part.strip() for part in line.split(" :: "))) for line in kept)


@lru_cache(maxsize=4096)
def concepts_of(parts: tuple[str, ...]) -> tuple[Concept, ...]:
    """Return the concepts that a column with these name parts (lower case) shows."""
    return tuple(
        concept for concept in concepts() if any(concept.is_shown_by(part) for part in parts)
    )
