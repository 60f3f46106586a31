"""Checks the columns that the model claims against the words and the schema."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from memisis_core.data.schema import Schema
from memisis_core.plan.column_concepts import concepts_of
from memisis_core.plan.column_mentions import (
    ColumnMention,
    Evidence,
    best_mention,
    compact,
    name_parts,
    named_mentions,
    resolve,
)
from memisis_core.plan.grounded import OpenQuestion
from memisis_core.plan.provenance import Dropped
from memisis_core.plan.remainder import unexplained

_ROLE_CUES: Final = {
    "target": re.compile(
        r"\b(?:predict\w*|forecast\w*|target\w*|outcome\w*|label\w*|end\s?point\w*|classif\w*"
        r"|whether|who(?:'s| is| will| gets| has)?|risk of|depend\w* variable|response|foresee"
        r"|model(?:s|ling)?|tell(?:s|ing)?|which (?:patients|ones|people)|interested in|y\s*="
        r"|find out|anticipat\w*|estimat\w*|study|outcome|question)\b",
        re.IGNORECASE,
    ),
    "protected": re.compile(
        r"\b(?:protect\w*|fair\w*|unfair\w*|bias\w*|audit\w*|monitor\w*|equal\w*|parity|discriminat\w*"
        r"|gap\w*|groups?|subgroup\w*|sensitive|across|between|regardless|disadvantag\w*|equit\w*"
        r"|dispar\w*|treat\w*|watch|differen\w*|by|harm\w*|check)\b",
        re.IGNORECASE,
    ),
}


@dataclass
class ColumnOutcome:
    """What came of one claimed column."""

    mention: ColumnMention | None = None
    dropped: list[Dropped] = field(default_factory=list)
    questions: list[OpenQuestion] = field(default_factory=list)


class ColumnGrounding:
    """Traces the columns of one request.

    Parameters
    ----------
    words : str
    schema : Schema or None
    """

    def __init__(self, words: str, schema: Schema | None) -> None:
        self._words = words
        self._schema = schema
        self._names = schema.names if schema is not None else []
        self._named = named_mentions(words, self._names)

    def ground(self, slot: str, claimed: str) -> ColumnOutcome:
        """Return the column that the words support, or why there is none."""
        if self._schema is None:
            return _dropped(slot, claimed, "no table is open")
        name = self._resolved(claimed)
        if name is None:
            return self._unresolved(slot, claimed)
        description = self._schema.column(name).description
        mention = best_mention(name, description, self._words, self._named)
        if mention is None:
            mention = self._meant_instead(name) or self._paraphrase(slot, name)
        if mention is None:
            return _dropped(slot, claimed, "the words do not speak of this column")
        return ColumnOutcome(mention)

    def _resolved(self, claimed: str) -> str | None:
        name = resolve(claimed, self._names)
        if name is not None:
            return name
        # The model may copy what the person said; a description may know it.
        described = [
            column.name
            for column in (self._schema.columns if self._schema is not None else ())
            if best_mention(column.name, column.description, claimed) is not None
        ]
        return described[0] if len(described) == 1 else None

    def _unresolved(self, slot: str, claimed: str) -> ColumnOutcome:
        """Ask if the person named something that several columns may be, else drop it."""
        candidates = [
            column for column in self._names if best_mention(column, None, claimed) is not None
        ]
        if 2 <= len(candidates) <= 4 and compact(claimed) in compact(self._words):
            question = OpenQuestion(
                slot,
                f"{slot}: {claimed!r} may be {' or '.join(candidates)}. Which is meant?",
                tuple(candidates),
            )
            return ColumnOutcome(questions=[question])
        return _dropped(slot, claimed, "the table has no such column")

    def _meant_instead(self, name: str) -> ColumnMention | None:
        """Return the column that the words name outright if `name` is a slip away from it."""
        close = [
            mention
            for mention in self._named
            if mention.evidence >= Evidence.FOLDED and _slip(mention.column, name)
        ]
        return close[0] if len({mention.column for mention in close}) == 1 else None

    def _paraphrase(self, slot: str, name: str) -> ColumnMention | None:
        """Return the clause that may paraphrase a column, if one says what nothing else explains.

        There must be a cue of the slot's role, too. Not for a protected column about sex, race or
        the like: of those it is known what people say (`column_concepts`), and they did not.
        """
        if slot == "protected" and concepts_of(name_parts(name)):
            return None
        cues = [cue.span() for cue in _ROLE_CUES[slot].finditer(self._words)]
        named = [(mention.start, mention.end) for mention in self._named]
        clauses = unexplained(self._words, [*named, *cues]) if cues else []
        with_cue = [
            clause for clause in clauses if any(clause[0] <= at < clause[1] for at, _ in cues)
        ]
        chosen = next(iter([*with_cue, *clauses]), None)
        return None if chosen is None else ColumnMention(name, *chosen, Evidence.CONCEPT)


def _dropped(slot: str, claimed: str, why: str) -> ColumnOutcome:
    return ColumnOutcome(dropped=[Dropped(slot=slot, value=claimed[:80], why=why)])


def _slip(named: str, claimed: str) -> bool:
    """Return whether the model may have written `claimed` for `named`: one part differs."""
    left, right = name_parts(named), name_parts(claimed)
    return (
        len(left) == len(right) > 1 and sum(a != b for a, b in zip(left, right, strict=True)) == 1
    )
