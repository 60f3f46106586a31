"""Traces a column to the words: spelled out, misspelt, in parts, by its description or its concept.

Everything here answers one question: do these words support this column, and where. Which column is
meant is for the language model to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

from memisis_core.plan.column_concepts import concepts_of
from memisis_core.plan.spelling import near_enough

_PART = re.compile(r"[A-ZÀ-Þ]+(?![a-zß-ÿ])|[A-ZÀ-Þ]?[a-zß-ÿ]+|\d+")
_TOKEN = re.compile(r"[^\W_]+(?:['’]s\b)?")
_LONGEST_NAME_IN_TOKENS: Final = 10
_IGNORED_PARTS_TEXT: Final = (
    "id no nr num code cd yn flag fl the of at in on and or to for is has had bei adm "
    "cat bin grp group class type any new all per max min mean last first var col"
)
_FUNCTION_WORDS_TEXT: Final = (
    "a an the of in on at to for and or by with without is are was were be been it its this that "
    "these those as from not no whether if who which what how many much patient patients person "
    "people row rows data dataset table column value values number record records each any all "
    "their his her them they had has have did does do during after before since until"
)
_IGNORED_PARTS: Final = frozenset(_IGNORED_PARTS_TEXT.split())
_FUNCTION_WORDS: Final = frozenset(_FUNCTION_WORDS_TEXT.split())


class Evidence(IntEnum):
    """How well the words support a column, best last."""

    CONCEPT = 1
    """By what such columns are about ("men and women" for ``gndr``)."""
    DESCRIPTION = 2
    """By words of its description in the data card."""
    PARTS = 3
    """By a part of its name, spelled out or abbreviated ("mortality" for ``mort_30d``)."""
    CLOSE = 4
    """By its name with a typing error."""
    FOLDED = 5
    """By its name in other capitals or with other separators."""
    EXACT = 6
    """By its name as it is."""


QUOTED: Final = Evidence.CONCEPT
"""What a quotation is worth that means a column to the model and spells none."""


@dataclass(frozen=True)
class ColumnMention:
    """Words that support a column."""

    column: str
    start: int
    end: int
    evidence: Evidence


@dataclass(frozen=True)
class _Token:
    text: str
    start: int
    end: int


def name_parts(name: str) -> tuple[str, ...]:
    """Return the parts of a column name in lower case: ``NIHSS_Adm24h`` → nihss, adm, 24, h."""
    return tuple(part.lower() for part in _PART.findall(name))


def compact(text: str) -> str:
    """Return letters and digits alone, in lower case."""
    return "".join(character for character in text.casefold() if character.isalnum())


def named_mentions(words: str, columns: Iterable[str]) -> list[ColumnMention]:
    """Return where columns are named outright: as they are, or in other capitals or separators.

    A mention within a longer one is left out: ``Race`` in ``Race_detail`` is not named.
    """
    found = [mention for column in columns for mention in _named(words, column)]
    return [
        mention
        for mention in found
        if not any(
            other is not mention
            and other.start <= mention.start
            and mention.end <= other.end
            and (other.end - other.start, other.evidence)
            > (mention.end - mention.start, mention.evidence)
            for other in found
        )
    ]


def best_mention(
    column: str,
    description: str | None,
    words: str,
    named: Sequence[ColumnMention] = (),
) -> ColumnMention | None:
    """Return the strongest support that the words give a column, None if there is none.

    Parameters
    ----------
    column, description : str
        Name and, if there is one, the data card's description.
    words : str
    named : sequence of ColumnMention
        What `named_mentions` found; words that name another column support no second one.
    """
    own = [mention for mention in named if mention.column == column]
    if own:
        return max(own, key=lambda mention: mention.evidence)
    taken = [(mention.start, mention.end) for mention in named]
    tokens = [
        token
        for token in _tokens(words)
        if not any(token.start < end and start < token.end for start, end in taken)
    ]
    for search in (_close, _parts_named):
        mention = search(column, tokens)
        if mention is not None:
            return mention
    return _described(column, description, tokens) or _conceived(column, words, taken)


def relevance(column: str, description: str | None, words: str) -> int:
    """Return how much the words have to do with a column, 0 (nothing) and up."""
    named = named_mentions(words, [column])
    mention = best_mention(column, description, words, named)
    return int(mention.evidence) if mention is not None else 0


def resolve(said: str, columns: Sequence[str]) -> str | None:
    """Return the one column that a name may mean, None if there is none or more than one.

    Exact, then without capitals and separators, then with typing errors, then by concept.
    """
    if not compact(said):
        return said if said in columns else None
    outright = spelled(said, columns)
    if outright is not None or any(_alike(said, column) for column in columns):
        return outright
    supported = [
        mention
        for column in columns
        if (mention := best_mention(column, None, said)) is not None
        and mention.end - mention.start >= len(said.strip()) // 2
    ]
    best = max((mention.evidence for mention in supported), default=None)
    names = [mention.column for mention in supported if mention.evidence == best]
    return names[0] if len(names) == 1 else None


def _alike(said: str, column: str) -> bool:
    return near_enough(compact(said), compact(column))


def spelled(said: str, columns: Sequence[str]) -> str | None:
    """Return the one column that a text spells: as it is, folded, or with typing errors."""
    if said in columns:
        return said
    for alike in (
        [column for column in columns if compact(column) == compact(said)],
        [column for column in columns if _alike(said, column)],
    ):
        if alike:
            return alike[0] if len(alike) == 1 else None
    return None


def quotation(words: str, quoted: str) -> tuple[int, int] | None:
    """Return where a text holds a quotation, capitals and spacing aside; None if it doesn't."""
    tokens = [re.escape(token) for token in quoted.split()]
    found = tokens and re.search(
        r"(?<!\w)" + r"[\s,;>]+".join(tokens) + r"(?!\w)", words, re.IGNORECASE
    )
    return found.span() if found else None


@lru_cache(maxsize=8)
def _tokens(words: str) -> tuple[_Token, ...]:
    return tuple(_Token(m[0].casefold(), m.start(), m.end()) for m in _TOKEN.finditer(words))


@lru_cache(maxsize=4)
def _runs(words: str) -> dict[str, tuple[tuple[int, int], ...]]:
    """Return where each run of up to ten tokens stands, by its letters and digits."""
    tokens = _tokens(words)
    runs: dict[str, list[tuple[int, int]]] = {}
    for first, opening in enumerate(tokens):
        joined = ""
        for token in tokens[first : first + _LONGEST_NAME_IN_TOKENS]:
            joined += compact(token.text)
            runs.setdefault(joined, []).append((opening.start, token.end))
    return {joined: tuple(places) for joined, places in runs.items()}


def _named(words: str, column: str) -> list[ColumnMention]:
    found: list[ColumnMention] = []
    if column in words:
        whole = re.compile(rf"(?<!\w){re.escape(column)}(?!\w)")
        found = [
            ColumnMention(column, match.start(), match.end(), Evidence.EXACT)
            for match in whole.finditer(words)
        ]
    wanted = compact(column)
    runs = _runs(words) if wanted else {}
    for spelling in dict.fromkeys((wanted, *_plurals(wanted))):
        for start, end in runs.get(spelling, ()):
            if not any(mention.start <= start and end <= mention.end for mention in found):
                found.append(ColumnMention(column, start, end, Evidence.FOLDED))
    return found


def _plurals(name: str) -> tuple[str, ...]:
    if len(name) < 3:
        return ()
    return (name + "s", name + "es", name[:-1] + "ies" if name.endswith("y") else name + "s")


def _close(column: str, tokens: Sequence[_Token]) -> ColumnMention | None:
    wanted = compact(column)
    if len(wanted) < 4:
        return None
    length = max(1, len(name_parts(column)))
    for size in range(length + 1, 0, -1):
        for first in range(len(tokens) - size + 1):
            run = tokens[first : first + size]
            joined = "".join(compact(token.text) for token in run)
            if joined[:1] == wanted[:1] and near_enough(joined, wanted):
                return ColumnMention(column, run[0].start, run[-1].end, Evidence.CLOSE)
    return None


def _parts_named(column: str, tokens: Sequence[_Token]) -> ColumnMention | None:
    """Find the words that a part of the name is, begins, abbreviates or is the initials of."""
    parts = [part for part in name_parts(column) if part not in _IGNORED_PARTS]
    hits: list[tuple[int, int]] = []
    for part in parts:
        if part.isdigit() or len(part) < 2:
            continue
        hits += [
            (token.start, token.end)
            for token in tokens
            if token.text not in _FUNCTION_WORDS and _abbreviates(part, token.text)
        ]
        hits += _initials(part, tokens)
    if not hits:
        return None
    start, end = hits[0]
    near = [hit for hit in hits if abs(hit[0] - start) < 40]
    return ColumnMention(column, start, max([end, *(hit[1] for hit in near)]), Evidence.PARTS)


@lru_cache(maxsize=65536)
def _abbreviates(part: str, word: str) -> bool:
    """Return whether a part of a name is a word, its beginning, or its consonants."""
    word = word.removesuffix("'s").removesuffix("’s")
    if part == word or (len(part) >= 3 and part + "s" == word):
        return True
    shared = _shared_beginning(part, word)
    if shared >= 4 and shared >= min(len(part), len(word)) - 3:
        return True
    if len(part) >= 3 and word.startswith(part) and len(word) - len(part) <= 10:
        return True
    if len(part) >= 5 and near_enough(part, word):
        return True
    skeleton = word[:1] + "".join(letter for letter in word[1:] if letter not in "aeiouy")
    return len(part) >= 3 and len(word) >= 4 and part in (skeleton, skeleton[: len(part)])


def _shared_beginning(left: str, right: str) -> int:
    length = 0
    for a, b in zip(left, right, strict=False):
        if a != b:
            break
        length += 1
    return length


def _initials(part: str, tokens: Sequence[_Token]) -> list[tuple[int, int]]:
    if len(part) < 3:
        return []
    found = []
    for first in range(len(tokens) - len(part) + 1):
        run = tokens[first : first + len(part)]
        if all(token.text[0] == letter for token, letter in zip(run, part, strict=True)):
            found.append((run[0].start, run[-1].end))
    return found


def _described(
    column: str, description: str | None, tokens: Sequence[_Token]
) -> ColumnMention | None:
    """Find words of the description: one rare enough to mean something, two if they are short."""
    if not description:
        return None
    about = {token.text for token in _tokens(description) if token.text not in _FUNCTION_WORDS}
    hits = [
        token
        for token in tokens
        if token.text not in _FUNCTION_WORDS
        and len(token.text) >= 4
        and any(_same_stem(token.text, word) for word in about)
    ]
    if not hits:
        return None
    return ColumnMention(column, hits[0].start, hits[-1].end, Evidence.DESCRIPTION)


def _same_stem(left: str, right: str) -> bool:
    if left == right:
        return True
    shared = _shared_beginning(left, right)
    return shared >= 4 and shared >= max(len(left), len(right)) - 4


def _conceived(column: str, words: str, taken: Sequence[tuple[int, int]]) -> ColumnMention | None:
    for concept in concepts_of(name_parts(column)):
        for match in concept.pattern.finditer(words):
            if not any(match.start() < end and start < match.end() for start, end in taken):
                return ColumnMention(column, match.start(), match.end(), Evidence.CONCEPT)
    return None
