"""Invented specifications are sound, lessons are row mode's texts, an adapter learns them."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from memisis_core.description.checks import checked
from memisis_core.description.rows.cells import cell_of_text
from memisis_core.description.training.invented import invent
from memisis_core.description.training.lessons import Lesson, kept_lessons, lessons
from tests.unit.agent_training.conftest import tiny_base  # noqa: F401  a fixture


@pytest.fixture(scope="module")
def some() -> list[Lesson]:
    return list(lessons(seed=7, count=12))


def test_invented_specifications_pass_the_checks_and_vary() -> None:
    made = [invent(random.Random(seed)) for seed in range(150)]
    for specification in made:
        checked(specification)
    names = {name for specification in made for name in specification.names}
    assert len(names) > 120
    assert {len(specification.variables) for specification in made} >= {3, 5, 7, 9}
    assert any(s.relations for s in made)
    assert any(s.groups for s in made)
    assert any(s.rules for s in made)
    assert any(v.missing for s in made for v in s.variables)


def test_the_same_seed_gives_the_same_lessons(some: list[Lesson]) -> None:
    assert list(lessons(seed=7, count=12)) == some
    assert list(lessons(seed=8, count=1)) != some[:1]


def test_rows_follow_the_prompt_s_order_and_stay_within_it(some: list[Lesson]) -> None:
    for lesson in some:
        assert lesson.prompt.endswith("<|im_end|>\n<|im_start|>assistant\n")
        names = [forced.strip("; =") for forced, _ in lesson.rows[0]]
        for row in lesson.rows:
            assert [forced.strip("; =") for forced, _ in row] == names
            assert row[0][0] == f"{names[0]}="
            assert all(value and ";" not in value for _, value in row)


def test_values_of_a_lesson_are_ones_that_row_mode_accepts() -> None:
    for seed in range(5):
        (lesson,) = lessons(seed, 1)
        specification = invent(random.Random(f"1/{seed}/0"))
        for row in lesson.rows:
            for forced, value in row:
                cell_of_text(specification.variable(forced.strip("; =")), value)


def test_kept_lessons_are_read_back_and_others_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "lessons.jsonl"
    first = kept_lessons(3, 2, path)
    path.write_text(path.read_text().replace("fictitious", "made-up"))
    assert "made-up" in kept_lessons(3, 2, path)[0].prompt
    assert kept_lessons(3, 1, path) == first[:1]


def test_an_example_holds_the_texts_and_learns_only_values(
    tiny_base: Path,  # noqa: F811
    some: list[Lesson],
) -> None:
    pytest.importorskip("tokenizers", reason="training needs the extra [training]")
    from memisis_core.agent.training.base_model import read_tokenizer
    from memisis_core.agent.training.batches import UNSCORED
    from memisis_core.description.training.examples import example_of

    tokenizer = read_tokenizer(tiny_base)
    for lesson in some[:3]:
        example = example_of(lesson, tokenizer)
        assert tokenizer.decode(example.shared, skip_special_tokens=False) == lesson.prompt
        for turn, row in zip(example.turns, lesson.rows, strict=True):
            assert tokenizer.decode(turn.tokens) == "".join(f + v for f, v in row) + "\n"
            learned = [token for token in turn.wanted if token != UNSCORED]
            assert tokenizer.decode(learned) == ";".join(v for _, v in row) + "\n"


def test_training_writes_an_adapter_of_its_own(tiny_base: Path, tmp_path: Path) -> None:  # noqa: F811
    pytest.importorskip("tokenizers", reason="training needs the extra [training]")
    import torch

    from memisis_core.agent.training.trainer import Skill, TrainingSettings, train
    from memisis_core.description.training.examples import examples_kept_in

    settings = TrainingSettings(seed=2, requests=2, rank=4, alpha=8, first_layer=1, tables=1)
    skill = Skill("rows", "1", examples_kept_in(tmp_path))
    said: list[str] = []
    train(tiny_base, tmp_path, settings, torch.device("cpu"), report=said.append, skill=skill)
    card = json.loads((tmp_path / "rows.json").read_text())
    assert card["generator_version"] == "1"
    assert card["steps"] == 2
    assert (tmp_path / "rows.safetensors").is_file()
    assert not (tmp_path / "planner.safetensors").exists()
