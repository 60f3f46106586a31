"""What the chat answers to words that ask for patients from a description."""

from __future__ import annotations

import shlex

from memisis_core.description.chat_answer import answer_to


def test_it_says_what_was_understood_and_how_to_draw_it() -> None:
    words = "make 500 Alzheimer's patients with MMSE, age, sex and APOE4"
    lines = answer_to(words).splitlines()
    assert lines[0].startswith("500 patients from a description alone: Mild Alzheimer's disease")
    assert "Variables: AGE, PTGENDER, APOE4, MMSE." in lines
    assert "8 of its 14 numbers name a publication" in lines[2]
    command = shlex.split(lines[-1])
    assert command[:3] == ["memisis", "describe", words]


def test_words_that_nothing_fits_get_the_way_to_write_one() -> None:
    answer = answer_to("[red]invent 200 patients[/red]")
    assert answer.startswith("No ready-made specification is for")
    assert "memisis describe --draft FILE" in answer
