"""Numbers are read however they are written, and nothing else is."""

import pytest

from memisis_core.plan.number_mentions import number_mentions


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("2k rows", 2000),
        ("2.5k", 2500),
        ("1,5k", 1500),
        ("1k5", 1500),
        ("1,000 patients", 1000),
        ("1.000 patients", 1000),
        ("1 000 patients", 1000),
        ("1'000 patients", 1000),
        ("1e4 rows", 10_000),
        ("10^4 rows", 10_000),
        ("2 thousand", 2000),
        ("5 K", 5000),
        ("1 mio", 1_000_000),
        ("two and a half thousand rows", 2500),
        ("twelve hundred", 1200),
        ("a hundred and fifty", 150),
        ("fifty-five epochs", 55),
        ("a dozen epochs", 12),
        ("half a dozen", 6),
        ("a couple of hundred", 200),
        ("half a million", 500_000),
        ("quarter of a million", 250_000),
        ("thousnd rows", 1000),
        ("two hunderd", 200),
        ("fivehundred", 500),
        ("20epochs", 20),
        ("x300", 300),
        ("n=500", 500),
        ("epochs300", 300),
        ("under .05", 0.05),
        ("two point five thousand", 2500),
        ("five k rows", 5000),
        ("2½ thousand rows", 2500),
        ("2 and a half thousand rows", 2500),
        ("N500", 500),
    ],
)
def test_one_number_is_found(words: str, value: float) -> None:
    found = number_mentions(words)
    assert len(found) == 1
    assert found[0].means(value)
    assert words[found[0].start : found[0].end] == found[0].text


@pytest.mark.parametrize(
    "words",
    ["HbA1c_v2", "thousands of rows", "a few hundred", "the first tenth", "", "no copies", "tvae"],
)
def test_what_is_no_amount_is_not_one(words: str) -> None:
    assert number_mentions(words) == []


def test_several_numbers_keep_their_order_and_places() -> None:
    words = "20 epochs, two thousand rows, train on 1,500"
    assert [m.readings[0] for m in number_mentions(words)] == [20, 2000, 1500]


@pytest.mark.parametrize("words", ["within 3 %", "three percent", "3 points", "3 pp", "0.03"])
def test_percentages_and_points_are_shares(words: str) -> None:
    (mention,) = number_mentions(words)
    assert mention.means_share(0.03)


def test_long_noise_is_read_in_time() -> None:
    assert number_mentions("x" * 5000) == []
    assert number_mentions("1 " * 2500)
