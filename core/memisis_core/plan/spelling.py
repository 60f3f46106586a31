"""How far two spellings are from each other."""

from __future__ import annotations


def edits(left: str, right: str) -> int:
    """Return the optimal string alignment distance: insert, delete, replace, swap neighbours.

    Each counts 1, so that "tavе" for "tvae" is one error as it is one slip of the hand.
    """
    before: list[int] = []
    last = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def within_edits(left: str, right: str, most: int) -> bool:
    """Return whether two spellings are at most `most` edits apart."""
    return abs(len(left) - len(right)) <= most and edits(left, right) <= most


def near_enough(said: str, name: str) -> bool:
    """Return whether `said` may be a misspelling of `name`.

    One edit in a name of at least 4 letters, two from 9 on, three from 14 on: shorter names are one
    edit away from other words.
    """
    allowed = (len(name) >= 4) + (len(name) >= 9) + (len(name) >= 14)
    return said == name or (allowed > 0 and within_edits(said, name, allowed))
