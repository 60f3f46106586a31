"""Opening a table and changing its roles."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from memisis_core.errors import MemisisError
from memisis_tui.thread_messages import (
    RecentTablesFound,
    TableDescribed,
    TableRead,
    TableUnreadable,
)

if TYPE_CHECKING:
    from memisis_core.data.profile import Profile
    from memisis_core.data.schema import Role, Schema
    from memisis_screens.session import OpenTable
    from memisis_tui.desk import Desk
    from memisis_tui.services import Services


class TableWork:
    """Owns `Session.table`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def read(self, services: Services, path: Path) -> None:
        """Read a table and report it (call it in a thread)."""
        try:
            table = services.read_table(path)
        except MemisisError as error:
            self._desk.post_message(TableUnreadable(error.line()))
        else:
            self._desk.post_message(TableRead(table))

    def find_recent(self, services: Services) -> None:
        """Report which tables were worked on before (call it in a thread)."""
        sessions = services.store.sessions.all()
        paths = [session.dataset for session in sessions if session.dataset]
        self._desk.post_message(RecentTablesFound(paths))

    def show(self, table: OpenTable) -> None:
        """Put a table that was read on the screen."""
        self._desk.session = replace(self._desk.session, table=table, opening=None, trouble="")

    def refuse(self, line: str) -> None:
        """Say why a table could not be read."""
        self._desk.session = replace(self._desk.session, trouble=line)

    def give_role(self, column: str, role: Role) -> None:
        """Give a column a role; a new target takes the role from the one before."""
        table = self._desk.session.table
        if table is None:
            return
        schema = table.schema
        if role == "target" and schema.target is not None:
            schema = schema.replacing(schema.target, role=type(role)("feature"))
        schema = schema.replacing(column, role=role, reason="set by hand")
        self._desk.session = replace(self._desk.session, table=replace(table, schema=schema))

    def describe_again(self) -> None:
        """Make the profile anew for the present roles, in a thread."""
        table = self._desk.session.table
        if table is None or table.describe is None:
            return
        describe, schema = table.describe, table.schema

        def work() -> None:
            self._desk.post_message(TableDescribed(schema, describe(schema)))

        self._desk.in_thread("describing the table", work)

    def take_profile(self, schema: Schema, profile: Profile) -> None:
        """Show a profile, unless the roles have changed again meanwhile."""
        table = self._desk.session.table
        if table is not None and table.schema == schema:
            self._desk.session = replace(self._desk.session, table=replace(table, profile=profile))
