"""Lessons in tokens: the prompt is read, the names of a row are read, its values are learned."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from memisis_core.agent.training.batches import Example, Turn
from memisis_core.description.rows.cells import SEPARATOR
from memisis_core.description.training.lessons import Lesson, kept_lessons


def examples_kept_in(folder: Path) -> Callable[[int, int, Any], list[Example]]:
    """Return the maker of examples for a training run, the lessons kept in its folder."""

    def examples(seed: int, count: int, tokenizer: Any) -> list[Example]:
        found = kept_lessons(seed, count, folder / "lessons.jsonl")
        return [example_of(lesson, tokenizer) for lesson in found]

    return examples


def example_of(lesson: Lesson, tokenizer: Any) -> Example:
    """Return a lesson in tokens.

    A value is learned with the token that ends it: the separator, or the line break after a row.
    Forced texts are split into tokens on their own, as row mode hands them to the model.
    """
    (end,) = tokenizer.encode(SEPARATOR).ids
    (line_break,) = tokenizer.encode("\n").ids
    turns = []
    for row in lesson.rows:
        parts = []
        for place, (forced, value) in enumerate(row):
            read = tokenizer.encode(forced).ids
            if place:
                if read[0] != end:
                    raise ValueError(f"{forced!r} does not begin with a token of its own")
                read = read[1:]  # learned as the end of the value before
            last = place == len(row) - 1
            learned = [*tokenizer.encode(value).ids, line_break if last else end]
            parts.append((read, learned))
        turns.append(Turn(tuple(parts)))
    return Example(tokenizer.encode(lesson.prompt).ids, tuple(turns))
