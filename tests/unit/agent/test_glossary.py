"""Every term is found by its own name, has a source, and is said plainly."""

import pytest

from memisis_core.agent.glossary import TERMS, Term, terms_in
from memisis_core.agent.own_words import is_general_question, own_answer


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
def test_a_term_is_found_by_its_name_and_says_where_it_is_from(term: Term) -> None:
    assert terms_in(f"what is {term.name}?")[0] is term
    assert term.source
    assert 40 < len(term.text) < 500
    assert "!" not in term.text


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("explain equalized odds", "equalised odds"),
        ("what does DCR mean", "distance to closest record"),
        ("what are VAEs", "TVAE"),
        ("is this GDPR compliant", "legal compliance"),
        ("what is an MIA", "membership inference"),
    ],
)
def test_terms_are_found_as_people_write_them(words: str, name: str) -> None:
    assert terms_in(words)[0].name == name


def test_other_words_are_no_terms() -> None:
    assert terms_in("please tell me a story about organs and vases") == ()


@pytest.mark.parametrize("words", ["hello", "thanks a lot", "what can you do?", "help"])
def test_small_talk_has_an_answer_of_ours(words: str) -> None:
    assert own_answer(words) is not None


@pytest.mark.parametrize(
    ("words", "general"),
    [
        ("what is a median?", True),
        ("why is the sky blue", True),
        ("is my data safe?", False),
        ("what is wrong with my table", False),
        ("can you e-mail this", False),
        ("delete my files", False),
    ],
)
def test_the_small_model_gets_general_questions_only(words: str, *, general: bool) -> None:
    assert is_general_question(words) is general
