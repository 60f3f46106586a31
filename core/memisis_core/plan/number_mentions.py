"""Finds the numbers in a person's words, however they are written, and what each may mean.

It reads numbers only; which number is which setting is for the language model to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from memisis_core.plan.spelling import edits, within_edits

_UNITS: Final = {
    "zero": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
}
_TENS: Final = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_SCALES: Final = {
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "grand": 1_000,
}
_ABBREVIATED_SCALES: Final = {
    "k": 1_000,
    "thou": 1_000,
    "m": 1_000_000,
    "mio": 1_000_000,
    "mil": 1_000_000,
    "mn": 1_000_000,
    "c": 100,
}
_GROUPS: Final = {"dozen": 12, "score": 20, "pair": 2, "couple": 2}
_NUMBER_WORDS: Final = {**_UNITS, **_TENS, **_SCALES, "dozen": 12}
_SHORTEST_MISSPELT = 5
"""Shorter number words ("nine", "ten") are one edit away from ordinary words."""
_VAGUE: Final = frozenset({"few", "several", "many", "some"})
_NOT_NUMBERS: Final = frozenset(
    {"forth", "seven-day", "tent", "tenth", "weight", "height", "eighth"}
)

_DIGITS = re.compile(
    # "epochs300" and "x20" are numbers, "HbA1c" and "v2" are not.
    r"(?:(?<![\w.])|(?<=\b[xXnN])|(?<=\bep)|(?<=\bepochs)|(?<=\brows)|(?<=\brow)|(?<=\bepoch))"
    r"(?P<body>\d+(?:[.,'’\u00a0\u202f ]\d{3})+(?![\d])|\d+(?:[.,]\d+)?|(?<!\d)\.\d+)"
    r"(?:\s?(?P<power>[eE×x*]\s?\+?(?:10\s?(?:\^|\*\*)\s?)?\d{1,2}(?!\d))"
    r"|\s?\^\s?(?P<exponent>\d{1,2})(?!\d)"
    r"|(?P<half>\s?½|\s1/2\b|\s(?:and|&) a half\b))?"
    r"(?P<tail>\s?(?:%|percent\b|per\s?cent\b|[a-zA-Z]+)?)"
)
_SPELLED_TAIL = re.compile(
    r"(?=\s)(?:\s+point\s+(?P<digit>one|two|three|four|five|six|seven|eight|nine)\b)?"
    r"(?:\s+(?P<scale>k|hundred|thousand|million)\b)?(?<=\w)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-zÀ-ÿ]+(?:['’][a-z]+)?")


@dataclass(frozen=True)
class NumberMention:
    """A number in the words.

    Attributes
    ----------
    start, end : int
        Where it stands, in characters.
    text : str
        As it is written, a unit of thousands included ("2k").
    readings : tuple of float
        What it may mean, likeliest first: ``1.500`` is 1500 or 1.5.
    percent : bool
        Whether a percent sign or word follows, or "points": then 3 may mean 0.03.
    """

    start: int
    end: int
    text: str
    readings: tuple[float, ...]
    percent: bool = False

    def means(self, value: float) -> bool:
        """Return whether this may be `value`."""
        return any(abs(reading - value) <= 1e-9 * max(1.0, abs(value)) for reading in self.readings)

    def means_share(self, value: float) -> bool:
        """Return whether this may be the share `value`, itself or as a percentage."""
        return self.means(value) or any(
            abs(reading / 100 - value) <= 1e-9 for reading in self.readings
        )


def number_mentions(words: str) -> list[NumberMention]:
    """Return the numbers in `words`, in the order in which they stand."""
    digits = list(_in_digits(words))
    taken = [(mention.start, mention.end) for mention in digits]
    spelled = [
        mention
        for mention in _in_words(words)
        if not any(mention.start < end and start < mention.end for start, end in taken)
    ]
    return sorted([*digits, *spelled], key=lambda mention: mention.start)


def counted(text: str) -> int | None:
    """Return the whole number that a text is, which is known to be a count.

    Knowing that allows more than `number_mentions` does: short number words with a typing error
    ("fuor hundred"), and dots between thousands (``10.000``).

    Parameters
    ----------
    text : str
        A count and nothing else, as a person wrote it.

    Returns
    -------
    int or None
        None if it is no single whole number.
    """
    text = text.strip()
    if re.fullmatch(r"\d{1,3}(?:[.,'’\u00a0\u202f ]\d{3})+", text):
        return int(re.sub(r"\D", "", text))
    corrected = _WORD.sub(lambda match: _corrected(match[0].lower()), text.replace("&", "and"))
    mentions = number_mentions(corrected)
    if len(mentions) != 1 or mentions[0].text != corrected:
        return None
    whole = [reading for reading in mentions[0].readings if reading == int(reading)]
    return int(whole[0]) if whole else None


def _corrected(word: str) -> str:
    if word in ("nad", "adn", "annd"):
        return "and"
    if word in ("thsd", "thous"):
        return "thousand"
    if _parts(word) is not None or word in ("a", "an", "of", "and", "half", "quarter", "e", "x"):
        return word
    most = 2 if len(word) > 6 else 1
    near = [known for known in _NUMBER_WORDS if within_edits(word, known, most)]
    return min(near, key=lambda known: edits(word, known)) if len(word) >= 3 and near else word


def _in_digits(words: str) -> Iterator[NumberMention]:
    for match in _DIGITS.finditer(words):
        readings = _readings(match["body"])
        end = match.end("body")
        if match["power"] is not None:
            readings, end = _powered(readings, match["power"]), match.end("power")
        elif match["exponent"] is not None:
            readings = tuple(value ** int(match["exponent"]) for value in readings)
            end = match.end("exponent")
        elif match["half"] is not None:
            readings, end = tuple(value + 0.5 for value in readings), match.end("half")
        tail = match["tail"].strip()
        percent = tail.lower() in ("%", "percent", "per cent", "points", "point", "pp", "pct")
        scale = _scale_of(tail)
        if match["half"] is None and (
            short := re.fullmatch(r"[kK](\d)", words[match.end("body") : match.end("body") + 2])
        ):
            # "1k5" is 1500
            readings = tuple(value * 1000 + int(short[1]) * 100 for value in readings)
            end = match.end("body") + 2
        elif scale is not None:
            readings, end = tuple(value * scale for value in readings), match.end("tail")
        yield NumberMention(match.start(), end, words[match.start() : end], readings, percent)


def _scale_of(tail: str) -> int | None:
    lowered = tail.lower()
    if lowered in _ABBREVIATED_SCALES:
        return _ABBREVIATED_SCALES[lowered]
    if lowered in _GROUPS:
        return _GROUPS[lowered]
    known = _number_word(lowered)
    return _SCALES.get(known) if known is not None else None


def _readings(body: str) -> tuple[float, ...]:
    """Return what digits with separators may mean, likeliest first."""
    separators = re.findall(r"[^\d]", body)
    joined = float(re.sub(r"[^\d]", "", body))
    if not separators:
        return (joined,)
    grouped = re.fullmatch(r"\d{1,3}(?:([.,'’\u00a0\u202f ])\d{3})(?:\1\d{3})*", body) is not None
    decimal = None
    if len(separators) == 1 and separators[0] in ".,":
        decimal = float(body.replace(",", "."))
    if decimal is None:
        return (joined,)
    if not grouped or body.startswith("0"):
        # "10,20" may also be a list without a space.
        parts = [float(part) for part in body.split(",")] if "," in body else []
        return (decimal, *parts)
    return (joined, decimal) if separators[0] == "," else (decimal, joined)


def _powered(readings: tuple[float, ...], power: str) -> tuple[float, ...]:
    digits = re.findall(r"\d+", power)
    if "^" in power or "**" in power or power[0] in "eE":
        return tuple(value * 10.0 ** int(digits[-1]) for value in readings)
    # "3 x 100" is a product; "2 x 50" may also be two runs of 50.
    factor = float(digits[-1])
    return (*(value * factor for value in readings), *readings, factor)


def _in_words(words: str) -> Iterator[NumberMention]:
    """Yield runs of number words ("two and a half thousand", "a dozen", "twelve hundred")."""
    tokens = list(_WORD.finditer(words))
    at = 0
    while at < len(tokens):
        length, value = _spelled_at(words, tokens, at)
        if length == 0:
            at += 1
            continue
        start, end = tokens[at].start(), tokens[at + length - 1].end()
        if tail := _SPELLED_TAIL.match(words, end):
            value, end = _with_tail(value, tail), tail.end()
            while at + length < len(tokens) and tokens[at + length].start() < end:
                length += 1
        after = words[end : end + 10].strip().lower()
        percent = after.startswith(("percent", "per cent", "%", "point"))
        yield NumberMention(start, end, words[start:end], (value,), percent)
        at += length


def _with_tail(value: float, tail: re.Match[str]) -> float:
    """Return "two point five thousand" or "five k" once the first word is read."""
    if tail["digit"] is not None:
        value += _UNITS[tail["digit"].lower()] / 10
    scale = tail["scale"]
    if scale is None:
        return value
    return value * (_ABBREVIATED_SCALES.get(scale.lower()) or _SCALES[scale.lower()])


def _spelled_at(words: str, tokens: list[re.Match[str]], at: int) -> tuple[int, float]:
    """Return how many tokens from `at` on make a number, and which; (0, 0) if none do."""
    total = current = 0.0
    length = 0
    something = False
    if at and tokens[at - 1][0].lower() in _VAGUE:
        return 0, 0.0
    for offset, token in enumerate(tokens[at:]):
        if offset and not _joined(words, tokens[at + offset - 1], token):
            break
        text = token[0].lower()
        known = _parts(text)
        if known is not None:
            for part in known:
                total, current = _add(part, total, current)
                something = True
            length = offset + 1
        elif text in ("a", "an", "half", "quarter", "of", "and"):
            step = _small_word(text, tokens, at + offset, something)
            if step is None:
                break
            current += step
            something = something or step > 0
            length = offset + 1 if step > 0 and text in ("half", "quarter") else length
        else:
            break
    value = total + current
    return (length, value) if length and something else (0, 0.0)


def _add(part: str, total: float, current: float) -> tuple[float, float]:
    if part in _GROUPS:
        return total, (current or 1) * _GROUPS[part]
    if part in _SCALES:
        scale = _SCALES[part]
        if scale == 100:
            return total, (current or 1) * 100
        return total + (current or 1) * scale, 0.0
    return total, current + {**_UNITS, **_TENS}[part]


def _small_word(text: str, tokens: list[re.Match[str]], at: int, something: bool) -> float | None:
    """Return what a linking word adds within a number, None if it ends it."""
    following = tokens[at + 1][0].lower() if at + 1 < len(tokens) else ""
    next_is_number = _parts(following) is not None
    if text in ("half", "quarter"):
        scaled = following in ("a", "an", "of") or (_parts(following) or [""])[0] in _SCALES
        before = tokens[at - 1][0].lower() if at else ""
        if something or before in ("a", "and") or scaled:
            return 0.5 if text == "half" else 0.25
        return None
    if text in ("a", "an"):
        if next_is_number and (_parts(following) or [""])[0] in {*_SCALES, *_GROUPS}:
            return 0.0
        return 0.0 if following in ("half", "quarter") else None
    if text == "of":
        return 0.0 if something and (next_is_number or following == "a") else None
    linked = next_is_number or following in ("a", "half", "quarter")
    return 0.0 if something and linked else None


def _joined(words: str, left: re.Match[str], right: re.Match[str]) -> bool:
    return re.fullmatch(r"[\s\-–]*", words[left.end() : right.start()]) is not None


@lru_cache(maxsize=4096)
def _parts(text: str) -> tuple[str, ...] | None:
    """Return the number words that `text` is made of: "fivehundred" is two; None if none."""
    if text in _GROUPS and text not in ("pair", "score"):
        return (text,)
    if text.endswith("s") and text[:-1] in _SCALES:
        return None  # "thousands", "hundreds": a vague amount
    known = _number_word(text)
    if known is not None:
        return (known,)
    for cut in range(3, len(text) - 2):
        left, right = text[:cut], text[cut:]
        if left in {**_UNITS, **_TENS} and right in _NUMBER_WORDS:
            return (left, right)
    return None


@lru_cache(maxsize=4096)
def _number_word(text: str) -> str | None:
    """Return the number word that `text` is, one typing error allowed in longer ones."""
    if text in _NUMBER_WORDS:
        return text
    if len(text) < _SHORTEST_MISSPELT or text in _NOT_NUMBERS:
        return None
    near = [
        word
        for word in _NUMBER_WORDS
        if len(word) >= _SHORTEST_MISSPELT and within_edits(text, word, 2 if len(word) > 7 else 1)
    ]
    return near[0] if len(near) == 1 else None
