"""Messages about the table: the part of the application that opens it and changes its roles."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from memisis_screens import messages
    from memisis_screens.session import Session
    from memisis_screens.workbench.workbench_screen import WorkbenchScreen
    from memisis_tui import thread_messages
    from memisis_tui.conversation_work import ConversationWork
    from memisis_tui.plan_work import PlanWork
    from memisis_tui.services import Services
    from memisis_tui.session_work import SessionWork
    from memisis_tui.table_work import TableWork


class TableMessages:
    """Handlers by Textual's naming rule, so that a plain class can hold them."""

    if TYPE_CHECKING:
        bench: WorkbenchScreen
        conversation: ConversationWork
        plans: PlanWork
        services: Services | None
        session: Session
        sessions: SessionWork
        tables: TableWork
        in_thread: Any
        leave_session: Callable[[], Awaitable[bool]]
        take_up_session: Callable[[], Awaitable[None]]

    # Opening.

    async def on_open_requested(self, message: messages.OpenRequested) -> None:
        """Open a table, or ask which one."""
        message.stop()
        if self.services is None:
            self.bench.notify("The program is still starting; try again", markup=False)
        elif message.path is not None:
            await self._open_table(message.path)
        else:
            services = self.services
            self.in_thread("looking for recent tables", lambda: self.tables.find_recent(services))

    def on_recent_tables_found(self, message: thread_messages.RecentTablesFound) -> None:
        """Ask which table to open."""
        from memisis_screens.opening.open_screen import OpenScreen

        async def chosen(path: Path | None) -> None:
            if path is not None:
                await self._open_table(path)

        self.bench.app.push_screen(OpenScreen(message.paths), chosen)

    async def _open_table(self, path: Path) -> None:
        """Begin a new session with another table; the one before can be taken up again."""
        services = self.services
        if services is None or not await self.leave_session():
            return
        self.session = replace(self.session, opening=path)
        await self.bench.action_show_tab("chat")
        self.in_thread("reading the table", lambda: self.tables.read(services, path))

    # What was read.

    async def on_table_read(self, message: thread_messages.TableRead) -> None:
        """Show the table and say what was found."""
        self.tables.show(message.table)
        if self.sessions.waiting:
            await self.take_up_session()
        else:
            await self.conversation.greet()
        self.conversation.prepare()

    async def on_table_unreadable(self, message: thread_messages.TableUnreadable) -> None:
        """Say why there is no table."""
        self.tables.refuse(message.line)
        if self.sessions.waiting:
            await self.take_up_session()
        await self.conversation.note_error(message.line)

    # Roles.

    def on_role_chosen(self, message: messages.RoleChosen) -> None:
        """Give a column a role."""
        self.tables.give_role(message.column, message.role)
        self.plans.follow_table()
        self.tables.describe_again()

    def on_table_described(self, message: thread_messages.TableDescribed) -> None:
        """Show the profile for other roles."""
        self.tables.take_profile(message.schema, message.profile)
