"""Synthesizers are found by name and family, and whether the words rule them out."""

import pytest

from memisis_core.plan.synthesizer_mentions import group_mention, synthesizer_mentions


def named(words: str) -> dict[str, bool]:
    return {mention.name: mention.ruled_out for mention in synthesizer_mentions(words)}


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("use CT-GAN", "ctgan"),
        ("the GAN", "ctgan"),
        ("an adversarial network", "ctgan"),
        ("ctagn please", "ctgan"),
        ("T-VAE", "tvae"),
        ("the autoencodr", "tvae"),
        ("tave", "tvae"),
        ("Gaussian copula", "gaussian_copula"),
        ("gausian coppula", "gaussian_copula"),
        ("the classical one", "gaussian_copula"),
        ("the non-neural one", "gaussian_copula"),
    ],
)
def test_names_and_families(words: str, name: str) -> None:
    assert named(words) == {name: False}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("everything but the GAN", {"ctgan": True}),
        ("all except CTGAN and TVAE", {"ctgan": True, "tvae": True}),
        ("all except CTGAN, TVAE", {"ctgan": True, "tvae": True}),
        ("without the copula", {"gaussian_copula": True}),
        ("TVAE instead of CTGAN", {"tvae": False, "ctgan": True}),
        ("not ctgan, tvae", {"ctgan": True, "tvae": False}),
        ("neither fast nor slow: no ctgan", {"ctgan": True}),
        ("ctgan, no wait, tvae", {"ctgan": False, "tvae": False}),
        ("no, tvae", {"tvae": False}),
        ("leave the copula aside", {"gaussian_copula": True}),
    ],
)
def test_what_the_words_rule_out(words: str, expected: dict[str, bool]) -> None:
    assert named(words) == expected


def test_ordinary_words_are_no_synthesizers() -> None:
    assert named("take the same table, organise it and tame the gain") == {}


def test_groups_may_hold_any_of_them_but_the_neural_ones_are_two() -> None:
    assert group_mention("compare all three", "gaussian_copula") is not None
    assert group_mention("the neural ones", "ctgan") is not None
    assert group_mention("the neural ones", "gaussian_copula") is None
    assert group_mention("1000 rows", "ctgan") is None
