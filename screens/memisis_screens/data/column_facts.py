"""What can be said of a column: in a few words for its row, in sentences for its details."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memisis_core.data.schema import ColumnKind, Role
from memisis_core.text import visible
from memisis_screens.jobs.sparkline import sparkline

if TYPE_CHECKING:
    from memisis_core.data.profile import ColumnProfile, Profile
    from memisis_core.data.schema import Column
    from memisis_screens.session import OpenTable

HISTOGRAM_WIDTH = 8
_MOST_NAMED = 3


def profile_of_column(profile: Profile | None, name: str) -> ColumnProfile | None:
    """Return what is known of a column, None if nothing is."""
    if profile is None:
        return None
    return next((column for column in profile.columns if column.name == name), None)


def holds(column: Column, profile: Profile | None) -> str:
    """Return what the values of a column are, in a few words; nothing of identifiers."""
    known = profile_of_column(profile, column.name)
    if known is None:
        return ""
    if not known.distinct:
        return "nothing: every value is missing"
    secret = column.role is Role.IDENTIFIER
    if secret or column.kind in (ColumnKind.IDENTIFIER, ColumnKind.TEXT):
        return f"{known.distinct:,} different values"
    return _spread(column, known) or f"{known.distinct:,} different values"


def _spread(column: Column, known: ColumnProfile) -> str:
    """Return histogram and range, or the most frequent categories; empty if there is neither."""
    if known.numbers is not None and not known.categories:
        numbers = known.numbers
        return f"{_bars(known)} {_short(numbers.minimum)} – {_short(numbers.maximum)}"
    if known.earliest is not None and known.latest is not None:
        return f"{_bars(known)} {known.earliest:%Y-%m-%d} – {known.latest:%Y-%m-%d}"
    if known.categories:
        return _categories(known)
    return ""


def facts(column: Column, table: OpenTable) -> tuple[str, ...]:
    """Return what is known of a column, in sentences."""
    known = profile_of_column(table.profile, column.name)
    described = (column.description or "").rstrip()
    stop = "" if not described or described[-1] in ".;:?" else "."
    sentences = [f"{described}{stop}", f"Why: {column.reason}." if column.reason else ""]
    if column.unit:
        sentences.append(f"In {column.unit}.")
    if column.missing:
        sentences.append(f"{column.missing:,} of {table.reference.rows:,} values are missing.")
    if known is not None:
        sentences.append(_in_full(known))
    if known is not None and known.rare_categories:
        sentences.append(f"{known.rare_categories} rare categories, in {known.rare_rows:,} rows.")
    if table.profile is not None and column.role is Role.PROTECTED:
        small = [group for group in table.profile.small_groups if column.name in dict(group.values)]
        if small:
            named = ", ".join(" × ".join(value for _, value in g.values) for g in small[:3])
            sentences.append(
                f"{len(small)} of its groups have fewer than 10 people, or of one class; the "
                f"smallest: {named}."
            )
    if column.role is Role.IDENTIFIER:
        sentences.append("Left out of synthesis; t, p or f takes it in all the same.")
    return tuple(sentences)


def _in_full(known: ColumnProfile) -> str:
    """Return what the row of the column has too little room for."""
    if known.numbers is not None:
        numbers = known.numbers
        return (
            f"{numbers.minimum:g} to {numbers.maximum:g}, median {numbers.quantiles[0.5]:g}, "
            f"mean {numbers.mean:.3g}, sd {numbers.sd:.3g}."
        )
    if known.categories:
        return _categories(known) + "."
    return ""


def _short(number: float) -> str:
    """Return a bound in few characters; the line below the table has it in full."""
    return f"{number:.3g}" if abs(number) < 100 else f"{number:.6g}"


def _bars(known: ColumnProfile) -> str:
    if known.histogram is None:
        return " " * HISTOGRAM_WIDTH
    bars = sparkline([float(count) for count in known.histogram.counts], HISTOGRAM_WIDTH)
    return f"{bars:<{HISTOGRAM_WIDTH}}"


def _categories(known: ColumnProfile) -> str:
    filled = known.rows - known.missing
    named = [
        f"{visible(count.label, 18)} {100 * count.rows / filled:.0f} %"
        for count in known.categories[:_MOST_NAMED]
    ]
    rest = known.distinct - len(named)
    more = f" +{rest} more" if rest > 0 else ""
    return ", ".join(named) + more
