"""Which files and folders a path that is being written may become."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from os.path import commonprefix
from pathlib import Path

ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".parquet", ".pq", ".xlsx", ".xlsm")
"""Of tables that can be read; texts may also be compressed (``.gz``)."""
MOST_PROPOSALS = 200


@dataclass(frozen=True)
class Proposal:
    """A file or folder that may be meant.

    Attributes
    ----------
    text : str
        What stands in the line when it is taken; a folder ends with a slash.
    note : str
        What it is: ``folder``, a size, or where a recent file lies.
    folder : bool
    """

    text: str
    note: str
    folder: bool = False


def is_table(name: str) -> bool:
    """Return whether a file of this name may be a table."""
    lowered = name.lower().removesuffix(".gz")
    return lowered.endswith(ENDINGS)


def proposals(written: str, base: Path) -> list[Proposal]:
    """Return folders and tables that begin as `written` does, folders first.

    Parameters
    ----------
    written : str
        A path, ``~`` allowed; relative ones start at `base`.
    base : Path

    Returns
    -------
    list of Proposal
        Empty if the folder is not there or cannot be read. Hidden ones only if asked for.
    """
    head, beginning = os.path.split(written)
    folder = base / Path(head).expanduser() if head else base
    try:
        with os.scandir(folder) as found:
            fitting = [entry for entry in found if _fits(entry.name, beginning)]
            kept = [e for e in fitting if e.is_dir() or is_table(e.name)]
            kept.sort(key=lambda e: (not e.is_dir(), e.name.casefold()))
            return [_proposal(entry, head) for entry in kept[:MOST_PROPOSALS]]
    except OSError:
        return []


def recent_proposals(paths: Sequence[str]) -> list[Proposal]:
    """Return the tables of earlier sessions that are still there, each once."""
    return [Proposal(path, "recent") for path in dict.fromkeys(paths) if Path(path).is_file()]


def completed(written: str, known: Sequence[Proposal]) -> str:
    """Return as much of the path as is sure; what is written already if nothing is."""
    sure = commonprefix([proposal.text for proposal in known])  # noqa: RUF071 - letters are meant
    return sure if len(sure) > len(written) else written


def _fits(name: str, beginning: str) -> bool:
    if name.startswith(".") and not beginning.startswith("."):
        return False
    return name.casefold().startswith(beginning.casefold())


def _proposal(entry: os.DirEntry[str], head: str) -> Proposal:
    text = os.path.join(head, entry.name)  # noqa: PTH118 - what was written stays as it is
    if entry.is_dir():
        return Proposal(f"{text}/", "folder", folder=True)
    return Proposal(text, _size(entry.stat().st_size))


def _size(count: int) -> str:
    if count < 1_000_000:
        return f"{max(count / 1000, 1):,.0f} kB"
    return f"{count / 1e6:,.1f} MB"
