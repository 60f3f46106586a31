"""Sessions: what was open comes back, and detached runs are found again."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from memisis_core.agent.replies import ChatAnswer, ChatText, Step
from memisis_core.runs.session_state import SessionState
from memisis_core.runs.states import RunState
from memisis_screens.chat.answer_block import AnswerBlock
from memisis_screens.chat.blocks import PersonBlock
from memisis_screens.plan.plan_card import PlanCard
from memisis_screens.sessions.sessions_screen import SessionsScreen
from tests.tui.bench import GOAL, Bench, plan_for

FAKES = Path(__file__).parents[1] / "fakes"


def sessions(bench: Bench) -> SessionsScreen:
    screen = bench.app.screen
    assert isinstance(screen, SessionsScreen)
    return screen


async def saved(bench: Bench, pilot) -> SessionState:
    """Save as the clock does, and return what the store has."""
    assert bench.app.services is not None
    store = bench.app.services.store
    bench.app.sessions.save_soon()
    await bench.until(
        lambda: (
            bool(bench.app.sessions.open_id)
            and store.sessions.state(bench.app.sessions.open_id) == bench.app.sessions.state()
        ),
        pilot,
    )
    return bench.app.sessions.state()


async def test_what_was_open_comes_back(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.done(pilot)
        bench.talk.replies = lambda *_: iter(
            [Step("looked"), ChatText("B is **[better]**"), ChatAnswer("B is **[better]**", "x")]
        )
        await bench.say("which one\nis better? [/]", pilot)
        await bench.until(lambda: not bench.app.conversation.answering, pilot)
        await pilot.press("tab", "1", "down", "p")
        await pilot.press("4", "right", "right", "right", "m", "right", "m", "space")
        await pilot.press("0", *"half a")
        before = bench.app.session
        words = bench.words()
        assert len(before.marked) == 2
        await pilot.press("tab", "q")
        await bench.until(lambda: not bench.app.is_running, pilot)
    async with bench.opened(data=False, resume="") as pilot:
        await bench.until(lambda: bool(bench.app.session.runs), pilot)
        await bench.until(lambda: bench.app.bench.tab == "metrics", pilot)
        after = bench.app.session
        assert [run.id for run in after.runs] == [run.id for run in before.runs]
        assert after.marked == before.marked
        assert after.pinned == before.pinned
        assert (
            after.table.schema.protected
            == before.table.schema.protected
            == [
                "HbA1c [mmol]",
                "Sex",
            ]
        )
        assert after.draft.plan == before.draft.plan
        assert after.draft.condition == before.draft.condition
        assert bench.words() == words[-len(bench.words()) :]
        assert bench.app.bench.chat.query(PersonBlock).last().text.plain.endswith("better? [/]")
        assert bench.app.bench.chat.query(AnswerBlock).last().written == "B is **[better]**"
        assert bench.app.bench.chat.prompt.text == "half a"
        await bench.until(lambda: bench.app.session.contrasted is not None, pilot)
        assert bench.app.bench.chat.prompt.sent[-1] == "which one\nis better? [/]"


async def test_an_open_plan_comes_back_and_can_be_run(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.plan(pilot)
        await saved(bench, pilot)
    async with bench.opened(data=False, resume="patients") as pilot:
        await bench.until(lambda: len(bench.app.bench.chat.query(PlanCard)) == 1, pilot)
        await bench.until(lambda: bench.app.session.draft is not None, pilot)
        assert bench.app.session.draft.plan == plan_for(GOAL)
        await pilot.press("enter")
        await bench.until(lambda: isinstance(bench.app.focused, PlanCard), pilot)
        await pilot.press("enter")
        await bench.until(lambda: len(bench.app.session.runs) == 3, pilot)
        stored = bench.app.services.store
        assert stored.run_count(stored.sessions.find().id) == 3
        assert len(stored.sessions.all()) == 1


async def test_it_is_saved_without_leaving_as_after_a_crash(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.plan(pilot)
        state = await saved(bench, pilot)
    assert [block.kind for block in state.blocks][-3:] == ["person", "step", "plan"]
    assert state.blocks[-1].condition == "open"


async def test_a_table_that_is_gone_leaves_the_words_and_runs(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.done(pilot)
        await saved(bench, pilot)
    bench.read_table = bench.missing_table
    async with bench.opened(data=False, resume="") as pilot:
        await bench.until(lambda: bool(bench.app.session.runs), pilot)
        await bench.until(lambda: "is gone" in " ".join(bench.words()), pilot)
        assert bench.app.bench.chat.query(PersonBlock).first().text.plain == GOAL


async def test_a_table_that_changed_is_said(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.plan(pilot)
        await saved(bench, pilot)
    bench.data.write_text(bench.data.read_text() + "50,44.0,male,alive\n")
    async with bench.opened(data=False, resume="") as pilot:
        await bench.until(lambda: "changed since" in " ".join(bench.words()), pilot)


async def test_nothing_is_kept_of_a_look_at_a_table(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await pilot.press("tab", "q")
        await bench.until(lambda: not bench.app.is_running, pilot)
    async with bench.opened() as pilot:
        assert bench.app.services.store.sessions.all() == []


async def test_an_unknown_session_is_said(bench: Bench) -> None:
    async with bench.opened(data=False, resume="copd") as pilot:
        await bench.until(lambda: "there is no session 'copd'" in " ".join(bench.words()), pilot)


async def test_sessions_are_listed_opened_renamed_exported_and_deleted(
    bench: Bench, monkeypatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    async with bench.opened() as pilot:
        await bench.plan(pilot)
        await saved(bench, pilot)
    async with bench.opened() as pilot:
        store = bench.app.services.store
        await pilot.press("tab", "S")
        await bench.until(lambda: isinstance(bench.app.screen, SessionsScreen), pilot)
        await bench.until(lambda: sessions(bench).chosen is not None, pilot)
        await pilot.press("r", "home", *"old ", "enter")
        await bench.until(lambda: store.sessions.all()[0].title == "old patients.csv", pilot)
        await bench.until(lambda: "old patients.csv" in bench.text(), pilot)
        await pilot.press("e")
        written = tmp_path / "old patients.csv.session.json"
        await bench.until(written.is_file, pilot)
        assert json.loads(written.read_text())["state"]["blocks"][-1]["kind"] == "plan"
        await pilot.press("enter")
        await bench.until(lambda: bench.app.session.draft is not None, pilot)
        assert bench.app.sessions.open_id == store.sessions.all()[0].id
        await pilot.press("escape", "tab", "S")
        await bench.until(lambda: isinstance(bench.app.screen, SessionsScreen), pilot)
        await bench.until(lambda: sessions(bench).chosen is not None, pilot)
        await pilot.press("d", "y")
        await bench.until(lambda: "This session is open" in bench.text(), pilot)
        await pilot.press("escape")
        assert bench.app.screen is bench.app.bench


async def test_detached_runs_survive_the_workbench_and_are_found_again(bench: Bench) -> None:
    bench.detach = True
    script = str(FAKES / "light_detached.py")
    bench.detached_command = (sys.executable, script, "train")
    async with bench.opened() as pilot:
        await bench.run(pilot)
        await bench.until(
            lambda: any(run.state is RunState.TRAINING for run in bench.app.session.runs), pilot
        )
        await pilot.press("tab", "q")  # no question: nothing is ended
        await bench.until(lambda: not bench.app.is_running, pilot)
        assert bench.app.jobs.going_on == 3
    async with bench.opened(data=False, resume="") as pilot:
        await bench.until(lambda: any(run.losses.epochs for run in bench.app.session.runs), pilot)
        assert len(bench.app.session.active_runs) == 3
        for run in bench.app.session.runs:
            bench.app.jobs.stop(run.id)
        await bench.until(lambda: not bench.app.session.active_runs, pilot)
        assert {run.state for run in bench.app.session.runs} == {RunState.CANCELLED}
