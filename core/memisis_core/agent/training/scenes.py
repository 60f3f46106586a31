"""Requests written one by one over one table, with what they mean marked in them.

``[T words > column]`` marks the words that name the target, ``P`` a protected column, ``N``, ``E``
and ``R`` numbers, ``S`` synthesizers, ``G`` a goal; ``[T column]`` where the words are the value.
``{N}`` and the like are filled anew each time, so that a line is never read twice alike.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from memisis_core.agent.training.columns import Column, restyled
from memisis_core.agent.training.corpus_files import lines, names
from memisis_core.agent.training.labels import PRIORITIES, UNKNOWN
from memisis_core.agent.training.slots import Speaker
from memisis_core.plan.number_mentions import counted

_ANNOTATION = re.compile(r"\[([TPNERSG]) ([^\[\]]+?)(?: > ([^\[\]]*))?\]")
_NUMBERS = {"N": "rows", "E": "epochs", "R": "train_rows"}
_NONE = "none"


@dataclass(frozen=True, slots=True)
class SceneRequest:
    """A line of a scene.

    Attributes
    ----------
    intent
        What is wanted.
    text
        The words, with annotations and holes.
    """

    intent: str
    text: str

    @property
    def columns(self) -> set[str]:
        """The columns that the annotations name."""
        return {
            value or words for kind, words, value in _ANNOTATION.findall(self.text) if kind in "TP"
        }


@dataclass(frozen=True, slots=True)
class Scene:
    """A table and the requests about it."""

    columns: tuple[str, ...]
    requests: tuple[SceneRequest, ...]

    def drawn(self, count: int, rng: random.Random) -> tuple[list[Column], list[SceneRequest]]:
        """Draw requests, and the table with fewer columns or other spellings at times.

        Parameters
        ----------
        count
            How many requests.
        rng
            Source of randomness.

        Returns
        -------
        columns : list of Column
            All that the requests name, and more.
        requests : list of SceneRequest
        """
        chosen = rng.sample(self.requests, min(count, len(self.requests)))
        named = {name for request in chosen for name in request.columns}
        keep = rng.uniform(0.3, 1.0) if rng.random() < 0.4 else 1.0
        columns = [Column(name) for name in self.columns if name in named or rng.random() < keep]
        if rng.random() < 0.3:
            rng.shuffle(columns)
        if rng.random() < 0.25:
            new = restyled(columns, rng)
            called = {old.name: fresh.name for old, fresh in zip(columns, new, strict=True)}
            if len({re.sub(r"[\W_]", "", name.lower()) for name in called.values()}) == len(called):
                return new, [_renamed(request, called) for request in chosen]
        return columns, chosen


@cache
def scenes() -> tuple[Scene, ...]:
    """Return all scenes that were written, in the order of their files' names."""
    return tuple(scene for name in names("scenes") for scene in _scenes(f"scenes/{name}"))


def _scenes(name: str) -> Iterator[Scene]:
    columns: tuple[str, ...] = ()
    found: list[SceneRequest] = []
    for line in lines(name):
        if line.startswith("== "):
            if found:
                yield Scene(columns, tuple(found))
            columns = tuple(part.strip() for part in line.partition(" | ")[2].split(","))
            found = []
        else:
            intent, _, text = line.partition(": ")
            found.append(SceneRequest(intent, text))
    if found:
        yield Scene(columns, tuple(found))


def _renamed(request: SceneRequest, called: dict[str, str]) -> SceneRequest:
    def fresh(match: re.Match[str]) -> str:
        kind, words, value = match.groups()
        name = value or words
        if kind not in "TP" or name not in called:
            return match[0]
        return f"[{kind} {words} > {called[name]}]"

    return SceneRequest(request.intent, _ANNOTATION.sub(fresh, request.text))


def spoken_request(request: SceneRequest, speaker: Speaker) -> str:
    """Say a line of a scene.

    Parameters
    ----------
    request
        The line.
    speaker
        Notes what it means.

    Returns
    -------
    str
        The words, those that state a slot marked.
    """
    text = request.text
    priority = re.search(r" @(\w+)$", text)
    if priority:
        text = text[: priority.start()]
        speaker.slots["priority"] = priority[1]
        if priority[1] not in (*PRIORITIES, _NONE):
            raise ValueError(f"no such priority: {request.text}")
    said = _ANNOTATION.sub(lambda match: _said(speaker, *match.groups()), text)
    return speaker.fill_holes(said)


def _said(speaker: Speaker, kind: str, words: str, value: str | None) -> str:
    words, meant = words.strip(), (value or words).strip()
    if kind in _NUMBERS:
        if words.isdigit() and speaker.rng.random() < 0.5:
            return speaker.count(_NUMBERS[kind])
        speaker.slots[_NUMBERS[kind]] = meant
        # "Half of them, 106" is no number that can be read: the answer says 106.
        return speaker.mark_number(_NUMBERS[kind], words) if counted(words) == int(meant) else words
    if kind in "TP":
        return _column(speaker, "target" if kind == "T" else "protected", words, meant)
    slot = "synthesizers" if kind == "S" else "goals"
    had = () if meant == _NONE else speaker.slots.get(slot, ())
    given = (*had, *meant.split(",")) if kind == "S" else (*had, meant)
    unique = dict.fromkeys(given)
    speaker.slots[slot] = (
        tuple(sorted(unique, key=lambda name: name.lstrip("+-"))) if kind == "S" else tuple(unique)
    )
    return words


def _column(speaker: Speaker, slot: str, words: str, column: str) -> str:
    if column == _NONE:
        speaker.slots[slot] = _NONE if slot == "target" else (_NONE,)
        return words
    had = speaker.slots.get(slot, ()) if slot == "protected" else ()
    speaker.slots[slot] = column if slot == "target" else (*had, column)
    return speaker.mark_column(slot, words, UNKNOWN if column == UNKNOWN else column)
