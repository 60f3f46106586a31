"""What the chat says to words that ask for patients from a description alone.

Light: imports no data library.
"""

from __future__ import annotations

import shlex

from memisis_core.description.from_words import from_words
from memisis_core.description.sources import sourced_numbers
from memisis_core.description.specification import NumberSource
from memisis_core.errors import InputError

_MOST_VARIABLES = 14


def answer_to(words: str) -> str:
    """Return what the words were understood as, and the command that draws it; several lines.

    Words that no ready-made specification fits get the way to write one.
    """
    try:
        draft = from_words(words)
    except InputError as error:
        return f"{error.what[:1].upper()}{error.what[1:]}. {error.fix}."
    specification = draft.specification
    rows = draft.rows or specification.rows
    numbers = sourced_numbers(specification)
    named = sum(number.source is NumberSource.LITERATURE for number in numbers)
    shown = specification.names[:_MOST_VARIABLES]
    left = len(specification.names) - len(shown)
    return "\n".join(
        [
            f"{rows:,} patients from a description alone: {specification.title}.",
            f"Variables: {', '.join(shown)}" + (f" and {left} more" if left else "") + ".",
            f"{named} of its {len(numbers)} numbers name a publication; the others were written by "
            "hand. No real row is used.",
            "Draw them, and keep them beside the other runs:",
            f"memisis describe {shlex.quote(words)} --rows {rows} --keep --out patients.csv",
        ]
    )
