"""What the columns of a table are and what part they play. Light: imports no data library."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from memisis_core.errors import InputError


class ColumnKind(StrEnum):
    """What the values of a column are.

    In a pandas frame made by `memisis_core.data.frames` they are held as: ``number`` float64;
    ``integer`` int64, or float64 with missing values; ``category``, ``identifier`` and ``text``
    objects (str, missing NaN); ``ordinal`` numbers, or str with `Column.levels` in order;
    ``date`` datetime64[ns]; ``boolean`` the two values as the file has them (bool, int or str).
    """

    NUMBER = "number"
    INTEGER = "integer"
    CATEGORY = "category"
    ORDINAL = "ordinal"
    DATE = "date"
    BOOLEAN = "boolean"
    IDENTIFIER = "identifier"
    TEXT = "text"


class Role(StrEnum):
    """What part a column plays in the plan."""

    FEATURE = "feature"
    TARGET = "target"
    PROTECTED = "protected"
    IDENTIFIER = "identifier"
    """Says who someone is: left out of synthesis unless the person insists."""
    EXCLUDED = "excluded"
    """Left out of synthesis for another reason (all missing, free text, the person's wish)."""


class Column(BaseModel):
    """One column: its name as in the file, kind, role, and why the tool thinks so."""

    model_config = ConfigDict(frozen=True)

    name: str
    kind: ColumnKind
    role: Role = Role.FEATURE
    reason: str = ""
    """Why this kind and role were suggested, or that the person set them."""
    levels: tuple[str, ...] | None = None
    """Order of the values of an ordinal column of words, lowest first."""
    date_format: str | None = None
    """How dates are written in the file (``strftime``), so that synthetic ones look the same."""
    decimals: int | None = None
    """Greatest number of decimals seen in a number column; synthetic values are rounded to it."""
    missing: int = 0
    """Number of missing values in the whole table."""
    description: str | None = None
    unit: str | None = None

    @property
    def synthesised(self) -> bool:
        """Whether synthesizers see this column."""
        return self.role not in (Role.IDENTIFIER, Role.EXCLUDED)


class Schema(BaseModel):
    """The columns of a table, in the order of the file."""

    model_config = ConfigDict(frozen=True)

    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """Names of all columns, in the order of the file."""
        return [column.name for column in self.columns]

    @property
    def synthesised(self) -> list[Column]:
        """The columns that synthesizers see."""
        return [column for column in self.columns if column.synthesised]

    @property
    def target(self) -> str | None:
        """Name of the target, if a column has that role."""
        return next((c.name for c in self.columns if c.role is Role.TARGET), None)

    @property
    def protected(self) -> list[str]:
        """Names of the protected attributes."""
        return [c.name for c in self.columns if c.role is Role.PROTECTED]

    def __contains__(self, name: object) -> bool:
        return any(column.name == name for column in self.columns)

    def column(self, name: str) -> Column:
        """Return the column called `name`.

        Raises
        ------
        InputError
            If there is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise InputError(
            f"the table has no column {name!r}", fix=f"Its columns: {', '.join(self.names)}"
        )

    def replacing(self, name: str, **changes: object) -> Schema:
        """Return a schema in which the fields of one column are changed (say, its role)."""
        changed = self.column(name).model_copy(update=changes)
        return Schema(columns=tuple(changed if c.name == name else c for c in self.columns))

    def with_roles(self, target: str | None, protected: list[str]) -> Schema:
        """Return a schema whose target and protected attributes are exactly those given.

        Columns that had one of these roles and are not named become features; identifiers and
        excluded columns that are named become part of the synthesis, since a person asked.
        """
        for name in [*protected, *([target] if target else [])]:
            self.column(name)

        def role_of(column: Column) -> Role:
            if column.name == target:
                return Role.TARGET
            if column.name in protected:
                return Role.PROTECTED
            if column.role in (Role.TARGET, Role.PROTECTED):
                return Role.FEATURE
            return column.role

        return Schema(
            columns=tuple(c.model_copy(update={"role": role_of(c)}) for c in self.columns)
        )
