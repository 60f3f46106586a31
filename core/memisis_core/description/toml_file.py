"""The specification as a TOML file: written for people, read back to the same specification."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import ValidationError

from memisis_core.description.checks import problems_of, refusal
from memisis_core.description.specification import Specification
from memisis_core.errors import InputError
from memisis_core.secure_files import write_private

MOST_BYTES = 20_000_000
_HEADER = (
    "# A Memisis specification: a table described without a row of it.\n"
    "# Draw from it with: memisis describe --spec THIS_FILE --rows 500\n"
    "# A number is a bare one (a person wrote it) or {value, source, reference}; the sources are\n"
    "# said, model, person, literature, default, schema and sample.\n\n"
)
_WANTED = {"Stated": "it must be a number", "StatedDate": "it must be a date"}
_SECTION = re.compile(r"^\s*\[+\s*([A-Za-z0-9_.\"'-]+)\s*\]+")


def specification_to_toml(specification: Specification) -> str:
    """Return the specification as TOML; what is not stated is left out."""
    return _HEADER + _body(_stated_only(specification.model_dump(exclude_defaults=True)))


def specification_from_toml(text: str, where: str = "specification") -> Specification:
    """Read a specification.

    Raises
    ------
    InputError
        If the text is not TOML, or a key or value is not one that specifications have; the
        message names the line.
    """
    try:
        document: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"not valid TOML: {error}", where=where) from error
    except RecursionError as error:
        raise InputError("not valid TOML: nested too deeply", where=where) from error
    try:
        return Specification.model_validate(document)
    except ValidationError as error:
        raise _named(error, text, where) from error


def read_specification(path: Path) -> Specification:
    """Read a specification file.

    Raises
    ------
    InputError
        If there is no such file or it holds no specification.
    """
    return specification_from_toml(_text_of(path), where=str(path))


def read_sound_specification(path: Path) -> Specification:
    """Read a specification file that can be drawn from.

    Raises
    ------
    InputError
        As `read_specification`, or if it says what cannot be (`checks`), with the line of the
        variable, relation, group or rule.
    """
    text = _text_of(path)
    specification = specification_from_toml(text, where=str(path))
    problems = problems_of(specification)
    if problems and problems[0].refuses:
        line = line_of(text, problems[0].path)
        raise refusal(problems, f"{path}, line {line}" if line else str(path))
    return specification


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError("the file is too large for a specification", where=str(path))
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise InputError(f"the specification cannot be read ({why})", where=str(path)) from error


def write_specification(specification: Specification, path: Path) -> Path:
    """Write the specification to `path`, atomically and for this user alone."""
    return write_private(path, specification_to_toml(specification))


def _stated_only(value: Any) -> Any:
    """Shorten numbers that a person wrote to bare ones, and codes that say no more to codes."""
    if isinstance(value, dict):
        kept = {key: _stated_only(item) for key, item in value.items()}
        bare = len(kept) == 1 and next(iter(kept)) in ("value", "code")
        return next(iter(kept.values())) if bare else kept
    if isinstance(value, list | tuple):
        return [_stated_only(item) for item in value]
    return value


def _body(document: dict[str, Any]) -> str:
    """Return one line a key; only lists of several things are spread over lines."""
    flat = {key: value for key, value in document.items() if not _is_section(value)}
    lines = [f"{_key(key)} = {_inline(value)}" for key, value in flat.items()]
    for key, value in document.items():
        if key in flat:
            continue
        for section in value if isinstance(value, list) else [value]:
            lines += ["", f"[[{key}]]" if isinstance(value, list) else f"[{key}]"]
            lines += [f"{_key(name)} = {_value(item)}" for name, item in section.items()]
    return "\n".join(lines) + "\n"


def _is_section(value: Any) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and bool(value) and isinstance(value[0], dict)
    )


def _value(value: Any) -> str:
    if isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        return "[\n" + "".join(f"    {_inline(item)},\n" for item in value) + "]"
    return _inline(value)


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_inline(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(item) for item in value) + "]"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return f"{value:.1f}"
    return tomli_w.dumps({"k": value}).removeprefix("k = ").rstrip("\n")


def _key(key: str) -> str:
    return tomli_w.dumps({key: 0}).removesuffix(" = 0\n")


def _named(error: ValidationError, text: str, where: str) -> InputError:
    """Return the first thing that is wrong, with its line and the variable it is about."""
    first = error.errors()[0]
    path = tuple(part for part in first["loc"] if part not in ("bool", "int", "float", "str"))
    line = line_of(text, path)
    place = f"{where}, line {line}" if line else where
    why = first["msg"].removeprefix("Value error, ")
    fix = "Correct this key"
    if first["type"] == "extra_forbidden":
        why, fix = "there is no such key", "Correct its name or take it out"
    elif first["type"] == "missing":
        why, fix = "it is missing", "Add it"
    elif first["type"] == "model_type":
        why = _WANTED.get(first.get("ctx", {}).get("class_name", ""), "it must be a table")
    return InputError(f"{_as_key(path)}: {why[:1].lower()}{why[1:]}", where=place, fix=fix)


def _as_key(path: tuple[str | int, ...]) -> str:
    key = ""
    for part in path:
        key += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if key else part
    return key or "specification"


def line_of(text: str, path: tuple[str | int, ...]) -> int | None:
    """Return the line of a TOML text where a key stands, counted from 1; None if not found.

    The value's own line where the key is written there; else the line of the table, or of the
    array's element, that should hold it.
    """
    lines = text.splitlines()
    start, end, found = 0, len(lines), None
    position = 0
    prefix = ""
    while position < len(path) and isinstance(path[position], str):
        prefix = f"{prefix}.{path[position]}" if prefix else str(path[position])
        index = path[position + 1] if position + 1 < len(path) else None
        number = index if isinstance(index, int) else 0
        headers = [
            i for i in range(start, end) if (m := _SECTION.match(lines[i])) and m[1] == prefix
        ]
        if len(headers) <= number:
            break
        start = headers[number]
        end = _end_of(lines, start, prefix, end)
        found = start
        position += 2 if isinstance(index, int) else 1
    for part in path[position:]:
        if not isinstance(part, str):
            continue
        key = re.compile(rf"(^|[{{,\s])[\"']?{re.escape(part)}[\"']?\s*=")
        hit = next((i for i in range(start, end) if key.search(lines[i])), None)
        if hit is None:
            break
        start = found = hit
        position += 1
    return None if found is None else found + 1


def _end_of(lines: list[str], start: int, prefix: str, end: int) -> int:
    """Return where the table that begins at `start` ends: at the next one that is not inside."""
    for i in range(start + 1, end):
        header = _SECTION.match(lines[i])
        if header and not header[1].startswith(prefix + "."):
            return i
    return end
