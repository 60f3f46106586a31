"""A specification drafted from words: the ready-made one that they name, cut to what they ask for.

Light: imports no data library. The words choose; every number stays that of the ready-made
specification, with its source.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from memisis_core.description.defaults import filled
from memisis_core.description.ready_made import EXAMPLES, example, example_for, variables_named
from memisis_core.description.specification import Specification
from memisis_core.errors import InputError
from memisis_core.plan.number_mentions import number_mentions

_COUNTED = re.compile(
    r"\s*(?:[a-z'’-]+\s+){0,4}?(?:rows?|patients?|people|persons?|subjects?|participants?|cases?|"
    r"records?|smokers?|individuals?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Draft:
    """What words were understood as.

    Attributes
    ----------
    specification : Specification
    example : str
        The ready-made specification that it is part of.
    rows : int or None
        How many the words ask for.
    notes : tuple of str
        What was understood, one line each.
    """

    specification: Specification
    example: str
    rows: int | None
    notes: tuple[str, ...]


def from_words(words: str) -> Draft:
    """Return the specification that the words ask for.

    Raises
    ------
    InputError
        If no ready-made specification fits.
    """
    name = example_for(words)
    if name is None:
        raise InputError(
            "no ready-made specification is for what these words describe",
            fix="Write one: memisis describe --draft FILE; or name one of "
            f"{', '.join(EXAMPLES)} with --example",
        )
    whole = example(name)
    named = variables_named(whole, words)
    notes = [f"understood: the ready-made specification {name!r}, {whole.title}"]
    specification = whole
    if named:
        specification = cut_to(whole, named)
        notes.append(f"understood: {len(named)} of its variables, {', '.join(named)}")
    else:
        notes.append(f"understood: all of its {len(whole.variables)} variables, as none is named")
    rows = rows_in(words)
    if rows is not None:
        notes.append(f"understood: {rows:,} rows")
    return Draft(specification, name, rows, tuple(notes))


def cut_to(specification: Specification, names: list[str]) -> Specification:
    """Return the part about some variables, in which they keep their own distributions.

    A mean that followed from groups which are cut off is written down, marked as a default.
    """
    part = specification.restricted_to(names)
    complete = filled(specification).specification
    for name in part.names:
        grouped = any(group.variable == name for group in part.groups)
        if grouped or part.variable(name).mean is not None:
            continue
        known = complete.variable(name)
        if known.is_numeric and known.mean is not None:
            part = part.replacing(name, mean=known.mean, sd=known.sd)
        elif known.is_coded and any(g.variable == name for g in specification.groups):
            part = part.replacing(name, categories=known.categories)
    origin = f"{specification.origin}. Cut to {len(part.variables)} of its variables"
    return part.model_copy(update={"origin": origin})


def rows_in(words: str) -> int | None:
    """Return the number of rows that the words ask for: a whole number of people or rows."""
    for mention in number_mentions(words):
        count = mention.readings[0]
        if mention.percent or count < 1 or count != int(count):
            continue
        if _COUNTED.match(words, mention.end):
            return int(count)
    return None
