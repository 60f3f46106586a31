"""A person's own keys: ``keys.toml`` in the settings folder maps action identifiers to keys."""

from __future__ import annotations

import tomllib
from pathlib import Path

from memisis_core.errors import InputError
from memisis_screens.actions import ACTIONS
from memisis_screens.key_presets import PRESETS

KEY_MAP_FILE = "keys.toml"
PRESET = "preset"


def read_key_map(folder: Path) -> dict[str, str]:
    """Return keys by action identifier; empty if the person has no such file.

    The file holds lines such as ``"metrics.mark" = "space"``; several keys are separated by commas.
    ``preset = "vim"`` (or ``"emacs"``) starts from a set of keys; the other lines change it.

    Raises
    ------
    InputError
        If the file is not TOML, or names an action or a preset that does not exist.
    """
    path = folder / KEY_MAP_FILE
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            f"the key map cannot be read ({error})", where=str(path), fix="Correct or remove it"
        ) from error
    preset = document.pop(PRESET, None)
    if preset is not None and preset not in PRESETS:
        raise InputError(
            f"{preset!r} is not a set of keys", where=str(path), fix=f"Use {' or '.join(PRESETS)}"
        )
    known = {action.id for action in ACTIONS}
    for name, keys in document.items():
        if name not in known or not isinstance(keys, str) or not keys.strip():
            raise InputError(
                f"{name!r} is not an action with keys",
                where=str(path),
                fix='Write lines such as: "metrics.mark" = "space"',
            )
    return {**PRESETS.get(preset, {}), **document}
