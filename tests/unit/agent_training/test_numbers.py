"""Numbers in words and digits: whatever form is spoken, it is the number."""

import random
import re

import pytest

from memisis_core.agent.training.corpus_files import table
from memisis_core.agent.training.numbers import (
    in_words,
    plain,
    spoken,
    spoken_fraction,
    spoken_percent,
    spoken_points,
)

ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
VALUES = {word: value for value, word in enumerate(ONES)} | {
    word: 10 * (value + 2) for value, word in enumerate(TENS)
}


def read_words(text: str) -> int:
    """Read English number words: an independent way back."""
    total = part = 0
    for word in re.findall(r"[a-z]+", text):
        if word == "hundred":
            part = max(part, 1) * 100
        elif word == "thousand":
            total, part = total + max(part, 1) * 1000, 0
        elif word not in {"and", "a"}:
            part += VALUES[word]
    return total + part


def read(text: str) -> int:
    """Read any form that is no oddity and not misspelt."""
    if re.fullmatch(r"\d+[eE]\d", text):
        return int(float(text))
    short = re.fullmatch(r"(\d*[.,]?\d+) ?(k|K|thousand|thsd)", text)
    if short:
        return round(float(short.group(1).replace(",", ".")) * 1000)
    if re.fullmatch(r"[\d ,.']+", text):
        return int(re.sub(r"\D", "", text))
    return read_words(text)


def test_words_read_back():
    rng = random.Random(1)
    for number in [*range(1, 1200), *rng.sample(range(1200, 999_999), 2000)]:
        assert read_words(in_words(number, rng)) == number


def test_every_spoken_form_reads_back():
    rng = random.Random(2)
    odd = {form for forms in table("misspellings", "odd").values() for form in forms}
    slips = {form for forms in table("misspellings", "numbers").values() for form in forms}
    seen = set()
    for _ in range(20_000):
        number = rng.choice((rng.randint(1, 9999), 100 * rng.randint(1, 90), 500, 2000, 10_000))
        said = spoken(number, rng)
        if said in odd or any(slip in said for slip in slips):
            continue
        assert read(said) == number, said
        seen.add(re.sub(r"\d+", "9", said))
    assert {"9", "9,9", "9 9", "9.9", "9'9", "9k", "9K", "9 k", "9.9k", ".9k"} <= seen


def test_oddities_belong_to_their_number():
    odd = table("misspellings", "odd")
    assert odd["12"] == ("a dozen", "one dozen")
    assert "two and a half thousand" in odd["2500"]
    assert "half a million" in odd["500000"]


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.05, "0.05"), (0.8, "0.8"), (0.0, "0"), (4.5, "4.5"), (12.0, "12"), (0.125, "0.125")],
)
def test_decimals_are_plain(value, written):
    assert plain(value) == written


def test_fractions_percents_and_points_keep_their_value():
    rng = random.Random(3)
    for _ in range(3000):
        value = round(rng.randint(1, 99) / 100, 2)
        fraction = spoken_fraction(value, rng).replace(",", ".")
        assert float(fraction) == pytest.approx(value)
        percent = re.sub(r" ?(%|percent|per cent|pct)$", "", spoken_percent(value, rng))
        amount = float(percent) if percent[0].isdigit() else read_words(percent)
        assert amount / 100 == pytest.approx(value)
        points = spoken_points(value, rng)
        assert (int(points) if points.isdigit() else read_words(points)) == round(value * 100)
