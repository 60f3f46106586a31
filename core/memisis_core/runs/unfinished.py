"""Files that a job was writing when it ended."""

from __future__ import annotations

from pathlib import Path


def remove_unfinished(folder: Path) -> None:
    """Remove what `memisis_core.secure_files.replacing` could not finish (names begin with a dot).

    Call it when no job writes to `folder` any more.
    """
    if folder.is_dir():
        for path in folder.glob(".*"):
            path.unlink(missing_ok=True)
