"""Training texts of row writing: a prompt as row mode writes it, and rows in its skeleton."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from memisis_core.agent.chat_form import CHATML
from memisis_core.agent.language_model import CompletionRequest
from memisis_core.description.joint import joint_of
from memisis_core.description.rows.cells import SEPARATOR, cell_text, safe_text
from memisis_core.description.rows.patients import Patients
from memisis_core.description.rows.prompt import RowPrompt
from memisis_core.description.rows.settings import Ablation
from memisis_core.description.training.invented import GENERATOR_VERSION, invent
from memisis_core.errors import InputError
from memisis_core.secure_files import write_private

ROWS_A_LESSON = 6
"""Rows behind one reading of a prompt; they do not see each other, as in row mode."""
_PART_LEFT_OUT = 0.06


@dataclass(frozen=True)
class Lesson:
    """One invented specification and rows drawn from it.

    Attributes
    ----------
    prompt : str
        In the model's chat form, special tokens spelled out.
    rows : tuple of tuple of (str, str)
        For each value of each row the text that row mode forces, and the value. What ends a value
        is the first character of the next forced text, or a line break.
    """

    prompt: str
    rows: tuple[tuple[tuple[str, str], ...], ...]


def lessons(seed: int, count: int) -> Iterator[Lesson]:
    """Generate lessons; the same seed gives the same ones.

    Yields
    ------
    Lesson
    """
    for index in range(count):
        yield _lesson(random.Random(f"{GENERATOR_VERSION}/{seed}/{index}"))


def kept_lessons(seed: int, count: int, path: Path) -> list[Lesson]:
    """Return lessons from a file, or generate and keep them: drawing takes minutes."""
    mark = {"generator": GENERATOR_VERSION, "seed": seed, "count": count}
    if path.is_file():
        head, *rest = path.read_text(encoding="utf-8").splitlines()
        if json.loads(head) == mark:
            return [_read(line) for line in rest]
    made = list(lessons(seed, count))
    lines = [json.dumps({"prompt": one.prompt, "rows": one.rows}) for one in made]
    write_private(path, "\n".join([json.dumps(mark), *lines]) + "\n")
    return made


def _read(line: str) -> Lesson:
    document = json.loads(line)
    rows = tuple(tuple((f, v) for f, v in row) for row in document["rows"])
    return Lesson(document["prompt"], rows)


def _lesson(rng: random.Random) -> Lesson:
    while True:
        specification = invent(rng)
        try:
            joint = joint_of(specification)
            drawn = Patients(joint, rng.randrange(2**31)).reference(ROWS_A_LESSON + 1)
        except InputError:
            continue  # the draw of ranges and relations cannot be met: invent another
        break
    example, *rows = drawn
    order = list(specification.names)
    rng.shuffle(order)
    parts = {field.name: rng.random() >= _PART_LEFT_OUT for field in fields(Ablation)}
    prompt = RowPrompt(
        joint.specification, tuple(order), example, "skeleton", 10, Ablation(**parts)
    )
    segments = CHATML.segments(CompletionRequest(prompt.messages()))
    variables = {variable.name: variable for variable in specification.variables}
    return Lesson(
        "".join(f"{s.before}{s.text}{s.after}" for s in segments),
        tuple(
            tuple(
                (
                    f"{SEPARATOR} {safe_text(name)}=" if place else f"{safe_text(name)}=",
                    cell_text(variables[name], row[name]),
                )
                for place, name in enumerate(order)
            )
            for row in rows
        ),
    )
