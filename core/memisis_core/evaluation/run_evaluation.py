"""Evaluates synthetic data made by anyone's tool, from files."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from memisis_core.data.dataset import Dataset, open_dataset
from memisis_core.data.dates import date_style
from memisis_core.data.frames import TypedTable, as_pandas, typed_table
from memisis_core.data.reading import read_table
from memisis_core.data.schema import ColumnKind, Schema
from memisis_core.data.split import split_table
from memisis_core.data.table import Table
from memisis_core.errors import InputError
from memisis_core.evaluation.context import EvaluationData
from memisis_core.evaluation.engine import FamilyListener, evaluate
from memisis_core.evaluation.foreign_values import written_as
from memisis_core.evaluation.metric import Axis, Metric
from memisis_core.evaluation.tables import context_of_data
from memisis_core.evaluation.validation.violations import violations
from memisis_core.evaluation.violation import Violation
from memisis_core.locations import cache_folder
from memisis_core.plan.defaults import HOLDOUT_FRACTION
from memisis_core.text import visible

NO_HOLDOUT = (
    "no holdout was given: if the synthesizer saw all real rows, its risks are understated and "
    "its utility is overstated"
)
_NEEDS_HOLDOUT = (Axis.PRIVACY, Axis.UTILITY, Axis.FAIRNESS)


@dataclass(frozen=True)
class EvaluationResult:
    """What an evaluation of files found.

    Attributes
    ----------
    metrics : list of Metric
    warnings : list of str
        What was noticed in the files and decided for the person, one line each.
    violations : list of Violation
        Rows of the synthetic file (from 0) that break a rule.
    """

    metrics: list[Metric]
    warnings: list[str] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)


def evaluate_files(
    real: str | Path,
    synthetic: str | Path,
    *,
    holdout: str | Path | None = None,
    target: str | None = None,
    protected: tuple[str, ...] = (),
    known: tuple[str, ...] = (),
    sensitive: tuple[str, ...] = (),
    seed: int = 0,
    threads: int | None = None,
    axes: frozenset[Axis] | None = None,
    on_family: FamilyListener | None = None,
    stop_requested: Callable[[], bool] = lambda: False,
) -> EvaluationResult:
    """Compare a synthetic table with the real one that it was made from.

    Parameters
    ----------
    real : path
        The rows that the synthesizer saw; its data card, if there is one, is used.
    synthetic : path
    holdout : path, optional
        Real rows that the synthesizer did not see. Without it 30 % of `real`, drawn with `seed`
        and stratified by the target, stand in, and a caveat says what that means.
    target : str, optional
        Column to predict; None: what the table suggests.
    protected : tuple of str
        Protected attributes; empty: what the table suggests.
    known, sensitive : tuple of str
        For attribute disclosure: what an attacker knows of a person, and what must not be learnt
        from it; empty: chosen by `memisis_core.evaluation.privacy.disclosure`.
    threads : int, optional
        None: as many as this process may use.
    axes : frozenset of Axis, optional
        Only these.
    on_family, stop_requested : callable
        See `memisis_core.evaluation.engine.evaluate`.

    Raises
    ------
    InputError
        If a file cannot be read, a named column is not there, or the files have no column in
        common.
    Cancelled
        If a person asked to stop.
    """
    warnings: list[str] = []
    dataset = open_dataset(real)
    schema = _schema(dataset, target, protected, warnings)
    made = read_table(synthetic)
    warnings.extend(str(warning) for warning in dataset.warnings)
    warnings.extend(f"synthetic table: {warning}" for warning in made.warnings)
    data = _compared(schema, dataset, made, warnings)
    data = replace(
        data,
        known_to_attacker=_present(known, schema, data.schema, "known to an attacker"),
        sensitive=_present(sensitive, schema, data.schema, "sensitive"),
    )
    data = _with_real(data, dataset.table, holdout, seed, warnings)
    context = context_of_data(
        data,
        seed=seed,
        cache_folder=cache_folder() / "real",
        threads=threads or len(os.sched_getaffinity(0)),
        stop_requested=stop_requested,
    )
    metrics = [m for found in evaluate(context, axes, on_family) for m in found]
    if holdout is None:
        metrics = [_with_caveat(metric) for metric in metrics]
    return EvaluationResult(metrics, warnings, violations(context))


def whole_tables(
    real: str | Path, synthetic: Sequence[str | Path], *, target: str | None = None
) -> tuple[EvaluationData, list[pd.DataFrame], list[str]]:
    """Read a real table, undivided, and synthetic ones, for whoever divides the real one anew.

    Parameters
    ----------
    real : path
    synthetic : sequence of path
        At least one; columns that one of them lacks are compared in none.
    target : str, optional
        None: what the table suggests.

    Returns
    -------
    data : EvaluationData
        All real rows as `train`; no holdout, no synthetic rows.
    tables : list of pandas.DataFrame
        The synthetic rows, held as the real ones are.
    warnings : list of str
        What was noticed and decided, one line each.

    Raises
    ------
    InputError
        As `evaluate_files`.
    """
    warnings: list[str] = []
    dataset = open_dataset(real)
    schema = _schema(dataset, target, (), warnings)
    made = [read_table(path) for path in synthetic]
    common = schema
    for table in made:
        common = _compared(common, dataset, table, warnings).schema
    data = _compared(common, dataset, made[0], [])
    tables = [_typed_synthetic(table, dataset.table, common, []).frame for table in made]
    train = as_pandas(dataset.table.frame, common)
    return replace(data, train=train, synthetic=data.holdout), tables, warnings


def _schema(
    dataset: Dataset, target: str | None, protected: tuple[str, ...], warnings: list[str]
) -> Schema:
    """Return the schema with the roles that were named, else those that the table suggests."""
    suggested = dataset.schema
    chosen_target = target or suggested.target
    chosen = list(protected) or [name for name in suggested.protected if name != chosen_target]
    if target is not None and target in protected:
        raise InputError(
            f"{target!r} is both the target and a protected attribute",
            fix="Take it out of one of the two",
        )
    if target is None and chosen_target in chosen:
        chosen_target = None
    schema = suggested.with_roles(chosen_target, chosen)
    if target is None and chosen_target is not None:
        warnings.append(f"no target was named: {visible(chosen_target)} is used")
    if not protected and chosen:
        named = visible(", ".join(chosen))
        warnings.append(f"no protected attributes were named: {named} are used")
    left_out = [column.name for column in schema.columns if not column.synthesised]
    if left_out:
        named = visible(", ".join(left_out))
        warnings.append(f"left out as identifiers, free text or empty columns: {named}")
    return schema


def _present(wanted: tuple[str, ...], schema: Schema, common: Schema, role: str) -> tuple[str, ...]:
    """Return columns that were named for disclosure; those the synthetic table lacks fall out."""
    for name in wanted:
        if name not in schema.names:
            raise InputError(
                f"there is no column {visible(name)!r} to take as {role}",
                fix=f"Its columns: {', '.join(schema.names)}",
            )
    return tuple(name for name in wanted if name in common.names)


def _compared(schema: Schema, dataset: Dataset, made: Table, warnings: list[str]) -> EvaluationData:
    """Return the data without their real rows: the columns in common, the synthetic rows."""
    wanted = schema.synthesised
    common = Schema(columns=tuple(c for c in wanted if c.name in made.names))
    if not common.columns:
        raise InputError(
            "the synthetic table has none of the real table's columns",
            where=str(made.path),
            fix=f"Its columns should be: {', '.join(column.name for column in wanted)}",
        )
    absent = tuple(column.name for column in wanted if column.name not in made.names)
    if absent:
        named = visible(", ".join(absent))
        warnings.append(f"synthetic table: it lacks columns, which are not compared: {named}")
    typed = _typed_synthetic(made, dataset.table, common, warnings)
    empty = as_pandas(dataset.table.frame.head(0), common)
    return EvaluationData(
        train=empty,
        holdout=empty,
        synthetic=typed.frame,
        schema=common,
        target=common.target,
        protected=tuple(common.protected),
        absent=absent,
        absent_target=schema.target if schema.target in absent else None,
        surplus=tuple(name for name in made.names if name not in dataset.table.names),
        unreadable=typed.unreadable,
    )


def _typed_synthetic(made: Table, real: Table, schema: Schema, warnings: list[str]) -> TypedTable:
    """Hold the synthetic rows; what is written otherwise than in the real file is read."""
    frame, notes = written_as(real.frame, made.frame, schema)
    warnings.extend(f"synthetic table: {note}" for note in notes)
    typed = typed_table(frame, schema)
    read_with = schema
    for name in typed.unreadable:
        column = schema.column(name)
        if column.kind is not ColumnKind.DATE:
            continue
        style = date_style(frame[name].cast(str))
        if style is not None and style.format != column.date_format:
            read_with = read_with.replacing(name, date_format=style.format)
            warnings.append(
                f"synthetic table: the dates of {visible(name)} are written {style.format}, "
                f"those of the real table {column.date_format}"
            )
    return typed if read_with is schema else typed_table(frame, read_with)


def _with_real(
    data: EvaluationData,
    real: Table,
    holdout: str | Path | None,
    seed: int,
    warnings: list[str],
) -> EvaluationData:
    """Add train and holdout: the two files, or a seeded split of the one."""
    schema = data.schema
    train = as_pandas(real.frame, schema)
    if holdout is not None:
        table = read_table(holdout)
        warnings.extend(f"holdout: {warning}" for warning in table.warnings)
        return replace(data, train=train, holdout=_held_out(table, real, schema, warnings))
    rows = max(1, round(real.rows * HOLDOUT_FRACTION))
    if real.rows - rows < 1:
        raise InputError(
            "one real row cannot be divided",
            where=str(real.path),
            fix="Give more rows, or a holdout",
        )
    split = split_table(real, schema, holdout_rows=rows, train_rows=real.rows - rows, seed=seed)
    warnings.append(f"{NO_HOLDOUT}. Give real rows that it did not see with --holdout")
    return replace(data, train=_rows(train, split.train), holdout=_rows(train, split.holdout))


def _held_out(table: Table, real: Table, schema: Schema, warnings: list[str]) -> pd.DataFrame:
    try:
        present = Schema(columns=tuple(c for c in schema.columns if c.name in table.names))
        frame, notes = written_as(real.frame, table.frame, present)
        warnings.extend(f"holdout: {note}" for note in notes)
        return as_pandas(frame, schema)
    except InputError as error:
        where = f"{table.path}, {error.where}" if error.where else str(table.path)
        raise InputError(error.what, where=where, fix=error.fix) from error


def _rows(frame: pd.DataFrame, rows: NDArray[np.int64]) -> pd.DataFrame:
    return frame.iloc[rows].reset_index(drop=True)


def _with_caveat(metric: Metric) -> Metric:
    """Say beside every number that rests on the holdout that there was none."""
    if metric.axis not in _NEEDS_HOLDOUT:
        return metric
    caveat = f"{NO_HOLDOUT}; {metric.caveat}" if metric.caveat else NO_HOLDOUT
    return metric.model_copy(update={"caveat": caveat})
