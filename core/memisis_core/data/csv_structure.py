"""Checks that every record of a delimited text has the same number of fields, and where it starts.

polars fills short rows with missing values without a word and reports long ones without their line,
so the structure is checked first: in one pass of array operations, and, only where that finds
something, by the standard library's reader, which decides.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from memisis_core.errors import InputError
from memisis_core.text import visible

_QUOTE, _NEWLINE, _RETURN = ord('"'), ord("\n"), ord("\r")
# Bounds the scratch memory to some 100 MB whatever the size of the file.
_CHUNK = 1 << 24
CELL_LIMIT = 2**31 - 1


@dataclass(frozen=True)
class Structure:
    """The records of a text, header included.

    Attributes
    ----------
    fields : ndarray of int, shape (n,)
        Number of fields of each record; 0 for an empty line.
    lines : ndarray of int, shape (n,)
        Line on which each record starts, from 1.
    starts : ndarray of int, shape (n,)
        Offset of the first byte of each record.
    balanced : bool
        Whether every quote that opens is closed.
    """

    fields: NDArray[np.int64]
    lines: NDArray[np.int64]
    starts: NDArray[np.int64]
    balanced: bool


def scanned(data: bytes, delimiter: str) -> Structure:
    r"""Count the fields of every record, taking each quote as opening or closing a quoted field.

    Parameters
    ----------
    data : bytes
        UTF-8 text with ``\n`` or ``\r\n`` at line ends.
    delimiter : str
        One ASCII character.
    """
    separators, record_ends, line_ends = [], [], []
    inside = 0
    for start in range(0, len(data), _CHUNK):
        part = np.frombuffer(
            data, dtype=np.uint8, count=min(_CHUNK, len(data) - start), offset=start
        )
        quotes = part == _QUOTE
        at_newline, at_separator = part == _NEWLINE, part == ord(delimiter)
        line_ends.append(np.flatnonzero(at_newline) + start)
        if inside or quotes.any():
            within = np.bitwise_xor.accumulate(quotes.view(np.uint8)) ^ inside
            inside = int(within[-1])
            outside = within == 0
            at_newline &= outside
            at_separator &= outside
        record_ends.append(np.flatnonzero(at_newline) + start)
        separators.append(np.flatnonzero(at_separator) + start)
    ends = np.concatenate(record_ends) if record_ends else np.empty(0, np.int64)
    if not len(ends) or ends[-1] != len(data) - 1:
        ends = np.append(ends, len(data))
    starts = np.concatenate([[0], ends[:-1] + 1]).astype(np.int64)
    before = np.searchsorted(np.concatenate(separators), np.append(starts, len(data)))
    fields = np.diff(before).astype(np.int64) + 1
    fields[_empty(data, starts, ends)] = 0
    lines = np.searchsorted(np.concatenate(line_ends), starts).astype(np.int64) + 1
    return Structure(fields, lines, starts, balanced=not inside)


def _empty(data: bytes, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.bool_]:
    r"""Tell which records hold nothing, or only the ``\r`` of their line end."""
    length = ends - starts
    whole = np.frombuffer(data, dtype=np.uint8)
    only_return = np.zeros(len(starts), dtype=bool)
    single = np.flatnonzero(length == 1)
    only_return[single] = whole[starts[single]] == _RETURN
    only_return |= length == 0
    return only_return


def records_of(
    text: str, delimiter: str, where: str, first_line: int = 1
) -> tuple[list[list[str]], list[int]]:
    """Return the records of a text and the line on which each starts, by the book.

    Slower than `scanned` by a factor of twenty, but right about quotes inside unquoted fields.

    Raises
    ------
    InputError
        If a quote is never closed or text follows a closing quote; names the line on which the
        record starts.
    """
    csv.field_size_limit(CELL_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records: list[list[str]] = []
    lines: list[int] = []
    line = first_line
    try:
        for record in reader:
            records.append(record)
            lines.append(line)
            line = reader.line_num + first_line
    except csv.Error as error:
        ends = str(error).startswith("unexpected end")
        what = "a quote opens and is never closed" if ends else "text follows a closing quote"
        fix = "Close it" if ends else "Double every quote inside a quoted field"
        raise InputError(
            what, where=f"{where}, line {line}", fix=f"{fix}, or save the file again"
        ) from error
    return records, lines


def first_ragged(fields: NDArray[np.int64], expected: int) -> int | None:
    """Return the position of the first record that is neither empty nor of `expected` fields."""
    wrong = np.flatnonzero((fields != expected) & (fields != 0))
    return int(wrong[0]) if len(wrong) else None


def ragged_error(line: int, found: int, header: list[str], count: int, where: str) -> InputError:
    """Return the error for the first of `count` records with the wrong number of fields."""
    columns = "1 column" if len(header) == 1 else f"{len(header)} columns"
    others = f" (and {count - 1:,} more such lines)" if count > 1 else ""
    first = visible(header[0], limit=30)
    return InputError(
        f"the line has {found} field{'s' if found != 1 else ''}, the header {columns} "
        f"(first {first!r}){others}",
        where=f"{where}, line {line}",
        fix="Give every line as many fields as the header; quote fields that hold the delimiter",
    )
