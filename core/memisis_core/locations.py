"""The one place for paths: where the program keeps what it writes."""

from __future__ import annotations

import os
from pathlib import Path

from memisis_core.secure_files import private_folder

HOME_VARIABLE = "MEMISIS_HOME"


def home() -> Path:
    """Return the program's folder, made private (0700) if it is new.

    ``MEMISIS_HOME`` overrides the platform's user data directory.
    """
    chosen = os.environ.get(HOME_VARIABLE)
    if chosen:
        return private_folder(Path(chosen).expanduser())
    from platformdirs import user_data_path  # deferred: 15 ms that most calls do not need

    return private_folder(user_data_path("memisis", appauthor=False))


def database_file() -> Path:
    """Return the path of the SQLite store."""
    return home() / "memisis.sqlite3"


def models_folder() -> Path:
    """Return the folder in which language models (GGUF files) are looked for."""
    return private_folder(home() / "models")


def run_folder(run_id: str) -> Path:
    """Return the artefact folder of one run."""
    return private_folder(private_folder(home() / "runs") / run_id)


def cache_folder() -> Path:
    """Return the folder of results that depend on real data alone, keyed by content hash.

    It holds measures and per-record scores, never a row.
    """
    return private_folder(home() / "cache")


def settings_folder() -> Path:
    """Return the folder of the person's own settings (key map, theme)."""
    return private_folder(home() / "settings")


def log_folder() -> Path:
    """Return the folder of the program's own logs."""
    return private_folder(home() / "logs")
