"""Messages about sessions: the part of the application that opens, lists and changes them."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from memisis_screens import messages
from memisis_tui import thread_messages
from memisis_tui.session_work import session_found

if TYPE_CHECKING:
    from collections.abc import Callable

    from memisis_screens.session import Session
    from memisis_screens.workbench.workbench_screen import WorkbenchScreen
    from memisis_tui.comparison_work import ComparisonWork
    from memisis_tui.conversation_work import ConversationWork
    from memisis_tui.job_work import JobWork
    from memisis_tui.services import Services
    from memisis_tui.session_work import SessionWork
    from memisis_tui.table_work import TableWork


class SessionMessages:
    """Handlers by Textual's naming rule, so that a plain class can hold them."""

    if TYPE_CHECKING:
        bench: WorkbenchScreen
        comparisons: ComparisonWork
        conversation: ConversationWork
        data: Path | None
        jobs: JobWork
        services: Services | None
        session: Session
        sessions: SessionWork
        tables: TableWork
        in_thread: Any
        post_message: Callable[[Any], bool]

    def on_session_found(self, message: thread_messages.SessionFound) -> None:
        """Keep the session until its table is read."""
        self.sessions.take(message)

    async def take_up_session(self) -> None:
        """Put a session back on the screen, once its table was read or refused."""
        table = self.session.table
        changed = table is not None and self.sessions.changed_table(table.reference.sha256)
        runs = await self.sessions.put_back()
        at_work = {run.id for run in self.session.active_runs}
        self.jobs.show([record for record in runs if record.id not in at_work])
        self.comparisons.renew()
        self.tables.describe_again()
        if changed:
            await self.conversation.note(
                ["The table has changed since this session was saved; earlier runs are of the old."]
            )

    # The list of sessions.

    def on_sessions_requested(self, message: messages.SessionsRequested) -> None:
        """Show the sessions of this machine."""
        message.stop()
        self._list_sessions()

    def _list_sessions(self) -> None:
        services = self.services
        if services is None:
            return

        def work() -> None:
            store = services.store
            counted = [(s, store.run_count(s.id)) for s in store.sessions.all()]
            self.post_message(thread_messages.SessionsListed(counted))

        self.in_thread("listing the sessions", work)

    def on_sessions_listed(self, message: thread_messages.SessionsListed) -> None:
        """Open the list, or show it anew."""
        from memisis_screens.sessions.sessions_screen import SessionsScreen

        front = self.bench.app.screen
        screen = front if isinstance(front, SessionsScreen) else None
        if screen is None:
            screen = SessionsScreen(self.sessions.open_id)
            self.bench.app.push_screen(screen)
        screen.show(message.sessions)

    async def on_session_chosen(self, message: messages.SessionChosen) -> None:
        """Open another session in place of this one."""
        services = self.services
        if services is None or message.session_id == self.sessions.open_id:
            return
        if await self.leave_session():
            self.in_thread(
                "opening the session", partial(self._reopen, services, message.session_id)
            )

    async def leave_session(self) -> bool:
        """Save this session and clear the screen; False if its jobs would end by that."""
        services = self.services
        if services is None:
            return False
        if self.jobs.ended_by_leaving:
            self.bench.notify(
                "Jobs of this session are at work: stop them first", severity="warning",
                markup=False,
            )  # fmt: skip
            return False
        await self.conversation.stop()
        await asyncio.to_thread(self.sessions.save, services, self.sessions.state())
        await asyncio.to_thread(self.conversation.close)
        await self.sessions.leave()
        self.comparisons.forget()
        return True

    def _reopen(self, services: Services, session_id: str) -> None:
        from memisis_tui.opening import reopen

        found = session_found(services, services.store.sessions.get(session_id))
        reopen(self, self.tables, services, found, None)  # type: ignore[arg-type]

    def on_session_renamed(self, message: messages.SessionRenamed) -> None:
        """Give a session another name."""
        self._change_session(
            "renaming the session",
            lambda services: services.store.sessions.rename(message.session_id, message.title),
        )

    def on_session_deleted(self, message: messages.SessionDeleted) -> None:
        """Delete a session; its runs stay."""
        if message.session_id == self.sessions.open_id:
            self.bench.notify("This session is open", severity="warning", markup=False)
            return
        self._change_session(
            "deleting the session",
            lambda services: services.store.sessions.delete(message.session_id),
        )

    def on_session_exported(self, message: messages.SessionExported) -> None:
        """Write a session to a file."""
        services = self.services
        if services is None:
            return
        folder = self.session.destination or Path.cwd()

        def work() -> None:
            from memisis_core.report.session_document import export_session

            record = services.store.sessions.get(message.session_id)
            written = export_session(services.store, record, folder)
            self.post_message(thread_messages.Told(f"written: {written}"))

        self.in_thread("exporting the session", work)

    def on_answer_save_requested(self, message: messages.AnswerSaveRequested) -> None:
        """Write an answer to a new file."""
        message.stop()
        folder = self.session.destination or Path.cwd()

        def work() -> None:
            from memisis_tui.answer_file import save_answer

            written = save_answer(message.text, message.path, folder)
            self.post_message(thread_messages.Told(f"written: {written}"))

        self.in_thread("saving the answer", work)

    def on_theme_chosen(self, message: messages.ThemeChosen) -> None:
        """Keep the colours for the next start."""
        services = self.services
        if services is None:
            return
        folder = services.store.home / "settings"

        def work() -> None:
            from memisis_tui.kept_theme import keep_theme

            keep_theme(folder, message.name)

        self.in_thread("keeping the theme", work)

    def on_told(self, message: thread_messages.Told) -> None:
        """Say one line for a moment."""
        self.bench.app.notify(message.line, markup=False)

    def _change_session(self, doing: str, change: Callable[[Services], object]) -> None:
        services = self.services
        if services is None:
            return

        def work() -> None:
            change(services)
            self._list_sessions()

        self.in_thread(doing, work)
