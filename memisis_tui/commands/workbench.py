"""``memisis [DATA]``: the workbench."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from memisis_core.errors import InputError

if TYPE_CHECKING:
    import argparse


def workbench(options: argparse.Namespace) -> int:
    """Open the workbench, on a table if one is named."""
    if options.data is not None and not options.data.exists():
        raise InputError("there is no such file", where=str(options.data), fix="Check the path")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError(
            "the workbench needs a terminal", fix="In scripts use: memisis run, or memisis --help"
        )
    from memisis_tui.terminal import Manner, draws_unicode, slow_down

    if options.low_bandwidth:
        slow_down()
    from memisis_core.locations import settings_folder
    from memisis_tui.app import run_workbench
    from memisis_tui.kept_theme import read_theme

    manner = Manner(
        slow_line=options.low_bandwidth,
        ascii_only=options.ascii or not draws_unicode(os.environ),
        theme=read_theme(settings_folder()),
    )
    return run_workbench(options.data, resume=options.resume, detach=options.detach, manner=manner)
