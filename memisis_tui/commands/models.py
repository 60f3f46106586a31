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


def use_model(options: argparse.Namespace) -> int:
    """Choose the file that answers in the chat or that plans, or go back to the embedded model."""
    from memisis_core.agent.model_choice import choose_model

    if (options.file is None) == (not options.embedded):
        raise InputError(
            "either the name of a model file or --embedded is needed",
            fix="See: memisis models list",
        )
    choice = choose_model(options.purpose, options.file)
    if options.json:
        print_json({"planner": choice.planner, "chat": choice.chat})
        return 0
    if options.purpose == "planner" and options.file is not None:
        say("note: plans were measured with the embedded planner only; check what this one makes")
    without = {"planner": "the embedded planner", "chat": "none; answers are worded by Memisis"}
    print_lines(f"{use}: {getattr(choice, use) or instead}" for use, instead in without.items())
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
