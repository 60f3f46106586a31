"""A specification as the lines of a card: each variable with what it is like and who says so."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from memisis_core.description.sources import sourced_numbers
from memisis_core.description.specification import NumberSource, VariableType
from memisis_core.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from memisis_core.description.sources import SourcedNumber
    from memisis_core.description.specification import Specification, Stated, Variable
    from memisis_screens.description.description_draft import DescriptionDraft

NAME_WIDTH = 14
NARROW = 56
SOURCE_WIDTH = 11
MOST_VARIABLES = 20
MOST_RELATIONS = 6
MOST_SHARES = 4
LONGEST = 200

SOURCE_WORDS = {
    NumberSource.SAID: "said",
    NumberSource.MODEL: "model",
    NumberSource.PERSON: "by hand",
    NumberSource.LITERATURE: "published",
    NumberSource.DEFAULT: "default",
    NumberSource.SCHEMA: "schema",
    NumberSource.SAMPLE: "real rows",
}


_BOUNDS = ("low", "high", "earliest", "latest", "missing")


def description_lines(draft: DescriptionDraft, width: int) -> list[Content]:
    """Return the lines of a card `width` cells wide."""
    specification = draft.specification
    numbers = sourced_numbers(specification)
    lines = [*Content.styled(visible(specification.title, LONGEST), "bold").wrap(max(width, 8))]
    lines += _row("rows", f"{draft.rows:,}, none of them real", "", width, strong=True)
    for variable in specification.variables[:MOST_VARIABLES]:
        said_by = _sources(n for n in numbers if n.subject == variable.name)
        lines += _row(variable.name, _like(variable), said_by, width)
    lines += _left_out(len(specification.variables) - MOST_VARIABLES, "variables", width)
    relations = [number for number in numbers if _is_relation(number, specification)]
    for number in relations[:MOST_RELATIONS]:
        said = f"{number.subject}: {number.what} {number.value}"
        lines += _row("related", said, _sources([number]), width)
    lines += _left_out(len(relations) - MOST_RELATIONS, "relations", width)
    for rule in specification.rules:
        said = rule.words or f"{rule.kind.replace('_', ' ')} {', '.join(rule.columns)}"
        lines += _row("rule", said, "", width)
    lines += _remarks(draft, numbers, width)
    return lines


def _row(name: str, value: str, source: str, width: int, *, strong: bool = False) -> list[Content]:
    """Return one fact: beside its name where there is room, else below it."""
    style = "bold" if strong else "$foreground"
    if width < NARROW:
        label = cut(name, width - SOURCE_WIDTH)
        head = Content.assemble(
            (label, "$quiet"),
            " " * max(width - cell_len(label) - len(source), 1),
            (source, "$primary"),
        )
        said = Content.styled(visible(value, LONGEST), style).wrap(max(width - 2, 8))
        return [head, *(Content.assemble("  ", part) for part in said)]
    label = cut(name, NAME_WIDTH - 1)
    label += " " * (NAME_WIDTH - cell_len(label))
    room = width - NAME_WIDTH - SOURCE_WIDTH - 1
    lines = []
    for index, part in enumerate(Content.styled(visible(value, LONGEST), style).wrap(room)):
        first = index == 0
        lines.append(
            Content.assemble(
                (label if first else " " * NAME_WIDTH, "$quiet"),
                part.pad_right(max(room - part.cell_length, 0)),
                " ",
                (f"{source if first else '':>{SOURCE_WIDTH}}", "$primary"),
            )
        )
    return lines


def cut(name: str, cells: int) -> str:
    """Return a name at no more than `cells` cells."""
    shown = visible(name, LONGEST)
    return shown if cell_len(shown) <= cells else f"{set_cell_size(shown, cells - 1).rstrip()}…"


def _like(variable: Variable) -> str:
    """Say in a few words what the values of a variable are like."""
    unit = f" {variable.unit}" if variable.unit else ""
    if variable.is_coded:
        shares = [
            f"{level.label or level.code} {level.share.value:.0%}"
            if level.share is not None
            else str(level.label or level.code)
            for level in variable.levels
        ]
        more = f", {len(shares) - MOST_SHARES} more" if len(shares) > MOST_SHARES else ""
        return ", ".join(shares[:MOST_SHARES]) + more
    if variable.type is VariableType.DATE:
        ends = [
            end.value.isoformat() if end else "…" for end in (variable.earliest, variable.latest)
        ]
        return " to ".join(ends)
    parts = []
    if variable.mean is not None:
        spread = f" ± {_number(variable.sd)}" if variable.sd is not None else ""
        parts.append(f"{_number(variable.mean)}{spread}{unit}")
    elif variable.median is not None:
        parts.append(f"median {_number(variable.median)}{unit}")
    if variable.low is not None or variable.high is not None:
        low = _number(variable.low) if variable.low is not None else "…"
        high = _number(variable.high) if variable.high is not None else "…"
        parts.append(f"{low} to {high}" + ("" if parts else unit))
    return ", ".join(parts) or f"any {variable.type.value}{unit}"


def _number(stated: Stated) -> str:
    return f"{stated.value:,.6g}"


def _sources(numbers: Iterable[SourcedNumber]) -> str:
    """Return who says what is typical (bounds matter less), with a + if others say the rest."""
    known = list(numbers)
    if not known:
        return ""
    typical = [number for number in known if number.what not in _BOUNDS] or known
    ((source, _),) = Counter(number.source for number in typical).most_common(1)
    return SOURCE_WORDS[source] + (" +" if len({n.source for n in known}) > 1 else "")


def _is_relation(number: SourcedNumber, specification: Specification) -> bool:
    return number.subject not in specification.names


def _left_out(count: int, what: str, width: int) -> list[Content]:
    if count <= 0:
        return []
    return Content.styled(f"and {count} {what} more; e shows all", "$quiet").wrap(max(width, 8))


def _remarks(draft: DescriptionDraft, numbers: list[SourcedNumber], width: int) -> list[Content]:
    published = [number for number in numbers if number.source is NumberSource.LITERATURE]
    unchecked = sum(number.unchecked for number in published)
    doubt = f" ({unchecked} of them from memory, to be checked)" if unchecked else ""
    said = (
        f"{len(published)} of {len(numbers)} numbers name a publication{doubt}; "
        f"{len(numbers) - len(published)} are estimates. Such patients are as good as these "
        "numbers: no finding of a study can rest on them."
    )
    lines = [*Content.styled(said, "$quiet").wrap(max(width, 8))]
    if draft.problem:
        lines += Content.styled(f"! {visible(draft.problem, 400)}", "$error").wrap(max(width, 8))
    return lines
