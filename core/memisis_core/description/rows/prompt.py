"""The prompt in three parts (Tornqvist et al.): prior knowledge, instructions, context.

The same words for every model; only the form of the answer differs. The embedded model is trained
on exactly these lines (`memisis_core.description.training`): a change here needs a new adapter.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from memisis_core.agent.language_model import Message
from memisis_core.description.rows.cells import (
    Row,
    code_texts,
    decimals_of,
    line_of,
    may_be_missing,
    number_text,
    safe_text,
)
from memisis_core.description.rows.settings import Ablation, Form
from memisis_core.description.specification import (
    Category,
    GroupMeans,
    Relation,
    Rule,
    Specification,
    Stated,
    Variable,
    VariableType,
)

_QUARTILE = 0.6745
"""Of the standard normal distribution, in standard deviations."""
_MOST_CODES = 12
_LONGEST_DESCRIPTION = 60
_LONGEST_STUDY = 160


@dataclass(frozen=True)
class RowPrompt:
    """What is said before one batch of rows.

    Attributes
    ----------
    specification : Specification
    order : tuple of str
        The variables as they are listed and asked for.
    example : dict of str to cell, or None
        The fictitious patient.
    form : {"skeleton", "json"}
    count : int
        Rows asked for.
    ablation : Ablation
    """

    specification: Specification
    order: tuple[str, ...]
    example: Row | None
    form: Form
    count: int
    ablation: Ablation

    def messages(self) -> tuple[Message, ...]:
        """Return the prompt as messages."""
        return (Message("user", "\n".join(self._lines())),)

    def _lines(self) -> Iterator[str]:
        parts = self.ablation
        if parts.prior_knowledge:
            yield from _study(self.specification)
        yield from self._instructions()
        variables = {variable.name: variable for variable in self.specification.variables}
        if parts.descriptions:
            yield from (variable_line(variables[name]) for name in self.order)
        else:
            yield f"Variables: {', '.join(safe_text(name) for name in self.order)}"
        if parts.relations:
            yield from _together(self.specification, self.order)
        if parts.example and self.example is not None:
            yield f"Example: {self._shown(variables, self.example)}"

    def _instructions(self) -> Iterator[str]:
        if self.form == "skeleton":
            yield "Write fictitious patients, one a line. Each is another person."
            return
        yield (
            f"Write {self.count} fictitious patients as a JSON list of {self.count} objects and "
            "nothing else. Each is another person. Every object has exactly the keys below, in "
            "this order; numbers and codes stand as they are listed, numbers without quotes, "
            "dates as YYYY-MM-DD."
        )

    def _shown(self, variables: dict[str, Variable], row: Row) -> str:
        if self.form == "skeleton":
            return line_of(variables, row, self.order)
        cells = {name: row[name] for name in self.order}
        return json.dumps(cells, default=str, ensure_ascii=False)


def variable_line(variable: Variable) -> str:
    """Return what a variable is, on one line."""
    said = one_line(variable.description)
    if variable.unit and variable.unit not in said:
        said = f"{said}, {variable.unit}" if said else variable.unit
    facts = "; ".join(_domain(variable))
    return (
        f"{safe_text(variable.name)}: {said}; {facts}"
        if said
        else (f"{safe_text(variable.name)}: {facts}")
    )


def one_line(text: str) -> str:
    """Return a description on one line, cut between words where it is long."""
    text = " ".join(text.replace(";", ",").split())
    if len(text) <= _LONGEST_DESCRIPTION:
        return text
    return text[:_LONGEST_DESCRIPTION].rsplit(" ", 1)[0].rstrip(",.")


def quartiles(variable: Variable) -> tuple[float, float] | None:
    """Return between which values half of them lie, as stated or as of a normal distribution."""
    if variable.q1 is not None and variable.q3 is not None:
        return variable.q1.value, variable.q3.value
    if variable.mean is None or variable.sd is None:
        return None
    spread = _QUARTILE * variable.sd.value
    low, high = variable.mean.value - spread, variable.mean.value + spread
    if variable.low is not None:
        low = max(low, variable.low.value)
    if variable.high is not None:
        high = min(high, variable.high.value)
    return (low, high) if low <= high else None


def _study(specification: Specification) -> Iterator[str]:
    study = specification.study
    for name, said in (
        ("Database", study.database),
        ("Study", study.name or specification.title),
        ("Population", study.population),
    ):
        text = " ".join(said.split())
        if text:
            yield f"{name}: {text[:_LONGEST_STUDY]}"


def _domain(variable: Variable) -> Iterator[str]:
    if variable.is_coded:
        yield "one of " + ", ".join(_code(v) for v in _listed(variable))
    elif variable.type is VariableType.DATE:
        first, last = variable.earliest, variable.latest
        between = [f"from {first.value}" if first else "", f"to {last.value}" if last else ""]
        yield " ".join(["date", *(part for part in between if part)])
    else:
        yield from _numeric_domain(variable)
    if may_be_missing(variable) and variable.missing is not None:
        yield f"NA {variable.missing.value:.0%}"


def _listed(variable: Variable) -> list[tuple[str, Category]]:
    """Return codes as they are written, with their categories; the commonest of very many."""
    found = list(zip(code_texts(variable), variable.levels, strict=False))
    if len(found) <= _MOST_CODES:
        return found
    return sorted(found, key=lambda item: -(item[1].share.value if item[1].share else 0.0))[
        :_MOST_CODES
    ]


def _code(listed: tuple[str, Category]) -> str:
    text, category = listed
    label = safe_text(category.label)
    said = f"{text} ({label})" if label and label.lower() != text.lower() else text
    return f"{said} {category.share.value:.0%}" if category.share is not None else said


def _numeric_domain(variable: Variable) -> Iterator[str]:
    decimals = decimals_of(variable)

    def number(value: float) -> str:
        return number_text(value, decimals)

    low, high = variable.low, variable.high
    if low is not None and high is not None:
        yield f"{number(low.value)} to {number(high.value)}"
    elif low is not None:
        yield f"from {number(low.value)}"
    elif high is not None:
        yield f"to {number(high.value)}"
    half = quartiles(variable)
    if half is not None:
        yield f"half of them {number(half[0])} to {number(half[1])}"


def _together(specification: Specification, order: tuple[str, ...]) -> Iterator[str]:
    known = {variable.name: variable for variable in specification.variables}
    shown = set(order)
    for relation in specification.relations:
        if shown.issuperset(relation.between):
            yield _relation(relation)
    for group in specification.groups:
        if {group.variable, group.by} <= shown:
            yield _group(group, known)
    for rule in specification.rules:
        if shown.issuperset(rule.columns):
            yield _rule(rule)


def _relation(relation: Relation) -> str:
    one, other = (safe_text(name) for name in relation.between)
    down = relation.direction == "negative"
    strength = relation.strength
    if relation.rho is not None:
        down = relation.rho.value < 0
        size = abs(relation.rho.value)
        strength = "weak" if size < 0.3 else "moderate" if size < 0.6 else "strong"
    said = f"{one} {'falls' if down else 'rises'} as {other} rises"
    return f"{said} ({strength})" if strength else said


def _group(group: GroupMeans, known: dict[str, Variable]) -> str:
    variable = known[group.variable]
    decimals = max(1, decimals_of(variable)) if variable.is_numeric else 2

    def mean(code: str, stated: Stated) -> str:
        return f"{safe_text(code)} {number_text(stated.value, decimals)}"

    means = ", ".join(mean(code, stated) for code, stated in group.means.items())
    return f"Mean {safe_text(group.variable)} by {safe_text(group.by)}: {means}"


def _rule(rule: Rule) -> str:
    names = [safe_text(name) for name in rule.columns]
    if rule.kind in ("inequality", "range"):
        return "Always " + (" < " if rule.strict else " <= ").join(names)
    if rule.kind == "sum":
        return f"Always {names[0]} = {' + '.join(names[1:])}"
    if rule.kind == "one_hot":
        return f"Exactly one of {', '.join(names)} is 1"
    if rule.kind == "fixed_increments":
        return f"{names[0]} in steps of {rule.value or 1:g}"
    allowed = " or ".join("/".join(str(code) for code in codes) for codes in rule.combinations)
    return f"Only {'/'.join(names)} = {allowed}"
