"""A session as one JSON document: what was said, which plans there were, what came of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

from memisis_core import __version__
from memisis_core.errors import InputError, WorkFailed
from memisis_core.report.json_report import to_json
from memisis_core.runs.sessions import SessionRecord
from memisis_core.runs.store import Store
from memisis_core.secure_files import write_private

_LONGEST_NAME = 80


def session_document(store: Store, record: SessionRecord) -> dict[str, object]:
    """Return a session for programs; figures about small groups are suppressed."""
    state = store.sessions.state(record.id)
    runs = store.runs(session_id=record.id)
    document: dict[str, object] = {
        "memisis": __version__,
        "session": record.model_dump(mode="json"),
        "state": state.model_dump(mode="json") if state is not None else None,
    }
    return document | (json.loads(to_json(runs)) if runs else {"plans": {}, "runs": []})


def export_session(store: Store, record: SessionRecord, target: Path) -> Path:
    """Write a session to a file of this user alone and return its path.

    Parameters
    ----------
    store : Store
    record : SessionRecord
    target : Path
        A file, or a folder in which a file named after the session is made.

    Raises
    ------
    InputError
        If the folder is not there.
    WorkFailed
        If the file cannot be written.
    """
    stem = re.sub(r"[^\w.() -]+", "-", record.title)[:_LONGEST_NAME].strip(". ") or record.id
    path = target / f"{stem}.session.json" if target.is_dir() else target
    if not path.parent.is_dir():
        raise InputError("there is no such folder", where=str(path.parent), fix="Make it first")
    text = json.dumps(session_document(store, record), ensure_ascii=False, indent=2) + "\n"
    try:
        return write_private(path, text)
    except OSError as error:
        raise WorkFailed(
            f"the session cannot be written ({error.strerror})", where=str(path)
        ) from error
