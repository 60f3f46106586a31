"""The workbench as an application: opens the library after the first paint, routes messages."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import on, work
from textual.app import App

import memisis_screens
from memisis_core.errors import MemisisError
from memisis_core.text import visible
from memisis_screens import messages
from memisis_screens.action import Action
from memisis_screens.ascii_filter import AsciiFilter
from memisis_screens.session import ModelState, Session
from memisis_screens.themes import DARK, PLAIN, THEMES
from memisis_screens.workbench.workbench_screen import WorkbenchScreen
from memisis_tui import thread_messages
from memisis_tui.comparison_work import ComparisonWork
from memisis_tui.conversation_work import ConversationWork
from memisis_tui.description_messages import DescriptionMessages
from memisis_tui.description_work import DescriptionWork
from memisis_tui.export_work import ExportWork
from memisis_tui.job_work import JobWork
from memisis_tui.leaving import end_soon, goes_on, question_before_leaving
from memisis_tui.opening import open_library
from memisis_tui.palette import ActionProvider
from memisis_tui.plan_work import PlanWork
from memisis_tui.plots_work import PlotsMessages, PlotsWork
from memisis_tui.review_messages import ReviewMessages
from memisis_tui.review_work import ReviewWork
from memisis_tui.run_messages import RunMessages
from memisis_tui.session_messages import SessionMessages
from memisis_tui.session_work import SessionWork
from memisis_tui.still_cursors import StillCursors
from memisis_tui.table_messages import TableMessages
from memisis_tui.table_work import TableWork
from memisis_tui.terminal import ORDINARY, Manner

if TYPE_CHECKING:
    from textual.message import Message
    from textual.screen import Screen
    from textual.worker import Worker

    from memisis_tui.services import Services

STYLE_FOLDER = Path(memisis_screens.__file__).parent
STYLES = (
    "workbench/workbench.tcss",
    "tables/tables.tcss",
    "chat/chat.tcss",
    "plan/plan.tcss",
    "opening/opening.tcss",
    "description/description.tcss",
    "data/data.tcss",
    "jobs/jobs.tcss",
    "metrics/metrics.tcss",
    "compare/compare.tcss",
    "report/report.tcss",
    "review/review.tcss",
    "plots/plots.tcss",
    "dialogs/dialogs.tcss",
)
SECONDS_BETWEEN_FLUSHES = 0.25
SECONDS_BETWEEN_TICKS_ON_A_SLOW_LINE = 5.0
SECONDS_BETWEEN_SAVES = 2.0
MOST_THREADS = 64
"""Each run that waits or works holds one; asyncio's own pool has six on two cores."""


class MemisisApp(
    SessionMessages,
    TableMessages,
    RunMessages,
    ReviewMessages,
    PlotsMessages,
    DescriptionMessages,
    StillCursors,
    App[int],
    inherit_bindings=False,
):
    """The workbench.

    Parameters
    ----------
    open_services : callable
        Opens the library (imports it: tenths of a second); called in a thread after the first
        paint.
    data : Path or None
        The table to open.
    resume : str or None
        Name of a session to take up again; empty: the last one.
    manner : Manner
    """

    TITLE = "Memisis"
    CSS_PATH = [STYLE_FOLDER / style for style in STYLES]  # noqa: RUF012
    COMMANDS = {ActionProvider}  # noqa: RUF012
    ENABLE_COMMAND_PALETTE = False  # its key stands in our registry, see on_mount
    BINDINGS = []  # noqa: RUF012 - every key stands in the registry, bound by the workbench

    def __init__(
        self,
        open_services: Callable[[], Services],
        data: Path | None = None,
        resume: str | None = None,
        manner: Manner = ORDINARY,
    ) -> None:
        # With NO_COLOR, Textual drops colours only if it may use the terminal's own.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        for theme in THEMES:
            self.register_theme(theme)
        kept = manner.theme if manner.theme in {theme.name for theme in THEMES} else DARK.name
        self.theme = PLAIN.name if self.no_color else kept
        self.data = data
        self.resume = resume
        self.manner = manner
        if manner.ascii_only:
            self._filters.append(AsciiFilter())
        self.services: Services | None = None
        self._open_services = open_services
        self._leaving = False
        self.bench = WorkbenchScreen()
        self.bench.set_reactive(WorkbenchScreen.session, Session(opening=data))
        self.tables = TableWork(self)
        self.plans = PlanWork(self)
        self.jobs = JobWork(self)
        self.comparisons = ComparisonWork(self)
        self.descriptions = DescriptionWork(self, self.jobs)
        self.conversation = ConversationWork(self, self.plans, self.jobs, self.descriptions)
        self.exports = ExportWork(self)
        self.reviews = ReviewWork(self, self.plans)
        self.plots = PlotsWork(self)
        self.sessions = SessionWork(self, self.plans)

    # The session.

    @property
    def session(self) -> Session:
        """What the panes show."""
        return self.bench.session

    @session.setter
    def session(self, session: Session) -> None:
        if self.bench.is_attached:  # else the application is being closed
            self.bench.session = session

    @property
    def session_id(self) -> str:
        """Identifier of the store's session; begins it if need be (call it in a thread)."""
        return self.sessions.id

    # Start and end.

    def get_default_screen(self) -> Screen[Any]:
        """Return the workbench."""
        return self.bench

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return what our style sheets use beyond Textual's own variables."""
        return {"quiet": "#808080", "line": "#808080"}

    def on_mount(self) -> None:
        """Open the library once the first frame is on the screen."""
        self.use_command_palette = True
        self.app_resume_signal.subscribe(self, self._back_from_the_shell)
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(MOST_THREADS, thread_name_prefix="memisis"))
        if not self.is_headless:  # else they are the test's or the script's own
            for name in (signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(name, partial(self._leave_now, 128 + name.value))
        if self.manner.slow_line:
            self.jobs.seconds_between_progress = SECONDS_BETWEEN_TICKS_ON_A_SLOW_LINE
            self.bench.seconds_between_ticks = SECONDS_BETWEEN_TICKS_ON_A_SLOW_LINE
        self.set_interval(
            max(SECONDS_BETWEEN_FLUSHES, self.jobs.seconds_between_progress), self.jobs.flush
        )
        self.set_interval(SECONDS_BETWEEN_SAVES, self.sessions.save_soon)
        self.set_interval(SECONDS_BETWEEN_SAVES, self.jobs.measure)
        self.call_after_refresh(self.in_thread, "opening the store", self._open)

    def _back_from_the_shell(self, _app: App[Any]) -> None:
        """Paint everything: the shell has used the screen meanwhile."""
        self.screen.refresh(layout=True)

    def _open(self) -> None:
        """Open the library and read the table (in a thread)."""
        open_library(self, self.tables, self._open_services, self.data, self.resume)

    @on(thread_messages.KeysRead)
    def _keys_read(self, message: thread_messages.KeysRead) -> None:
        self.set_keymap(message.keys)

    async def on_unmount(self) -> None:
        """Leave no job behind, however the application ends."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        services, self.services = self.services, None
        self.conversation.close()
        self.descriptions.close()
        if services is not None:
            services.close()

    @work(exclusive=True, group="leaving")
    async def _leave_now(self, status: int = 0) -> None:
        await self.conversation.stop()
        self._leaving = True
        if self.services is not None:
            await asyncio.to_thread(self.sessions.save, self.services, self.sessions.state())
        if self.jobs.ended_by_leaving:
            self.bench.notify("Ending what is at work", markup=False)
        await asyncio.to_thread(self._close)
        if self._driver is not None and not self.is_headless:
            end_soon(status)
        self.exit(status, return_code=status)

    @on(messages.LeaveRequested)
    def _leave(self) -> None:
        """Quit; ask first if jobs are at work."""
        working = self.jobs.ended_by_leaving
        if not working:
            self._leave_now()
            return
        from memisis_screens.dialogs.confirm_screen import ConfirmScreen

        question = ConfirmScreen(*question_before_leaving(working))

        def answered(yes: bool | None) -> None:
            if yes:
                self._leave_now()

        self.push_screen(question, answered)

    # Threads.

    def post_message(self, message: Message) -> bool:
        """Post a message, unless a thread has something to say and nobody listens any more."""
        if self._leaving and isinstance(message, thread_messages.ThreadMessage):
            return False
        return super().post_message(message)

    async def _dispatch_message(self, message: Message) -> None:
        """Drop what threads said while the screen is already being taken down."""
        if isinstance(message, thread_messages.ThreadMessage) and not self.bench.is_attached:
            return
        await super()._dispatch_message(message)

    def in_thread(self, doing: str, work: Callable[[], None]) -> Worker[Any]:
        """Run `work` in a thread; what it raises is shown, and the application goes on."""

        def guarded() -> None:
            try:
                work()
            except MemisisError as error:
                self.post_message(thread_messages.WorkerFailed(doing, error.line()))
            except Exception as error:  # noqa: BLE001 - shown to the person; the app goes on
                line = visible(f"{type(error).__name__}: {error}", 300)
                self.log.error(f"{doing}: {line}")
                self.post_message(thread_messages.WorkerFailed(doing, line))

        return self.run_worker(guarded, name=doing, thread=True, exit_on_error=False)

    @on(thread_messages.WorkerFailed)
    async def _worker_failed(self, message: thread_messages.WorkerFailed) -> None:
        await self.conversation.note_error(f"{message.doing}: {message.line}")
        self.bench.notify(message.line, title=message.doing, severity="error", markup=False)

    # The library.

    @on(thread_messages.ServicesOpened)
    def _services_opened(self, message: thread_messages.ServicesOpened) -> None:
        services = self.services = message.services
        state = ModelState.READY if services.model_name else ModelState.MISSING
        self.session = replace(self.session, model=services.model_name, model_state=state)
        if message.interrupted:
            self.jobs.show(message.interrupted)
            count = len(message.interrupted)
            runs = "1 run was" if count == 1 else f"{count} runs were"
            self.bench.notify(f"{runs} interrupted: r in Jobs begins it again", markup=False)
        if message.detached:
            self.jobs.follow(message.detached, detached=True)

    # The conversation.

    @on(messages.GoalSubmitted)
    async def _goal_submitted(self, message: messages.GoalSubmitted) -> None:
        await self.conversation.ask(message.text)

    @on(messages.AnswerStopRequested)
    async def _answer_stop_requested(self) -> None:
        await self.conversation.stop()

    @on(thread_messages.ReplyArrived)
    async def _reply_arrived(self, message: thread_messages.ReplyArrived) -> None:
        await self.conversation.take(message.turn, message.reply)

    @on(thread_messages.AnswerEnded)
    async def _answer_ended(self, message: thread_messages.AnswerEnded) -> None:
        await self.conversation.end(message.turn)

    # The plan.

    @on(messages.PlanConfirmed)
    def _plan_confirmed(self, message: messages.PlanConfirmed) -> None:
        self.jobs.start(message.plan)
        self.plans.confirm()
        self.bench.chat.prompt.focus()

    @on(messages.PlanEdited)
    def _plan_edited(self, message: messages.PlanEdited) -> None:
        self.plans.change(message.plan)

    @on(messages.PlanDropped)
    def _plan_dropped(self) -> None:
        self.plans.drop()

    @on(messages.NewPlanRequested)
    async def _new_plan_requested(self) -> None:
        from memisis_core.plan.model import Plan

        if self.session.table is None:
            self._tell_no_table()
        else:
            await self.plans.propose(Plan())

    @on(messages.PlanTakenUp)
    async def _plan_taken_up(self, message: messages.PlanTakenUp) -> None:
        if self.session.table is None:
            self._tell_no_table()
            return
        await self.plans.propose(message.plan)
        if message.edit:
            await self.bench.edit_open_card()

    def _tell_no_table(self) -> None:
        self.bench.notify("A plan needs a table: o opens one", severity="warning", markup=False)

    @on(thread_messages.PlanRefused)
    async def _plan_refused(self, message: thread_messages.PlanRefused) -> None:
        self.plans.refuse(message.line)
        await self.conversation.note_error(message.line)

    @on(thread_messages.Noticed)
    async def _noticed(self, message: thread_messages.Noticed) -> None:
        await self.conversation.note(message.lines)

    def perform_soon(self, action: Action) -> None:
        """Carry out an action once the palette is closed.

        As the application's own callback: Textual lets messages go no further up than the node in
        whose turn they were posted.
        """
        self.call_later(self.bench.perform, action)


def run_workbench(
    data: Path | None = None,
    *,
    home: Path | None = None,
    resume: str | None = None,
    detach: bool = False,
    manner: Manner = ORDINARY,
) -> int:
    """Open the workbench and return its exit status.

    Parameters
    ----------
    data : Path, optional
        The table to open.
    home : Path, optional
        The program's folder; ``MEMISIS_HOME`` or the platform's own unless given.
    resume : str, optional
        Name of a session to take up again; empty: the last one.
    detach : bool
        Whether new runs go on when the workbench or its terminal ends.
    manner : Manner
        How it draws.
    """

    def open_services() -> Services:
        from memisis_tui.services import open_services

        return open_services(home, detach=detach)

    app = MemisisApp(open_services, data, resume, manner)
    app.run()
    if app.jobs.going_on:
        print(goes_on(app.jobs.going_on))  # noqa: T201 - the screen is gone
    return app.return_code or 0
