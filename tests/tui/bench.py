"""The workbench with a fake engine and a scripted agent, driven by keys."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from memisis_core.agent.facts import Facts
from memisis_core.agent.replies import PlanProposed, Reply, Step
from memisis_core.data.schema import Schema
from memisis_core.plan.model import Plan
from memisis_core.plan.provenance import Provenance, Source
from memisis_core.runs.store import Store
from memisis_core.runs.supervisor import Supervisor
from memisis_screens.session import OpenTable
from memisis_tui.app import MemisisApp
from memisis_tui.services import Services
from tests.fakes.fake_executor import FakeExecutor, Script
from tests.fakes.study import SCHEMA, study_of, write_table

PATIENCE_SECONDS = 10.0
ROWS = 200


class ScriptedTalk:
    """An agent that answers what a test tells it to; `gate` holds each reply back until set."""

    def __init__(self, replies: Callable[[str, Facts], Iterable[Reply]]) -> None:
        self.replies = replies
        self.asked: list[tuple[str, Facts]] = []
        self.cancelled = threading.Event()
        self.gate: threading.Event | None = None
        self.closed = False

    def reply(self, words: str, facts: Facts) -> Iterator[Reply]:
        self.asked.append((words, facts))
        self.cancelled.clear()
        for reply in self.replies(words, facts):
            if self.gate is not None:
                assert self.gate.wait(PATIENCE_SECONDS), "the test never opened the gate"
            if self.cancelled.is_set():
                return
            yield reply

    def cancel(self) -> None:
        self.cancelled.set()
        if self.gate is not None:
            self.gate.set()

    def close(self) -> None:
        self.closed = True


def said(words: str, text: str) -> Provenance:
    """Return the provenance of a value that `words` say."""
    start = text.find(words)
    return Provenance(source=Source.SAID, words=words, start=start, end=start + len(words))


def plan_for(words: str) -> Plan:
    """Return a plan as the agent would make it of a goal."""
    return Plan(
        request=words,
        synthesizers=["ctgan", "gaussian_copula", "tvae"],
        epochs=20,
        sample_rows=100,
        provenance={
            "synthesizers": said("all three", words),
            "epochs": said("20 epochs", words),
            "sample_rows": said("100 rows", words),
        },
    )


def proposes_a_plan(words: str, facts: Facts) -> Iterator[Reply]:
    """Answer every goal with the same plan."""
    yield Step("read the words in 0.4 s")
    yield PlanProposed(plan_for(words))


class Bench:
    """An application, its fakes, and how a test drives them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = write_table(folder / "patients.csv", ROWS)
        self.schema: Schema = SCHEMA
        self.executor = FakeExecutor()
        self.talk = ScriptedTalk(proposes_a_plan)
        self.model_name = "fake model"
        self.warnings: tuple[str, ...] = ()
        self.read_table: Callable[[Path], OpenTable] = self._table
        self.store: Store | None = None
        self.app: MemisisApp

    def with_script(self, script: Script) -> None:
        """Let every job report what a script says, at once."""
        self.executor = FakeExecutor(script)

    def _table(self, path: Path) -> OpenTable:
        study = study_of(path, ROWS)
        columns = len(self.schema.columns)
        reference = study.dataset.model_copy(update={"columns": columns})
        return OpenTable(reference, self.schema, warnings=self.warnings)

    def services(self) -> Services:
        self.store = Store.open(self.folder / "home")
        return Services(
            store=self.store,
            supervisor=Supervisor(self.store, self.executor, cores=2),
            read_table=self.read_table,
            new_conversation=lambda: self.talk,
            model_name=self.model_name,
        )

    def close(self) -> None:
        """Close what a test left open."""

    @asynccontextmanager
    async def opened(
        self, size: tuple[int, int] = (120, 36), data: bool = True
    ) -> AsyncIterator[Pilot[int]]:
        """Open the workbench and wait until the table is there (or refused)."""
        self.app = MemisisApp(self.services, self.data if data else None)
        async with self.app.run_test(size=size, notifications=True) as pilot:
            await self.until(lambda: self.app.services is not None, pilot)
            if data:
                await self.until(
                    lambda: bool(self.app.session.table or self.app.session.trouble), pilot
                )
            await self.until(lambda: len(self.app.bench.content.children) == 6, pilot)
            await pilot.pause()
            yield pilot

    async def until(self, condition: Callable[[], bool], pilot: Pilot[int]) -> None:
        """Wait for a condition, letting the application work meanwhile."""
        loop_time = self.app._loop.time if getattr(self.app, "_loop", None) else None
        import time

        clock = loop_time or time.monotonic
        end = clock() + PATIENCE_SECONDS
        while not condition():
            if clock() > end:
                raise AssertionError(f"waited {PATIENCE_SECONDS} s in vain\n{self.text()}")
            await pilot.pause(0.01)

    def text(self) -> str:
        """Return what is on the screen, as text."""
        width, height = self.app.size
        del width, height
        return "\n".join(
            "".join(segment.text for segment in line)
            for line in self.app.screen._compositor.render_strips()
        )

    async def say(self, words: str, pilot: Pilot[int]) -> None:
        """Type words into the prompt and send them."""
        self.app.bench.chat.prompt.focus()
        self.app.bench.chat.prompt.text = words
        await pilot.press("enter")
        await pilot.pause()
