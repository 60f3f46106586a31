"""Which model files the person chose, for planning and for conversation. Imports nothing heavy."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import tomli_w

from memisis_core import locations
from memisis_core.agent.model_files import inspect
from memisis_core.errors import InputError
from memisis_core.secure_files import write_private

Use = Literal["planner", "chat"]

_FILE: Final = "models.toml"


@dataclass(frozen=True)
class ModelChoice:
    """Names of files in the models folder; None: the embedded model.

    Attributes
    ----------
    planner : str or None
        Turns words into plans. The embedded planner was trained for that and needs no other.
    chat : str or None
        Answers in prose.
    """

    planner: str | None = None
    chat: str | None = None


def model_choice() -> ModelChoice:
    """Return what the person chose; nothing if they never did.

    Raises
    ------
    InputError
        If the settings file is damaged.
    """
    path = locations.settings_folder() / _FILE
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ModelChoice()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            f"the choice of models cannot be read ({error})",
            where=str(path),
            fix="Delete the file and choose again",
        ) from error
    names = {use: document.get(use) for use in ("planner", "chat")}
    return ModelChoice(**{use: n if isinstance(n, str) else None for use, n in names.items()})


def choose_model(use: Use, name: str | None) -> ModelChoice:
    """Use a file of the models folder from now on; None goes back to the embedded model.

    Raises
    ------
    InputError
        If there is no such file in the models folder, or GPT4All cannot load it.
    """
    if name is not None:
        usable_file(name)
    choice = replace(model_choice(), **{use: name})
    stated = {key: value for key, value in vars(choice).items() if value is not None}
    write_private(locations.settings_folder() / _FILE, tomli_w.dumps(stated))
    return choice


def usable_file(name: str) -> Path:
    """Return the path of a file in the models folder.

    Raises
    ------
    InputError
        If it is not there or GPT4All cannot load it.
    """
    folder = locations.models_folder()
    if Path(name).name != name:
        raise InputError(f"{name!r} is not the name of a file in {folder}")
    file = inspect(folder / name)
    if not file.loadable:
        raise InputError(file.why_not, where=str(file.path), fix="Run: memisis models list")
    return file.path
