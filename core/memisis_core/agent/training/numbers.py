"""Numbers as people write them: digits, separators, words, abbreviations, misspellings."""

from __future__ import annotations

import random

from memisis_core.agent.training.corpus_files import table

_ONES = (
    *(
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
    ),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def in_words(number: int, rng: random.Random) -> str:
    """Write a whole number below a million in English words.

    Parameters
    ----------
    number
        0 to 999,999.
    rng
        Chooses hyphens, "and", "a hundred" or "one hundred".

    Returns
    -------
    str
        For example ``"two hundred and fifty"``.
    """
    if number < 20:
        return _ONES[number]
    if number < 100:
        return _TENS[number // 10] + (
            "" if number % 10 == 0 else rng.choice("- ") + _ONES[number % 10]
        )
    if number < 1000:
        head = (
            "a hundred"
            if number < 200 and rng.random() < 0.6
            else _ONES[number // 100] + " hundred"
        )
        return head + (
            "" if number % 100 == 0 else rng.choice((" and ", " ")) + in_words(number % 100, rng)
        )
    if number % 100 == 0 and number < 10_000 and number % 1000 and rng.random() < 0.5:
        return in_words(number // 100, rng) + " hundred"
    head = (
        "a thousand"
        if number < 2000 and rng.random() < 0.6
        else in_words(number // 1000, rng) + " thousand"
    )
    rest = number % 1000
    return head + (
        ""
        if rest == 0
        else (" and " if rest < 100 else rng.choice((" ", " and "))) + in_words(rest, rng)
    )


def misspell(words: str, rng: random.Random) -> str:
    """Misspell one number word, where there is one that people misspell."""
    misspelt = table("misspellings", "numbers")
    known = [word for word in words.replace("-", " ").split() if word in misspelt]
    if not known:
        return words
    word = rng.choice(known)
    return words.replace(word, rng.choice(misspelt[word]), 1)


def _grouped(number: int) -> list[str]:
    """Return the ways to write a number of four digits or more with separators or abbreviated."""
    comma = f"{number:,}"
    forms = [
        comma,
        comma,
        comma.replace(",", " "),
        comma.replace(",", "."),
        comma.replace(",", "'"),
    ]
    if number % 100 == 0 and number < 1_000_000:
        k = f"{number / 1000:g}"
        forms += [f"{k}k"] * 3 + [f"{k}K", f"{k} k", f"{k} thousand", f"{k} thousand", f"{k} thsd"]
        if "." in k:
            forms += [k.replace(".", ",") + "k"]
        if k.startswith("0."):
            forms += [k[1:] + "k"]
    digits = str(number).rstrip("0")
    if len(digits) == 1:
        forms += [f"{digits}e{len(str(number)) - 1}"] * 2 + [f"{digits}E{len(str(number)) - 1}"]
    return forms


def spoken(number: int, rng: random.Random) -> str:
    """Write a count the way a person might.

    Parameters
    ----------
    number
        A whole number from 0.
    rng
        Source of randomness.

    Returns
    -------
    str
        Digits, digits with separators, "2k", words, misspelt words, "a dozen" and the like.
    """
    roll = rng.random()
    odd_ways = table("misspellings", "odd")
    if str(number) in odd_ways and roll < 0.22:
        odd = rng.choice(odd_ways[str(number)])
        return misspell(odd, rng) if rng.random() < 0.1 else odd
    wordy = (
        number <= 100
        or (number % 10 == 0 and number < 1000)
        or (number % 100 == 0 and number < 10_000)
    )
    wordy = (
        wordy
        or (number % 1000 == 0 and number < 1_000_000)
        or (number < 10_000 and rng.random() < 0.1)
    )
    if wordy and roll < 0.45:
        words = in_words(number, rng)
        return misspell(words, rng) if rng.random() < 0.2 else words
    if number >= 1000 and roll < 0.75:
        return rng.choice(_grouped(number))
    if number == 500 and roll < 0.5:
        return rng.choice(("0.5k", ".5k", "5e2"))
    return str(number)


def plain(value: float) -> str:
    """Write a decimal without trailing zeros, as the answer holds it.

    Parameters
    ----------
    value
        Any number with at most six decimals.

    Returns
    -------
    str
        ``"0.05"``, ``"0.8"``, ``"0"``.
    """
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return text or "0"


def spoken_fraction(value: float, rng: random.Random) -> str:
    """Write a fraction the way a person might: ``0.05``, ``.05``, ``0,05``, ``0.050``."""
    text = plain(value)
    roll = rng.random()
    if roll < 0.18 and text.startswith("0."):
        return text[1:]
    if roll < 0.26:
        return text.replace(".", ",")
    if roll < 0.32 and len(text) < 5 and "." in text:
        return text + "0"
    return text


def spoken_percent(value: float, rng: random.Random) -> str:
    """Write a fraction as percent: ``5 %``, ``5%``, ``five percent``, ``5 per cent``."""
    hundredths = plain(round(value * 100, 4))
    if "." not in hundredths and rng.random() < 0.25:
        return in_words(int(hundredths), rng) + rng.choice((" percent", " per cent"))
    return hundredths + rng.choice(("%", "%", " %", " percent", " per cent", " pct"))


def spoken_points(value: float, rng: random.Random) -> str:
    """Write a fraction as points of a hundred, digits or words: 0.05 is ``5`` or ``five``."""
    hundredths = round(value * 100)
    return in_words(hundredths, rng) if rng.random() < 0.4 else str(hundredths)
