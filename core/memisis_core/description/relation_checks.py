"""Checks of what hangs together: relations, group differences, rules."""

from __future__ import annotations

from itertools import pairwise

from memisis_core.description.problem import Problem, Problems, located, shown
from memisis_core.description.specification import (
    GroupMeans,
    Relation,
    Rule,
    Specification,
    Variable,
    VariableType,
)
from memisis_core.errors import InputError

Known = dict[str, Variable]


def check_relations(specification: Specification, known: Known) -> Problems:
    """Find relations that name no variable, say nothing, or contradict each other."""
    seen: dict[frozenset[str], str] = {}
    totals = totals_of(specification)
    for i, relation in enumerate(specification.relations):
        where = f"relation of {shown(relation.between[0])} and {shown(relation.between[1])}"
        problems = [*_names(relation.between, known, where)]
        if not problems:
            problems += _relation(relation, known, where, totals)
        problems += _again(seen, frozenset(relation.between), where)
        yield from located(("relations", i), problems)
    for i, group in enumerate(specification.groups):
        where = f"{shown(group.variable)} by {shown(group.by)}"
        problems = [*_names((group.variable, group.by), known, where)]
        if not problems:
            problems += _group(group, known, where, totals)
        problems += _again(seen, frozenset((group.variable, group.by)), where)
        yield from located(("groups", i), problems)
    yield from _circles(specification)


def totals_of(specification: Specification) -> set[str]:
    """Return the names of the variables that are sums of others."""
    return {rule.columns[0] for rule in specification.rules if rule.kind == "sum" and rule.columns}


def _names(names: tuple[str, ...], known: Known, where: str) -> Problems:
    for name in names:
        if name not in known:
            yield Problem(where, f"there is no variable {shown(name)!r}", "Correct its name")
    if len(set(names)) < len(names):
        yield Problem(where, "it names the same variable twice", "Correct one")


def _again(seen: dict[frozenset[str], str], pair: frozenset[str], where: str) -> Problems:
    if pair in seen:
        yield Problem(where, f"the pair is stated already ({seen[pair]})", "Keep one")
    seen[pair] = where


def _relation(relation: Relation, known: Known, where: str, totals: set[str]) -> Problems:
    for name in relation.between:
        if not known[name].is_ordered:
            what = f"{shown(name)} has no order, so that nothing can rise with it"
            yield Problem(where, what, "Give the mean of the other by its categories (groups)")
        if name in totals:
            what = f"{shown(name)} is a sum, and follows from its parts"
            yield Problem(where, what, "State the relation for the parts")
    rho = None if relation.rho is None else relation.rho.value
    if rho is None and relation.direction is None:
        yield Problem(where, "it says neither rho nor direction", "Give rho, or a direction")
    if rho is not None and abs(rho) > 1:
        yield Problem(where, f"rho {rho:g} is not between -1 and 1", "Correct it")
    elif rho is not None and abs(rho) > 0.995:
        what = f"rho {rho:g} would make the two the same variable"
        yield Problem(where, what, "Use at most 0.995, or drop one variable")
    if rho and relation.direction and (rho > 0) != (relation.direction == "positive"):
        what = f"rho {rho:g} contradicts the direction, {relation.direction}"
        yield Problem(where, what, "Correct one")


def _group(group: GroupMeans, known: Known, where: str, totals: set[str]) -> Problems:
    variable, by = known[group.variable], known[group.by]
    if not by.is_coded:
        what = f"{shown(group.by)} has no categories"
        yield Problem(where, what, "Use a relation with rho instead")
        return
    if not variable.is_ordered:
        what = f"{shown(group.variable)} has no order, and so no mean"
        yield Problem(where, what, "Exchange the two, or use a variable with two codes")
    if variable.is_coded and len(variable.levels) > 2 and stated_mean(variable) is None:
        what = f"the shares of {shown(group.variable)} are not stated, so nothing fixes its means"
        yield Problem(where, what, "Give the share of every category")
    if group.variable in totals:
        what = f"{shown(group.variable)} is a sum, and follows from its parts"
        yield Problem(where, what, "State the means of the parts")
    codes = {str(code) for code in by.codes}
    for code in group.means:
        if code not in codes:
            what = f"{shown(group.by)} has no category {shown(code)!r}"
            yield Problem(where, what, f"Its codes: {shown(', '.join(map(str, by.codes)))}")
            return
    if missing := [code for code in map(str, by.codes) if code not in group.means]:
        what = f"there is no mean for {shown(', '.join(missing))}"
        yield Problem(where, what, "Give one for every category")
        return
    low, high = mean_bounds(variable)
    for code, mean in group.means.items():
        if (low is not None and mean.value < low) or (high is not None and mean.value > high):
            what = f"the mean {mean.value:g} of {shown(code)} is outside the range of the variable"
            yield Problem(where, what, "Correct one")
    yield from _average(group, variable, by, where)


def mean_bounds(variable: Variable) -> tuple[float | None, float | None]:
    """Return between what the mean of a variable can lie; None where there is no bound."""
    if variable.is_coded:
        scores = scores_of(variable)
        return (min(scores, default=None), max(scores, default=None))
    low, high = variable.low, variable.high
    return (low.value if low else None, high.value if high else None)


def scores_of(variable: Variable) -> tuple[float, ...]:
    """Return the numbers that stand for the codes in a mean (see `GroupMeans`)."""
    codes = variable.codes
    numbers = [float(c) for c in codes if isinstance(c, int | float) and not isinstance(c, bool)]
    if variable.type is VariableType.ORDINAL and len(numbers) == len(codes):
        return tuple(numbers)
    return tuple(float(i) for i in range(len(codes)))


def _average(group: GroupMeans, variable: Variable, by: Variable, where: str) -> Problems:
    """Hold the average of the means, where the shares are known, against the variable's mean."""
    shares = {str(level.code): level.share for level in by.levels}
    if any(share is None for share in shares.values()):
        return
    weights = {code: share.value for code, share in shares.items() if share is not None}
    total = sum(weights.values())
    mean = stated_mean(variable)
    if mean is None or total <= 0:
        return
    average = sum(weights[code] * group.means[code].value for code in weights) / total
    spread = variable.sd.value if variable.sd else 1.0 if variable.is_coded else None
    off = abs(average - mean) / spread if spread else 0.0
    if off > 0.1:
        what = f"the means average {average:.4g} over the groups, but the mean is {mean:.4g}"
        yield Problem(where, what, "Correct the means, or leave the mean out")
    elif off > 0.001:
        what = (
            f"the means average {average:.4g} over the groups, the mean is {mean:.4g}; "
            "the group means are moved by the difference"
        )
        yield Problem(where, what, refuses=False)


def stated_mean(variable: Variable) -> float | None:
    """Return the mean of a variable if it is stated, or follows from stated shares."""
    if not variable.is_coded:
        return variable.mean.value if variable.mean else None
    shares = [level.share for level in variable.levels]
    known = [share.value for share in shares if share is not None]
    if len(known) < len(shares) or not sum(known):
        return None
    return sum(s * p for s, p in zip(scores_of(variable), known, strict=True)) / sum(known)


def _circles(specification: Specification) -> Problems:
    """Find group differences that lead back to where they began."""
    parents: dict[str, set[str]] = {}
    for group in specification.groups:
        parents.setdefault(group.variable, set()).add(group.by)
    for start, above in parents.items():
        reached: set[str] = set()
        waiting = [*above]
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting.extend(parents.get(name, ()))
        if start in reached:
            where = f"groups of {shown(start)}"
            yield Problem(where, "the differences lead round in a circle", "Take one out")
            return


def check_rules(specification: Specification, known: Known) -> Problems:
    """Find rules over unknown columns, of the wrong shape, or that no row can keep."""
    totals = [
        rule.columns[0] for rule in specification.rules if rule.kind == "sum" and rule.columns
    ]
    for i, rule in enumerate(specification.rules):
        where = f"rule {rule.kind} on {shown(', '.join(rule.columns))}"
        problems = [*_names(rule.columns, known, where), *_shape(rule, where)]
        if rule.kind == "sum" and set(rule.columns[1:]) & set(totals):
            what = "one of its parts is a sum itself"
            problems.append(Problem(where, what, "Name the parts of that"))
        elif rule.kind == "sum" and totals.count(next(iter(rule.columns), "")) > 1:
            problems.append(Problem(where, "the total is a sum by another rule too", "Keep one"))
        elif not problems:
            problems += _of_kind(rule, known, where)
        yield from located(("rules", i), problems)


def _shape(rule: Rule, where: str) -> Problems:
    from memisis_core.synthesis.constraints import check_shape

    constraint = rule.as_constraint()
    if constraint is None:
        if len(rule.columns) < 3:
            yield Problem(where, "a sum takes a total and at least 2 parts", "Name them")
        return
    try:
        check_shape(constraint)
    except InputError as error:
        yield Problem(where, error.what, "Correct the rule")


def _of_kind(rule: Rule, known: Known, where: str) -> Problems:
    columns = [known[name] for name in rule.columns]
    if rule.kind == "fixed_combinations":
        yield from _combinations(rule, columns, where)
        return
    if rule.kind == "one_hot":
        wrong = [c for c in columns if [str(code) for code in c.codes] != ["0", "1"]]
        if wrong:
            yield Problem(where, f"{shown(wrong[0].name)} is not 0 or 1", "Name booleans")
        return
    dates = [column.type is VariableType.DATE for column in columns]
    comparable = all(dates) or all(column.is_numeric for column in columns)
    if not comparable or (any(dates) and rule.kind in ("sum", "fixed_increments")):
        yield Problem(where, "its columns are not numbers that can be compared", "Correct it")
    elif rule.kind == "sum":
        yield from _total_mean(columns, where)
    elif rule.kind in ("inequality", "range"):
        yield from _impossible(columns, where)


def _total_mean(columns: list[Variable], where: str) -> Problems:
    """Hold the mean of a total, where all are stated, against that of its parts."""
    means = [column.mean.value for column in columns if column.mean is not None]
    if len(means) < len(columns):
        return
    total, parts = means[0], sum(means[1:])
    spread = columns[0].sd.value if columns[0].sd else max(abs(total) / 4, 1e-9)
    if abs(total - parts) > 0.1 * spread:
        what = f"the means of the parts sum to {parts:.4g}, that of the total is {total:.4g}"
        yield Problem(where, what, "The parts are kept", refuses=False)


def _impossible(columns: list[Variable], where: str) -> Problems:
    for lower, upper in pairwise(columns):
        least, most = lower.low or lower.earliest, upper.high or upper.latest
        if least is not None and most is not None and least.value > most.value:  # type: ignore[operator]
            what = f"{shown(lower.name)} is always above {shown(upper.name)}"
            yield Problem(where, what, "Correct the ranges or the rule")


def _combinations(rule: Rule, columns: list[Variable], where: str) -> Problems:
    if not all(column.is_coded for column in columns):
        yield Problem(where, "combinations are of variables with codes", "Correct it")
        return
    if not rule.combinations:
        yield Problem(where, "it lists no combination", "List those that are allowed")
    codes = [{str(code) for code in column.codes} for column in columns]
    for combination in rule.combinations:
        if len(combination) != len(columns):
            what = f"a combination has {len(combination)} codes for {len(columns)} columns"
            yield Problem(where, what, "Give one code a column")
            return
        for code, allowed, column in zip(combination, codes, columns, strict=True):
            if str(code) not in allowed:
                what = f"{shown(column.name)} has no category {shown(code)!r}"
                yield Problem(where, what, "Correct the code")
                return
