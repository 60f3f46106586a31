"""The conversation: words go to the agent in a thread, its replies come back as messages."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from memisis_core.errors import MemisisError
from memisis_core.runs.states import RunState
from memisis_tui.thread_messages import AnswerEnded, ReplyArrived

if TYPE_CHECKING:
    from textual.widget import Widget

    from memisis_core.agent.facts import Facts
    from memisis_core.agent.replies import DescribeRequested, Reply
    from memisis_core.runs.record import RunRecord
    from memisis_screens.chat.answer_block import AnswerBlock
    from memisis_tui.description_work import DescriptionWork
    from memisis_tui.desk import Desk
    from memisis_tui.job_work import JobWork
    from memisis_tui.plan_work import PlanWork
    from memisis_tui.services import Services, Talk


class ConversationWork:
    """Owns what is being answered; one answer at a time."""

    def __init__(
        self, desk: Desk, plans: PlanWork, jobs: JobWork, descriptions: DescriptionWork
    ) -> None:
        self._desk = desk
        self._plans = plans
        self._jobs = jobs
        self._descriptions = descriptions
        self._talk: Talk | None = None
        self._talk_lock = threading.Lock()
        self._turn = 0
        self._words = ""
        self._blocks: list[Widget] = []
        self._answer: AnswerBlock | None = None
        self._waiting: Widget | None = None
        """Says that words are being read, until there is something to show."""

    @property
    def answering(self) -> bool:
        """Whether an answer is being made."""
        return bool(self._words)

    async def ask(self, words: str) -> None:
        """Send words to the agent."""
        from memisis_screens.chat.blocks import NoticeBlock, PersonBlock, StepBlock

        chat = self._desk.bench.chat
        if self.answering:
            chat.prompt.give_back(words)
            self._desk.bench.notify("One answer at a time: Esc stops this one", markup=False)
            return
        if why := self._why_not_yet():
            chat.prompt.give_back(words)
            await chat.add(NoticeBlock(why))
            return
        self._turn += 1
        self._words = words
        self._blocks = [PersonBlock(words)]
        await chat.add_said(self._blocks[0])
        self._waiting = StepBlock("reading your words …")
        await self._add(self._waiting)
        chat.prompt.answering = True
        turn, facts = self._turn, self._facts()
        self._desk.in_thread("answering", lambda: self._converse(turn, words, facts))

    def _why_not_yet(self) -> str:
        """Return why nothing can be asked; empty if it can, without a table too."""
        session = self._desk.session
        if session.trouble:
            return f"There is no table to plan for: {session.trouble}"
        if session.opening is not None or self._desk.services is None:
            return "The table is still being read; your words are kept in the prompt."
        return ""

    def _facts(self) -> Facts:
        from memisis_core.agent.facts import Facts

        session = self._desk.session
        table = session.table
        return Facts(
            schema=table.schema if table else None,
            dataset=table.reference if table else None,
            profile=table.profile if table else None,
            plan=session.draft.plan if session.draft else None,
        )

    def prepare(self) -> None:
        """Have the model read the columns while the person still reads the screen (in a thread).

        What fails here fails again with the first words, where there is somebody to tell.
        """
        services, facts = self._desk.services, self._facts()
        if services is None or not services.model_name:
            return

        def work() -> None:
            with suppress(MemisisError):
                self._talking(services).prepare(facts)

        self._desk.in_thread("preparing the model", work)

    def _talking(self, services: Services) -> Talk:
        with self._talk_lock:
            if self._talk is None:
                self._talk = services.new_conversation()
            return self._talk

    def _converse(self, turn: int, words: str, facts: Facts) -> None:
        """Answer (in a thread)."""
        services = self._desk.services
        assert services is not None, "words are sent only once the library is open"
        try:
            talk = self._talking(services)
            session_id = self._desk.session_id
            services.store.sessions.add_message(session_id, "person", words)
            runs = tuple(services.store.runs(session_id=session_id))
            for reply in talk.reply(words, replace(facts, runs=runs)):
                if turn != self._turn:
                    return
                self._desk.post_message(ReplyArrived(turn, reply))
        finally:
            self._desk.post_message(AnswerEnded(turn))

    async def take(self, turn: int, reply: Reply) -> None:
        """Show one reply; replies of an answer that was stopped are not shown."""
        if turn != self._turn or not self.answering:
            return
        from memisis_core.agent import replies

        await self._wait_no_more()
        match reply:
            case replies.ChatText():
                await self._stream(reply.text)
            case replies.ChatAnswer():
                await self._finish(reply)
            case replies.PlanProposed():
                await self._plans.propose(reply.plan)
            case replies.PlanChanged():
                await self._changed(reply)
            case replies.RunRequested():
                await self._run()
            case replies.StopRequested():
                await self._stop_runs(reply.labels)
            case replies.ExportRequested():
                await self._desk.bench.action_show_tab("report")
            case _:
                await self._say(reply)

    async def end(self, turn: int) -> None:
        """Finish a turn: the agent has no more to say."""
        if turn != self._turn:
            return
        await self._wait_no_more()
        if self._answer is not None:
            await self._answer.finish()
        self._forget()

    async def _wait_no_more(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._blocks.remove(waiting)
            await waiting.remove()

    async def stop(self) -> None:
        """Stop the answer, take what was half said away, and give the words back."""
        if not self.answering:
            return
        words, blocks, answer = self._words, self._blocks, self._answer
        self._turn += 1
        self._forget()
        if self._talk is not None:
            self._talk.cancel()
        if answer is not None:
            await answer.finish()
        for block in blocks:
            await block.remove()
        self._desk.bench.chat.prompt.give_back(words)

    def close(self) -> None:
        """Give back the model."""
        with self._talk_lock:
            if self._talk is not None:
                self._talk.close()
                self._talk = None

    def _forget(self) -> None:
        self._words, self._blocks, self._answer, self._waiting = "", [], None, None
        self._desk.bench.chat.prompt.answering = False

    async def greet(self) -> None:
        """Say what was opened, and give an example of a goal that fits it."""
        from memisis_screens.chat.blocks import NoticeBlock
        from memisis_screens.chat.greeting import greeting

        table = self._desk.session.table
        if table is not None:
            await self._desk.bench.chat.add(NoticeBlock(greeting(table)))

    async def note(self, lines: Sequence[str]) -> None:
        """Say what a person should know."""
        from memisis_screens.chat.blocks import NoticeBlock

        await self._desk.bench.chat.add(NoticeBlock("\n".join(lines)))

    async def note_error(self, line: str) -> None:
        """Say what could not be done, and why."""
        from memisis_screens.chat.blocks import ErrorBlock

        await self._desk.bench.chat.add(ErrorBlock(line))

    async def tell_end(self, record: RunRecord) -> None:
        """Say how a run ended; after the last one, what can be done next."""
        from memisis_screens.chat.blocks import ErrorBlock, NoticeBlock, StepBlock
        from memisis_screens.chat.run_endings import ending, next_step

        chat, session = self._desk.bench.chat, self._desk.session
        run = session.run(record.id)
        if run is None:
            return
        failed = run.state is RunState.FAILED
        await chat.add(ErrorBlock(ending(run)) if failed else StepBlock(ending(run)))
        if not session.active_runs:
            await chat.add(NoticeBlock(next_step(session.runs)))

    # Kinds of replies.

    async def _add(self, block: Widget) -> None:
        self._blocks.append(block)
        await self._desk.bench.chat.add(block)

    async def _stream(self, piece: str) -> None:
        from memisis_screens.chat.answer_block import AnswerBlock

        if self._answer is None:
            self._answer = AnswerBlock()
            await self._add(self._answer)
        await self._answer.write(piece)

    async def _finish(self, reply: Reply) -> None:
        from memisis_core.agent.replies import ChatAnswer
        from memisis_screens.chat.blocks import Block, StepBlock

        assert isinstance(reply, ChatAnswer), "called for whole answers only"
        if self._answer is not None:
            await self._answer.finish(reply.text)
            self._answer = None
        else:
            await self._add(Block("", reply.text))
        if reply.refused:
            await self._add(StepBlock(f"not shown: {reply.refused}"))

    async def _changed(self, reply: Reply) -> None:
        from memisis_core.agent.replies import PlanChanged
        from memisis_screens.chat.blocks import NoticeBlock, StepBlock
        from memisis_screens.plan.slots import LABELS

        assert isinstance(reply, PlanChanged), "called for changed plans only"
        if not reply.changed:
            await self._add(NoticeBlock("That changes nothing in the plan."))
            return
        names = ", ".join(LABELS.get(slot, slot) for slot in reply.changed)
        await self._add(StepBlock(f"changed: {names}"))
        await self._plans.propose(reply.plan)

    async def _describe(self, reply: DescribeRequested) -> None:
        """Show what the words describe; words that nothing fits get the way to write it."""
        from memisis_screens.chat.blocks import Block

        if not await self._descriptions.propose(reply.words):
            await self._add(Block("", reply.answer))

    async def _run(self) -> None:
        from memisis_screens.chat.blocks import NoticeBlock

        draft = self._desk.session.draft
        if draft is None:
            await self._add(NoticeBlock("There is no plan to run yet."))
        elif draft.effective is None:
            await self._add(NoticeBlock(f"The plan cannot run: {draft.problem}"))
        else:
            self._desk.bench.confirm(draft.plan)

    async def _stop_runs(self, labels: tuple[str, ...]) -> None:
        from memisis_screens.chat.blocks import NoticeBlock

        stopped = self._jobs.stop_labelled(labels)
        said = f"Stopping {', '.join(stopped)}." if stopped else "No such run is at work."
        await self._add(NoticeBlock(said))

    async def _say(self, reply: Reply) -> None:
        from memisis_core.agent import replies
        from memisis_screens.chat.blocks import Block, ErrorBlock, NoticeBlock, StepBlock

        match reply:
            case replies.Step():
                await self._add(StepBlock(reply.text))
            case replies.Trouble():
                await self._add(ErrorBlock(reply.text))
            case replies.Question():
                await self._add(NoticeBlock("\n".join((reply.text, *reply.choices))))
            case replies.DatasetAnswer():
                await self._add(Block("", reply.text))
            case replies.Explanation():
                await self._add(Block("", reply.text))
                if reply.sources:
                    await self._add(StepBlock("from " + "; ".join(reply.sources)))
            case replies.DescribeRequested():
                await self._describe(reply)
