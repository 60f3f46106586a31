"""Data cards: what the author of a table says about it, in a TOML file beside it.

``patients.csv`` is described by ``patients.card.toml``::

    title = "Heart failure clinic, 2015"
    source = "..."
    licence = "..."
    known_biases = ["..."]

    [columns.ejection_fraction]
    description = "Left ventricular ejection fraction"
    unit = "%"
    kind = "integer"        # a ColumnKind
    role = "feature"        # a Role
    levels = ["I", "II"]    # order of an ordinal column of words, lowest first

Only `columns` matters to the program; every key is optional, an unknown one is an error.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from memisis_core.data.schema import Column, ColumnKind, Role
from memisis_core.data.table import DataWarning
from memisis_core.errors import InputError
from memisis_core.text import visible

if TYPE_CHECKING:
    import polars as pl

    from memisis_core.data.table import Table

CARD_ENDING = ".card.toml"
_DATA_ENDINGS = (".gz", ".csv", ".tsv", ".tab", ".txt", ".parquet", ".pq", ".xlsx", ".xlsm")


class CardColumn(BaseModel):
    """What a card says about one column."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    description: str | None = None
    unit: str | None = None
    kind: ColumnKind | None = None
    role: Role | None = None
    levels: tuple[str, ...] | None = None


class DataCard(BaseModel):
    """What the author of a table says about it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = ""
    file: str | None = None
    summary: str = ""
    source: str = ""
    licence: str = ""
    real_people: bool | None = None
    """Whether the rows describe people who exist; None if the card does not say."""
    known_biases: tuple[str, ...] = ()
    columns: dict[str, CardColumn] = Field(default_factory=dict)

    def applied_to(
        self, columns: list[Column], table: Table
    ) -> tuple[list[Column], list[DataWarning]]:
        """Return the columns as the card describes them, and where it does not fit the table.

        A kind that the values cannot have is not believed. A role is, except that a column
        suspected to identify people stays one unless the card gives it a role.
        """
        known = {column.name for column in columns}
        warnings = [
            DataWarning(
                "card", f"the data card describes {visible(name, 40)!r}, which is no column"
            )
            for name in self.columns
            if name not in known
        ]
        described = []
        for column in columns:
            said = self.columns.get(column.name)
            if said is None:
                described.append(column)
                continue
            changed, problem = _described(column, said, table)
            described.append(changed)
            if problem:
                warnings.append(DataWarning("card", problem, column.name))
        return _with_roles_of(self, described), warnings


def read_card(path: Path) -> DataCard:
    """Read a data card.

    Raises
    ------
    InputError
        If the file cannot be read, is not TOML or holds unknown keys or values.
    """
    where = visible(path.name)
    fix = "Correct the data card or move it away"
    try:
        return DataCard.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise InputError(
            f"the data card cannot be read ({error.strerror})", where=where, fix=fix
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(
            f"the data card is not valid TOML: {error}", where=where, fix=fix
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"key {key!r} of the data card: {first['msg'].lower()}", where=where, fix=fix
        ) from error


def card_path(data: Path) -> Path:
    """Return where the card of a data file would lie, whether it exists or not."""
    name = data.name
    for ending in _DATA_ENDINGS:
        if name.lower().endswith(ending):
            name = name[: -len(ending)]
    return data.with_name(name + CARD_ENDING)


def card_of(data: Path) -> DataCard | None:
    """Return the card that lies beside a data file, None if there is none.

    Raises
    ------
    InputError
        If there is one but it cannot be understood.
    """
    path = card_path(data)
    return read_card(path) if path.is_file() else None


def _described(column: Column, said: CardColumn, table: Table) -> tuple[Column, str | None]:
    """Return a column with the card's words, and what the card gets wrong about it, if anything."""
    changes: dict[str, object] = {"description": said.description, "unit": said.unit}
    problem = None
    if said.kind is not None and (said.kind is not column.kind or said.levels is not None):
        problem = _misfit(column, said, table)
        if problem is None:
            changes["kind"] = said.kind
            if said.kind is ColumnKind.ORDINAL:
                changes["levels"] = said.levels or column.levels
            else:
                changes["levels"] = None
            changes["reason"] = "the data card says so"
            if column.role is Role.EXCLUDED and column.missing < table.rows:
                changes["role"] = Role.FEATURE
    return column.model_copy(update=changes), problem


def _misfit(column: Column, said: CardColumn, table: Table) -> str | None:
    """Return why the values cannot be of the kind that the card says, None if they can."""
    values = table.frame[column.name].drop_nulls()
    kind, numbers = said.kind, values.dtype.is_numeric()
    problems = {
        ColumnKind.NUMBER: (not numbers, "not all values are numbers"),
        ColumnKind.INTEGER: (not values.dtype.is_integer(), "not all values are whole numbers"),
        ColumnKind.DATE: (
            column.kind is not ColumnKind.DATE,
            "not all values are dates in one known form",
        ),
        ColumnKind.BOOLEAN: (values.n_unique() > 2, "there are more than two values"),
        ColumnKind.ORDINAL: _unknown_levels(column, said, values),
    }
    wrong, why = problems.get(kind, (False, "")) if kind else (False, "")
    if not len(values):
        wrong, why = True, "every value is missing"
    return f"the data card says {kind}, but {why}" if wrong else None


def _unknown_levels(column: Column, said: CardColumn, values: pl.Series) -> tuple[bool, str]:
    if values.dtype.is_numeric() or (said.levels is None and column.levels is not None):
        return False, ""
    unknown = set(values.unique().to_list()) - set(said.levels or ())
    return bool(unknown), f"{len(unknown)} of the values are not among its levels"


def _with_roles_of(card: DataCard, columns: list[Column]) -> list[Column]:
    """Give the columns the card's roles.

    A card that names a target, or a protected attribute, names all of them: suggestions end.
    """
    said = {name: c.role for name, c in card.columns.items() if c.role is not None}
    settled = set(said.values()) & {Role.TARGET, Role.PROTECTED}
    settled_elsewhere = "the data card names another column"
    result = []
    for column in columns:
        role, reason = said.get(column.name), "the data card says so"
        if role is None and column.role in settled:
            role, reason = Role.FEATURE, settled_elsewhere
        if role is None or role is column.role:
            result.append(column)
        else:
            result.append(column.model_copy(update={"role": role, "reason": reason}))
    return result
