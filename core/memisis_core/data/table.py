"""A table as it was read, and what the reader noticed. Light: imports no data library."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from memisis_core.text import visible

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

_EXAMPLE_LIMIT = 30


@dataclass(frozen=True)
class DataWarning:
    """Something about the data that a person should know before using them.

    Attributes
    ----------
    code : str
        Stable name of the kind of warning, such as ``unreadable-values``.
    message : str
        One line: what it is and what was done about it; control characters made visible. Quotes no
        value of the table, since it is kept with the run.
    column : str or None
        The column that it is about.
    example : str or None
        A value of the table that shows it, for the screen only.
    """

    code: str
    message: str
    column: str | None = None
    example: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", visible(self.message))
        if self.example is not None:
            object.__setattr__(self, "example", visible(self.example, _EXAMPLE_LIMIT))

    def __str__(self) -> str:
        return (
            f"column {visible(repr(self.column))}: {self.message}" if self.column else self.message
        )


@dataclass(frozen=True)
class FileFormat:
    """How a file was understood.

    Attributes
    ----------
    kind : str
        ``CSV``, ``TSV``, ``Parquet`` or ``XLSX``; ``text`` for other delimiters.
    encoding : str or None
        Python's name of the encoding of a text file.
    delimiter : str or None
        What separates the fields of a text file.
    decimal_comma : bool
        Whether numbers are written ``1,5``.
    sheet : str or None
        The sheet that was read.
    """

    kind: str
    encoding: str | None = None
    delimiter: str | None = None
    decimal_comma: bool = False
    sheet: str | None = None


@dataclass(frozen=True)
class Table:
    """A table in memory, in the order of the file.

    Attributes
    ----------
    path : Path
        The file, absolute.
    sha256 : str
        Hash of the file's bytes, 64 hexadecimal digits.
    frame : polars.DataFrame
        Missing values null; numbers as Int64 or Float64; dates of text files still text (the schema
        says how they are written); everything else text, without surrounding blanks.
    format : FileFormat
    warnings : tuple of DataWarning
        What the reader noticed or did.
    lines : ndarray of int or None
        Line of the file (from 1) on which each row starts; None where that is row + 2, and for
        Parquet, which has no lines.
    """

    path: Path
    sha256: str
    frame: pl.DataFrame
    format: FileFormat
    warnings: tuple[DataWarning, ...] = ()
    lines: NDArray[np.int64] | None = field(default=None, repr=False)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.frame.height

    @property
    def names(self) -> list[str]:
        """Names of the columns, in the order of the file."""
        return self.frame.columns

    def place(self, row: int) -> str:
        """Return where a row (from 0) stands in the file: ``line 17`` or ``row 16``."""
        return place_of(row, self.format.kind, self.lines)


def place_of(row: int, kind: str, lines: NDArray[np.int64] | None) -> str:
    """Return where data row `row` (from 0) of a file of that kind stands, in words."""
    if kind == "Parquet":
        return f"row {row + 1}"
    line = int(lines[row]) if lines is not None else row + 2
    return f"row {line}" if kind == "XLSX" else f"line {line}"
