"""ASCII mode: every character on the screen is one that any terminal can draw."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.filter import LineFilter

if TYPE_CHECKING:
    from textual.color import Color

_LOOKS: dict[str, str] = {
    **dict.fromkeys("─━═╌┄┈╴╶▔", "-"),
    **dict.fromkeys("│┃║╎┆┊", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╯╰┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬", "+"),
    # A curve of eight heights in ASCII.
    **dict(zip("▁▂▃▄▅▆▇█", "_.,-=+*#", strict=True)),
    **dict.fromkeys("▏▎▍▌▋▊▉▐▀░▒▓■▪", "#"),
    **dict.fromkeys("▲△↑", "^"),
    **dict.fromkeys("▼▽↓", "v"),
    **dict.fromkeys("▶▸▹→›»", ">"),
    **dict.fromkeys("◀◂←‹«", "<"),
    **dict.fromkeys("●◆◎○◉•∙", "o"),
    **dict.fromkeys("–—−‐‑", "-"),
    **dict.fromkeys("‘’‚′", "'"),
    **dict.fromkeys("“”„″", '"'),
    "±": "~",
    "×": "x",
    "·": ".",
    "…": ".",
    "≤": "<",
    "≥": ">",
    "≈": "~",
    "≠": "!",
    "✓": "+",
    "✗": "x",
    "⚠": "!",
}


@lru_cache(maxsize=4096)
def ascii_character(character: str) -> str:
    """Return ASCII of the same width in cells: a look-alike, the base letter, or ``?``."""
    known = _LOOKS.get(character)
    if known is not None:
        return known
    width = cell_len(character)
    base = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    if len(base) == width and base.isprintable():
        return base
    return "?" * width


def ascii_text(text: str) -> str:
    """Return `text` in ASCII, as wide as it was."""
    return text if text.isascii() else "".join(map(ascii_character, text))


class AsciiFilter(LineFilter):
    """Draws every line in ASCII; what is stored, copied and exported stays as it is."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments in ASCII."""
        return [
            Segment(ascii_text(text), style, control) if not control else segment
            for segment in segments
            for text, style, control in [segment]
        ]
