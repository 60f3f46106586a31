"""What hurry does to a request: typing errors, lost capitals and punctuation, dropped words."""

from __future__ import annotations

import random
import re

from memisis_core.agent.training.corpus_files import table
from memisis_core.agent.training.marks import capital

# A slip of the finger turns these into one another; how people misspell them stands with the
# numbers.
_NUMBER_WORDS = frozenset(
    {
        *("three", "seven", "eight", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "half"),
        *("sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty"),
        *("sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "dozen", "million"),
        *("grand", "couple"),
    }
)


def slip(word: str, rng: random.Random) -> str:
    """Make one typing error in a word: a letter lost, swapped, doubled or hit beside."""
    keys = table("misspellings", "keys")
    i = rng.randrange(1, len(word) - 1)
    roll = rng.random()
    if roll < 0.35:
        return word[:i] + word[i + 1 :]
    if roll < 0.65:
        return word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    if roll < 0.85 or word[i].lower() not in keys:
        return word[:i] + word[i] + word[i:]
    return word[:i] + rng.choice(keys[word[i].lower()][0]) + word[i + 1 :]


def with_typos(text: str, keep: set[str], rng: random.Random) -> str:
    """Make one to three typing errors in words that are not kept.

    Parameters
    ----------
    text
        The request.
    keep
        Lower-case words to leave alone (those whose letters the answer copies).
    rng
        Source of randomness.

    Returns
    -------
    str
        The request with errors.
    """
    keep = keep | _NUMBER_WORDS
    common = table("misspellings", "words")
    found = re.findall(r"(?<![\w.])[A-Za-z]{3,}(?![\w.])", text)
    words = [word for word in found if word.lower() not in keep]
    for _ in range(rng.choice((1, 1, 2, 3))):
        usable = [word for word in words if word.lower() in common or len(word) >= 5]
        if not usable:
            break
        word = rng.choice(usable)
        words.remove(word)
        typed = word
        if word.lower() in common and rng.random() < 0.6:
            typed = rng.choice(common[word.lower()])
        elif len(word) > 3:
            typed = slip(word, rng)
        whole_word = rf"(?<![\w.]){re.escape(word)}(?![\w.])"
        text = re.sub(whole_word, typed.replace("\\", r"\\"), text, count=1)
    return text


def roughened(text: str, rng: random.Random) -> str:
    """Lose capitals or punctuation, shout, double a space or a mark, as people do.

    Parameters
    ----------
    text
        The request.
    rng
        Source of randomness.

    Returns
    -------
    str
        The same words.
    """
    text = re.sub(r" +([,.;!?])(?!\w)", r"\1", re.sub(r"  +", " ", text)).strip()
    text = re.sub(r",(?=[.;!?,])", "", text)
    roll = rng.random()
    if roll < 0.22:
        text = text.lower()
    elif roll < 0.24:
        text = text.upper()
    elif roll < 0.52:
        text = capital(text)
    roll = rng.random()
    if roll < 0.12:
        text = text.rstrip(".!?")
    elif roll < 0.17:
        text = re.sub(r"(?<=[A-Za-z])[,.;](?= )", "", text)
    elif roll < 0.19:
        text = text.rstrip(".") + rng.choice(("!!", "...", " !", "..", " ?"))
    elif roll < 0.205:
        text = text.replace(", ", ",")
    elif roll < 0.215:
        text = text.replace(" ", "  ", 1)
    return text
