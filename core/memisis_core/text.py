"""Text that may come from data, a model or an operating system, made safe to show."""

from __future__ import annotations

import unicodedata

_CONTROL_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}
# Bidirectional overrides and isolates reorder the text around them; zero-width ones hide.
_HIDDEN_FORMATS = frozenset("\u200b\u200e\u200f\u2060\ufeff") | {
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
}


def visible(text: str, limit: int | None = None) -> str:
    r"""Return `text` on one line with every control character made visible.

    Parameters
    ----------
    text : str
        Any text.
    limit : int, optional
        Greatest number of characters; a longer text ends in ``…``.

    Returns
    -------
    str
        C0 controls become Unicode control pictures (``ESC`` → ``␛``); C1 controls, surrogates and
        directional formats become ``\x..`` escapes; nothing else is changed.
    """
    if limit is not None and len(text) > limit:
        text = text[: max(limit - 1, 0)] + "…"
    if text.isprintable():
        return text
    return "".join(_visible_character(character) for character in text)


def _visible_character(character: str) -> str:
    code = ord(character)
    if code in _CONTROL_PICTURES:
        return _CONTROL_PICTURES[code]
    if character in _HIDDEN_FORMATS or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}:
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    return character
