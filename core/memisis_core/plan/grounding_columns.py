"""Checks the columns that the model claims against the words and the schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Final

from memisis_core.data.schema import Schema
from memisis_core.plan.column_concepts import concepts_of
from memisis_core.plan.column_mentions import (
    QUOTED,
    ColumnMention,
    Evidence,
    best_mention,
    compact,
    name_parts,
    named_mentions,
    quotation,
    resolve,
    spelled,
)
from memisis_core.plan.grounded import OpenQuestion
from memisis_core.plan.provenance import Dropped
from memisis_core.plan.remainder import unexplained

# What stands before a paraphrase of a column, and what stands after one.
_OPENINGS: Final = {
    "target": re.compile(
        r"\b(?:predict\w*|forecast\w*|foresee\w*|classif\w*|anticipat\w*|estimat\w*|whether|risk of"
        r"|who(?:'s| is| are| will| would| gets| has| had)?|which (?:patients|ones|people|of them)"
        r"|interested in|find out|tell(?:s|ing)?|models? (?:of|for)|target\w*|outcome\w*|labels?"
        r"|end\s?points?|dependent variable|response|y\s*=)(?!\w)",
        re.IGNORECASE,
    ),
    "protected": re.compile(
        r"\b(?:protect\w*|fair\w*(?: by| to| for| across| between)?|bias\w*(?: against| by)?"
        r"|audit\w*|monitor\w*|equal\w*|parity|discriminat\w*|gaps?|groups?|subgroups?|sensitive|across"
        r"|between|regardless of|disadvantag\w*|disparit\w*|differences?|harm\w*|watch)(?!\w)",
        re.IGNORECASE,
    ),
}
_CLOSINGS: Final = {
    "target": re.compile(
        r"\b(?:is|as|are|be|being)\s+(?:the\s+|our\s+|my\s+|a\s+)?"
        r"(?:target|outcome|label|end\s?point|response|dependent variable|y\b|question)",
        re.IGNORECASE,
    ),
    "protected": re.compile(
        r"\b(?:is|as|are|be|being)\s+(?:the\s+|our\s+|a\s+)?(?:protected|sensitive|audited|treated)",
        re.IGNORECASE,
    ),
}
_CLAUSE_END = re.compile(r"[.,;:\n!?()]")
_LONGEST_PARAPHRASE: Final = 70
_OPENING_LENGTH: Final = 15


@dataclass
class ColumnOutcome:
    """What came of one claimed column; `others` are named by the same words ("race and sex")."""

    mention: ColumnMention | None = None
    others: list[ColumnMention] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    questions: list[OpenQuestion] = field(default_factory=list)


class ColumnGrounding:
    """Traces the columns of one request.

    Parameters
    ----------
    words : str
    schema : Schema or None
    claimed : sequence of str
        All columns that the model claims, for whatever slot; none of them is put in the place of
        another.
    quotes : mapping of str to str
        Claimed column to the words that the model says mean it.
    """

    def __init__(
        self,
        words: str,
        schema: Schema | None,
        claimed: Sequence[str] = (),
        quotes: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._words = words
        self._quotes = quotes
        self._schema = schema
        self._names = schema.names if schema is not None else []
        self._named = named_mentions(words, self._names)
        self._claimed = {name for text in claimed if (name := resolve(text, self._names))}

    def ground(self, slot: str, claimed: str) -> ColumnOutcome:
        """Return the column that the words support, or why there is none.

        Where the words name another column in the very place that the model took its own from, or
        where they speak of the role, that one is taken: models slip from a name to its neighbour.
        """
        if self._schema is None:
            return _dropped(slot, claimed, "no table is open")
        name = self._resolved(claimed)
        if (quoted := self._quoted(slot, claimed, name)) is not None:
            return quoted
        if name is None and compact(claimed) in compact(self._words):
            return self._unresolved(slot, claimed)
        mention = self._supported.get(name) if name is not None else None
        if mention is not None:
            other = self._better_named(mention)
            return ColumnOutcome(mention) if other is None else _instead(slot, claimed, other)
        return self._unsupported(slot, claimed, name)

    def _quoted(self, slot: str, claimed: str, name: str | None) -> ColumnOutcome | None:
        """Return what the words that the model quotes mean; None if it quotes none of these words.

        Which words speak of a column is for the model to say, and which column they mean, unless
        they spell another one, or speak of one other alone and not of the claimed one.
        """
        place = quotation(self._words, self._quotes.get(claimed, ""))
        if place is None:
            return None
        if slot == "protected" and len(named := self._named_within(place)) > 1:
            return ColumnOutcome(named[0], named[1:])
        said = self._words[slice(*place)]
        known = spelled(claimed, self._names)
        meant = spelled(said, self._names) or self._alone_in(said, known) or known
        if meant is None:
            return self._unresolved(slot, said)
        mention = ColumnMention(meant, *place, QUOTED)
        if meant == name or name is None:
            return ColumnOutcome(mention)
        return _instead(slot, claimed, mention)

    def _named_within(self, place: tuple[int, int]) -> list[ColumnMention]:
        inside = (m for m in self._named if place[0] <= m.start and m.end <= place[1])
        within = sorted(inside, key=lambda mention: mention.start)
        return list({mention.column: mention for mention in within}.values())

    def _alone_in(self, said: str, known: str | None) -> str | None:
        """Return the one column that these words speak of best, if they don't of the known one."""
        columns = self._schema.columns if self._schema is not None else ()
        found = {
            column.name: mention.evidence
            for column in columns
            if (mention := best_mention(column.name, column.description, said)) is not None
        }
        if known in found or not found:
            return None
        best = max(found.values())
        names = [name for name, evidence in found.items() if evidence == best]
        return names[0] if len(names) == 1 else None

    def _unsupported(self, slot: str, claimed: str, name: str | None) -> ColumnOutcome:
        """Return what the words name in the place of a column that they do not support."""
        spoken_of = self._spoken_of(slot)
        if len(spoken_of) == 1:
            return _instead(slot, claimed, spoken_of[0])
        if name is None:
            return _dropped(slot, claimed, "the table has no such column")
        mention = self._meant_instead(name) or self._paraphrase(slot, name)
        if mention is None:
            return _dropped(slot, claimed, "the words do not speak of this column")
        return ColumnOutcome(mention)

    @cached_property
    def _supported(self) -> dict[str, ColumnMention]:
        """The columns that the words support, each with its strongest support."""
        columns = self._schema.columns if self._schema is not None else ()
        found = {}
        for column in columns:
            mention = best_mention(column.name, column.description, self._words, self._named)
            if mention is not None:
                found[column.name] = mention
        return found

    def _better_named(self, mention: ColumnMention) -> ColumnMention | None:
        """Return the one column that the same words name more plainly than the claimed one."""
        rivals = [
            other
            for other in self._supported.values()
            if other.column not in self._claimed
            and other.evidence > mention.evidence
            and other.evidence >= Evidence.CLOSE
            and other.start < mention.end
            and mention.start < other.end
        ]
        return rivals[0] if len(rivals) == 1 else None

    def _spoken_of(self, slot: str) -> list[ColumnMention]:
        """Return the columns that the words name best where they speak of the slot's role."""
        places = list(self._places(slot))
        found = [
            mention
            for mention in self._supported.values()
            if mention.column not in self._claimed
            and mention.evidence >= Evidence.PARTS
            and any(start <= mention.start < end for start, end in places)
        ]
        best = max((mention.evidence for mention in found), default=None)
        return [mention for mention in found if mention.evidence == best]

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
        """Return the words that may paraphrase a column: they stand where its role is spoken of.

        And they say something that no setting and no other column explains. Not for a protected
        column about sex, race or the like: of those it is known what people say (see
        `column_concepts`), and they did not.
        """
        if slot == "protected" and concepts_of(name_parts(name)):
            return None
        explained = [
            *((mention.start, mention.end) for mention in self._named),
            *(cue.span() for cue in _OPENINGS[slot].finditer(self._words)),
        ]
        places = list(self._places(slot))
        # "Predict Diagnosis for my thesis" leaves no room for another target.
        free = [place for place in places if not self._opens_with_a_column(place)]
        for start, end in free:
            if unexplained(self._words[start:end], _moved(explained, -start)):
                return ColumnMention(name, start, end, Evidence.CONCEPT)
        if slot == "protected" or not places or len(free) < len(places):
            return None
        # "We care about getting home alive; please predict that": the words stand elsewhere.
        clauses = unexplained(self._words, explained)
        return ColumnMention(name, *clauses[0], Evidence.CONCEPT) if clauses else None

    def _opens_with_a_column(self, place: tuple[int, int]) -> bool:
        start, end = place
        near = min(end, start + _OPENING_LENGTH)
        return any(start <= mention.start < near for mention in self._named)

    def _places(self, slot: str) -> Iterator[tuple[int, int]]:
        """Yield where a paraphrase of a column in this role may stand."""
        words = self._words
        for cue in _OPENINGS[slot].finditer(words):
            stop = _CLAUSE_END.search(words, cue.end())
            end = min(stop.start() if stop else len(words), cue.end() + _LONGEST_PARAPHRASE)
            yield _without_margin(words, cue.end(), end)
        for cue in _CLOSINGS[slot].finditer(words):
            before = words[: cue.start()].rstrip()
            begins = [match.end() for match in _CLAUSE_END.finditer(before)]
            start = max(begins[-1] if begins else 0, len(before) - _LONGEST_PARAPHRASE)
            yield _without_margin(words, start, len(before))


def _without_margin(words: str, start: int, end: int) -> tuple[int, int]:
    return start + len(words[start:end]) - len(words[start:end].lstrip()), end


def _moved(spans: Sequence[tuple[int, int]], by: int) -> list[tuple[int, int]]:
    return [(start + by, end + by) for start, end in spans]


def _instead(slot: str, claimed: str, mention: ColumnMention) -> ColumnOutcome:
    dropped = Dropped(slot=slot, value=claimed[:80], why=f"the words name {mention.column} there")
    return ColumnOutcome(mention, dropped=[dropped])


def _dropped(slot: str, claimed: str, why: str) -> ColumnOutcome:
    return ColumnOutcome(dropped=[Dropped(slot=slot, value=claimed[:80], why=why)])


def _slip(named: str, claimed: str) -> bool:
    """Return whether the model may have written `claimed` for `named`: one part differs."""
    left, right = name_parts(named), name_parts(claimed)
    return (
        len(left) == len(right) > 1 and sum(a != b for a, b in zip(left, right, strict=True)) == 1
    )
