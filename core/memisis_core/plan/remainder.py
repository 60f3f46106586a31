"""What is left of the words once all that settings explain is taken away.

People give reasons instead of settings ("my sister-in-law will see it") and paraphrase columns. No
list holds all of that. If the model takes a meaning from a clause, and the clause does say
something that no number, column or synthesizer explains, that clause is what the meaning rests on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from memisis_core.plan.number_mentions import number_mentions
from memisis_core.plan.synthesizer_mentions import synthesizer_mentions

_EXPLAINED_TEXT: Final = (
    "synthetic synthesize synthesise generate generated generator generators make create "
    "created give need want would like please could can you me my we our your they their data "
    "dataset table rows row patients patient records record samples sample cases people "
    "subjects train training trained epochs epoch iterations passes protect protected predict "
    "predicts prediction target outcome label just also with without and the for from that this "
    "these those then use using run compare all three each every both only not but must should "
    "have has had will shall may more than less about into onto over under first second last "
    "same other others out new some any one two copies copy version versions set csv file model "
    "models synthesizer synthesizers columns column variable variables again now today thanks "
    "thank hello dear colleagues team okay what which who how many much lets let's i'd i'm it's "
    "there here never mind forget keep leave drop take add put get got gets change changed back "
    "away well good better best really very quite such too still yet instead rather actually "
    "maybe perhaps sorry wait think know say said see look looks matter matters important main "
    "mainly mostly thing things something anything nothing everything ones way ways time kindly "
    "don't doesn't didn't won't can't isn't aren't able start stop finish done ready yes nope "
    "sure fine great course none because since while when where why been being was were are is "
    "does did doing having them him her his its"
)
_EXPLAINED: Final = frozenset(_EXPLAINED_TEXT.split())
_CLAUSE = re.compile(r"[^.,;:!?\n()–]+")
_CONTENT = re.compile(r"[^\W\d_]{3,}(?:['’]\w+)?")
_LONGEST_SHOWN: Final = 80


def unexplained(words: str, explained: Sequence[tuple[int, int]] = ()) -> list[tuple[int, int]]:
    """Return the clauses that say something beyond settings, the richest first.

    Parameters
    ----------
    words : str
    explained : sequence of (int, int)
        Places that columns and other settings explain; numbers and synthesizers are added.

    Returns
    -------
    list of (int, int)
        Where each such clause begins and ends, at most 80 characters of it.
    """
    taken = [
        *explained,
        *((mention.start, mention.end) for mention in number_mentions(words)),
        *((mention.start, mention.end) for mention in synthesizer_mentions(words)),
    ]
    found: list[tuple[int, int, int]] = []
    for clause in _CLAUSE.finditer(words):
        rest = [
            token
            for token in _CONTENT.finditer(words, clause.start(), clause.end())
            if token[0].casefold() not in _EXPLAINED
            and not any(start <= token.start() < end for start, end in taken)
        ]
        if rest:
            start = clause.start() + len(clause[0]) - len(clause[0].lstrip())
            end = min(clause.start() + len(clause[0].rstrip()), start + _LONGEST_SHOWN)
            found.append((len(rest), start, max(end, rest[0].end())))
    return [(start, end) for _, start, end in sorted(found, key=lambda item: -item[0])]
