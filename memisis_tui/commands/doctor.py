"""``memisis doctor``: is everything there, in the versions that belong together."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import TYPE_CHECKING

from memisis_core import __version__, locations
from memisis_core.errors import MemisisError
from memisis_tui.commands.output import print_json, print_table

if TYPE_CHECKING:
    import argparse

LIBRARIES = ("sdv", "ctgan", "rdt", "copulas", "sdmetrics", "torch", "scikit-learn", "fairlearn")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    found: str
    good: bool
    advice: str = ""


def doctor(options: argparse.Namespace) -> int:
    """Check the installation; exit status 1 if something is missing."""
    findings = [
        Finding("memisis", __version__, good=True),
        Finding("python", platform.python_version(), sys.version_info[:2] < (3, 14)),
        Finding("cores", str(os.cpu_count()), good=True),
        *_libraries(),
        _home(),
        _model(),
    ]
    good = all(finding.good for finding in findings)
    if options.json:
        print_json({"good": good, "findings": [asdict(finding) for finding in findings]})
    else:
        print_table(
            ("", "found", "", ""),
            [(f.what, f.found, "ok" if f.good else "missing", f.advice) for f in findings],
        )
    return 0 if good else 1


def _libraries() -> list[Finding]:
    pinned = {}
    for requirement in metadata.requires("memisis") or []:
        name, _, rest = requirement.partition("==")
        pinned[name.strip()] = rest.split(";")[0].strip()
    findings = []
    for name in LIBRARIES:
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            findings.append(Finding(name, "-", good=False, advice="run: make setup"))
            continue
        wanted = pinned.get(name)
        good = not wanted or found.split("+")[0] == wanted
        advice = "" if good else f"{wanted} is the version that was tested"
        findings.append(Finding(name, found, good, advice))
    return findings


def _home() -> Finding:
    try:
        return Finding("folder", str(locations.home()), good=True)
    except MemisisError as error:
        return Finding("folder", "-", good=False, advice=str(error))


def _model() -> Finding:
    from memisis_core.agent.model_files import planner_model_file

    try:
        return Finding("model", planner_model_file().name, good=True)
    except MemisisError as error:
        return Finding("model", "-", good=False, advice=str(error))
