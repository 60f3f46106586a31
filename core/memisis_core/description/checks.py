"""Whether a specification makes sense. Light: what needs linear algebra is in `correlations`."""

from __future__ import annotations

from collections import Counter

from memisis_core.description.problem import Problem, Problems, shown
from memisis_core.description.relation_checks import check_relations, check_rules, totals_of
from memisis_core.description.specification import Specification
from memisis_core.description.variable_checks import check_total, check_variable

MOST_VARIABLES = 2_000


def problems_of(specification: Specification) -> list[Problem]:
    """Return everything that is wrong or doubtful, what refuses the specification first."""
    found = [*_of_table(specification)]
    grouped = {group.variable for group in specification.groups}
    totals = totals_of(specification)
    for variable in specification.variables:
        if variable.name in totals:
            found.extend(check_total(variable))
        else:
            found.extend(check_variable(variable, variable.name in grouped))
    known = {variable.name: variable for variable in specification.variables}
    found.extend(check_relations(specification, known))
    found.extend(check_rules(specification, known))
    return sorted(found, key=lambda problem: not problem.refuses)


def checked(specification: Specification, where: str | None = None) -> list[str]:
    """Return the warnings about a specification that can be drawn from.

    Raises
    ------
    InputError
        If it cannot: with the first thing that is wrong, and how many more there are.
    """
    problems = problems_of(specification)
    refusing = [problem for problem in problems if problem.refuses]
    if refusing:
        error = refusing[0].as_error()
        more = len(refusing) - 1
        if more:
            error.what += f" (and {more} more)"
        if where:
            error.where = f"{where}: {error.where}"
        raise type(error)(error.what, where=error.where, fix=error.fix)
    return [problem.line() for problem in problems]


def _of_table(specification: Specification) -> Problems:
    count = len(specification.variables)
    if count > MOST_VARIABLES:
        what = f"it has {count:,} variables"
        yield Problem("specification", what, f"Use at most {MOST_VARIABLES:,}")
    for name, times in Counter(specification.names).items():
        if times > 1:
            where = f"variable {shown(name)}"
            yield Problem(where, f"{times} variables have this name", "Rename all but one")
    folded: dict[str, str] = {}
    for name in dict.fromkeys(specification.names):
        other = folded.setdefault(name.casefold(), name)
        if other != name:
            what = f"its name differs from {shown(other)} in capitals only"
            yield Problem(f"variable {shown(name)}", what, refuses=False)
