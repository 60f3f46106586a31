"""Marks the words that state a slot in a growing text, so that they are known once it is done.

What hurry does to a text (capitals, typing errors) happens to marked words as well: the answer
quotes them as they stand in the end.
"""

from __future__ import annotations

import re

_OPEN, _CLOSE = "\ue000", "\ue001"  # private use: no letter, no case, in nobody's request
_FIRST_KEY = 0xE100
_MARKED = re.compile(f"{_OPEN}(.)(.*?){_CLOSE}", re.DOTALL)
_EDGES = re.compile(
    r"^(?:the )?(?:column|field|variable) |^the (?=.* column$)| column$", re.IGNORECASE
)
_QUOTES = "\"'`“”‘’<>"
_SPACE = re.compile(r"\s+")


def marked(words: str, number: int) -> str:
    """Return words within a mark.

    Parameters
    ----------
    words
        What is said.
    number
        Of the mark in its text, from 0; a text has at most some hundred.

    Returns
    -------
    str
        The words between characters of private use.
    """
    return f"{_OPEN}{chr(_FIRST_KEY + number)}{words}{_CLOSE}"


def unmarked(text: str) -> str:
    """Return a text without its marks."""
    return _MARKED.sub(lambda match: match[2], text)


def marked_words(text: str) -> dict[int, str]:
    """Return what stands within each mark, in the order of the text.

    Parameters
    ----------
    text
        A finished text with its marks.

    Returns
    -------
    dict
        Number of the mark to its words, on one line and without quotation marks or "the column"
        around a name.
    """
    return {ord(match[1]) - _FIRST_KEY: _bare(match[2]) for match in _MARKED.finditer(text)}


def _bare(words: str) -> str:
    inner = _EDGES.sub("", words.strip()).strip(_QUOTES + " ")
    return _SPACE.sub(" ", inner) or words


def capital(text: str) -> str:
    """Return a text with its first letter in capitals, marked or not."""
    at = 2 if text.startswith(_OPEN) else 0
    return text[:at] + text[at : at + 1].upper() + text[at + 1 :]
