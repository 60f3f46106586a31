"""``memisis models``: the language models on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memisis_core.errors import InputError
from memisis_tui.commands.output import print_json, print_lines, print_table, say

if TYPE_CHECKING:
    import argparse

    from memisis_core.agent.model_files import ModelFile


def list_models(options: argparse.Namespace) -> int:
    """List the model files and say which can be used, and why the others cannot."""
    from memisis_core.agent.model_files import model_files

    return _show(model_files(), options.json)


def check_models(options: argparse.Namespace) -> int:
    """Check one file, or the embedded model: header, checksum, and that it answers."""
    from memisis_core.agent.model_files import check_model

    checked = check_model(options.file)
    _show([checked], options.json)
    return 0 if checked.loadable else 1


def install_model(options: argparse.Namespace) -> int:
    """Fetch and verify the embedded model; the only command that uses the network."""
    from memisis_core.agent.installation import install

    if options.source is not None and not options.source.exists():
        raise InputError("there is no such file", where=str(options.source), fix="Check the path")
    path = install(say, source=options.source)
    if options.json:
        print_json({"installed": str(path)})
    else:
        print_lines([f"installed: {path}"])
    return 0


def _show(files: list[ModelFile], as_json: bool) -> int:
    if as_json:
        print_json({"models": [file.to_json() for file in files]})
        return 0
    if not files:
        say("no model is installed; run: memisis models install")
        return 0
    print_table(
        ("file", "architecture", "size", "memory", "usable"),
        [
            (
                file.path.name,
                file.architecture or "-",
                f"{file.size_bytes / 1e6:,.0f} MB",
                f"{file.memory_bytes / 1e6:,.0f} MB",
                "yes" if file.loadable else f"no: {file.why_not}",
            )
            for file in files
        ],
    )
    return 0
