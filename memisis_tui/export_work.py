"""Exports: files that leave the program's own folder, each on request."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from memisis_screens.session import Exported
from memisis_tui.thread_messages import FileExported

if TYPE_CHECKING:
    from memisis_screens.messages import ExportRequested
    from memisis_tui.desk import Desk


class ExportWork:
    """Owns `Session.exports` and `Session.destination`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def export(self, wish: ExportRequested) -> None:
        """Write one file, in a thread."""
        services = self._desk.services
        if services is None:
            return
        store = services.store

        def write() -> None:
            from memisis_core.report.export import export_data, export_plan, export_report

            records = [store.run(run_id) for run_id in wish.run_ids]
            match wish.kind:
                case "data":
                    written = export_data(records[0], wish.path)
                case "plan":
                    written = export_plan(records[0], wish.path)
                case _:
                    written = export_report(records, wish.path)
            exported = Exported(wish.what, written, written.stat().st_size)
            self._desk.post_message(FileExported(exported))

        self._desk.in_thread(f"exporting {wish.what}", write)

    def show(self, exported: Exported) -> None:
        """Show that a file was written, and where."""
        session = self._desk.session
        self._desk.session = replace(session, exports=(*session.exports, exported))

    def choose(self, folder: Path) -> None:
        """Write exports to another folder from now on."""
        self._desk.session = replace(self._desk.session, destination=folder)
