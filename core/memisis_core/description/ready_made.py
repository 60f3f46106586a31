"""The ready-made specifications that come with the program, and which one words ask for.

Light: imports no data library.
"""

from __future__ import annotations

import re
from pathlib import Path

from memisis_core.data.samples import sample_folder
from memisis_core.description.specification import Specification, Variable
from memisis_core.description.toml_file import read_specification
from memisis_core.errors import InputError

EXAMPLES = ("alzheimer", "parkinson", "schizophrenia", "nhefs")
_WORD = re.compile(r"[a-z0-9]+")
_SYNONYMS = {
    "sex": ("gender", "men", "women", "male", "female"),
    "gender": ("sex", "men", "women", "male", "female"),
    "education": ("schooling", "educated"),
    "volume": ("volumes",),
    "ventricles": ("ventricle", "ventricular"),
    "age": ("ages", "old"),
}
_COMMON = frozenset(
    ("the", "and", "for", "with", "from", "are", "was", "whether", "person", "patient", "their",
     "higher", "lower", "best", "worse", "none", "severe", "number", "years", "score", "sum",
     "part", "parts", "baseline")
)  # fmt: skip


def example_path(name: str) -> Path:
    """Return the file of a ready-made specification.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    if name not in EXAMPLES:
        raise InputError(
            f"there is no ready-made specification {name!r}",
            fix=f"There are: {', '.join(EXAMPLES)}",
        )
    return sample_folder() / "specs" / f"{name}.toml"


def example(name: str) -> Specification:
    """Return a ready-made specification.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    return read_specification(example_path(name))


def example_for(words: str) -> str | None:
    """Return the name of the ready-made specification whose condition the words name.

    None if they name none, or two that fit equally well.
    """
    said = set(_WORD.findall(words.lower().replace("'", "")))
    counts = {name: len(said.intersection(example(name).keywords)) for name in EXAMPLES}
    best = max(counts.values())
    fitting = [name for name, count in counts.items() if count == best]
    return fitting[0] if best and len(fitting) == 1 else None


def variables_named(specification: Specification, words: str) -> list[str]:
    """Return the names of the variables that the words ask for, in the specification's order.

    A variable is asked for by its name, or by a word of its description that only it has.
    """
    text = words.lower()
    said = set(_WORD.findall(text.replace("'", "")))
    said -= set(specification.keywords)
    owners: dict[str, set[str]] = {}
    for variable in specification.variables:
        for word in _words_of(variable):
            owners.setdefault(word, set()).add(variable.name)
    asked = set()
    for variable in specification.variables:
        name = variable.name.lower()
        if re.search(rf"(?<![a-z0-9_]){re.escape(name)}(?![a-z0-9_])", text):
            asked.add(variable.name)
    for word in said:
        if len(owners.get(word, ())) == 1:
            asked |= owners[word]
    return [name for name in specification.names if name in asked]


def _words_of(variable: Variable) -> set[str]:
    parts = _WORD.findall(f"{variable.name.replace('_', ' ')} {variable.description}".lower())
    words = {part for part in parts if part not in _COMMON and len(part) > 2}
    return words.union(*(_SYNONYMS.get(word, ()) for word in words))
