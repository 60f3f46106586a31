"""An answer as a file of this user alone."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from memisis_core.errors import InputError, WorkFailed
from memisis_core.secure_files import write_private


def save_answer(text: str, path: Path | None, folder: Path) -> Path:
    """Write `text` and return the path.

    Parameters
    ----------
    text : str
    path : Path or None
        A file that is not there yet, within `folder` unless absolute; None: the first of
        ``answer.md``, ``answer-2.md`` … that is free.
    folder : Path

    Raises
    ------
    InputError
        If there is a file of that name, or no such folder.
    WorkFailed
        If it cannot be written.
    """
    if path is None:
        names = (f"answer-{n}.md" if n > 1 else "answer.md" for n in count(1))
        target = next(folder / name for name in names if not (folder / name).exists())
    else:
        target = folder / path.expanduser()
    if target.exists():
        raise InputError("there is such a file", where=str(target), fix="Give another name")
    if not target.parent.is_dir():
        raise InputError("there is no such folder", where=str(target.parent), fix="Make it first")
    try:
        return write_private(target, text if text.endswith("\n") else f"{text}\n")
    except OSError as error:
        raise WorkFailed(
            f"the answer cannot be written ({error.strerror})", where=str(target)
        ) from error
