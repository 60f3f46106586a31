"""The first words: what was opened, what is assumed, and an example that fits the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from memisis_core.data.schema import Role
from memisis_core.text import visible

if TYPE_CHECKING:
    from memisis_screens.session import OpenTable

MOST_WARNINGS = 5
_ENOUGH_ROWS = 1000


def greeting(table: OpenTable) -> Content:
    """Return the greeting for a table that was just opened."""
    lines = [Content(sentence) for sentence in _sentences(table)]
    lines.append(Content.assemble("For example: ", (example_goal(table), "bold $primary")))
    return Content("\n").join(lines)


def example_goal(table: OpenTable) -> str:
    """Return a goal that fits the table."""
    parts = ["compare all three synthesizers", f"{min(table.reference.rows, _ENOUGH_ROWS)} rows"]
    protected = table.schema.protected[:2]
    if protected:
        parts.append(f"protect {' and '.join(visible(name, 40) for name in protected)}")
    if table.schema.target is not None:
        parts.append(f"predict {visible(table.schema.target, 40)}")
    return ", ".join(parts)


def _sentences(table: OpenTable) -> list[str]:
    reference, schema = table.reference, table.schema
    sentences = [f"{visible(table.name)}: {reference.rows:,} rows, {reference.columns:,} columns."]
    if schema.target is not None:
        sentences.append(f"{visible(schema.target)} looks like the target.")
    if schema.protected:
        names = ", ".join(visible(name) for name in schema.protected)
        sentences.append(f"Protected, as it seems: {names}.")
    identifiers = [c.name for c in schema.columns if c.role is Role.IDENTIFIER]
    if identifiers:
        names = ", ".join(visible(name) for name in identifiers[:4])
        more = f" and {len(identifiers) - 4} more" if len(identifiers) > 4 else ""
        sentences.append(f"Left out, since they say who someone is: {names}{more}.")
    sentences.append("1 shows every column; t and p there change target and protected.")
    shown = [visible(warning) for warning in table.warnings[:MOST_WARNINGS]]
    hidden = len(table.warnings) - len(shown)
    return [*sentences, *shown, *([f"{hidden} more warnings in Data."] if hidden > 0 else [])]
