"""The table of a job, read anew from where it lies, checked and divided as its plan says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from memisis_core.data.reading import read_table
from memisis_core.data.schema import Schema
from memisis_core.data.split import Split, split_table
from memisis_core.errors import InputError

if TYPE_CHECKING:
    from memisis_core.data.table import Table
    from memisis_core.runs.job import JobSpecification


@dataclass(frozen=True)
class DividedTable:
    """A table as it was read, and which of its rows are for what.

    Attributes
    ----------
    table : Table
    schema : Schema
        Exactly the columns that are synthesised.
    split : Split
    """

    table: Table
    schema: Schema
    split: Split


def table_of(job: JobSpecification) -> tuple[Table, Schema]:
    """Read the dataset of a job; return it with the columns that are synthesised.

    Raises
    ------
    InputError
        If the file is gone, is not the one that the plan was made for, or no longer a table.
    """
    table = read_table(job.dataset.path)
    if table.sha256 != job.dataset.sha256:
        raise InputError(
            "the file was changed after the plan was made",
            where=job.dataset.path,
            fix="Make the plan again for the file as it is now",
        )
    schema = Schema(columns=tuple(job.schema_.synthesised))
    if not schema.columns:
        raise InputError("every column is left out", fix="Give at least one column another role")
    return table, schema


def split_of(job: JobSpecification, table: Table, schema: Schema) -> Split:
    """Return which rows the job trains on and which it holds out."""
    return split_table(
        table,
        schema,
        holdout_rows=job.plan.holdout_rows,
        train_rows=job.plan.train_rows,
        seed=job.plan.seed,
    )


def divided_table(job: JobSpecification) -> DividedTable:
    """Read the dataset of a job and divide it; see `table_of`."""
    table, schema = table_of(job)
    return DividedTable(table, schema, split_of(job, table, schema))
