"""The workbench with a fake engine and a scripted agent, driven by keys."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from memisis_core.agent.facts import Facts
from memisis_core.agent.replies import PlanProposed, Reply, Step
from memisis_core.data.schema import Schema
from memisis_core.errors import InputError
from memisis_core.plan.model import Plan
from memisis_core.plan.provenance import Provenance, Source
from memisis_core.runs.detached_supervisor import DETACHED_COMMAND, DetachedSupervisor
from memisis_core.runs.store import Store
from memisis_core.runs.supervisor import Supervisor
from memisis_screens.session import OpenTable
from memisis_screens.tabs import WORK_TABS
from memisis_tui.app import MemisisApp
from memisis_tui.services import Services
from memisis_tui.terminal import Manner
from tests.fakes.fake_executor import FakeExecutor, Script, successful_run
from tests.fakes.study import SCHEMA, study_of, write_table

PATIENCE_SECONDS = 40.0
ROWS = 200
GOAL = "compare all three, 20 epochs, 100 rows"


class ScriptedTalk:
    """An agent that answers what a test tells it to; `gate` holds each reply back until set."""

    def __init__(self, replies: Callable[[str, Facts], Iterable[Reply]]) -> None:
        self.replies = replies
        self.asked: list[tuple[str, Facts]] = []
        self.prepared: list[Facts] = []
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

    def prepare(self, facts: Facts) -> None:
        self.prepared.append(facts)

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
        self.cores = 2
        self.detach = False
        self.manner = Manner()
        self.detached_command = DETACHED_COMMAND
        self.talk = ScriptedTalk(proposes_a_plan)
        self.model_name = "fake model"
        self.warnings: tuple[str, ...] = ()
        self.read_table: Callable[[Path], OpenTable] = self._table
        self.app: MemisisApp

    def with_script(self, script: Script) -> None:
        """Let every job report what a script says, at once."""
        self.executor = FakeExecutor(script)

    def _table(self, path: Path) -> OpenTable:
        study = study_of(path, ROWS)
        columns = len(self.schema.columns)
        reference = study.dataset.model_copy(update={"columns": columns})
        return OpenTable(reference, self.schema, warnings=self.warnings)

    def missing_table(self, path: Path) -> OpenTable:
        raise InputError("the file is gone", where=str(path))

    def services(self) -> Services:
        store = Store.open(self.folder / "home")
        return Services(
            store=store,
            supervisor=Supervisor(store, self.executor, cores=self.cores),
            read_table=self.read_table,
            new_conversation=lambda: self.talk,
            detached=DetachedSupervisor(store, self.detached_command, cores=1),
            detach=self.detach,
            model_name=self.model_name,
        )

    @asynccontextmanager
    async def opened(
        self,
        size: tuple[int, int] = (120, 36),
        data: bool = True,
        resume: str | None = None,
    ) -> AsyncIterator[Pilot[int]]:
        """Open the workbench and wait until the table is there (or refused)."""
        self.app = MemisisApp(self.services, self.data if data else None, resume, self.manner)
        async with self.app.run_test(size=size, notifications=True) as pilot:
            await self.until(lambda: self.app.services is not None, pilot)
            if data:
                await self.until(
                    lambda: bool(self.app.session.table or self.app.session.trouble), pilot
                )
            await self.until(lambda: len(self.app.bench.content.children) == len(WORK_TABS), pilot)
            await pilot.pause()
            yield pilot

    async def until(
        self,
        condition: Callable[[], bool],
        pilot: Pilot[int],
        seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """Wait for a condition, letting the application work meanwhile."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"waited {seconds} s in vain\n{self.text()}")
            await pilot.pause(0.01)

    def lines(self) -> list[str]:
        """Return the lines that are on the screen."""
        return [
            "".join(segment.text for segment in strip)
            for strip in self.app.screen._compositor.render_strips()
        ]

    def text(self) -> str:
        """Return what is on the screen."""
        return "\n".join(self.lines())

    def work(self) -> str:
        """Return the words on the work side of the screen, whatever lines they wrap into."""
        region = self.app.bench.query_one("#work").region
        inner = [line[region.x + 1 : region.right - 1] for line in self.lines()]
        return " ".join(" ".join(inner[region.y + 1 : region.bottom - 1]).split())

    def words(self) -> list[str]:
        """Return the words of the conversation, whole, whatever of them is on the screen."""
        from memisis_screens.chat.blocks import Block

        return [
            word for block in self.app.bench.chat.query(Block) for word in block.text.plain.split()
        ]

    async def say(self, words: str, pilot: Pilot[int]) -> None:
        """Type words into the prompt and send them."""
        await self.app.bench.action_show_tab("chat")
        self.app.bench.chat.prompt.text = words
        await pilot.press("enter")
        await pilot.pause()

    async def plan(self, pilot: Pilot[int], words: str = GOAL) -> None:
        """Send a goal and go to the plan card that comes of it."""
        from memisis_screens.plan.plan_card import PlanCard

        before = len(self.app.bench.chat.query(PlanCard))
        await self.say(words, pilot)
        await self.until(lambda: len(self.app.bench.chat.query(PlanCard)) > before, pilot)
        await pilot.pause()
        await pilot.press("enter")
        await self.until(
            lambda: (
                isinstance(self.app.focused, PlanCard)
                and self.app.focused.draft is self.app.session.draft
            ),
            pilot,
        )
        await pilot.pause()

    async def run(self, pilot: Pilot[int], words: str = GOAL) -> None:
        """Send a goal, confirm its plan and wait for its runs."""
        await self.plan(pilot, words)
        before = len(self.app.session.runs)
        await pilot.press("enter")
        await self.until(lambda: len(self.app.session.runs) > before, pilot)

    async def done(self, pilot: Pilot[int]) -> None:
        """Run a plan to its end, comparison included."""
        self.with_script(successful_run)
        assert self.app.services is not None
        self.app.services.supervisor._executor = self.executor
        await self.run(pilot)
        await self.until(
            lambda: not self.app.session.active_runs and self.app.session.contrasted is not None,
            pilot,
        )
        await self.until(
            lambda: (
                all(len(run.metrics) == 7 for run in self.app.session.runs)
                and len(self.app.session.contrasted.comparison.rows) == 7
            ),  # type: ignore[union-attr]
            pilot,
        )
        await pilot.pause()
