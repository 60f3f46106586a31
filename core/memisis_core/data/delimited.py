"""Reads CSV, TSV and other delimited text into a table of text."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from memisis_core.data import csv_structure
from memisis_core.data.headers import column_names
from memisis_core.data.table import DataWarning
from memisis_core.data.text_encoding import decoded
from memisis_core.errors import InputError

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_CHARACTERS = 1 << 18
_SAMPLE_RECORDS = 300


@dataclass(frozen=True)
class RawTable:
    """A table whose cells have not been interpreted.

    Attributes
    ----------
    frame : polars.DataFrame
        Text columns under their final names; only workbooks also hold numbers and dates.
    lines : ndarray of int or None
        Line on which each row starts; None where that is row + 2.
    """

    frame: pl.DataFrame
    lines: NDArray[np.int64] | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    warnings: list[DataWarning] = field(default_factory=list)


def read_delimited(data: bytes, where: str, prefer_tab: bool = False) -> RawTable:
    """Read delimited text: encoding and delimiter are found out, the structure is checked.

    Parameters
    ----------
    data : bytes
        The whole file.
    where : str
        Its name, for messages.
    prefer_tab : bool
        Whether a tab wins where several delimiters fit (``.tsv``).

    Raises
    ------
    InputError
        If it is not text, empty, has no rows, or its lines differ in their number of fields.
    """
    text, encoding = decoded(data, where)
    text, named_delimiter = _without_excel_hint(_with_newlines(text))
    if not text.strip():
        raise InputError("the file is empty", where=where, fix="Choose a file with a table in it")
    delimiter = named_delimiter or detected_delimiter(text, prefer_tab)
    text = text.rstrip("\r\n") + "\n"
    raw = text.encode("utf-8")
    structure = csv_structure.scanned(raw, delimiter)
    hint_lines = 1 if named_delimiter else 0
    header_at = int(np.flatnonzero(structure.fields)[0])
    fields = structure.fields[header_at:]
    plain = structure.balanced and bool((fields == fields[0]).all())
    parsed = None
    if plain and len(fields) > 1:
        parsed = _by_polars(raw[structure.starts[header_at] :], delimiter, len(fields))
    if parsed is not None:
        header, frame = parsed
        header_line = int(structure.lines[header_at]) + hint_lines
        lines = structure.lines[header_at + 1 :] + hint_lines
    else:
        header, frame, lines = _by_the_book(text, delimiter, where, 1 + hint_lines)
        header_line, lines = int(lines[0]), lines[1:]
    names, warnings = column_names(header, f"{where}, line {header_line}")
    if not frame.height:
        raise InputError(
            "the file has a header but no rows",
            where=where,
            fix="Choose a file with patients in it",
        )
    usual = bool((lines == np.arange(2, len(lines) + 2)).all())
    if encoding == "cp1252":
        message = "the file is not UTF-8 and was read as Windows-1252; check letters with accents"
        warnings.insert(0, DataWarning("encoding", message))
    frame.columns = names
    return RawTable(frame, None if usual else lines, encoding, delimiter, warnings=warnings)


def detected_delimiter(text: str, prefer_tab: bool = False) -> str:
    """Return the delimiter with which most lines have as many fields as the first one.

    A comma if none splits the first line.
    """
    sample = text[:_SAMPLE_CHARACTERS]
    if len(text) > _SAMPLE_CHARACTERS and "\n" in sample:
        sample = sample[: sample.rindex("\n")]
    best, best_score = "\t" if prefer_tab else ",", (0.0, 0)
    for delimiter in ("\t", ",", ";", "|") if prefer_tab else _DELIMITERS:
        counts = _field_counts(sample, delimiter)
        if not counts or counts[0] < 2:
            continue
        agreeing = sum(count == counts[0] for count in counts) / len(counts)
        score = (round(agreeing, 2), counts[0])
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _field_counts(sample: str, delimiter: str) -> list[int]:
    csv.field_size_limit(csv_structure.CELL_LIMIT)
    counts = []
    for record in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
        if record:
            counts.append(len(record))
        if len(counts) == _SAMPLE_RECORDS:
            break
    return counts


def _with_newlines(text: str) -> str:
    """Return the text with old Macintosh line ends (a lone return) made newlines."""
    return text.replace("\r", "\n") if "\r" in text and "\n" not in text else text


def _without_excel_hint(text: str) -> tuple[str, str | None]:
    """Take off Excel's first line ``sep=;`` and return the delimiter that it names."""
    first, _, rest = text.partition("\n")
    hint = first.strip().strip('"')
    if hint.lower().startswith("sep=") and len(hint) == 5 and hint[4] in _DELIMITERS:
        return rest, hint[4]
    return text, None


def _by_polars(
    raw: bytes, delimiter: str, records: int
) -> tuple[list[str | None], pl.DataFrame] | None:
    """Parse text whose structure is known to be plain; None if polars disagrees about its rows."""
    import polars as pl

    try:
        frame = pl.read_csv(
            raw,
            has_header=False,
            separator=delimiter,
            infer_schema=False,
            empty_string_is_null=True,
        )
    except pl.exceptions.PolarsError:
        return None
    if frame.height != records:
        return None
    return list(frame.row(0)), frame[1:]


def _by_the_book(
    text: str, delimiter: str, where: str, first_line: int
) -> tuple[list[str | None], pl.DataFrame, NDArray[np.int64]]:
    """Parse with the standard library, leaving out empty lines; its verdict on faults is final.

    Returns header, rows, and the lines on which header and rows start.
    """
    import polars as pl

    records, lines = csv_structure.records_of(text, delimiter, where, first_line)
    kept = [i for i, record in enumerate(records) if record]
    records, lines = [records[i] for i in kept], [lines[i] for i in kept]
    header, rows = records[0], records[1:]
    fields = np.array([len(record) for record in rows], dtype=np.int64)
    wrong = csv_structure.first_ragged(fields, len(header))
    if wrong is not None:
        count = int((fields != len(header)).sum())
        raise csv_structure.ragged_error(lines[wrong + 1], int(fields[wrong]), header, count, where)
    columns = {str(i): list(values) for i, values in enumerate(zip(*rows, strict=True))}
    frame = pl.DataFrame(columns, schema={str(i): pl.String for i in range(len(header))})
    return [*header], frame, np.array(lines, dtype=np.int64)
