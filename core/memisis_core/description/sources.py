"""Every number of a specification with who says it, for people. Imports no data library."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from memisis_core.description.specification import (
    NumberSource,
    Specification,
    Stated,
    StatedDate,
    Variable,
)

UNCHECKED = "not checked against the full text"
"""What a reference says that was given from memory."""


@dataclass(frozen=True)
class SourcedNumber:
    """One number.

    Attributes
    ----------
    subject : str
        Variable, pair or group.
    what : str
        ``mean``, ``share of 1``, ``rho`` ….
    value : str
    source : NumberSource
    reference : str or None
        The citation in full.
    words : str or None
    """

    subject: str
    what: str
    value: str
    source: NumberSource
    reference: str | None
    words: str | None

    @property
    def unchecked(self) -> bool:
        """Whether its reference admits that nobody held the number against the text."""
        return UNCHECKED in (self.reference or "")

    @property
    def said_by(self) -> str:
        """Return the source with its reference or words, on one line."""
        more = self.reference or self.words
        return f"{self.source.value}: {more}" if more else self.source.value


def sourced_numbers(specification: Specification) -> list[SourcedNumber]:
    """Return every number of a specification in the order of its columns, then relations."""
    found: list[SourcedNumber] = []
    for variable in specification.variables:
        found.extend(_of_variable(variable, specification))
    for relation in specification.relations:
        subject = " × ".join(relation.between)
        if relation.rho is not None:
            found.append(_sourced(subject, "rho", relation.rho, specification))
        elif relation.direction is not None:
            what = f"{relation.strength or 'some'}, {relation.direction}"
            found.append(
                SourcedNumber(subject, "relation", what, NumberSource.PERSON, None, relation.words)
            )
    for group in specification.groups:
        for code, mean in group.means.items():
            subject = f"{group.variable}, {group.by}={code}"
            found.append(_sourced(subject, "mean", mean, specification))
    return found


def source_counts(specification: Specification) -> dict[NumberSource, int]:
    """Return how many numbers each source says."""
    counts = Counter(number.source for number in sourced_numbers(specification))
    return {source: counts[source] for source in NumberSource if counts[source]}


def touched_real_data(specification: Specification) -> bool:
    """Return whether a number of a specification comes from real rows."""
    return NumberSource.SAMPLE in source_counts(specification)


def unknown_variables(specification: Specification) -> list[str]:
    """Return the variables of which nobody stated more than range or codes.

    Parameters
    ----------
    specification : Specification
        Filled in (`defaults.filled`).
    """
    return [v.name for v in specification.variables if _is_unknown(v)]


def _is_unknown(variable: Variable) -> bool:
    numbers = [variable.mean, variable.sd, variable.q1, variable.median]
    numbers += [level.share for level in variable.levels]
    stated = [number for number in numbers if number is not None]
    return bool(stated) and all(_nobody_said(number) for number in stated)


def _nobody_said(number: Stated) -> bool:
    return number.source is NumberSource.DEFAULT and not (number.words or "").startswith("follows")


def _of_variable(variable: Variable, specification: Specification) -> list[SourcedNumber]:
    found = []
    for what in ("low", "high", "earliest", "latest", "mean", "sd", "q1", "median", "q3", "skew"):
        stated = getattr(variable, what)
        if stated is not None:
            found.append(_sourced(variable.name, what, stated, specification))
    for level in variable.levels:
        if level.share is not None:
            what = f"share of {level.code}"
            found.append(_sourced(variable.name, what, level.share, specification))
    if variable.missing is not None:
        found.append(_sourced(variable.name, "missing", variable.missing, specification))
    return found


def _sourced(
    subject: str, what: str, stated: Stated | StatedDate, specification: Specification
) -> SourcedNumber:
    value = f"{stated.value:,.6g}" if isinstance(stated, Stated) else stated.value.isoformat()
    citation = specification.citation(stated)
    return SourcedNumber(subject, what, value, stated.source, citation, stated.words)
