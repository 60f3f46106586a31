"""What a table holds, column by column: missing values, ranges, categories, small groups.

A profile quotes extreme values and rare categories of real people. It serves the screen and the
agent's answers and is never written to a file.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from memisis_core.data.schema import Column, ColumnKind, Role, Schema

if TYPE_CHECKING:
    import polars as pl

    from memisis_core.data.table import Table

SMALL = 10
"""Groups of fewer people than this are called small, rarer categories rare."""
_QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
_BINS = 16
_SHOWN_CATEGORIES = 20
_LABEL_LIMIT = 80
_MAXIMUM_GROUPS = 200
_CLASSES = (ColumnKind.CATEGORY, ColumnKind.BOOLEAN, ColumnKind.ORDINAL)


@dataclass(frozen=True)
class CategoryCount:
    """A category and how many rows have it; labels longer than 80 characters are cut."""

    label: str
    rows: int


@dataclass(frozen=True)
class Histogram:
    """Counts in bins of equal width.

    Attributes
    ----------
    low, high : float or datetime
        Outer edges of the first and the last bin.
    counts : tuple of int
        Rows in each bin; the last one includes its upper edge.
    """

    low: float | datetime.datetime
    high: float | datetime.datetime
    counts: tuple[int, ...]


@dataclass(frozen=True)
class NumberSummary:
    """Location and spread of a number, integer or numeric ordinal column, missing apart.

    Attributes
    ----------
    minimum, maximum, mean, sd : float
        In the unit of the column; ``sd`` with n - 1, 0 for a single value.
    quantiles : dict of float to float
        1, 5, 25, 50, 75, 95 and 99 %, linearly interpolated.
    """

    minimum: float
    maximum: float
    mean: float
    sd: float
    quantiles: dict[float, float]


@dataclass(frozen=True)
class ColumnProfile:
    """What one column holds.

    Attributes
    ----------
    name, kind, role
        As in the schema.
    rows, missing, distinct : int
        Rows of the table, missing ones among them, different values.
    numbers : NumberSummary or None
        For numbers.
    earliest, latest : datetime or None
        For dates.
    categories : tuple of CategoryCount
        For categories, ordinals and booleans: the most frequent 20, or all in their order.
    further_categories : int
        How many categories are not in `categories`.
    rare_categories : int
        How many categories have fewer than 10 rows.
    rare_rows : int
        Rows that have one of them.
    histogram : Histogram or None
        For numbers and dates.
    """

    name: str
    kind: ColumnKind
    role: Role
    rows: int
    missing: int
    distinct: int
    numbers: NumberSummary | None = None
    earliest: datetime.datetime | None = None
    latest: datetime.datetime | None = None
    categories: tuple[CategoryCount, ...] = ()
    further_categories: int = 0
    rare_categories: int = 0
    rare_rows: int = 0
    histogram: Histogram | None = None

    @property
    def missing_share(self) -> float:
        """Share of missing values, from 0 to 1."""
        return self.missing / self.rows if self.rows else 0.0


@dataclass(frozen=True)
class GroupCount:
    """People of one group of the protected attributes.

    Attributes
    ----------
    values : tuple of (str, str)
        Attribute and value; several attributes make an intersection.
    rows : int
    classes : tuple of CategoryCount
        How many of them have each class of the target, if it has classes.
    """

    values: tuple[tuple[str, str], ...]
    rows: int
    classes: tuple[CategoryCount, ...] = ()

    @property
    def small(self) -> bool:
        """Whether the group, or one class of the target in it, has fewer than 10 people."""
        return self.rows < SMALL or any(c.rows < SMALL for c in self.classes)


@dataclass(frozen=True)
class Profile:
    """What a table holds."""

    rows: int
    columns: tuple[ColumnProfile, ...]
    groups: tuple[GroupCount, ...] = ()
    """Groups by each protected attribute, and by all of them together; at most 200, smallest
    first."""
    duplicated_rows: int = 0
    """Rows that equal an earlier row in every column that is synthesised."""

    def column(self, name: str) -> ColumnProfile:
        """Return the profile of one column; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def small_groups(self) -> tuple[GroupCount, ...]:
        """Groups with fewer than 10 people, or fewer than 10 of one class."""
        return tuple(group for group in self.groups if group.small)


def profile_of(table: Table, schema: Schema) -> Profile:
    """Describe the columns of a table, and its groups by the schema's protected attributes."""
    frame = table.frame
    used = [column.name for column in schema.synthesised]
    duplicated = frame.height - frame.select(used).n_unique() if used else 0
    return Profile(
        rows=frame.height,
        columns=tuple(_profiled(frame[column.name], column) for column in schema.columns),
        groups=tuple(_groups(frame, schema)),
        duplicated_rows=duplicated,
    )


def _profiled(values: pl.Series, column: Column) -> ColumnProfile:
    filled = values.drop_nulls()
    basis = ColumnProfile(
        name=column.name,
        kind=column.kind,
        role=column.role,
        rows=len(values),
        missing=len(values) - len(filled),
        distinct=filled.n_unique(),
    )
    if not len(filled):
        return basis
    if column.kind is ColumnKind.DATE:
        return _with_dates(basis, filled, column)
    numeric = filled.dtype.is_numeric()
    if numeric and column.kind in (ColumnKind.NUMBER, ColumnKind.INTEGER):
        return _with_numbers(basis, filled)
    if column.kind in _CLASSES:
        basis = _with_categories(basis, filled, column)
        if numeric and column.kind is ColumnKind.ORDINAL:
            basis = _changed(basis, numbers=_summary(filled))
    return basis


def _changed(basis: ColumnProfile, **changes: object) -> ColumnProfile:
    from dataclasses import replace

    return replace(basis, **changes)  # type: ignore[arg-type]


def _with_numbers(basis: ColumnProfile, filled: pl.Series) -> ColumnProfile:
    summary = _summary(filled)
    return _changed(basis, numbers=summary, histogram=_histogram(filled.to_numpy().astype(float)))


def _summary(filled: pl.Series) -> NumberSummary:
    values = filled.to_numpy().astype(np.float64)
    quantiles = np.quantile(values, _QUANTILES)
    return NumberSummary(
        minimum=float(values.min()),
        maximum=float(values.max()),
        mean=float(values.mean()),
        sd=float(values.std(ddof=1)) if len(values) > 1 else 0.0,
        quantiles={q: float(v) for q, v in zip(_QUANTILES, quantiles, strict=True)},
    )


def _histogram(values: np.ndarray) -> Histogram:
    low, high = float(values.min()), float(values.max())
    if low == high:
        return Histogram(low, high, (len(values),))
    bins = _BINS
    if high - low < _BINS and bool((values == np.rint(values)).all()):
        low, high = low - 0.5, high + 0.5  # whole numbers: one bin each
        bins = int(high - low)
    counts, _ = np.histogram(values, bins=bins, range=(low, high))
    return Histogram(low, high, tuple(int(count) for count in counts))


def _with_dates(basis: ColumnProfile, filled: pl.Series, column: Column) -> ColumnProfile:
    import polars as pl

    if filled.dtype == pl.String:
        style = column.date_format or "%Y-%m-%d"
        kind = pl.Datetime("us") if "%H" in style else pl.Date
        filled = filled.str.strptime(kind, style, strict=False)
    moments = filled.cast(pl.Datetime("us"), strict=False).drop_nulls()
    if not len(moments):
        return basis
    numbers = _histogram(moments.cast(pl.Int64).to_numpy().astype(np.float64))
    earliest, latest = (_moment(edge) for edge in (moments.min(), moments.max()))
    if earliest is None or latest is None:
        return basis
    histogram = Histogram(earliest, latest, numbers.counts)
    return _changed(basis, earliest=earliest, latest=latest, histogram=histogram)


def _moment(value: object) -> datetime.datetime | None:
    return value if isinstance(value, datetime.datetime) else None


def _with_categories(basis: ColumnProfile, filled: pl.Series, column: Column) -> ColumnProfile:
    counts = _counted(filled)
    if column.levels is not None:
        order = {level: place for place, level in enumerate(column.levels)}
        counts.sort(key=lambda count: order.get(count.label, len(order)))
    elif column.kind is ColumnKind.ORDINAL and filled.dtype.is_numeric():
        counts.sort(key=lambda count: float(count.label))
    else:
        counts.sort(key=lambda count: (-count.rows, count.label))
    rare = [count.rows for count in counts if count.rows < SMALL]
    return _changed(
        basis,
        categories=tuple(
            CategoryCount(_short(c.label), c.rows) for c in counts[:_SHOWN_CATEGORIES]
        ),
        further_categories=max(0, len(counts) - _SHOWN_CATEGORIES),
        rare_categories=len(rare),
        rare_rows=sum(rare),
    )


def _counted(filled: pl.Series) -> list[CategoryCount]:
    table = filled.alias("value").value_counts(name="rows")
    return [CategoryCount(_label(value), int(rows)) for value, rows in table.iter_rows()]


def _label(value: object) -> str:
    return "missing" if value is None else str(value)


def _short(label: str) -> str:
    return label if len(label) <= _LABEL_LIMIT else f"{label[: _LABEL_LIMIT - 1]}…"


def _groups(frame: pl.DataFrame, schema: Schema) -> list[GroupCount]:
    protected = [n for n in schema.protected if schema.column(n).kind in _CLASSES]
    keys = [[name] for name in protected]
    if len(protected) > 1:
        keys.append(protected)
    target = schema.target
    classes = target if target and schema.column(target).kind in _CLASSES else None
    found = [group for key in keys for group in _groups_by(frame, key, classes)]
    found.sort(key=lambda group: (group.rows, group.values))
    return found[:_MAXIMUM_GROUPS]


def _groups_by(frame: pl.DataFrame, key: list[str], target: str | None) -> list[GroupCount]:
    """Count people by `key`, and the classes of the target among them; missing is a value too."""
    import polars as pl

    known = {} if target is None else dict.fromkeys(frame[target].drop_nulls().unique().sort(), 0)
    by = [pl.col(name).alias(f"key {i}") for i, name in enumerate(key)]
    if target is not None:
        by.append(pl.col(target).alias("class"))
    counted = frame.group_by(by).agg(pl.len().alias("rows"))
    groups: dict[tuple[object, ...], dict[object, int]] = {}
    for row in counted.iter_rows():
        *values, rows = row
        class_ = values.pop() if target is not None else None
        cells = groups.setdefault(tuple(values), dict(known))
        cells[class_] = cells.get(class_, 0) + rows
    return [
        GroupCount(
            values=tuple((name, _short(_label(v))) for name, v in zip(key, values, strict=True)),
            rows=sum(cells.values()),
            classes=tuple(CategoryCount(_short(_label(c)), cells[c]) for c in known),
        )
        for values, cells in groups.items()
    ]
