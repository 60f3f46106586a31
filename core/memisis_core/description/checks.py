"""Whether a specification makes sense. Light: what needs linear algebra is in `correlations`."""

from __future__ import annotations

from collections import Counter

from memisis_core.description.problem import Problem, Problems, located, shown
from memisis_core.description.relation_checks import check_relations, check_rules, totals_of
from memisis_core.description.specification import Specification
from memisis_core.description.variable_checks import check_total, check_variable
from memisis_core.errors import InputError

MOST_VARIABLES = 2_000


def problems_of(specification: Specification) -> list[Problem]:
    """Return everything that is wrong or doubtful, what refuses the specification first."""
    found = [*_of_table(specification)]
    grouped = {group.variable for group in specification.groups}
    totals = totals_of(specification)
    for i, variable in enumerate(specification.variables):
        if variable.name in totals:
            problems = check_total(variable)
        else:
            problems = check_variable(variable, variable.name in grouped)
        found.extend(located(("variables", i), problems))
    known = {variable.name: variable for variable in specification.variables}
    found.extend(check_relations(specification, known))
    found.extend(check_rules(specification, known))
    return sorted(found, key=lambda problem: not problem.refuses)


def checked(specification: Specification) -> list[str]:
    """Return the warnings about a specification that can be drawn from.

    Raises
    ------
    InputError
        If it cannot: with the first thing that is wrong, and how many more there are.
    """
    problems = problems_of(specification)
    if problems and problems[0].refuses:
        raise refusal(problems)
    return [problem.line() for problem in problems]


def refusal(problems: list[Problem], where: str | None = None) -> InputError:
    """Return the exception for the first of some problems, which says how many more there are.

    Parameters
    ----------
    problems : list of Problem
        As `problems_of` returns them; the first one refuses.
    where : str, optional
        File, or file and line.
    """
    first, more = problems[0], sum(problem.refuses for problem in problems) - 1
    what = f"{first.what} (and {more} more)" if more else first.what
    place = f"{where}: {first.where}" if where else first.where
    return InputError(what, where=place, fix=first.fix or None)


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
