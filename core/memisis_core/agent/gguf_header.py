"""Reads the header of a GGUF file: what model it is. Standard library alone.

The `gguf` package would do, but it imports numpy (0.1 s) and maps the whole vocabulary; listing a
folder needs neither. Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import BinaryIO

from memisis_core.errors import InputError

Scalar = int | float | bool | str

_MAGIC = b"GGUF"
_STRING, _ARRAY = 8, 9
_FIXED = {
    0: "<B",
    1: "<b",
    2: "<H",
    3: "<h",
    4: "<I",
    5: "<i",
    6: "<f",
    7: "<?",
    10: "<Q",
    11: "<q",
    12: "<d",
}
# Elements and bytes of one block of each ggml type whose size is needed (ggml.h).
_BLOCKS = {
    0: (1, 4),
    1: (1, 2),
    2: (32, 18),
    3: (32, 20),
    6: (32, 22),
    7: (32, 24),
    8: (32, 34),
    10: (256, 84),
    11: (256, 110),
    12: (256, 144),
    13: (256, 176),
    14: (256, 210),
    15: (256, 292),
    30: (1, 2),
}
_LONGEST_STRING = 1 << 24
_MOST_ENTRIES = 1 << 16
_MOST_TENSORS = 1 << 20


@dataclass(frozen=True)
class GgufHeader:
    """What a GGUF file says about itself.

    Attributes
    ----------
    version : int
        Of the format.
    values : dict
        Key to value for every entry that is no array.
    array_lengths : dict
        Key to number of elements for arrays (``tokenizer.ggml.tokens``: size of the vocabulary).
    tensor_types : dict
        Number of tensors by ggml type number.
    value_offsets : dict
        Key to the position in the file at which its value begins (for a string: its length field).
    least_bytes : int
        The file has at least this size if it is whole.
    """

    version: int
    values: dict[str, Scalar]
    array_lengths: dict[str, int]
    tensor_types: dict[int, int]
    value_offsets: dict[str, int]
    least_bytes: int

    def text(self, key: str) -> str | None:
        """Return a value that is text, None if there is none."""
        value = self.values.get(key)
        return value if isinstance(value, str) else None

    def number(self, key: str) -> int | None:
        """Return a value that is a whole number, None if there is none."""
        value = self.values.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    @property
    def architecture(self) -> str:
        """Such as ``llama``; empty if the file doesn't say."""
        return self.text("general.architecture") or ""

    def of_architecture(self, key: str) -> int | None:
        """Return the number at ``ARCHITECTURE.key``, such as ``context_length``."""
        return self.number(f"{self.architecture}.{key}")


def read_gguf_header(path: Path) -> GgufHeader:
    """Read the header of a GGUF file.

    Raises
    ------
    InputError
        If the file cannot be read, is no GGUF file, or is cut short within its header.
    """
    try:
        with path.open("rb") as file:
            return _Reader(file, path).header()
    except OSError as error:
        raise InputError(f"the model cannot be read ({error.strerror})", where=str(path)) from error


class _Reader:
    """Reads one header; every length is checked before it is believed."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self._path = path

    def header(self) -> GgufHeader:
        if self._file.read(4) != _MAGIC:
            raise self._broken("not a GGUF file")
        version = int(self._fixed("<I"))
        if version not in (2, 3):
            raise self._broken(f"GGUF version {version} is not supported (2 and 3 are)")
        tensors = self._count("<Q", _MOST_TENSORS, "tensors")
        entries = self._count("<Q", _MOST_ENTRIES, "entries")
        values: dict[str, Scalar] = {}
        lengths: dict[str, int] = {}
        offsets: dict[str, int] = {}
        for _ in range(entries):
            key = self._string()
            kind = int(self._fixed("<I"))
            offsets[key] = self._file.tell()
            if kind == _ARRAY:
                lengths[key] = self._skip_array()
            else:
                values[key] = self._string() if kind == _STRING else self._scalar(kind)
        types, extent = self._tensors(tensors)
        alignment = values.get("general.alignment", 32)
        step = alignment if isinstance(alignment, int) and alignment > 0 else 32
        data_start = -(-self._file.tell() // step) * step
        return GgufHeader(version, values, lengths, types, offsets, data_start + extent)

    def _tensors(self, tensors: int) -> tuple[dict[int, int], int]:
        """Return the number of tensors of each type, and how far their data reaches."""
        types: dict[int, int] = {}
        extent = 0
        for _ in range(tensors):
            self._string()
            dimensions = self._count("<I", 8, "dimensions")
            elements = prod(int(self._fixed("<Q")) for _ in range(dimensions))
            kind = int(self._fixed("<I"))
            offset = int(self._fixed("<Q"))
            types[kind] = types.get(kind, 0) + 1
            per_block, block_bytes = _BLOCKS.get(kind, (1, 0))
            extent = max(extent, offset + elements // per_block * block_bytes)
        return types, extent

    def _skip_array(self) -> int:
        kind = int(self._fixed("<I"))
        length = self._count("<Q", 1 << 24, "elements")
        if kind == _STRING:
            for _ in range(length):
                self._skip(self._count("<Q", _LONGEST_STRING, "characters"))
        elif kind in _FIXED:
            self._skip(length * struct.calcsize(_FIXED[kind]))
        else:
            raise self._broken(f"value type {kind} is unknown")
        return length

    def _scalar(self, kind: int) -> Scalar:
        if kind not in _FIXED:
            raise self._broken(f"value type {kind} is unknown")
        return self._fixed(_FIXED[kind])

    def _string(self) -> str:
        length = self._count("<Q", _LONGEST_STRING, "characters")
        return self._read(length).decode("utf-8", "replace")

    def _count(self, layout: str, greatest: int, what: str) -> int:
        number = int(self._fixed(layout))
        if number > greatest:
            raise self._broken(f"its header claims {number:,} {what}")
        return number

    def _fixed(self, layout: str) -> int | float | bool:
        value: int | float | bool = struct.unpack(layout, self._read(struct.calcsize(layout)))[0]
        return value

    def _read(self, size: int) -> bytes:
        data = self._file.read(size)
        if len(data) < size:
            raise self._broken("the file ends within its header")
        return data

    def _skip(self, size: int) -> None:
        self._file.seek(size, 1)

    def _broken(self, what: str) -> InputError:
        return InputError(what, where=str(self._path), fix="Copy or fetch the file again")
