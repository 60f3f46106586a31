"""Opens a table in one step: read, schema, warnings, data card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from memisis_core.data.card import DataCard, card_of
from memisis_core.data.inference import infer_schema
from memisis_core.data.reading import read_table
from memisis_core.data.schema import Schema
from memisis_core.data.table import DataWarning, Table

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Dataset:
    """A table with what is known about it.

    Attributes
    ----------
    table : Table
    schema : Schema
        With suggested kinds and roles.
    warnings : tuple of DataWarning
        From reading and from inference.
    card : DataCard or None
        The data card that lies beside the file.
    """

    table: Table
    schema: Schema
    warnings: tuple[DataWarning, ...] = ()
    card: DataCard | None = None


def open_dataset(path: str | Path) -> Dataset:
    """Read a table, its data card if there is one, and suggest its schema.

    Raises
    ------
    InputError
        If the table or its card cannot be read.
    """
    table = read_table(path)
    card = card_of(table.path)
    inference = infer_schema(table, card)
    return Dataset(table, inference.schema, (*table.warnings, *inference.warnings), card)
