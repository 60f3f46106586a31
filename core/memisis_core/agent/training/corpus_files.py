"""Reads the hand-written texts under ``corpus/`` and resolves their ``[a|b]`` choices."""

from __future__ import annotations

import random
import re
from functools import cache
from importlib.resources import files

_CHOICE = re.compile(r"\[([^\[\]]*)\]")


@cache
def lines(name: str) -> tuple[str, ...]:
    r"""Return the lines of a corpus file without comments and blanks.

    Parameters
    ----------
    name
        File name without its suffix, such as ``"chat"``.

    Returns
    -------
    tuple of str
        The lines, ``\n`` escapes turned into line breaks.
    """
    text = files(__package__).joinpath("corpus", f"{name}.txt").read_text(encoding="utf-8")
    kept = (line.strip() for line in text.splitlines())
    return tuple(line.replace("\\n", "\n") for line in kept if line and not line.startswith("#"))


@cache
def names(folder: str) -> tuple[str, ...]:
    """Return the names, without suffix, of the files in a folder of the corpus.

    Parameters
    ----------
    folder
        Its name under ``corpus``.

    Returns
    -------
    tuple of str
        In alphabetical order.
    """
    found = files(__package__).joinpath("corpus", folder).iterdir()
    return tuple(sorted(item.name.removesuffix(".txt") for item in found))


@cache
def sections(name: str) -> dict[str, tuple[str, ...]]:
    """Return the sections of a corpus file, each headed by ``== title``.

    Parameters
    ----------
    name
        File name without its suffix.

    Returns
    -------
    dict
        Section title to its lines.
    """
    found: dict[str, list[str]] = {}
    title = ""
    for line in lines(name):
        if line.startswith("== "):
            title = line[3:].strip()
            found[title] = []
        else:
            found[title].append(line)
    return {key: tuple(value) for key, value in found.items()}


@cache
def table(name: str, title: str) -> dict[str, tuple[str, ...]]:
    """Return a section of ``key: one; two; three`` lines.

    Parameters
    ----------
    name
        File name without its suffix.
    title
        The section.

    Returns
    -------
    dict
        Key to its values, in the order of the file.
    """
    rows = (line.partition(": ") for line in sections(name)[title])
    return {key: tuple(values.split("; ")) for key, _, values in rows}


def choose(text: str, rng: random.Random) -> str:
    """Resolve each ``[a|b|c]`` in a text to one of its alternatives.

    Parameters
    ----------
    text
        A corpus line.
    rng
        Source of randomness.

    Returns
    -------
    str
        The line with one alternative each.
    """
    return _CHOICE.sub(lambda match: rng.choice(match.group(1).split("|")), text)


def pick(options: tuple[str, ...], rng: random.Random) -> str:
    """Pick a line, long choice lists weighing more, and resolve its choices.

    Parameters
    ----------
    options
        Corpus lines.
    rng
        Source of randomness.

    Returns
    -------
    str
        One resolved line.
    """
    weights = [min(6.0, (1 + line.count("|")) ** 0.5) for line in options]
    return choose(rng.choices(options, weights)[0], rng)
