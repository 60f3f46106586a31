"""``memisis sessions``: list, show, rename, export and delete sessions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from memisis_core.runs.store import Store
from memisis_core.text import visible
from memisis_tui.commands.output import print_json, print_lines, print_table, say

if TYPE_CHECKING:
    import argparse

    from memisis_core.runs.session_state import SavedBlock

_SPEAKERS = {"person": "you", "notice": "note", "error": "error", "plan": "plan"}


def list_sessions(options: argparse.Namespace) -> int:
    """List all sessions, the one last worked in first."""
    store = Store.open()
    sessions = store.sessions.all()
    if options.json:
        counted = [
            record.model_dump(mode="json") | {"runs": store.run_count(record.id)}
            for record in sessions
        ]
        print_json({"sessions": counted})
        return 0
    if not sessions:
        say("no sessions yet; begin one with: memisis DATA")
        return 0
    print_table(
        ("session", "id", "table", "runs", "last worked in"),
        [
            (
                record.title,
                record.id,
                Path(record.dataset).name if record.dataset else "-",
                str(store.run_count(record.id)),
                f"{record.updated.astimezone():%Y-%m-%d %H:%M}",
            )
            for record in sessions
        ],
    )
    return 0


def show_session(options: argparse.Namespace) -> int:
    """Show what was said in a session, and its runs."""
    store = Store.open()
    record = store.sessions.find(options.session)
    if options.json:
        from memisis_core.report.session_document import session_document

        print_json(session_document(store, record))
        return 0
    state = store.sessions.state(record.id)
    runs = store.runs(session_id=record.id)
    print_lines(
        [
            f"{record.title}  {record.id}",
            f"table {record.dataset or 'none'}",
            *(f"run {run.label} {run.synthesizer}: {run.state.value}" for run in runs),
            *(line for block in (state.blocks if state else ()) for line in _lines(block)),
        ]
    )
    return 0


def _lines(block: SavedBlock) -> list[str]:
    label = _SPEAKERS.get(block.kind, "")
    if block.plan is not None:
        return [f"{label:<6}{visible(block.plan.request or 'by hand')} ({block.condition})"]
    texts = block.text.splitlines() or [""]
    return [f"{label if index == 0 else '':<6}{text}" for index, text in enumerate(texts)]


def rename_session(options: argparse.Namespace) -> int:
    """Give a session another name."""
    store = Store.open()
    record = store.sessions.rename(store.sessions.find(options.session).id, options.title)
    if options.json:
        print_json(record.model_dump(mode="json"))
    else:
        print_lines([f"renamed: {record.title} {record.id}"])
    return 0


def export_session(options: argparse.Namespace) -> int:
    """Write a session to a JSON file."""
    from memisis_core.report.session_document import export_session as export

    store = Store.open()
    written = export(store, store.sessions.find(options.session), options.out)
    if options.json:
        print_json({"written": [str(written)]})
    else:
        print_lines([str(written)])
    return 0


def delete_sessions(options: argparse.Namespace) -> int:
    """Delete sessions with what was said in them; their runs stay."""
    store = Store.open()
    found = [store.sessions.find(name) for name in options.session]
    for record in found:
        store.sessions.delete(record.id)
    if options.json:
        print_json({"deleted": [record.id for record in found]})
    else:
        print_lines(f"deleted: {record.title} {record.id}" for record in found)
    return 0
