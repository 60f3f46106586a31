"""What is put where a specification says nothing: wide, marked as a default, and listed.

Light: imports no data library.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from memisis_core.description.problem import shown
from memisis_core.description.relation_checks import mean_bounds, stated_mean, totals_of
from memisis_core.description.specification import (
    Category,
    GroupMeans,
    NumberSource,
    Relation,
    Specification,
    Stated,
    Variable,
)

STRENGTHS = {"weak": 0.1, "moderate": 0.3, "strong": 0.5}
"""Correlations for words, after Cohen 1988, Statistical Power Analysis, section 3.2."""
_COHEN = "Cohen 1988, Statistical Power Analysis for the Behavioral Sciences, section 3.2"
_QUARTILE = 0.6744897501960817


@dataclass(frozen=True)
class Filled:
    """A specification in which everything that a draw needs has a value.

    Attributes
    ----------
    specification : Specification
    notes : tuple of str
        One line for each thing that nobody stated.
    """

    specification: Specification
    notes: tuple[str, ...]


def filled(specification: Specification) -> Filled:
    """Fill in what nobody stated; the specification has passed `checks.checked`.

    - categories without a share divide equally what the others leave;
    - a mean that group means give is their average; the sd of a number is taken from its
      quartiles (Wan et al. 2014, doi:10.1186/1471-2288-14-135), else it is a quarter of the range;
      a number of which only the range is known is spread evenly over it;
    - a strength in words becomes Cohen's correlation for it.
    """
    notes: list[str] = []
    totals = totals_of(specification)
    coded: dict[str, Variable] = {}
    for variable in specification.variables:
        if variable.is_coded:
            _resolve(variable, specification, coded, notes)
    variables = []
    for variable in specification.variables:
        if variable.is_coded:
            variables.append(coded[variable.name])
        elif variable.is_numeric and variable.name not in totals:
            variables.append(_with_spread(variable, specification.groups, coded, notes))
        else:
            variables.append(variable)
    relations = tuple(_with_rho(relation, notes) for relation in specification.relations)
    update = {"variables": tuple(variables), "relations": relations}
    return Filled(specification.model_copy(update=update), tuple(notes))


def _default(value: float, words: str) -> Stated:
    return Stated(value=value, source=NumberSource.DEFAULT, words=words)


def _with_shares(variable: Variable, notes: list[str]) -> Variable:
    """Scale the stated shares to 1, or divide the rest equally among those without one."""
    stated = {c.code: c.share.value for c in variable.levels if c.share is not None}
    open_codes = [category.code for category in variable.levels if category.share is None]
    rest = max(1.0 - sum(stated.values()), 0.0)
    total = sum(stated.values()) if not open_codes else 1.0
    if len(open_codes) > 1:
        notes.append(
            f"{shown(variable.name)}: no shares are stated for {len(open_codes)} of "
            f"{len(variable.levels)} categories; they are equal"
        )
    levels = tuple(
        category.model_copy(update={"share": _default(rest / len(open_codes), "equal shares")})
        if category.share is None
        else category.model_copy(
            update={
                "share": category.share.model_copy(update={"value": stated[category.code] / total})
            }
        )
        for category in variable.levels
    )
    return variable.model_copy(update={"categories": levels})


def _resolve(
    variable: Variable, specification: Specification, coded: dict[str, Variable], notes: list[str]
) -> None:
    """Put a variable with shares into `coded`, after the ones whose groups give it its own."""
    if variable.name in coded:
        return
    unsaid = all(level.share is None for level in variable.levels)
    by = [group.by for group in specification.groups if group.variable == variable.name]
    if not (unsaid and by and len(variable.levels) == 2):
        coded[variable.name] = _with_shares(variable, notes)
        return
    _resolve(specification.variable(by[0]), specification, coded, notes)
    mean = _mean_of_groups(variable, specification.groups, coded)
    first, second = variable.levels
    share = min(max(mean or 0.0, 0.0), 1.0)
    levels = (_of(first, 1 - share), _of(second, share))
    coded[variable.name] = variable.model_copy(update={"categories": levels})


def _of(category: Category, share: float) -> Category:
    return category.model_copy(update={"share": _default(share, "follows from the group means")})


def _mean_of_groups(
    variable: Variable, groups: tuple[GroupMeans, ...], coded: dict[str, Variable]
) -> float | None:
    """Return the average of the first group means of a variable, None if it has none."""
    for group in groups:
        if group.variable == variable.name:
            shares = {str(c.code): c.share.value for c in coded[group.by].levels if c.share}
            return sum(share * group.means[code].value for code, share in shares.items())
    return None


def _with_spread(
    variable: Variable,
    groups: tuple[GroupMeans, ...],
    coded: dict[str, Variable],
    notes: list[str],
) -> Variable:
    name = shown(variable.name)
    low, high = mean_bounds(variable)
    mean, sd = variable.mean, variable.sd
    if mean is None:
        value = _mean_of_groups(variable, groups, coded)
        if value is not None:
            mean = _default(value, "follows from the group means")
    if variable.median is not None and variable.q1 is not None and mean is None and sd is None:
        return variable  # the quartiles alone say how it is spread
    if mean is None and variable.median is not None:
        mean = _default(variable.median.value, "the median")
        notes.append(f"{name}: its mean is not stated; the median is used")
    if mean is None and low is not None and high is not None:
        notes.append(f"{name}: only its range is known; spread evenly over {low:g} to {high:g}")
        mean = _default((low + high) / 2, "middle of the range")
        sd = _default((high - low) / math.sqrt(12), "evenly over the range")
    if mean is not None and sd is None:
        sd = _default(*_spread(variable, mean.value))
        notes.append(f"{name}: its sd is not stated; {sd.value:.4g} is used ({sd.words})")
    return variable.model_copy(update={"mean": mean, "sd": sd})


def _spread(variable: Variable, mean: float) -> tuple[float, str]:
    """Return an sd for a number whose sd nobody stated, and where it comes from."""
    if variable.q1 is not None and variable.q3 is not None:
        between = variable.q3.value - variable.q1.value
        return between / (2 * _QUARTILE), "from the quartiles"
    low, high = mean_bounds(variable)
    least, most = (mean if low is None else low), (mean if high is None else high)
    widest = math.sqrt(max((mean - least) * (most - mean), 0.0))
    return min((most - least) / 4, 0.7 * widest), "a quarter of the range"


def _with_rho(relation: Relation, notes: list[str]) -> Relation:
    if relation.rho is not None:
        return relation
    strength = relation.strength or "moderate"
    size = STRENGTHS[strength]
    rho = size if relation.direction == "positive" else -size
    first, second = relation.between
    notes.append(
        f"{shown(first)} and {shown(second)}: no rho is stated; {rho:g} is used for "
        f"{strength if relation.strength else 'a relation of no stated strength'}"
    )
    stated = Stated(value=rho, source=NumberSource.DEFAULT, reference=_COHEN, words=strength)
    return relation.model_copy(update={"rho": stated})


def target_means(group: GroupMeans, variable: Variable, by: Variable) -> dict[str, float]:
    """Return the means of a group difference, moved so that they average to the variable's mean.

    Parameters
    ----------
    group : GroupMeans
    variable, by : Variable
        Filled in: every category has its share.
    """
    shares = {str(c.code): c.share.value for c in by.levels if c.share}
    means = {code: stated.value for code, stated in group.means.items()}
    average = sum(shares[code] * means[code] for code in shares)
    mean = stated_mean(variable)
    shift = 0.0 if mean is None else mean - average
    return {code: value + shift for code, value in means.items()}
