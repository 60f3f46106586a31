"""Answers questions about the open table from its schema and profile. Quotes no row."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from memisis_core.agent.replies import DatasetAnswer
from memisis_core.data.schema import Column, Role, Schema
from memisis_core.plan.column_mentions import Evidence, best_mention, named_mentions

if TYPE_CHECKING:
    from memisis_core.agent.facts import Facts
    from memisis_core.data.profile import ColumnProfile, Profile

_MOST_LISTED: Final = 12

_TOPICS: Final = {
    "missing": re.compile(r"\b(?:missing|empty|blank|gaps?|complete\w*|null|nan)\b", re.IGNORECASE),
    "identifiers": re.compile(
        r"\b(?:identif\w+|identity|anonym\w+|names?|duplicat\w+|recogni[sz]\w+|dangerous|sensitive"
        r"|personal|e-?mail|birth)\b",
        re.IGNORECASE,
    ),
    "groups": re.compile(
        r"\b(?:groups?|subgroups?|minorit\w+|rare|small|women|men|female|male)\b", re.IGNORECASE
    ),
    "roles": re.compile(r"\b(?:target|outcome|protected|roles?|predict\w*|label)\b", re.IGNORECASE),
    "columns": re.compile(
        r"\b(?:which|what|list|show|name|give)\b.*\b(?:columns?|variables?|fields?)\b"
        r"|\bcolumn names\b",
        re.IGNORECASE,
    ),
}


def dataset_answer(words: str, facts: Facts) -> DatasetAnswer:
    """Answer a question about the table.

    A question that names columns is answered about them; one on missing values, identifiers, small
    groups, roles or columns in general, with a list; any other, with what the table is.
    """
    schema = facts.schema
    if schema is None or facts.dataset is None:
        return DatasetAnswer("No table is open. Open one: memisis DATA.")
    topics = [topic for topic, pattern in _TOPICS.items() if pattern.search(words)]
    if len(topics) > 1 and "columns" in topics:
        topics.remove("columns")  # "which columns have gaps" is about gaps
    asked = _columns_asked(words, schema)
    if asked and "columns" not in topics:
        return DatasetAnswer(" ".join(_about_column(column, facts.profile) for column in asked[:4]))
    parts = [_overview(facts, schema)] if not topics else []
    for topic in topics:
        parts += _on_topic(topic, schema, facts)
    return DatasetAnswer(" ".join(parts))


def _on_topic(topic: str, schema: Schema, facts: Facts) -> list[str]:
    if topic == "missing":
        return [_missing(schema, facts.dataset.rows if facts.dataset else 0)]
    if topic == "identifiers":
        return [_identifiers(schema, facts.profile)]
    if topic == "groups":
        return [_groups(facts.profile)]
    if topic == "roles":
        return [_roles(schema)]
    return [_columns(schema)]


def _columns_asked(words: str, schema: Schema) -> list[Column]:
    named = named_mentions(words, schema.names)
    found = []
    for column in schema.columns:
        mention = best_mention(column.name, column.description, words, named)
        if mention is not None and mention.evidence >= Evidence.CLOSE:
            found.append((mention.start, column))
    return [column for _, column in sorted(found, key=lambda pair: pair[0])]


def _overview(facts: Facts, schema: Schema) -> str:
    assert facts.dataset is not None
    kinds: dict[str, int] = {}
    for column in schema.columns:
        kinds[column.kind.value] = kinds.get(column.kind.value, 0) + 1
    listed = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    name = Path(facts.dataset.path).name
    return (
        f"{name} has {facts.dataset.rows:,} rows and {facts.dataset.columns:,} columns ({listed}). "
        + _roles(schema)
    )


def _roles(schema: Schema) -> str:
    target = f"target {schema.target}" if schema.target else "no target"
    protected = f"protected {', '.join(schema.protected)}" if schema.protected else "none protected"
    left_out = [c.name for c in schema.columns if not c.synthesised]
    tail = f"; left out of synthesis: {_listed(left_out)}" if left_out else ""
    return f"Roles: {target}, {protected}{tail}."


def _columns(schema: Schema) -> str:
    return "Columns: " + _listed([f"{c.name} ({c.kind.value})" for c in schema.columns]) + "."


def _missing(schema: Schema, rows: int) -> str:
    gaps = sorted((c for c in schema.columns if c.missing), key=lambda c: -c.missing)
    if not gaps:
        return "No value is missing."
    total = sum(column.missing for column in gaps)
    listed = _listed([f"{c.name} {c.missing:,}{_share(c.missing, rows)}" for c in gaps])
    return (
        f"{total:,} values are missing, in {len(gaps)} of {len(schema.columns)} columns: {listed}."
    )


def _identifiers(schema: Schema, profile: Profile | None) -> str:
    marked = [c for c in schema.columns if c.role is Role.IDENTIFIER]
    if marked:
        listed = _listed([f"{c.name} ({c.reason})" if c.reason else c.name for c in marked])
        said = f"Likely direct identifiers, left out of synthesis: {listed}."
    else:
        said = (
            "No column looks like a direct identifier. Combinations of ordinary columns can still "
            "single people out; the privacy measures of a run show how far."
        )
    if profile is not None and profile.duplicated_rows:
        said += f" {profile.duplicated_rows:,} rows equal an earlier one."
    return said


def _groups(profile: Profile | None) -> str:
    if profile is None or not profile.groups:
        return "No groups were counted: no protected attribute with categories is set."
    listed = _listed(
        [
            " × ".join(f"{name}={value}" for name, value in group.values) + f" {group.rows:,}"
            for group in profile.groups
        ]
    )
    small = len(profile.small_groups)
    tail = f" {small} of them have fewer than 10 people in a cell." if small else ""
    return f"Groups, smallest first: {listed}.{tail}"


def _about_column(column: Column, profile: Profile | None) -> str:
    text = f"{column.name} is {_article(column.kind.value)} {column.kind.value} column"
    if column.role is not Role.FEATURE:
        text += f" ({column.role.value})"
    if column.description:
        text += f": {column.description.rstrip('.')}"
    known = _profile_of(column, profile)
    rows = known.rows if known is not None else 0
    text += f"; {column.missing:,} missing{_share(column.missing, rows)}"
    if known is not None:
        text += _contents(known, column.unit)
    return text + "."


def _contents(known: ColumnProfile, unit: str | None) -> str:
    suffix = f" {unit}" if unit else ""
    if known.numbers is not None:
        n = known.numbers
        return (
            f"; mean {n.mean:.4g}{suffix}, standard deviation {n.sd:.4g}, median "
            f"{n.quantiles[0.5]:.4g}, 5 to 95 %: {n.quantiles[0.05]:.4g} to {n.quantiles[0.95]:.4g}"
        )
    if known.earliest is not None and known.latest is not None:
        return f"; from {known.earliest.date()} to {known.latest.date()}"
    if known.categories:
        shown = _listed([f"{c.label} {c.rows:,}" for c in known.categories])
        return f"; {known.distinct:,} values: {shown}"
    return f"; {known.distinct:,} different values"


def _profile_of(column: Column, profile: Profile | None) -> ColumnProfile | None:
    if profile is None:
        return None
    return next((known for known in profile.columns if known.name == column.name), None)


def _share(count: int, rows: int) -> str:
    return f" ({100 * count / rows:.1f} %)" if rows and count else ""


def _listed(items: list[str]) -> str:
    shown = ", ".join(items[:_MOST_LISTED])
    more = len(items) - _MOST_LISTED
    return f"{shown} and {more} more" if more > 0 else shown


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"
