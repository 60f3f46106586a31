"""Opening the library after the first paint: store, interrupted runs, key map, table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from memisis_core.errors import MemisisError
from memisis_core.runs.states import RunState
from memisis_tui.session_work import found_session
from memisis_tui.thread_messages import (
    KeysRead,
    ServicesOpened,
    SessionFound,
    TableUnreadable,
    WorkerFailed,
)

if TYPE_CHECKING:
    from memisis_tui.desk import Desk
    from memisis_tui.services import Services
    from memisis_tui.table_work import TableWork

MOST_INTERRUPTED = 20
"""Interrupted runs that are shown at the start, the latest ones."""
SETTINGS = "settings"


def open_library(
    desk: Desk,
    tables: TableWork,
    open_services: Callable[[], Services],
    data: Path | None,
    resume: str | None = None,
) -> None:
    """Open everything and report it, piece by piece (call it in a thread).

    Parameters
    ----------
    desk : Desk
    tables : TableWork
        Reads the table.
    open_services : callable
        Opens the library.
    data : Path or None
        The table to open.
    resume : str or None
        The session to take up again; empty: the last one.
    """
    services = open_services()
    services.store.mark_interrupted()
    interrupted = services.store.runs(states=[RunState.INTERRUPTED], last=MOST_INTERRUPTED)
    if resume is not None:
        interrupted = []  # those of the session come with it
    desk.post_message(ServicesOpened(services, interrupted, services.detached.at_work()))
    _read_keys(desk, services.store.home / SETTINGS)
    if resume is not None:
        reopen(desk, tables, services, found_session(services, resume), data)
    elif data is not None:
        tables.read(services, data)


def reopen(
    desk: Desk, tables: TableWork, services: Services, found: SessionFound, data: Path | None
) -> None:
    """Report a session that was found and read its table (call it in a thread).

    Parameters
    ----------
    desk, tables, services
    found : SessionFound
    data : Path or None
        Where the table lies now, if not where it lay.
    """
    desk.post_message(found)
    path = data or (Path(found.record.dataset) if found.record.dataset else None)
    if path is not None:
        tables.read(services, path)
    else:
        desk.post_message(TableUnreadable("no table was open in this session"))


def _read_keys(desk: Desk, folder: Path) -> None:
    from memisis_tui.key_map import read_key_map

    try:
        keys = read_key_map(folder)
    except MemisisError as error:
        desk.post_message(WorkerFailed("reading the key map", error.line()))
    else:
        desk.post_message(KeysRead(keys))
