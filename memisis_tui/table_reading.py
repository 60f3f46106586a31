"""Reading a table for the workbench: what it holds is kept; rows stay behind one function."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from memisis_screens.session import OpenTable

if TYPE_CHECKING:
    from memisis_core.data.profile import Profile
    from memisis_core.data.schema import Schema


def read_open_table(path: Path) -> OpenTable:
    """Read a table and describe it (imports polars: call it in a thread).

    Raises
    ------
    InputError
        One line that says what is wrong with the file, where, and what to do.
    """
    from memisis_core.data.dataset import open_dataset
    from memisis_core.data.profile import profile_of
    from memisis_core.plan.model import DatasetReference

    dataset = open_dataset(path)
    table = dataset.table

    def describe(schema: Schema) -> Profile:
        return profile_of(table, schema)

    return OpenTable(
        reference=DatasetReference(
            path=str(table.path), sha256=table.sha256, rows=table.rows, columns=len(table.names)
        ),
        schema=dataset.schema,
        profile=describe(dataset.schema),
        warnings=tuple(str(warning) for warning in dataset.warnings),
        describe=describe,
    )
