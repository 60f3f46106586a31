"""Reads what a model or a person answered; what is no answer is refused with its reason."""

from __future__ import annotations

import math
import re
from enum import StrEnum
from typing import Final

from memisis_core.description.defaults import STRENGTHS
from memisis_core.description.questions.question import Question, Topic

_NUMBER = re.compile(r"(?<![A-Za-z\d.])[-+]?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,15})?")
_BEFORE = re.compile(
    r"\s*(?:is |about |around |approximately |roughly |~|≈|:|=)*\s*", re.IGNORECASE
)
_MOST_WORDS: Final = 8
_SHAPES: Final = {"symmetric": 0.0, "right": 1.0, "left": -1.0}
"""Skew for the words; 1 is that of a gamma distribution of shape 4, 2 that of an exponential."""
_DIRECTIONS: Final = {
    "higher": 1, "rises": 1, "positive": 1, "lower": -1, "falls": -1, "negative": -1,
    "unchanged": 0, "unrelated": 0, "neither": 0, "none": 0,
}  # fmt: skip


class Unusable(StrEnum):
    """Why an answer is not used."""

    NOTHING = "nothing"
    PROSE = "prose"
    SEVERAL_NUMBERS = "several numbers"
    IMPOSSIBLE = "impossible value"
    CUT_OFF = "cut off"
    DISAGREES = "other answers each time"
    CONTRADICTS = "contradicts what is stated"


class NoAnswer(Exception):
    """An answer that is not used.

    Parameters
    ----------
    reason : Unusable
    words : str
        What was answered, or what it contradicts.
    """

    def __init__(self, reason: Unusable, words: str = "") -> None:
        super().__init__(f"{reason}: {words}" if words else str(reason))
        self.reason = reason
        self.words = words


def answer_of(question: Question, text: str, *, cut: bool = False) -> float:
    """Return the number that an answer states.

    Parameters
    ----------
    question : Question
    text : str
    cut : bool
        Whether the answer was ended from outside, so that its last number may lack digits.

    Returns
    -------
    float
        Means, bounds and spreads in the variable's unit; a share between 0 and 1; a skew; a
        correlation (Cohen's for a strength in words, moderate where none is said).

    Raises
    ------
    NoAnswer
    """
    text = text.strip()
    if not text:
        raise NoAnswer(Unusable.NOTHING)
    if question.topic is Topic.SHAPE:
        return _word(text, _SHAPES)
    if question.topic is Topic.RELATION:
        return _correlation(text)
    value = _number(text, cut=cut)
    if question.topic is Topic.SHARE:
        if not 0 <= value <= 100:
            raise NoAnswer(Unusable.IMPOSSIBLE, text[:60])
        return value / 100
    if question.topic is Topic.SD and value <= 0:
        raise NoAnswer(Unusable.IMPOSSIBLE, text[:60])
    return value


def _number(text: str, *, cut: bool) -> float:
    numbers = list(_NUMBER.finditer(text))
    start = _BEFORE.match(text)
    if not numbers or (start is not None and numbers[0].start() != start.end()):
        raise NoAnswer(Unusable.PROSE, text[:60])
    if len(numbers) > 1:
        raise NoAnswer(Unusable.SEVERAL_NUMBERS, text[:60])
    if cut and numbers[0].end() == len(text):
        raise NoAnswer(Unusable.CUT_OFF, text[:60])
    after = text[numbers[0].end() :]
    if len(after.split()) > _MOST_WORDS or after[:1].isalpha():
        raise NoAnswer(Unusable.PROSE, text[:60])
    value = float(numbers[0].group().replace(",", ""))
    if not math.isfinite(value):
        raise NoAnswer(Unusable.IMPOSSIBLE, text[:60])
    return value


def _word(text: str, words: dict[str, float] | dict[str, int]) -> float:
    """Return the value of the one word that an answer names, if it begins with it."""
    said = [word for word in re.findall(r"[a-z]+", text.lower()) if word in words]
    first = re.match(r"[^a-z]*([a-z]+)", text.lower())
    if first is None or first[1] not in words or len({words[word] for word in said}) != 1:
        raise NoAnswer(Unusable.PROSE, text[:60])
    return float(words[said[0]])


def _correlation(text: str) -> float:
    direction = _word(text, _DIRECTIONS)
    strengths = {word for word in re.findall(r"[a-z]+", text.lower()) if word in STRENGTHS}
    if len(strengths) > 1:
        raise NoAnswer(Unusable.PROSE, text[:60])
    return direction * STRENGTHS[strengths.pop() if strengths else "moderate"]
