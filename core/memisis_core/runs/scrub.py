"""Error messages of libraries, without the values of the table that they quote.

pandas, polars and SDV put values into their messages (``could not convert string to float: 'Ng'``).
Such a message may go into the store, a log and a screenshot, so of a message that is not ours only
this is kept:

- the names of columns (they are part of the plan), of Python types and of number types;
- words that occur in no text value of the tables in memory. Every other word becomes ``…``,
  and so does whatever stands in quotes, since it may be a part of a value;
- no digit: every word with a digit in it, and every number, becomes ``#``.

Of Python's tracebacks, files, lines and functions are kept, but neither values nor source text.
What libraries print or warn is left out altogether (of a warning, its kind and place stay).
Messages of native code (a failed assertion, say) pass; they hold no values.
"""

from __future__ import annotations

import builtins
import re
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from memisis_core.text import visible

if TYPE_CHECKING:
    import pandas as pd

_TYPES = (
    frozenset(name for name in dir(builtins) if name[0].isupper())
    | frozenset(("str", "int", "float", "bool", "bytes", "list", "dict", "tuple", "set", "object"))
    | frozenset(("float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint64"))
    | frozenset(("datetime64", "Float64", "Int64", "Utf8", "String", "DataFrame", "Series", "NaN"))
    | frozenset(("NoneType", "ndarray", "Tensor", "nan", "inf", "dtype"))
)
# An apostrophe after a letter ("can't") opens nothing.
_QUOTED = re.compile(r"(?<!\w)(?:'[^']*'|\"[^\"]*\"|`[^`]*`|‘[^’]*’|“[^”]*”)(?!\w)")
_OPEN_QUOTE = re.compile(r"(?<!\w)['\"`‘“].*$", re.DOTALL)
_ASIDE = re.compile("\ue000(\\d+)\ue001")
_TOKEN = re.compile(r"\ue000\d+\ue001|(?P<number>[\w.,:/+-]*\d[\w:/+-]*)|(?P<word>\w+)")
_WORD = re.compile(r"\w+")
_LIMIT = 400


class Scrubber:
    """Takes values out of messages.

    Parameters
    ----------
    names : iterable of str
        Names that may stay: columns, synthesizers.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        longest_first = sorted({name for name in names if name}, key=len, reverse=True)
        self._names = (
            re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")
            if longest_first
            else None
        )
        self._tables: list[pd.DataFrame] = []

    def knows(self, *tables: pd.DataFrame) -> None:
        """Remember tables whose text values must not be shown (looked at when there is need)."""
        self._tables.extend(tables)

    def message(self, text: str) -> str:
        """Return a library's message on one line, without values."""
        values = self._words_of_values()

        def without_values(match: re.Match[str]) -> str:
            token = match.group()
            if token in _TYPES or _ASIDE.fullmatch(token):
                return token
            if match.group("number") is not None:
                return "#"
            return "…" if token.casefold() in values else token

        aside = _Aside(self._names)
        return aside.put_back(_TOKEN.sub(without_values, aside.without_quotations(text)))

    def quotations(self, text: str) -> str:
        """Return one of our own messages without what it quotes, names of columns apart."""
        aside = _Aside(self._names)
        return aside.put_back(aside.without_quotations(text))

    def error(self, error: BaseException) -> str:
        """Return an exception as ``Type in library/file.py:12: message``."""
        frames = traceback.extract_tb(error.__traceback__)
        place = f" in {_place(frames[-1])}" if frames else ""
        message = self.message(str(error))
        return f"{type(error).__name__}{place}" + (f": {message}" if message else "")

    def traceback(self, error: BaseException) -> list[str]:
        """Return an exception and what it was caused by, a line a frame, for the log."""
        lines = []
        current: BaseException | None = error
        while current is not None:
            lines.append(f"{type(current).__name__}: {self.message(str(current))}")
            frames = traceback.extract_tb(current.__traceback__)
            lines.extend(f"  {_place(frame)} {frame.name}" for frame in frames)
            current = current.__cause__ or current.__context__
        return lines

    def _words_of_values(self) -> frozenset[str]:
        words: set[str] = set()
        for table in self._tables:
            for name in table.columns:
                if table[name].dtype == object:
                    for value in table[name].dropna().unique():
                        words.update(found.casefold() for found in _WORD.findall(str(value)))
        return frozenset(words)


class _Aside:
    """Holds what may stay in a message while the rest is looked at."""

    def __init__(self, names: re.Pattern[str] | None) -> None:
        self._names = names
        self._kept: list[str] = []

    def without_quotations(self, text: str) -> str:
        """Put names and quotations aside; of the latter only harmless ones come back."""
        text = text.replace("\ue000", "").replace("\ue001", "")
        if self._names is not None:
            text = self._names.sub(lambda match: self._keep(match.group()), text)
        text = _QUOTED.sub(self._quotation, text)
        return _OPEN_QUOTE.sub(lambda _: self._keep("'…'"), text)

    def put_back(self, text: str) -> str:
        """Return the message with what was put aside, on one line."""
        while _ASIDE.search(text):  # a quotation that was kept has names in it
            text = _ASIDE.sub(lambda match: self._kept[int(match.group(1))], text)
        return visible(text, _LIMIT)

    def _quotation(self, match: re.Match[str]) -> str:
        inside = match.group()[1:-1]
        harmless = inside in _TYPES or not _ASIDE.sub("", inside).strip(" ,")
        return self._keep(match.group() if harmless else "'…'")

    def _keep(self, text: str) -> str:
        self._kept.append(text)
        return f"\ue000{len(self._kept) - 1}\ue001"


def _place(frame: traceback.FrameSummary) -> str:
    """Return library/module.py:line: never a path that names a person's folders."""
    parts = Path(frame.filename).parts
    for anchor in ("site-packages", "core", "lib"):
        if anchor in parts:
            parts = parts[len(parts) - parts[::-1].index(anchor) :]
            break
    else:
        parts = parts[-2:]
    return f"{'/'.join(parts)}:{frame.lineno}"
