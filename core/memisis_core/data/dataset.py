"""Opens a table in one step: read, schema, warnings, data card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from memisis_core.data.card import DataCard, card_of
from memisis_core.data.inference import infer_schema
from memisis_core.data.reading import read_table
from memisis_core.data.schema import Schema
from memisis_core.data.table import DataWarning, Table
from memisis_core.plan.model import DatasetReference

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

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.table.rows

    @property
    def reference(self) -> DatasetReference:
        """What plans and jobs keep of the table: where it is and its hash, never a row."""
        return DatasetReference(
            path=str(self.table.path),
            sha256=self.table.sha256,
            rows=self.table.rows,
            columns=len(self.table.names),
        )

    def check_ready(self, schema: Schema) -> list[DataWarning]:
        """Check that the table can be synthesised with the roles of `schema`.

        Raises
        ------
        InputError
            If it cannot work: too few rows or usable columns, a constant target.
        """
        from memisis_core.data.readiness import check_ready

        return check_ready(self.table, schema, schema.target, tuple(schema.protected))


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
