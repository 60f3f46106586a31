"""Traces synthesizers to the words: names, families, groups, and whether they are ruled out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from memisis_core.plan.model import SYNTHESIZER_NAMES
from memisis_core.plan.spelling import within_edits

_NAMES: Final = {
    "ctgan": re.compile(
        r"\b(?:ct[\s_-]?gan\w*|gans?\b|(?:conditional |tabular |generative )*adversarial\w*)",
        re.IGNORECASE,
    ),
    "tvae": re.compile(
        r"\b(?:t[\s_-]?vae\w*|vaes?\b|(?:variational )?auto[\s-]?enc\w*|variational\w*)",
        re.IGNORECASE,
    ),
    "gaussian_copula": re.compile(
        r"\b(?:gaus+\w*[\s_-]?cop\w*|cop+ula\w*|gaussian\w*|gauss\w*|gc\b"
        r"|non-?(?:neural|deep)|classic\w*|parametric"
        r"|statistical (?:one|model|method|generator|synthesi[sz]er))",
        re.IGNORECASE,
    ),
}
_MISSPELT: Final = {
    "ctgan": ("ctgan",),
    "tvae": ("tvae", "autoencoder", "variational"),
    "gaussian_copula": ("copula", "gaussian", "gaussiancopula"),
}
_NEURAL = re.compile(
    r"\b(?:(?<!non-)(?<!non )neural\w*|(?<!non-)(?<!non )deep\b|networks?\b|nets?\b)", re.IGNORECASE
)
# "All patients" and "two hundred rows" speak of no synthesizers.
_OF_THE_TABLE = (
    r"(?!\s+(?:of\s+)?(?:the\s+|my\s+|our\s+)?(?:hundred|thousand|million|and|point|k\b|dozen|rows?"
    r"|patients?|records?|epochs?|columns?|variables?|features?|data|cases|people|groups?|points?))"
)
_GROUP_NOUN = (
    r"(?:\s+(?:of\s+)?(?:the\s+|them\b|your\s+|available\s+)?(?:three|3|synthesi[sz]ers?|generators?"
    r"|models?|methods?|algorithms?))*"
)
_GROUP = re.compile(
    rf"\b(?:(?:all|every|each|the three|three|3|both|two|any|whole|full|entire){_OF_THE_TABLE}"
    rf"{_GROUP_NOUN}\b|everything|full set|trio|triple|others?\b|rest\b|remaining|lot\b|whatever"
    r"|available|nothing but)",
    re.IGNORECASE,
)
_WHOLE_GROUP = re.compile(
    r"\b(?:all|every|each)(?: of)?(?: the| your| available| three| 3)*"
    r"(?: (?:synthesi[sz]ers?|generators?|models?)| three| 3)\b"
    rf"{_OF_THE_TABLE}",
    re.IGNORECASE,
)
_STATISTICAL = re.compile(r"\b(?:statistical|classical|non-?neural)\b", re.IGNORECASE)
_EXCEPTED = re.compile(
    r"\b(?:except\w*|without|exclud\w*|but|minus|not|no|skip|omit|leave|apart|other)\b",
    re.IGNORECASE,
)
_COMPARED = re.compile(r"\b(?:compar\w+|side by side)", re.IGNORECASE)
_RULED_OUT_BEFORE = re.compile(
    r"(?:\b(?:except(?:ing)?(?: for)?|excluding|exclude|without|minus|apart from|aside from"
    r"|other than|instead of|rather than|leave out|leaving out|skip(?:ping)?|omit(?:ting)?|avoid"
    r"|save for|bar|barring|forget(?: about)?|(?:all|every\w*|each|any\w*)(?: \w+){0,2} but"
    r"|anything but|not|no|nor|never|don't(?: use| want| need| run)?|do not(?: use| want)?"
    r"|drop|remove|get rid of|no need for)"
    r"\s+(?:use |using |with |for |the |a |any |your |that |run |want )*)$",
    re.IGNORECASE,
)
_RULED_OUT_AFTER = re.compile(
    r"^\s*(?:,\s*)?(?:aside|excluded|excepted|left out|is out|not included"
    r"|(?:can stay|stays) out)\b",
    re.IGNORECASE,
)
_AND_ALSO = re.compile(
    r"^\s*(?:,|or|nor|and|/|&|,\s*(?:or|nor|and))\s*(?:the |a )?$", re.IGNORECASE
)
_LIST_GOES_ON = re.compile(r"(?:except|exclud|without|minus|apart|aside|other than|but)", re.I)


@dataclass(frozen=True)
class SynthesizerMention:
    """A synthesizer that the words name."""

    name: str
    start: int
    end: int
    ruled_out: bool
    """Whether the words say not to use it."""


def synthesizer_mentions(words: str) -> list[SynthesizerMention]:
    """Return the synthesizers that are named, in the order in which they stand."""
    spans = sorted(_spans(words), key=lambda span: span[1])
    found: list[SynthesizerMention] = []
    for name, start, end in spans:
        if any(start < mention.end and mention.start < end for mention in found):
            continue
        found.append(SynthesizerMention(name, start, end, _ruled_out(words, start, end, found)))
    return found


def group_mention(words: str, name: str) -> tuple[int, int] | None:
    """Return where the words speak of a group that `name` belongs to, None if they don't.

    "The neural ones" are CTGAN and TVAE; "all", "each", "the other two" may be any.
    """
    if name != "gaussian_copula" and (match := _NEURAL.search(words)):
        return match.span()
    match = _GROUP.search(words) or _COMPARED.search(words)
    return match.span() if match else None


def whole_group_mention(words: str) -> tuple[int, int] | None:
    """Return where the words ask for every synthesizer there is, None if they don't.

    Only where a noun or the number three says of what: "all three", "every synthesizer".
    """
    if _NEURAL.search(words) or _STATISTICAL.search(words) or _EXCEPTED.search(words):
        return None
    match = _WHOLE_GROUP.search(words)
    return match.span() if match else None


def _spans(words: str) -> Iterator[tuple[str, int, int]]:
    for name in SYNTHESIZER_NAMES:
        for match in _NAMES[name].finditer(words):
            yield name, match.start(), match.end()
    for match in re.finditer(r"[A-Za-z]{4,}", words):
        for name, spellings in _MISSPELT.items():
            lowered = match[0].lower()
            # "tame", "tape" are one edit from "tvae": a short misspelling keeps its letters.
            if any(_misspells(lowered, spelling) for spelling in spellings):
                yield name, match.start(), match.end()


def _misspells(said: str, spelling: str) -> bool:
    if len(spelling) <= 5:
        return sorted(said) == sorted(spelling) or (
            said.startswith(spelling[:2]) and within_edits(said, spelling, 1)
        )
    return said[0] == spelling[0] and within_edits(said, spelling, 2)


def _ruled_out(words: str, start: int, end: int, before: list[SynthesizerMention]) -> bool:
    if _RULED_OUT_AFTER.search(words[end:]):
        return True
    head = words[max(0, start - 60) : start]
    if _RULED_OUT_BEFORE.search(head):
        # "No, TVAE" corrects; "no TVAE" rules out: the comma would stand in between.
        return True
    if before and before[-1].ruled_out:
        between = words[before[-1].end : start]
        opening = words[max(0, before[-1].start - 40) : before[-1].start]
        return bool(_AND_ALSO.match(between)) and (
            "," not in between or bool(_LIST_GOES_ON.search(opening))
        )
    return False
