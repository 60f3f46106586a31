"""The colours that a person chose last, kept in the settings folder."""

from __future__ import annotations

from pathlib import Path

from memisis_core.secure_files import private_folder, write_private

THEME_FILE = "theme"


def read_theme(folder: Path) -> str:
    """Return the name of the theme that was chosen last, empty if none was.

    A file that cannot be read counts as none: colours are no reason not to start.
    """
    try:
        return (folder / THEME_FILE).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def keep_theme(folder: Path, name: str) -> None:
    """Keep the name of a theme for the next start (writes a file: call it in a thread)."""
    write_private(private_folder(folder) / THEME_FILE, f"{name}\n")
