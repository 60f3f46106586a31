"""Patients from a description alone: drafts it from words, draws them in a process of their own."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from memisis_core.errors import InputError, WorkFailed
from memisis_screens.description.description_draft import DescriptionDraft
from memisis_screens.session import Condition
from memisis_tui.thread_messages import ThreadMessage

if TYPE_CHECKING:
    from memisis_core.description.specification import Specification
    from memisis_core.runs.record import RunRecord
    from memisis_screens.description.description_card import DescriptionCard
    from memisis_tui.desk import Desk
    from memisis_tui.job_work import JobWork

COMMAND = (sys.executable, "-P", "-m", "memisis_core.description.worker")


class DescriptionDrawn(ThreadMessage):
    """The patients are made and kept as a run."""

    def __init__(self, record: RunRecord) -> None:
        super().__init__()
        self.record = record


class DescriptionRefused(ThreadMessage):
    """The patients could not be made; one line says why."""

    def __init__(self, line: str) -> None:
        super().__init__()
        self.line = line


class DescriptionWork:
    """Owns `Session.description` and its card."""

    def __init__(self, desk: Desk, jobs: JobWork) -> None:
        self._desk = desk
        self._jobs = jobs
        self._card: DescriptionCard | None = None
        self._process: subprocess.Popen[str] | None = None
        self._closing = threading.Event()

    async def propose(self, words: str) -> bool:
        """Put what the words describe on the table; False if no specification fits them."""
        from memisis_core.description.from_words import from_words

        try:
            found = from_words(words)
        except InputError:
            return False
        rows = found.rows or found.specification.rows
        await self.show(DescriptionDraft(found.specification, rows, words, found.notes))
        return True

    async def show(self, draft: DescriptionDraft) -> None:
        """Put a description on the table, as a new card at the end of the conversation."""
        from memisis_screens.description.description_card import DescriptionCard

        if self._card is not None and self._card.waits:
            self._become(Condition.REPLACED)
        self._desk.session = replace(self._desk.session, description=draft)
        self._card = DescriptionCard(draft)
        await self._desk.bench.chat.add(self._card)

    def take(self, specification: Specification) -> None:
        """Show the description after its specification was edited."""
        draft = self._desk.session.description
        if draft is not None:
            self._change(replace(draft, specification=specification, problem=""))

    def drop(self) -> None:
        """Set the description aside; its card stays and can be taken up again."""
        self._become(Condition.DROPPED)
        self._desk.bench.chat.prompt.focus()

    async def make(self) -> None:
        """Draw the patients."""
        from memisis_screens.chat.blocks import StepBlock

        draft, services = self._desk.session.description, self._desk.services
        if draft is None or services is None:
            return
        self._become(Condition.CONFIRMED)
        self._desk.bench.chat.prompt.focus()
        store = services.store
        await self._desk.bench.chat.add(StepBlock(f"drawing {draft.rows:,} patients …"))

        def draw() -> None:
            answer = self._answer_of_worker(draft)
            if "error" in answer:
                self._desk.post_message(DescriptionRefused(answer["error"]))
            else:
                self._desk.post_message(DescriptionDrawn(store.run(answer["run"])))

        self._desk.in_thread("making the patients", draw)

    def drawn(self, record: RunRecord) -> None:
        """Show the run beside the others."""
        self._jobs.show([record])

    def refuse(self, line: str) -> None:
        """Give the description back with what is wrong."""
        draft = self._desk.session.description
        if draft is not None:
            self._change(replace(draft, condition=Condition.OPEN, problem=line))

    def close(self) -> None:
        """End what is being drawn."""
        self._closing.set()
        if self._process is not None:
            self._process.kill()

    def _answer_of_worker(self, draft: DescriptionDraft) -> dict[str, str]:
        from memisis_core.description.toml_file import specification_to_toml

        order = {
            "specification": specification_to_toml(draft.specification),
            "rows": draft.rows,
            "seed": draft.seed,
            "request": draft.words,
            "session": self._desk.session_id,
        }
        if self._closing.is_set():
            raise WorkFailed("the program is being closed")
        with subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        ) as process:
            self._process = process
            assert process.stdin is not None
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
            if not line:
                said = process.stderr.read().strip().splitlines()
                raise WorkFailed(said[-1] if said else "the process that draws them ended")
            answer: dict[str, str] = json.loads(line)
            return answer

    def _become(self, condition: Condition) -> None:
        draft = self._desk.session.description
        if draft is not None:
            self._change(replace(draft, condition=condition))

    def _change(self, draft: DescriptionDraft) -> None:
        self._desk.session = replace(self._desk.session, description=draft)
        if self._card is not None:
            self._card.show(draft)
