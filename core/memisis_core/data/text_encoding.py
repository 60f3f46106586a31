"""Turns the bytes of a text file into text: byte order marks, UTF-8, UTF-16, Windows-1252."""

from __future__ import annotations

import codecs
import re

from memisis_core.errors import InputError

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FOREIGN = (
    (b"PK\x03\x04", "a ZIP archive or an XLSX workbook", "give it the ending .xlsx if it is one"),
    (b"PAR1", "a Parquet file", "give it the ending .parquet"),
    (b"\x1f\x8b", "compressed with gzip", "give it the ending .gz"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", "save it as .xlsx or .csv"),
    (b"%PDF", "a PDF document", "export the table as .csv or .xlsx"),
    (b"SQLite format 3", "an SQLite database", "export the table as .csv or .parquet"),
)
_UTF8_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_SAVE_AS_UTF8 = "Save the file as UTF-8"
_SAMPLE = 1 << 16


def decoded(data: bytes, where: str) -> tuple[str, str]:
    """Return the text in `data` and the name of its encoding.

    Parameters
    ----------
    data : bytes
        A whole file.
    where : str
        The file's name, for messages.

    Returns
    -------
    text, encoding : str
        ``utf-8``, ``utf-8-sig``, ``utf-16``, ``utf-32``, ``utf-16-le``, ``utf-16-be`` or, where it
        is not UTF-8, ``cp1252`` (which holds everything printable of Latin-1).

    Raises
    ------
    InputError
        If the bytes are not text in one of these encodings; names line and byte.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding, where), encoding
    _refuse_foreign(data, where)
    if b"\x00" in data:
        order = _utf16_without_mark(data)
        if order is None:
            line = data.count(b"\n", 0, data.index(b"\x00")) + 1
            raise InputError(
                "there is a NUL byte, so this is a binary or damaged file and not text",
                where=f"{where}, line {line}",
                fix="Export the table again as CSV",
            )
        return _strictly(data, order, where), order
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        return _windows(data, error, where), "cp1252"


def _refuse_foreign(data: bytes, where: str) -> None:
    for start, what, fix in _FOREIGN:
        if data.startswith(start):
            raise InputError(f"the file is {what}, not text", where=where, fix=fix.capitalize())


def _utf16_without_mark(data: bytes) -> str | None:
    """Return the byte order of UTF-16 text whose mark is missing: every other byte is NUL."""
    sample = data[:_SAMPLE]
    half = max(len(sample) // 2, 1)
    high, low = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if low > 0.4 and high < 0.02:
        return "utf-16-le"
    if high > 0.4 and low < 0.02:
        return "utf-16-be"
    return None


def _strictly(data: bytes, encoding: str, where: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        done = data[: error.start].decode(encoding, errors="ignore")
        raise InputError(
            f"the file is marked as {encoding.upper()} but cannot be read as such",
            where=f"{where}, line {done.count(chr(10)) + 1}",
            fix=_SAVE_AS_UTF8,
        ) from error


def _windows(data: bytes, error: UnicodeDecodeError, where: str) -> str:
    """Read as Windows-1252 unless the file is damaged UTF-8 or has bytes unknown there."""
    line = data.count(b"\n", 0, error.start) + 1
    sequences = len(_UTF8_SEQUENCE.findall(data))
    others = len(_UTF8_SEQUENCE.sub(b"", data).translate(None, bytes(range(0x80))))
    if sequences > others:
        raise InputError(
            f"byte 0x{data[error.start]:02x} is not valid UTF-8, though the rest of the file is",
            where=f"{where}, line {line}",
            fix=_SAVE_AS_UTF8,
        )
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as again:
        line = data.count(b"\n", 0, again.start) + 1
        raise InputError(
            f"byte 0x{data[again.start]:02x} is neither UTF-8 nor Windows-1252 text",
            where=f"{where}, line {line}",
            fix=_SAVE_AS_UTF8,
        ) from again
