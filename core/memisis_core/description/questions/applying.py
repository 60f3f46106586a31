"""Puts an answer into a specification, with who says it, if it contradicts nothing stated."""

from __future__ import annotations

from memisis_core.description.questions.answer import NoAnswer, Unusable
from memisis_core.description.questions.question import Question, Topic
from memisis_core.description.relation_checks import check_relations
from memisis_core.description.specification import (
    GroupMeans,
    NumberSource,
    Relation,
    Specification,
    Stated,
    Variable,
    VariableType,
)
from memisis_core.description.variable_checks import contradictions_in


def applied(specification: Specification, question: Question, stated: Stated) -> Specification:
    """Return the specification with one more number.

    Shares are put in one by one; the category that is not asked about keeps what is left. Group
    means are put in together, by `with_groups`.

    Raises
    ------
    NoAnswer
        If the number contradicts what is stated already.
    """
    _refuse_early(specification, question, stated)
    match question.topic:
        case Topic.SHARE:
            changed = _with_share(specification.variable(question.variable), question, stated)
        case Topic.RELATION:
            return _with_relation(specification, question, stated)
        case Topic.GROUP_MEAN:
            raise ValueError("group means are put in together")
        case Topic.SHAPE:
            changed = _with(specification, question.variable, "skew", stated)
        case _:
            changed = _with(specification, question.variable, question.topic.value, stated)
    for problem in contradictions_in(changed):
        if problem.refuses:
            raise NoAnswer(Unusable.CONTRADICTS, problem.what)
    return _replacing(specification, changed)


def _refuse_early(specification: Specification, question: Question, stated: Stated) -> None:
    variable = specification.variable(question.variable)
    bound = question.topic in (Topic.LOW, Topic.HIGH)
    if bound and variable.type is VariableType.INTEGER and stated.value % 1:
        raise NoAnswer(Unusable.CONTRADICTS, "a bound of an integer is no whole number")
    grouped = any(group.variable == variable.name for group in specification.groups)
    middle = variable.mean is not None or variable.median is not None or grouped
    if question.topic is Topic.SD and not middle:
        raise NoAnswer(Unusable.CONTRADICTS, "a spread says nothing where no mean is known")


def with_groups(
    specification: Specification, variable: str, by: str, means: dict[str, Stated]
) -> Specification:
    """Return the specification with the means of a variable in all categories of another.

    Raises
    ------
    NoAnswer
        If they contradict what is stated already.
    """
    group = GroupMeans(variable=variable, by=by, words="asked", means=means)
    return _checked(specification, {"groups": (*specification.groups, group)})


def _with(specification: Specification, name: str, key: str, stated: Stated) -> Variable:
    return specification.variable(name).model_copy(update={key: stated})


def _with_share(variable: Variable, question: Question, stated: Stated) -> Variable:
    said = sum(level.share.value for level in variable.levels if level.share is not None)
    if said + stated.value > 1:
        raise NoAnswer(Unusable.CONTRADICTS, f"the shares sum to {said + stated.value:.3g}, over 1")
    levels = tuple(
        level.model_copy(update={"share": stated}) if level.code == question.code else level
        for level in variable.levels
    )
    return variable.model_copy(update={"categories": levels})


def _with_relation(
    specification: Specification, question: Question, stated: Stated
) -> Specification:
    if not stated.value:
        return specification  # nothing stated means: no more than through others
    relation = Relation(
        between=(question.variable, question.other or ""), words=stated.words or "", rho=stated
    )
    return _checked(specification, {"relations": (*specification.relations, relation)})


def _checked(specification: Specification, update: dict[str, object]) -> Specification:
    changed = specification.model_copy(update=update)
    known = {variable.name: variable for variable in changed.variables}
    before = {problem.line() for problem in check_relations(specification, known)}
    for problem in check_relations(changed, known):
        if problem.refuses and problem.line() not in before:
            raise NoAnswer(Unusable.CONTRADICTS, problem.what)
    return changed


def _replacing(specification: Specification, changed: Variable) -> Specification:
    variables = tuple(changed if v.name == changed.name else v for v in specification.variables)
    return specification.model_copy(update={"variables": variables})


def said_by(source: NumberSource, value: float, words: str) -> Stated:
    """Return a number that somebody answered."""
    return Stated(value=value, source=source, words=words[:200] or None)
