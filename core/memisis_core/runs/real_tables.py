"""The real data of a job, in memory: read, checked, divided. Imports data libraries."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pandas as pd

from memisis_core.data.frames import as_pandas
from memisis_core.data.readiness import check_ready
from memisis_core.data.schema import Schema
from memisis_core.runs.division import split_of, table_of
from memisis_core.runs.job import JobSpecification


@dataclass(frozen=True)
class RealTables:
    """Training part and holdout, synthesised columns only, typed as the schema says.

    Attributes
    ----------
    train, holdout : pandas.DataFrame
        Shapes ``(train_rows, d)`` and ``(holdout_rows, d)``.
    schema : Schema
        Exactly these columns.
    content_key : str
        Hash of file, columns, roles, split and seed: what everything real-only depends on.
    warnings : tuple of str
        What was noticed in the file, and what may spoil the result.
    """

    train: pd.DataFrame
    holdout: pd.DataFrame
    schema: Schema
    content_key: str
    warnings: tuple[str, ...]


def real_tables(job: JobSpecification) -> RealTables:
    """Read the dataset of a job and divide it as its plan says.

    Raises
    ------
    InputError
        If the file is gone, is not the one that the plan was made for, or no longer a table, or if
        the table cannot be synthesised with the plan's roles.
    """
    table, schema = table_of(job)
    noticed = check_ready(table, job.schema_, job.plan.target, job.plan.protected)
    split = split_of(job, table, schema)
    frame = as_pandas(table.frame, schema)
    return RealTables(
        train=frame.iloc[split.train].reset_index(drop=True),
        holdout=frame.iloc[split.holdout].reset_index(drop=True),
        schema=schema,
        content_key=_content_key(job, schema),
        warnings=tuple(str(warning) for warning in (*table.warnings, *noticed)),
    )


def _content_key(job: JobSpecification, schema: Schema) -> str:
    plan = job.plan
    parts = [
        job.dataset.sha256,
        schema.model_dump_json(exclude={"columns": {"__all__": {"reason", "description"}}}),
        plan.model_dump_json(include={"train_rows", "holdout_rows", "seed", "target", "protected"}),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
