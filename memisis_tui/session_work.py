"""The session: saved as it changes, and everything put back where it was."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from memisis_screens.session import Condition, Session
from memisis_tui.plan_work import draft_of
from memisis_tui.thread_messages import SessionFound

if TYPE_CHECKING:
    from textual.widget import Widget

    from memisis_core.data.schema import Column
    from memisis_core.runs.record import RunRecord
    from memisis_core.runs.session_state import SavedBlock, SessionState
    from memisis_core.runs.sessions import SessionRecord
    from memisis_screens.session import OpenTable
    from memisis_tui.desk import Desk
    from memisis_tui.plan_work import PlanWork
    from memisis_tui.services import Services


class SessionWork:
    """Owns which session of the store is open."""

    def __init__(self, desk: Desk, plans: PlanWork) -> None:
        self._desk = desk
        self._plans = plans
        self._id = ""
        self._lock = threading.Lock()
        self._saved: object = None
        """What told the state apart that was saved last."""
        self._found: SessionFound | None = None
        """A session that waits for its table to be read."""

    @property
    def id(self) -> str:
        """Identifier of the store's session; begins it if need be (call it in a thread)."""
        with self._lock:
            if not self._id:
                services, table = self._desk.services, self._desk.session.table
                assert services is not None, "nothing is kept before the store is open"
                sessions = services.store.sessions
                title = sessions.free_title(table.name if table else "no table")
                self._id = sessions.add(title, table.reference.path if table else None).id
            return self._id

    @property
    def open_id(self) -> str:
        """Identifier of the session if it has begun, else empty."""
        return self._id

    # Saving.

    def save_soon(self) -> None:
        """Save in a thread if something changed; called every few seconds."""
        mark = self._mark()
        services = self._desk.services
        if services is None or self._found is not None or mark == self._saved or not self._worth():
            return
        self._saved, state = mark, self.state()
        store = services.store
        self._desk.in_thread(
            "saving the session", lambda: store.sessions.save_state(self.id, state)
        )

    def save(self, services: Services, state: SessionState) -> None:
        """Save now (call it in a thread)."""
        if self._found is None and (self._id or self._worth()):
            services.store.sessions.save_state(self.id, state)

    def _worth(self) -> bool:
        """Return whether a person has done anything that they would miss."""
        prompt = self._desk.bench.chat.prompt
        return bool(self._id or self._desk.session.draft or prompt.sent)

    def _mark(self) -> object:
        from memisis_screens.chat.saved_blocks import mark_of

        session, bench = self._desk.session, self._desk.bench
        blocks = tuple(mark_of(block) for block in bench.chat.log_view.children)
        roles = id(session.table.schema) if session.table else 0
        shown = (bench.tab, bench.work_tab, session.marked, session.pinned, session.destination)
        return (blocks, roles, shown, bench.chat.prompt.text)

    def state(self) -> SessionState:
        """Return what is on the screen, as a session keeps it."""
        from memisis_core.runs.session_state import SessionState
        from memisis_screens.chat.saved_blocks import saved_block

        session, bench = self._desk.session, self._desk.bench
        blocks = [saved_block(block) for block in bench.chat.log_view.children]
        table, prompt = session.table, bench.chat.prompt
        roles = {c.name: c.role.value for c in table.schema.columns} if table else {}
        return SessionState(
            sha256=table.reference.sha256 if table else "",
            roles=roles,
            tab=bench.tab,
            work_tab=bench.work_tab,
            marked=session.marked,
            pinned=session.pinned,
            destination=str(session.destination) if session.destination else None,
            history=tuple(prompt.sent),
            unsent=prompt.text,
            blocks=tuple(block for block in blocks if block is not None),
        )

    # Coming back.

    def take(self, found: SessionFound) -> None:
        """Keep a session that was found until its table has been read."""
        self._found = found
        self._id = found.record.id
        opening = Path(found.record.dataset) if found.record.dataset else None
        self._desk.session = replace(self._desk.session, opening=opening)

    @property
    def waiting(self) -> bool:
        """Whether a session waits for its table."""
        return self._found is not None

    async def put_back(self) -> list[RunRecord]:
        """Put everything where it was, as far as the table allows; return the session's runs."""
        found, self._found = self._found, None
        assert found is not None, "called while a session waits"
        state, desk = found.state, self._desk
        if state is None:
            return found.runs
        if desk.session.table is not None:
            desk.session = replace(
                desk.session, table=with_saved_roles(desk.session.table, state.roles)
            )
        await self._put_blocks_back(state)
        known = {record.id for record in found.runs}
        destination = Path(state.destination) if state.destination else None
        desk.session = replace(
            desk.session,
            marked=tuple(run_id for run_id in state.marked if run_id in known),
            pinned=state.pinned if state.pinned in known else "",
            destination=destination,
        )
        prompt = desk.bench.chat.prompt
        for words in state.history:
            prompt.remember(words)
        prompt.give_back(state.unsent)
        await desk.bench.action_show_tab(state.work_tab)
        await desk.bench.action_show_tab(state.tab)
        return found.runs

    def changed_table(self, found_hash: str) -> bool:
        """Return whether the table of the waiting session is another one now."""
        saved = self._found.state if self._found is not None else None
        return bool(saved and saved.sha256 and saved.sha256 != found_hash)

    async def _put_blocks_back(self, state: SessionState) -> None:
        from memisis_screens.chat.answer_block import AnswerBlock
        from memisis_screens.chat.saved_blocks import restored_block

        chat, table = self._desk.bench.chat, self._desk.session.table
        last = max((i for i, b in enumerate(state.blocks) if b.plan is not None), default=-1)
        for index, saved in enumerate(state.blocks):
            if saved.plan is not None:
                if table is not None:
                    await self._put_plan_back(saved, table, index == last)
                continue
            block: Widget = restored_block(saved)
            await chat.add(block)
            if isinstance(block, AnswerBlock):
                await block.finish(saved.text)
        chat.log_view.anchor()

    async def _put_plan_back(self, saved: SavedBlock, table: OpenTable, latest: bool) -> None:
        assert saved.plan is not None, "called for blocks that show a plan"
        condition = Condition(saved.condition or Condition.REPLACED.value)
        draft = replace(draft_of(saved.plan, table), condition=condition)
        await self._plans.put_back(draft, table, latest=latest)

    async def leave(self) -> None:
        """Clear the screen for another session."""
        session = self._desk.session
        self._desk.session = Session(model=session.model, model_state=session.model_state)
        self._plans.forget()
        chat = self._desk.bench.chat
        await chat.log_view.remove_children()
        chat.prompt.sent.clear()
        chat.prompt.clear()
        self._id, self._saved = "", None


def found_session(services: Services, name: str) -> SessionFound:
    """Return the session called `name`, or the last one (call it in a thread).

    Raises
    ------
    InputError
        If there is none.
    """
    return session_found(services, services.store.sessions.find(name or None))


def session_found(services: Services, record: SessionRecord) -> SessionFound:
    """Return a session with what it looked like and its runs (call it in a thread)."""
    state = services.store.sessions.state(record.id)
    return SessionFound(record, state, services.store.runs(session_id=record.id))


def with_saved_roles(table: OpenTable, roles: dict[str, str]) -> OpenTable:
    """Return the table with the roles that a person had given its columns."""
    from memisis_core.data.schema import Role, Schema

    def restored(column: Column) -> Column:
        role = Role(roles.get(column.name, column.role.value))
        if role is column.role:
            return column
        return column.model_copy(update={"role": role, "reason": "set by hand"})

    columns = tuple(restored(column) for column in table.schema.columns)
    return replace(table, schema=Schema(columns=columns))
