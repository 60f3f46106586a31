"""The planner's prompt and its one-line answer: ``slot=value; slot=value; ...``."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

SYNTHESIZERS = ("ctgan", "gaussian_copula", "tvae")
INTENTS = ("generate", "change", "run", "stop", "dataset", "explain", "export", "describe", "chat")
PRIORITIES = ("privacy", "utility", "fairness", "fidelity")
END_OF_TURN = "<|im_end|>\n"
ABSENT = "-"
UNKNOWN = "?"
BECOMES = ">"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request states, slot by slot; an empty value means "not stated".

    Attributes
    ----------
    intent
        One of :data:`INTENTS`.
    synthesizers
        Sorted names; for ``change`` a name may carry ``+`` (add) or ``-`` (remove).
    epochs, train_rows, rows
        Whole numbers as the words say them, or "".
    target, priority
        A column (see :func:`claim`), a priority, or ""; ``none`` clears the slot in a ``change``.
    protected
        Columns, in the order of the words.
    goals
        ``metric<=value`` or ``metric>=value``, in the order they were said.
    """

    intent: str = "generate"
    synthesizers: tuple[str, ...] = ()
    epochs: str = ""
    train_rows: str = ""
    rows: str = ""
    target: str = ""
    protected: tuple[str, ...] = ()
    priority: str = ""
    goals: tuple[str, ...] = ()


SLOTS = tuple(field.name for field in fields(Answer))
_SEPARATORS = re.compile(r"[,;>\s]+")
_LISTS = frozenset({"synthesizers", "protected", "goals"})


def claim(words: str, column: str) -> str:
    """Write which words mean which column: first what is said is found, then what it means.

    Parameters
    ----------
    words
        As they stand in the request.
    column
        A column of the table, or :data:`UNKNOWN` where it has none that these words mean.

    Returns
    -------
    str
        ``who dies>DEATH_EVENT``; the name alone where the words are the name.
    """
    said = _SEPARATORS.sub(" ", words).strip()
    return column if said == column else f"{said}{BECOMES}{column}"


def answer_line(answer: Answer) -> str:
    """Write an answer as the model is taught to write it.

    Parameters
    ----------
    answer
        The slots.

    Returns
    -------
    str
        One line, ``intent=...; synthesizers=...; ...``, ``-`` for a slot that is not stated.
    """
    parts = []
    for slot in SLOTS:
        value = getattr(answer, slot)
        text = ",".join(value) if slot in _LISTS else value
        parts.append(f"{slot}={text or ABSENT}")
    return "; ".join(parts)


def parse_answer(line: str) -> Answer:
    """Read an answer line; slots that are missing or malformed count as not stated.

    Parameters
    ----------
    line
        What the model wrote.

    Returns
    -------
    Answer
        The slots; the intent is ``chat`` where the line holds none that is known.
    """
    found: dict[str, str] = {}
    for part in line.strip().split("; "):
        slot, sign, value = part.partition("=")
        if sign and slot in SLOTS and slot not in found:
            found[slot] = "" if value.strip() == ABSENT else value.strip()
    values: dict[str, str | tuple[str, ...]] = {}
    for slot in SLOTS:
        text = found.get(slot, "")
        values[slot] = tuple(item for item in text.split(",") if item) if slot in _LISTS else text
    if values["intent"] not in INTENTS:
        values["intent"] = "chat"
    return Answer(**values)  # type: ignore[arg-type]


def prompt(columns: list[str] | tuple[str, ...], request: str) -> str:
    """Put columns and request into the chat form of the model.

    Parameters
    ----------
    columns
        Names as they stand in the table's header; empty where no table is loaded.
    request
        The user's words; line breaks are kept.

    Returns
    -------
    str
        The text after which the model writes its answer.
    """
    return (
        f"<|im_start|>user\nColumns: {', '.join(columns)}\nRequest: {request}{END_OF_TURN}"
        "<|im_start|>assistant\n"
    )
