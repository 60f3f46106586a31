"""Composes training requests: whole templates, freely joined fragments, and the other intents."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from memisis_core.agent.training.asides import joined
from memisis_core.agent.training.columns import Column, mention, sample_schema
from memisis_core.agent.training.corpus_files import lines, pick, sections
from memisis_core.agent.training.labels import PRIORITIES, Answer
from memisis_core.agent.training.layout import STYLES, laid_out
from memisis_core.agent.training.marks import capital, unmarked
from memisis_core.agent.training.scenes import SceneRequest, scenes, spoken_request
from memisis_core.agent.training.slots import Speaker
from memisis_core.agent.training.speech import roughened, with_typos

GENERATOR_VERSION = "5"
REQUESTS_A_TABLE = 3
SCENE_SHARE = 0.55
_TAKEN_BACK = ("{bN}", "{bE}", "{bT}", "{bS}")
_SHARES = {
    "whole": 0.30,
    "composed": 0.265,
    "change": 0.12,
    "chat": 0.075,
    "explain": 0.07,
    "describe": 0.065,
    "dataset": 0.045,
    "run": 0.02,
    "stop": 0.015,
    "export": 0.025,
}
_SLOT_OF = {
    "S": "synthesizers",
    "N": "rows",
    "E": "epochs",
    "R": "train_rows",
    "T": "target",
    "P": "protected",
    "G": "goals",
}
_WHOLE = {
    "generate_settings": 0.35,
    "generate_corrections": 0.29,
    "generate_reasons": 0.31,
    "generate_long": 0.05,
}


@dataclass(frozen=True, slots=True)
class Request:
    """One training request.

    Attributes
    ----------
    columns
        The header of the table, empty where none is loaded.
    text
        What the user says.
    answer
        What it means.
    """

    columns: tuple[str, ...]
    text: str
    answer: Answer


def generate_requests(seed: int, count: int, scene_share: float = SCENE_SHARE) -> Iterator[Request]:
    """Generate training requests, some about each table; the same seed gives the same ones.

    Parameters
    ----------
    seed
        Seed of the generator.
    count
        How many.
    scene_share
        Share of tables whose requests were written for them, one by one; 0 to 1.

    Yields
    ------
    Request
        Requests of all intents in the shares the planner is trained on.
    """
    rng = random.Random(seed)
    columns: list[Column] = []
    written: list[SceneRequest] = []
    for index in range(count):
        if index % REQUESTS_A_TABLE == 0:
            if rng.random() < scene_share:
                columns, written = rng.choice(scenes()).drawn(REQUESTS_A_TABLE, rng)
            else:
                columns, written = sample_schema(rng), []
        yield _written(columns, written.pop(), rng) if written else _composed_anew(columns, rng)


def _written(columns: list[Column], request: SceneRequest, rng: random.Random) -> Request:
    speaker = Speaker(columns, rng)
    if any(hole in request.text for hole in _TAKEN_BACK):
        speaker.slip_rate = 0.0
    return _finished(speaker, request.intent, spoken_request(request, speaker))


def _composed_anew(columns: list[Column], rng: random.Random) -> Request:
    kind = rng.choices(list(_SHARES), list(_SHARES.values()))[0]
    speaker = Speaker(columns, rng)
    intent = "generate" if kind in {"whole", "composed"} else kind
    if kind == "whole":
        text = _whole(speaker)
    elif kind == "composed":
        text = _composed(speaker)
    elif kind == "change":
        text = _change(speaker)
    else:
        text = _other(speaker, kind)
    speaker.order_goals(text)
    return _finished(speaker, intent, text)


def _finished(speaker: Speaker, intent: str, text: str) -> Request:
    """Make a request of a text, with the haste that people write in."""
    rng = speaker.rng
    names = tuple(column.name for column in speaker.columns)
    unseen = {"describe": 0.4, "chat": 0.2}.get(intent, 0.0)
    if rng.random() < unseen:
        names = ()
    if rng.random() < 0.16:
        keep = {word for name in names for word in name.lower().replace("_", " ").split()} | {
            name.lower() for name in names
        }
        text = with_typos(text, keep, rng)
    text = roughened(text, rng)
    return Request(names, unmarked(text), speaker.answer(intent, text))


def _aside(speaker: Speaker) -> str:
    return speaker.fill(speaker.rng.choice(sections("fragments")["distract"]))


def _whole(speaker: Speaker) -> str:
    rng = speaker.rng
    name = rng.choices(list(_WHOLE), list(_WHOLE.values()))[0]
    template = rng.choice(lines(name))
    if any(hole in template for hole in _TAKEN_BACK):
        speaker.slip_rate = 0.0
    text = speaker.fill(template)
    extra = []
    if rng.random() < 0.25 and "\n" not in text:
        missing = [
            key
            for key, slot in _SLOT_OF.items()
            if not speaker.has(slot) and key != "G" and f"null.{key}" in sections("fragments")
        ]
        if speaker.has("goals"):
            missing = [key for key in missing if key != "P"]
        extra += [
            _fragment(speaker, key)
            for key in rng.sample(missing, min(len(missing), rng.choice((1, 1, 2))))
        ]
    if rng.random() < 0.14:
        extra.append(_aside(speaker))
    for piece in (part.rstrip(".") for part in extra):
        if rng.random() < 0.75 or text.endswith("?"):
            text = text.rstrip(".,;") + (" " if text[-1:] in "?!" else ". ") + capital(piece) + "."
        else:
            text = capital(piece) + ". " + text
    if rng.random() < 0.07:
        text = pick(sections("fragments")["leads"], rng) + " " + text
    return text


def _fragment(speaker: Speaker, key: str, terse: bool = False) -> str:
    """Say one slot as a fragment of a request."""
    rng, parts = speaker.rng, sections("fragments")
    if terse:
        return speaker.fill(pick(parts[f"{key}.kv"], rng))
    roll = rng.random()
    if key == "S" and roll < 0.12:
        return speaker.exclusion("without")
    if key == "S" and roll < 0.22:
        return speaker.fill(pick(parts["S2"], rng))
    if key == "T" and roll < 0.22:
        return speaker.fill(pick(parts["Tc"], rng))
    if key == "P":
        return _protection(speaker, roll)
    return speaker.fill(pick(parts[key], rng))


def _protection(speaker: Speaker, roll: float) -> str:
    rng, parts = speaker.rng, sections("fragments")
    if not speaker.has("priority") and roll < 0.22:
        speaker.slots["priority"] = "fairness"
        return speaker.fill(pick(parts["Pfair" if rng.random() < 0.6 else "Pgfair"], rng))
    if speaker.has("priority") and roll < 0.14:
        return speaker.fill(pick(parts["Pneutral"], rng))
    if roll < 0.42:
        return speaker.fill(pick(parts["Pg"], rng))
    text = speaker.fill(pick(parts["P"], rng))
    if roll > 0.93:
        text += speaker.fill(
            rng.choice(
                (
                    ", not {C}",
                    ", but not {C}",
                    " ({C} is not needed)",
                    "; {C} need not be audited",
                    " and leave {C} out of that",
                )
            )
        )
    return text


def _late_correction(speaker: Speaker, keys: list[str]) -> tuple[list[str], str]:
    """Say one slot, then correct it in a tail; the answer holds the correction."""
    rng = speaker.rng
    able = [key for key in keys if f"late.{key}" in sections("asides")]
    if not able or rng.random() > 0.09:
        return [], ""
    key = rng.choice(able)
    keys.remove(key)
    speaker.slip_rate = 0.0
    first = speaker.fill(pick(sections("fragments")[key], rng))
    before = speaker.slots[_SLOT_OF[key]]
    tail = speaker.fill(rng.choice(sections("asides")[f"late.{key}"]))
    while speaker.slots[_SLOT_OF[key]] == before:
        tail = speaker.fill(rng.choice(sections("asides")[f"late.{key}"]))
    return [first], tail


def _composed(speaker: Speaker) -> str:
    rng, parts = speaker.rng, sections("fragments")
    style = rng.choice(STYLES)
    share = {"S": 0.7, "N": 0.58, "E": 0.48, "R": 0.24, "T": 0.5, "P": 0.42, "G": 0.2}
    thin = 0.45 if rng.random() < 0.28 else 1.0
    keys = [key for key, chance in share.items() if rng.random() < chance * thin]
    terse = (
        style == "pairs"
        or (style == "bullets" and rng.random() < 0.5)
        or (style == "telegraph" and rng.random() < 0.4)
    )
    said, tail = ([], "") if terse else _late_correction(speaker, keys)
    wants_priority = rng.random() < 0.36 * thin
    if wants_priority:
        if rng.random() < 0.75:
            speaker.slots["priority"] = rng.choice(PRIORITIES)
            said.append(_priority_fragment(speaker, terse))
        elif terse:
            said.append(_priority_fragment(speaker, True))
    said += [_fragment(speaker, key, terse) for key in keys]
    if "G" in keys and rng.random() < 0.25:
        said.append(_fragment(speaker, "G", terse))
    if not speaker.slots:
        said = [pick(parts["bare"], rng)]
    elif rng.random() < 0.12 and not terse:
        said.insert(0, pick(parts["bare"], rng))
    if rng.random() < 0.28:
        said.append(_aside(speaker))
    if rng.random() < 0.08:
        nulls = [key for key in "ESTNPR" if not speaker.has(_SLOT_OF[key])]
        said += [pick(parts[f"null.{rng.choice(nulls)}"], rng)] if nulls else []
    if rng.random() < 0.75:
        rng.shuffle(said)
    return laid_out(
        speaker, [piece.rstrip(".") for piece in [*said, *([tail] if tail else [])]], style
    )


def _priority_fragment(speaker: Speaker, terse: bool) -> str:
    if terse and speaker.rng.random() < 0.7:
        if not speaker.has("priority"):
            speaker.slots["priority"] = speaker.rng.choice(PRIORITIES)
        return pick(sections("priorities")[f"{speaker.slots['priority']}.kv"], speaker.rng)
    return speaker.priority()


def _change(speaker: Speaker) -> str:
    rng = speaker.rng
    speaker.slip_rate = 0.02
    template = rng.choice(lines("change"))
    text = speaker.fill(template)
    if rng.random() < 0.1:
        text = (
            rng.choice(
                (
                    "ok, ",
                    "hm, ",
                    "sorry, ",
                    "please ",
                    "wait, ",
                    "thanks, ",
                    "good. ",
                    "no, ",
                    "and ",
                    "so ",
                )
            )
            + text
        )
    if rng.random() < 0.1:
        text += rng.choice(
            (
                " please",
                " thanks",
                ", ok?",
                ", the rest as it was",
                ", everything else the same",
                ", if that's possible",
                ".",
            )
        )
    return text


def _other(speaker: Speaker, kind: str) -> str:
    """Say a request of an intent that states no slot (``describe`` may state the rows)."""
    rng = speaker.rng
    speaker.slip_rate = 0.04 if kind == "describe" else 0.0
    template = pick(lines(kind), rng)
    for hole, maker in (
        ("{T}", speaker.target),
        ("{P}", lambda: joined([mention(c, rng) for c in speaker.columns[:1]], rng)),
    ):
        if hole in template:
            template = template.replace(hole, maker().replace("{", "").replace("}", ""))
    text = speaker.fill(template)
    rows = speaker.slots.get("rows", "")
    speaker.slots = {"rows": rows} if kind == "describe" and rows else {}
    if rng.random() < 0.12 and kind not in {"describe", "run", "stop"}:
        text = (
            rng.choice(
                (
                    "ok, ",
                    "hm, ",
                    "Hi, ",
                    "sorry but ",
                    "One question: ",
                    "quick question - ",
                    "And ",
                    "so ",
                    "please, ",
                    "hey, ",
                )
            )
            + text
        )
    if rng.random() < 0.1 and kind in {"explain", "dataset", "export"}:
        text += rng.choice(
            (
                " thanks",
                " please",
                " I have to report to my boss.",
                " The meeting is on Monday.",
                " It's for the board.",
                " before I go on",
            )
        )
    if rng.random() < 0.15 and kind == "describe":
        text += rng.choice(
            (
                " thanks",
                " It is for a lecture.",
                " Please.",
                " Columns as you like.",
                " For a demo in room 12.",
            )
        )
    return text
