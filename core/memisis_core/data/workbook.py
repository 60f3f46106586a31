"""Reads a sheet of an Excel workbook (XLSX)."""

from __future__ import annotations

import io
import logging
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

import numpy as np

from memisis_core.data.delimited import RawTable
from memisis_core.data.headers import column_names
from memisis_core.data.table import DataWarning
from memisis_core.errors import InputError
from memisis_core.text import visible

if TYPE_CHECKING:
    import fastexcel
    import polars as pl

_MOST_CELLS = 100_000_000
_LARGEST_SHEET = 4 << 30
_WIDE_COLUMN = re.compile(rb'<c r="([A-Z]{2,3})\d')
_ONE_LETTER = 26  # columns A to Z
_SHEETS_NAMED = 5
_NAME_LIMIT = 40


def read_workbook(data: bytes, where: str) -> RawTable:
    """Read the first sheet that holds anything; its first row that is not empty is the header.

    Cells that Excel holds as numbers, dates and truth values stay so where a whole column does;
    mixed columns become text. Formulae count with the value that was last saved.

    Raises
    ------
    InputError
        If the file is not a workbook, or its first filled sheet has no header with rows below.
    """
    import fastexcel

    # An empty column is read as text, as it should be, and is no cause for a line on the screen.
    logging.getLogger("fastexcel.types.dtype").setLevel(logging.ERROR)
    _refuse_vast_sheets(data, where)
    try:
        reader = fastexcel.read_excel(data)
        cells, sheet = _first_filled_sheet(reader, where)
        place = f"{where}, sheet {visible(sheet, _NAME_LIMIT)!r}"
        header_at = _filled_rows(cells)[0]
        header = list(cells.row(header_at))
        _refuse_title(cells, header, f"{place}, row {header_at + 1}")
        frame = reader.load_sheet(
            sheet, header_row=None, skip_rows=header_at + 1, schema_sample_rows=None
        ).to_polars()
    except fastexcel.FastExcelError as error:
        raise InputError(
            "the workbook cannot be read: it is damaged, protected by a password or not XLSX",
            where=where,
            fix="Save it again as .xlsx without a password, or as .csv",
        ) from error
    rows = _filled_rows(frame)
    if not rows:
        raise InputError(
            "the sheet has a header but no rows",
            where=place,
            fix="Choose a file with patients in it",
        )
    names, warnings = column_names(header, f"{place}, row {header_at + 1}")
    frame = frame[rows]
    frame.columns = names
    lines = np.array(rows, dtype=np.int64) + header_at + 2
    usual = bool((lines == np.arange(2, len(lines) + 2)).all())
    warnings[:0] = _other_sheets(reader.sheet_names, sheet)
    return RawTable(frame, None if usual else lines, sheet=sheet, warnings=warnings)


def _refuse_vast_sheets(data: bytes, where: str) -> None:
    """Refuse a sheet with a stray cell in a far corner, for which the engine would end the process.

    The engine holds every cell between the first and the last one. Files that are no ZIP archive
    pass: the engine says what is wrong with them.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sheets = [i for i in archive.infolist() if i.filename.startswith("xl/worksheets/")]
            cells = max((_cells_spanned(archive, sheet) for sheet in sheets), default=0)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, ValueError, RuntimeError,
            NotImplementedError, EOFError, zlib.error):  # fmt: skip
        return
    if cells > _MOST_CELLS:
        raise InputError(
            f"a sheet spans more than {_MOST_CELLS:,} cells, perhaps for a stray cell far outside",
            where=where,
            fix="Delete what stands outside the table, or save the table as .csv or .parquet",
        )


def _cells_spanned(archive: zipfile.ZipFile, sheet: zipfile.ZipInfo) -> int:
    """Return an upper bound of rows times columns of a sheet."""
    if sheet.file_size > _LARGEST_SHEET:
        return _MOST_CELLS + 1
    content = archive.read(sheet)
    last = re.search(rb'r="(\d+)"', content[content.rfind(b"<row ") :])
    rows = int(last[1]) if last else 0
    wide = {match[1] for match in _WIDE_COLUMN.finditer(content)}
    columns = max((_column_number(letters) for letters in wide), default=_ONE_LETTER)
    return rows * columns


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _first_filled_sheet(reader: fastexcel.ExcelReader, where: str) -> tuple[pl.DataFrame, str]:
    """Return the cells of the first sheet that is not empty, as text, from row 1 on."""
    for sheet in reader.sheet_names:
        # skip_rows=0 keeps empty rows at the top, so that row numbers are those of the sheet.
        cells = reader.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_polars()
        if _filled_rows(cells):
            return cells, sheet
    raise InputError(
        "every sheet of the workbook is empty", where=where, fix="Choose a file with a table in it"
    )


def _filled_rows(frame: pl.DataFrame) -> list[int]:
    """Return the numbers of the rows in which any cell is filled."""
    import polars as pl

    if not frame.width:
        return []
    return frame.select(pl.any_horizontal(pl.all().is_not_null()).arg_true()).to_series().to_list()


def _refuse_title(cells: pl.DataFrame, header: list[str | None], place: str) -> None:
    """Refuse a lone cell above a wider table: it is a title, and the names stand further down."""
    filled = [name for name in header if name]
    if len(filled) == 1 and cells.width > 1:
        raise InputError(
            f"the row holds one cell ({visible(filled[0], _NAME_LIMIT)!r}), not names of columns",
            where=place,
            fix="Remove what stands above the table",
        )


def _other_sheets(sheets: list[str], chosen: str) -> list[DataWarning]:
    others = [visible(sheet, _NAME_LIMIT) for sheet in sheets if sheet != chosen]
    if not others:
        return []
    more = f" and {len(others) - _SHEETS_NAMED} more" if len(others) > _SHEETS_NAMED else ""
    message = (
        f"sheet {chosen!r} was read; not read: {', '.join(others[:_SHEETS_NAMED])}{more}; "
        "to use another sheet, make it the first or save it as a file of its own"
    )
    return [DataWarning("other-sheets", message)]
