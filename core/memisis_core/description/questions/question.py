"""What a specification leaves open, one question for each number. Imports no data library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final

from memisis_core.description.relation_checks import totals_of
from memisis_core.description.specification import Code, Specification, Variable

MOST_PAIRS: Final = 30
"""Pairs of variables that are asked about; d variables have d(d-1)/2 of them."""
_MOST_CODES: Final = 12


class Topic(StrEnum):
    """What a question asks for."""

    LOW = "low"
    HIGH = "high"
    MEAN = "mean"
    SD = "sd"
    SHAPE = "shape"
    SHARE = "share"
    RELATION = "relation"
    GROUP_MEAN = "group mean"


@dataclass(frozen=True)
class Question:
    """One thing that is asked.

    Attributes
    ----------
    topic : Topic
    variable : str
    other : str, optional
        The second variable of a relation, or the one whose categories are the groups.
    code : Code, optional
        The category that a share or a group mean is about.
    essential : bool
        Whether a default of the program's own would have to stand in: such a question goes to
        the person where a model does not know.
    """

    topic: Topic
    variable: str
    other: str | None = None
    code: Code | None = None
    essential: bool = False

    @property
    def label(self) -> str:
        """What is asked, short: ``AGE: mean``, ``share of SEX=F``."""
        match self.topic:
            case Topic.SHARE:
                return f"{self.variable}: share of {self.code}"
            case Topic.RELATION:
                return f"{self.variable} × {self.other}: relation"
            case Topic.GROUP_MEAN:
                return f"{self.variable}, {self.other}={self.code}: mean"
            case _:
                return f"{self.variable}: {self.topic}"

    def text(self, specification: Specification) -> str:
        """Return the question in words, with the form that the answer has to have."""
        variable = specification.variable(self.variable)
        name = self.variable
        measured = f"{name} in {variable.unit}" if variable.unit else name
        value = ""
        if self.code is not None:
            coded = (
                variable if self.topic is Topic.SHARE else specification.variable(str(self.other))
            )
            value = _meaning(coded, self.code)
        return _TEXTS[self.topic].format(
            name=name, measured=measured, other=self.other, value=value
        )


_TEXTS: Final = {
    Topic.LOW: "What is the smallest possible value of {measured}? One number.",
    Topic.HIGH: "What is the greatest possible value of {measured}? One number.",
    Topic.MEAN: "What is the mean of {measured} among these people? One number.",
    Topic.SD: "What is the standard deviation of {measured} among these people? One number.",
    Topic.SHAPE: "How is {name} distributed: symmetric, right-skewed or left-skewed?",
    Topic.SHARE: "Of 100 of these people, how many have {name} {value}? One number.",
    Topic.GROUP_MEAN: (
        "What is the mean of {measured} among people with {other} {value}? One number."
    ),
    Topic.RELATION: (
        "In people with higher {name}, is {other} higher, lower or unchanged, and is that weak, "
        "moderate or strong? Two words."
    ),
}


def _meaning(variable: Variable, code: Code | None) -> str:
    label = next((level.label for level in variable.levels if level.code == code), "")
    return f"{code} ({label})" if label and label != str(code) else str(code)


def questions_for(specification: Specification, most_pairs: int = MOST_PAIRS) -> list[Question]:
    """Return what a specification leaves open, variables first, then groups and pairs.

    Parameters
    ----------
    specification : Specification
        It may still lack what a draw needs.
    most_pairs : int
        Relations and groups to ask about at most, in the order of the columns.
    """
    totals = totals_of(specification)
    found: list[Question] = []
    for variable in specification.variables:
        if variable.is_coded:
            found.extend(_of_codes(specification, variable))
        elif variable.is_numeric and variable.name not in totals:
            found.extend(_of_number(specification, variable))
    pairs = [*_of_groups(specification), *_of_pairs(specification)]
    asked: list[Question] = []
    seen: set[tuple[str, str | None]] = set()
    for question in pairs:
        seen.add((question.variable, question.other))
        if len(seen) > most_pairs:
            break
        asked.append(question)
    return found + asked


def _of_codes(specification: Specification, variable: Variable) -> Iterator[Question]:
    """Ask for every share but the first: that is the rest."""
    levels = variable.levels
    follows = any(group.variable == variable.name for group in specification.groups)
    if follows or len(levels) > _MOST_CODES or any(level.share for level in levels):
        return
    for level in levels[1:]:
        yield Question(Topic.SHARE, variable.name, code=level.code, essential=True)


def _of_number(specification: Specification, variable: Variable) -> Iterator[Question]:
    name = variable.name
    grouped = any(group.variable == name for group in specification.groups)
    quartiles = None not in (variable.q1, variable.median, variable.q3)
    middle = variable.mean is not None or variable.median is not None or grouped
    bare = not middle or (variable.sd is None and not quartiles)
    if variable.low is None:
        yield Question(Topic.LOW, name, essential=bare)
    if variable.high is None:
        yield Question(Topic.HIGH, name, essential=bare)
    if not middle:
        yield Question(Topic.MEAN, name, essential=True)
    if variable.sd is None and variable.q1 is None:
        yield Question(Topic.SD, name, essential=True)
    if variable.skew is None and not quartiles:
        yield Question(Topic.SHAPE, name)


def _of_groups(specification: Specification) -> Iterator[Question]:
    """Ask how numbers differ between the categories of variables without an order."""
    known = {(group.variable, group.by) for group in specification.groups}
    grouped = {group.variable for group in specification.groups}
    for by in specification.variables:
        if not by.is_coded or by.is_ordered or len(by.levels) > _MOST_CODES or by.name in grouped:
            continue
        for variable in specification.variables:
            if variable.is_numeric and (variable.name, by.name) not in known:
                for level in by.levels:
                    yield Question(Topic.GROUP_MEAN, variable.name, by.name, level.code)


def _of_pairs(specification: Specification) -> Iterator[Question]:
    known = {frozenset(relation.between) for relation in specification.relations}
    known |= {frozenset((group.variable, group.by)) for group in specification.groups}
    known |= {
        frozenset(pair) for rule in specification.rules for pair in combinations(rule.columns, 2)
    }
    totals = totals_of(specification)
    ordered = [
        v.name
        for v in specification.variables
        if (v.is_numeric or v.is_coded) and v.is_ordered and v.name not in totals
    ]
    for first, second in combinations(ordered, 2):
        if frozenset((first, second)) not in known:
            yield Question(Topic.RELATION, first, second)
