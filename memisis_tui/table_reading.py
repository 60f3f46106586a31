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

    dataset = open_dataset(path)
    table = dataset.table

    def describe(schema: Schema) -> Profile:
        return profile_of(table, schema)

    def check(schema: Schema) -> list[str]:
        return [str(warning) for warning in dataset.check_ready(schema)]

    def page(first: int, count: int) -> list[tuple[str | None, ...]]:
        shown = table.frame.slice(first, count).rows()
        return [tuple(None if v is None else str(v) for v in row) for row in shown]

    return OpenTable(
        reference=dataset.reference,
        schema=dataset.schema,
        profile=describe(dataset.schema),
        warnings=tuple(str(warning) for warning in dataset.warnings),
        describe=describe,
        check=check,
        page=page,
    )
