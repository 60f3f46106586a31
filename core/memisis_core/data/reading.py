"""Reads a file into a `Table`: CSV, TSV and other delimited text, Parquet, XLSX."""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from memisis_core.data.delimited import RawTable, read_delimited
from memisis_core.data.headers import column_names
from memisis_core.data.table import DataWarning, FileFormat, Table, place_of
from memisis_core.data.values import interpreted, whole_floats_as_integers
from memisis_core.data.workbook import read_workbook
from memisis_core.errors import InputError
from memisis_core.text import visible

if TYPE_CHECKING:
    import polars as pl

_TEXT = {".csv": "CSV", ".tsv": "TSV", ".tab": "TSV", ".txt": "text"}
_WORKBOOKS = (".xlsx", ".xlsm")
_PARQUET = (".parquet", ".pq")
_KNOWN = ".csv, .tsv, .txt (also .gz), .parquet or .xlsx"
_LARGEST_UNPACKED = 4 << 30
"""A compressed file may not unpack to more than this (bytes), whatever it claims to be."""


def read_table(path: str | Path) -> Table:
    """Read a file into memory.

    Parameters
    ----------
    path : str or Path
        ``.csv``, ``.tsv``, ``.tab``, ``.txt`` (each also with ``.gz``), ``.parquet``, ``.pq``,
        ``.xlsx`` or ``.xlsm``; upper or lower case.

    Returns
    -------
    Table
        Rows and columns as in the file; `Table.warnings` says what was noticed.

    Raises
    ------
    InputError
        If the file cannot be read or is not a table with a header and at least one row.
    """
    file = Path(path).expanduser()
    where = visible(file.name or str(file))
    ending, compressed = _ending(file, where)
    data = _content(file, where)
    digest = hashlib.sha256(data).hexdigest()
    if compressed:
        data = _unpacked(data, where)
    if not data:
        raise InputError("the file is empty", where=where, fix="Choose a file with a table in it")
    raw, kind = _raw(data, ending, where)

    def place(row: int) -> str:
        return place_of(row, kind, raw.lines)

    values = interpreted(raw.frame, place, raw.delimiter)
    return Table(
        path=file.resolve(),
        sha256=digest,
        frame=whole_floats_as_integers(values.frame),
        format=FileFormat(kind, raw.encoding, raw.delimiter, values.decimal_comma, raw.sheet),
        warnings=(*raw.warnings, *values.warnings),
        lines=raw.lines,
    )


def _ending(file: Path, where: str) -> tuple[str, bool]:
    """Return the ending that says what the file is, and whether it is compressed."""
    endings = [suffix.lower() for suffix in file.suffixes]
    compressed = bool(endings) and endings[-1] == ".gz"
    ending = (endings[-2] if len(endings) > 1 else "") if compressed else (endings or [""])[-1]
    if ending in _TEXT or (not compressed and ending in (*_WORKBOOKS, *_PARQUET)):
        return ending, compressed
    if not file.exists():
        raise InputError("there is no such file", where=where, fix="Check the path")
    if file.is_dir():
        raise InputError("this is a folder, not a table", where=where, fix="Name a file in it")
    found = f"the ending {ending!r} is not known" if ending else "the file name has no ending"
    raise InputError(found, where=where, fix=f"Tables are read from {_KNOWN}")


def _content(file: Path, where: str) -> bytes:
    try:
        if file.is_dir():
            raise InputError("this is a folder, not a table", where=where, fix="Name a file in it")
        if file.exists() and not file.is_file():
            raise InputError("this is not a regular file", where=where, fix="Name a file")
        return file.read_bytes()
    except FileNotFoundError as error:
        raise InputError("there is no such file", where=where, fix="Check the path") from error
    except PermissionError as error:
        raise InputError(
            "you may not read this file", where=where, fix="Ask its owner for permission"
        ) from error
    except OSError as error:
        raise InputError(
            f"the file cannot be read ({error.strerror or error})",
            where=where,
            fix="Check the path",
        ) from error


def _unpacked(data: bytes, where: str) -> bytes:
    try:
        with gzip.open(io.BytesIO(data)) as packed:
            content = packed.read(_LARGEST_UNPACKED + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            "the compressed file is damaged", where=where, fix="Compress the table again with gzip"
        ) from error
    if len(content) > _LARGEST_UNPACKED:
        raise InputError(
            "the file unpacks to more than 4 GiB", where=where, fix="Use Parquet or fewer rows"
        )
    return content


def _raw(data: bytes, ending: str, where: str) -> tuple[RawTable, str]:
    if ending in _WORKBOOKS:
        return read_workbook(data, where), "XLSX"
    if ending in _PARQUET:
        return _read_parquet(data, where), "Parquet"
    raw = read_delimited(data, where, prefer_tab=_TEXT[ending] == "TSV")
    return raw, _TEXT[ending]


def _read_parquet(data: bytes, where: str) -> RawTable:
    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # Not polars' own reader: on a damaged file it may ask for 2^61 bytes and end the process.
        # Not pq.read_table: it imports pandas, which the process of the screen must not.
        read = pq.ParquetFile(pa.BufferReader(data)).read()
        read.validate(full=True)
        frame = pl.DataFrame(pl.from_arrow(read))
    except (pa.ArrowException, OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise InputError(
            "the Parquet file is damaged or not Parquet", where=where, fix="Write it again"
        ) from error
    frame, warnings = _flat(frame)
    names, unnamed = column_names(frame.columns, where)
    if not frame.height:
        raise InputError(
            "the table has no rows", where=where, fix="Choose a file with patients in it"
        )
    frame.columns = names
    return RawTable(frame, warnings=[*warnings, *unnamed])


def _flat(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[DataWarning]]:
    """Leave out columns whose cells hold lists or bytes, and bring the others to simple types."""
    import polars as pl

    kept, warnings = [], []
    for name, dtype in frame.schema.items():
        column = pl.col(name)
        if dtype.is_nested() or dtype in (pl.Binary, pl.Object):
            message = f"left out: its cells hold {dtype.base_type()} values, not single ones"
            warnings.append(DataWarning("nested-column", message, name))
        elif dtype.is_integer() and dtype != pl.UInt64:
            kept.append(column.cast(pl.Int64))
        elif dtype.is_decimal() or dtype.is_float() or dtype == pl.UInt64:
            kept.append(column.cast(pl.Float64))
        elif dtype in (pl.Categorical, pl.Enum, pl.Time, pl.Null):
            kept.append(column.cast(pl.String))
        elif dtype == pl.Duration:
            kept.append((column.dt.total_seconds() / 86_400).alias(name))  # days
        else:
            kept.append(column)
    return frame.select(kept), warnings
