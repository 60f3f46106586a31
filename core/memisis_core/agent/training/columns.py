"""Invented clinical schemas, mixed anew for each request, and the ways people name a column."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from memisis_core.agent.training.corpus_files import lines

_OPAQUE = re.compile(
    r"v\d{3}|(PID|PV1|IN1|DG1|OBX)-.*|demo_\d|(LBX|DIQ|HUQ|SMQ|BPX).*"
    r"|[a-z]{1,2}\d{1,2}|qx\d+|\w+_\d{4}"
)
# Concepts that one word can mean both of: never drawn together into a mixed schema.
_ALIKE = (
    {"MORT", "EVENT"}, {"ASTH", "EXAC"}, {"PROG", "RECUR", "RELAPSE", "REMIS", "RESP"},
    {"COMPL", "REVIS", "INFEC", "AE", "ANTIB"}, {"CARDIO", "MI", "HF", "ARR", "EVENT"},
    {"DEPD", "PSYA", "SUIC", "PTSD"}, {"RACE", "NAT"}, {"INC", "DEPR"}, {"DIAB", "HYPO", "DX"},
    {"HOUS", "ALONE", "RES"}, {"LANG", "INTERP"}, {"EMP", "WORK"}, {"READM", "RECUR", "ICU"},
    {"PREG", "PREEC", "PRETERM", "CSEC", "LBW"}, {"STROKE", "VTE"}, {"LOS", "DISP", "COST"},
    {"NURSING", "DISP", "ALONE"}, {"MALN", "ULCER"}, {"AKI", "CKD", "GRAFT"}, {"VENT", "ICU"},
    {"DROP", "ADH", "NOSH", "FINISH"}, {"FLARE", "EXAC", "RELAPSE", "PROG"},
    {"LEAK", "COMPL", "INFEC"},
    {"MALIG", "DX", "RECUR"}, {"SEPSIS", "INFEC"}, {"DISAB", "NURSING"}, {"TRANSF", "BLEED"},
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Concept:
    """What a column is about, in people's words."""

    name: str
    protected: bool
    nouns: tuple[str, ...]
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an invented schema: its name and its concept or its own phrases."""

    name: str
    concept: str = ""
    phrases: tuple[str, ...] = ()

    @property
    def opaque(self) -> bool:
        """Whether the name tells nobody what the column holds."""
        return bool(_OPAQUE.fullmatch(self.name))


@cache
def concepts() -> dict[str, Concept]:
    """Return all concepts by name."""
    found = {}
    for line in lines("concepts"):
        head, nouns, clauses = (part.strip() for part in line.split(" | "))
        kind, name = head.split()
        found[name] = Concept(name, kind == "p", _phrases(nouns), _phrases(clauses))
    return found


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


@cache
def schemas() -> tuple[tuple[Column, ...], ...]:
    """Return the schemas as written by hand."""
    return tuple(tuple(_column(part) for part in line.split(" | ")) for line in lines("schemas"))


def _column(text: str) -> Column:
    concept = re.fullmatch(r"(.+?)\s*:([A-Z]+)", text)
    if concept:
        return Column(concept.group(1).strip(), concept.group(2))
    name, _, phrases = text.partition(" = ")
    return Column(name.strip(), "", _phrases(phrases))


def name_words(name: str) -> list[str]:
    """Split a column name into words at case changes, underscores, dots, dashes and spaces."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    return [word for word in re.split(r"[_\-\s./]+", spaced) if word]


STYLES: dict[str, Callable[[list[str]], str]] = {
    "snake": lambda words: "_".join(words).lower(),
    "upper": lambda words: "_".join(words).upper(),
    "pascal": lambda words: "".join(word[:1].upper() + word[1:].lower() for word in words),
    "camel": lambda words: (
        words[0].lower() + "".join(word[:1].upper() + word[1:].lower() for word in words[1:])
    ),
    "title": lambda words: " ".join(word[:1].upper() + word[1:].lower() for word in words),
    "title_snake": lambda words: "_".join(word[:1].upper() + word[1:].lower() for word in words),
    "dotted": lambda words: ".".join(words).lower(),
    "dashed": lambda words: "-".join(words).lower(),
    "lower": lambda words: " ".join(words).lower(),
    "glued": lambda words: "".join(words).lower(),
}
_PREFIXES = ("pt_", "x_", "bl_", "v2_", "q", "dem.", "T0_", "k_")
_SUFFIXES = ("_cd", "_v2", "_bl", "_1", "_cat", " (y/n)", "_t0", "_neu", "_fin", "2")


@cache
def _pools() -> tuple[dict[str, tuple[str, ...]], tuple[Column, ...]]:
    by_concept: dict[str, list[str]] = {}
    others: dict[str, Column] = {}
    for schema in schemas():
        for column in schema:
            if column.opaque:
                continue
            if column.concept:
                by_concept.setdefault(column.concept, []).append(column.name)
            elif column.phrases:
                others.setdefault(column.name, column)
    return {key: tuple(names) for key, names in by_concept.items()}, tuple(others.values())


def _named(concept: str, rng: random.Random) -> Column:
    names = _pools()[0].get(concept, ())
    if names and rng.random() < 0.6:
        return Column(rng.choice(names), concept)
    short = [
        noun
        for noun in concepts()[concept].nouns
        if re.fullmatch(r"[A-Za-z0-9 \-]{2,24}", noun) and noun.count(" ") < 3
    ]
    words = name_words(rng.choice(short)) if short else [concept]
    words = [word for word in words if word not in {"the", "a", "of", "or", "to"}] or [concept]
    if rng.random() < 0.15:
        words[0] = words[0][: rng.randint(3, 5)]
    return Column("_".join(words), concept)


def _draw_concepts(protected: bool, count: int, taken: set[str], rng: random.Random) -> list[str]:
    names = [name for name, concept in concepts().items() if concept.protected == protected]
    # Sex, race and age are in most tables: drawn more often.
    weights = [
        6 if name in {"SEX", "AGE"} else 4 if name in {"RACE", "INS", "MORT", "READM"} else 1
        for name in names
    ]
    drawn: list[str] = []
    for name in rng.choices(names, weights, k=count * 3):
        if len(drawn) == count:
            break
        if name in taken or any(name in group and taken & group for group in _ALIKE):
            continue
        drawn.append(name)
        taken.add(name)
    return drawn


def _mixed(rng: random.Random) -> list[Column]:
    taken: set[str] = set()
    mixed = [
        _named(name, rng)
        for name in _draw_concepts(True, rng.choice((1, 2, 2, 3, 3, 4)), taken, rng)
    ]
    mixed += [
        _named(name, rng) for name in _draw_concepts(False, rng.choice((1, 1, 2, 2, 3)), taken, rng)
    ]
    said = {noun.lower() for name in taken for noun in concepts()[name].nouns}
    size = rng.choice((4, 4, 4, 4, 5, 5, 5, 6, 6, 7, 8, 10, 14, 22))
    size = 33 if rng.random() < 0.01 else size
    for column in rng.sample(_pools()[1], size):
        if said.isdisjoint(phrase.lower() for phrase in column.phrases):
            mixed.append(column)
            said.update(phrase.lower() for phrase in column.phrases)
    if rng.random() < 0.12:
        mixed += [
            Column(f"{rng.choice(('lab', 'QX', 'itm', 'F', 'var', 'Z'))}_{rng.randint(1000, 9999)}")
            for _ in range(rng.randint(1, 5))
        ]
    rng.shuffle(mixed)
    return mixed


def _thinned(schema: tuple[Column, ...], rng: random.Random) -> list[Column]:
    columns = list(schema)
    if len(columns) > 7 and rng.random() < 0.72:
        drop = rng.randint(1, len(columns) - 6)
        for column in rng.sample(columns, drop):
            columns.remove(column)
    return columns


def restyled(columns: list[Column], rng: random.Random) -> list[Column]:
    """Spell all names in another style, one for the table, some with a prefix or suffix.

    Parameters
    ----------
    columns
        The schema.
    rng
        Source of randomness.

    Returns
    -------
    list of Column
        In the same order; opaque names as they were.
    """
    style = STYLES[rng.choice(list(STYLES))]
    prefix = rng.choice(_PREFIXES) if rng.random() < 0.2 else ""
    found = []
    for column in columns:
        if column.opaque:
            found.append(column)
            continue
        suffix = rng.choice(_SUFFIXES) if rng.random() < 0.06 else ""
        name = (
            prefix
            + style(name_words(re.sub(r"\s*\(.*\)", "", column.name)) or [column.name])
            + suffix
        )
        found.append(Column(name, column.concept, column.phrases))
    return found


def sample_schema(rng: random.Random) -> list[Column]:
    """Draw a schema: one written by hand (thinned, renamed, shuffled) or a mix of all.

    Parameters
    ----------
    rng
        Source of randomness.

    Returns
    -------
    list of Column
        3 to 40 columns whose names differ in more than case and separators.
    """
    columns = _thinned(rng.choice(schemas()), rng) if rng.random() < 0.45 else _mixed(rng)
    if rng.random() < 0.38:
        columns = restyled(columns, rng)
    if rng.random() < 0.25:
        rng.shuffle(columns)
    unique: dict[str, Column] = {}
    for column in columns:
        unique.setdefault(re.sub(r"[\W_]", "", column.name.lower()), column)
    return list(unique.values())[:40]


def phrases_of(column: Column) -> tuple[str, ...]:
    """Return the ways to say what a column holds, without its name; none for an opaque name."""
    if column.opaque:
        return ()
    return concepts()[column.concept].nouns if column.concept else column.phrases


def _slip(name: str, rng: random.Random) -> str:
    spots = [i for i in range(1, len(name) - 1) if name[i - 1 : i + 2].isalpha()]
    if len(name) < 6 or not spots:
        return name
    i = rng.choice(spots)
    return rng.choice(
        (
            name[:i] + name[i + 1 :],
            name[:i] + name[i + 1] + name[i] + name[i + 2 :],
            name[:i] + name[i] + name[i:],
        )
    )


_QUOTED = ('"{}"', "'{}'", "`{}`", "“{}”", "<{}>")
_POINTED_AT = (
    *("the column {}", "column {}", "the {} column", "the field {}", "the variable {}"),
    "{} column",
)


def spelled(column: Column, rng: random.Random) -> str:
    """Name a column by its name: exact, in other case, with other separators, quoted, misspelt."""
    name = column.name
    words = name_words(name)
    roll = rng.random()
    if roll < 0.52:
        return name
    if roll < 0.66:
        return name.lower()
    if roll < 0.82 and len("".join(words)) > 2:
        bare = re.sub(r"\s*\(.*\)", "", " ".join(words)).strip()
        return rng.choice(
            (bare.lower(), bare.lower(), bare, bare.replace(" ", "_"), bare.replace(" ", ""))
        )
    if roll < 0.85:
        return name.upper()
    if roll < 0.89 and not column.opaque:
        return _slip(name.lower(), rng)
    return rng.choice(_QUOTED if roll < 0.96 else _POINTED_AT).format(name)


def mention(column: Column, rng: random.Random, phrase_share: float = 0.5) -> str:
    """Name a column by its name or by what it holds.

    Parameters
    ----------
    column
        The column.
    rng
        Source of randomness.
    phrase_share
        How often to paraphrase, 0 to 1.

    Returns
    -------
    str
        The words that stand for the column.
    """
    said = phrases_of(column)
    if said and rng.random() < phrase_share:
        return rng.choice(said)
    return spelled(column, rng)


def unknown_phrase(columns: list[Column], protected: bool, rng: random.Random) -> str:
    """Return words for something that none of the columns holds.

    Parameters
    ----------
    columns
        The schema.
    protected
        Whether to speak of a protected attribute or of an outcome.
    rng
        Source of randomness.

    Returns
    -------
    str
        A noun phrase without an article, to be copied into the answer as it was said; "" where
        none is sure to be unknown.
    """
    held = {column.concept for column in columns}
    said = " ".join(" ".join((column.name, *phrases_of(column))) for column in columns).lower()
    names = [
        name
        for name, concept in concepts().items()
        if concept.protected == protected
        and name not in held
        and not any(name in group and held & group for group in _ALIKE)
    ]
    rng.shuffle(names)
    for name in names:
        for noun in rng.sample(concepts()[name].nouns, len(concepts()[name].nouns)):
            words = re.findall(r"[a-z]{4,}", noun.lower())
            plain_noun = re.fullmatch(
                r"(?!the |a |their |whether |how |what |where |who |being )[A-Za-z0-9 '\-]+", noun
            )
            if plain_noun and words and not any(word[:5] in said for word in words):
                return rng.choice((noun, noun, noun.replace(" ", "_")))
    return ""
