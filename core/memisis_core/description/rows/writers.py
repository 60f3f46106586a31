"""Which model writes rows, and in which form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from memisis_core.agent.installation import adapted_model
from memisis_core.agent.model_choice import usable_file
from memisis_core.agent.model_files import CHAT_FILE, ROWS_FILE
from memisis_core.description.rows.settings import Form

ADAPTER: Final = Path(__file__).parents[1] / "adapter" / "rows.safetensors"
SMALL_BYTES: Final = 1_000_000_000
"""Files below it (about a billion parameters at 8 bits) are given the skeleton."""


@dataclass(frozen=True)
class RowModel:
    """A model file and how it is used.

    Attributes
    ----------
    path : Path
    form : {"skeleton", "json"}
    trained : bool
        Whether it was trained for row writing.
    """

    path: Path
    form: Form
    trained: bool


def row_model(name: str | None, form: Form | None, progress: Callable[[str], None]) -> RowModel:
    """Return the model that writes rows.

    Parameters
    ----------
    name : str, optional
        A file of the models folder; without one, the embedded model with the adapter for rows,
        which is made on first use, or without it where none is shipped.
    form : {"skeleton", "json"}, optional
        Without one, by the size of the file.
    progress : callable
        Gets a line if a file has to be made.

    Raises
    ------
    ModelUnavailable
        If the embedded model is not installed.
    InputError
        If there is no such file, or GPT4All cannot load it.
    """
    if name is None and ADAPTER.is_file():
        return RowModel(adapted_model(ADAPTER, ROWS_FILE, progress), form or "skeleton", True)
    path = usable_file(name or CHAT_FILE)
    small = path.stat().st_size < SMALL_BYTES
    return RowModel(path, form or ("skeleton" if small else "json"), path.name == ROWS_FILE)
