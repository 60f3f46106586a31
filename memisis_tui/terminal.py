"""What kind of terminal this is: how fast, and what it can draw."""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass

SLOW_FRAMES = 10
"""Repaints a second at most on a slow line; an echo of a key is at most 0.1 s late."""
_COERCED = {"C.UTF-8", "C.utf8", "UTF-8"}
"""What Python sets LC_CTYPE to where the locale is plain C or not installed (PEP 538)."""


@dataclass(frozen=True)
class Manner:
    """How the workbench draws.

    Attributes
    ----------
    slow_line : bool
        Progress is shown less often.
    ascii_only : bool
        Every character is one that any terminal can draw.
    theme : str
        Name of the theme that was chosen last; empty: the dark one.
    """

    slow_line: bool = False
    ascii_only: bool = False
    theme: str = ""


ORDINARY = Manner()


def draws_unicode(environment: Mapping[str, str]) -> bool:
    """Return whether the locale says that the terminal draws more than ASCII.

    Where no variable says anything, it is taken to: most terminals do.
    """
    ctype = environment.get("LC_CTYPE", "")
    language = environment.get("LANG", "")
    if ctype in _COERCED and language:
        ctype = ""
    locale = environment.get("LC_ALL") or ctype or language
    return not locale or "utf" in locale.lower()


def slow_down(environment: MutableMapping[str, str] = os.environ) -> None:
    """Repaint less often and without animation; call it before Textual is imported."""
    environment.setdefault("TEXTUAL_FPS", str(SLOW_FRAMES))
    environment["TEXTUAL_ANIMATIONS"] = "none"
