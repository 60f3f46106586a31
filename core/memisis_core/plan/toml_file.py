"""The plan as a TOML file: written for people, read back to the same plan."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import ValidationError

from memisis_core.errors import InputError
from memisis_core.plan.model import Plan
from memisis_core.secure_files import write_private

_HEADER = (
    "# A Memisis plan. What is not stated here is filled in from the table and the defaults.\n"
    "# Run it with: memisis run DATA --plan THIS_FILE\n\n"
)


def plan_to_toml(plan: Plan) -> str:
    """Return the plan as TOML; slots that nobody stated are left out."""
    document = plan.model_dump(mode="json", exclude_none=True)
    return _HEADER + tomli_w.dumps({key: value for key, value in document.items() if value != []})


def plan_from_toml(text: str, where: str = "plan") -> Plan:
    """Read a plan.

    Raises
    ------
    InputError
        If the text is not TOML, or a key or value is not one that plans have; the message names
        the line or the key.
    """
    try:
        document: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"not valid TOML: {error}", where=where) from error
    try:
        return Plan.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "plan"
        raise InputError(f"{key}: {first['msg']}", where=where, fix="Correct this key") from error


def read_plan(path: Path) -> Plan:
    """Read a plan file.

    Raises
    ------
    InputError
        If there is no such file or it holds no plan.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise InputError(f"the plan cannot be read ({why})", where=str(path)) from error
    return plan_from_toml(text, where=str(path))


def write_plan(plan: Plan, path: Path) -> Path:
    """Write the plan to `path`, atomically and for this user alone."""
    return write_private(path, plan_to_toml(plan))
