"""Recognises words that stand in an order, and puts them in it."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Lowest first; a column need not use every step. One word may stand for several spellings.
_LADDERS: tuple[tuple[str, ...], ...] = (
    ("none|no|absent", "minimal|trace|trivial", "mild|slight", "mild to moderate", "moderate",
     "moderate to severe|moderately severe", "severe|marked", "very severe|critical|extreme"),
    ("very low", "low", "below average|low normal", "medium|intermediate|normal|average|moderate",
     "above average|borderline high|elevated", "high", "very high"),
    ("never", "rarely|seldom", "occasionally", "sometimes", "often|frequently",
     "usually|very often", "almost always", "always"),
    ("never", "less than monthly", "monthly", "weekly", "several times a week", "daily|every day"),
    ("very poor", "poor|bad", "fair", "average|acceptable", "good", "very good", "excellent"),
    ("strongly disagree", "disagree", "neutral|neither agree nor disagree|undecided", "agree",
     "strongly agree"),
    ("very dissatisfied", "dissatisfied", "neutral", "satisfied", "very satisfied"),
    ("not at all", "a little|a little bit|slightly", "somewhat|several days", "moderately",
     "quite a bit|more than half the days", "very much|extremely|nearly every day"),
    ("very small", "small", "medium", "large", "very large"),
    ("underweight", "normal|normal weight", "overweight", "obese|obesity", "severely obese"),
    ("never|never smoker", "former|ex|quit|former smoker|ex-smoker", "current|current smoker"),
    ("negative|neg", "trace", "weakly positive", "positive|pos", "strongly positive"),
    ("well differentiated", "moderately differentiated", "poorly differentiated",
     "undifferentiated"),
    ("infant", "child", "adolescent|teenager", "young adult", "adult", "middle-aged|middle aged",
     "elderly|senior|older adult"),
    ("easy", "moderate|medium", "hard|difficult"),
    ("worse", "unchanged|same|stable", "improved|better"),
)  # fmt: skip
_MINIMUM_STEPS = 3
_ROMAN = {"0": 0.0, "i": 1.0, "ii": 2.0, "iii": 3.0, "iv": 4.0, "v": 5.0, "vi": 6.0}
_STAGED = re.compile(
    r"^(?:(?:stage|grade|class|level|type|phase|nyha|asa|ecog|who|child-pugh|ccs|g|t|n|cin|gold)"
    r"[ _-]*)?(0|i{1,3}|iv|vi?|\d)([a-d])?$"
)
_PLUSES = re.compile(r"^(?:([0-4])\+|(\+{1,4}))$")
_BAND = re.compile(
    r"^(?P<open>under|below|less than|up to|<=|<|≤|over|above|more than|>=|>|≥)?\s*[$€£]?"
    r"(?P<low>\d+(?:\.\d+)?)"
    r"(?:\s*(?:-|–|to|and|bis)\s*[$€£]?(?P<high>\d+(?:\.\d+)?))?"
    r"\s*(?P<more>\+|or more|and over|and above|or older|or less|or under)?"
    r"\s*(?:years?|yrs?|y|kg|mg|%)?$"
)


def ordered_levels(values: Iterable[str]) -> tuple[str, ...] | None:
    """Return the values lowest first if they form a known scale, else None.

    Known are severity, frequency, quality and similar scales of at least three steps, stages and
    grades (``Stage II``, ``G3``, ``NYHA IV``), pluses (``1+``, ``++``), and bands of numbers
    (``under 1000``, ``18-29``, ``65+``).

    Parameters
    ----------
    values : iterable of str
        The distinct values of a column.
    """
    words = list(values)
    if len(words) < _MINIMUM_STEPS:
        return None
    for places in (_on_ladder(words), _as_stages(words), _as_pluses(words), _as_bands(words)):
        if places is not None and len(set(places)) == len(words):
            return tuple(word for _, word in sorted(zip(places, words, strict=True)))
    return None


def _on_ladder(words: list[str]) -> list[float] | None:
    for ladder in _LADDERS:
        steps = {
            spelling: float(step)
            for step, spellings in enumerate(ladder)
            for spelling in spellings.split("|")
        }
        places = [steps.get(word.strip().lower().replace("_", " ")) for word in words]
        if all(place is not None for place in places):
            return [place for place in places if place is not None]
    return None


def _as_stages(words: list[str]) -> list[float] | None:
    matches = [_STAGED.match(word.strip().lower()) for word in words]
    if any(match is None for match in matches):
        return None
    found = [match for match in matches if match is not None]
    prefixes = {match.string[: match.start(1)] for match in found}
    # Bare digits arrive as numbers, and "A" or "V" alone says nothing.
    if len(prefixes) > 1 or (prefixes == {""} and not any(m[1].startswith("i") for m in found)):
        return None
    places = []
    for match in found:
        step = _ROMAN[match[1]] if match[1] in _ROMAN else float(match[1])
        places.append(step + (ord(match[2]) - 96) / 10 if match[2] else step)
    return places


def _as_pluses(words: list[str]) -> list[float] | None:
    places = []
    for word in words:
        plain = word.strip().lower()
        match = _PLUSES.match(plain)
        if match:
            places.append(float(match[1]) if match[1] else float(len(match[2])))
        elif plain in {"0", "-", "neg", "negative", "none"}:
            places.append(-0.5)
        else:
            return None
    return places


def _as_bands(words: list[str]) -> list[float] | None:
    places = []
    for word in words:
        match = _BAND.match(word.strip().lower().replace(",", ""))
        if match is None:
            return None
        low = float(match["low"])
        below = (match["open"] or "") in {"under", "below", "less than", "up to", "<", "<=", "≤"}
        above = (match["open"] or "") in {"over", "above", "more than", ">", ">=", "≥"}
        if (match["more"] or "").endswith(("less", "under")):
            below = True
        elif match["more"]:
            above = True
        if not (match["high"] or below or above):
            return None
        places.append(low - 0.5 if below else low + 0.5 if above else low)
    return places
