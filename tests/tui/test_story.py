"""From a goal in words to measures: what a person sees and presses."""

from __future__ import annotations

import asyncio

from memisis_core.runs.events import StateChanged
from memisis_core.runs.states import RunState
from memisis_screens.plan.plan_card import PlanCard
from memisis_screens.session import Condition
from tests.fakes.fake_executor import FakeJob, epoch, failing_run, successful_run
from tests.tui.bench import GOAL, Bench


async def job(bench: Bench, name: str) -> FakeJob:
    """Wait, without holding up the application, until a job was started."""
    return await asyncio.to_thread(bench.executor.job, name)


async def test_a_goal_becomes_a_plan_that_enter_runs_to_its_measures(bench: Bench) -> None:
    bench.with_script(successful_run)
    async with bench.opened() as pilot:
        await bench.plan(pilot)
        assert "‹said›" in bench.text()
        await pilot.press("enter")
        await bench.until(
            lambda: [run.state for run in bench.app.session.runs] == [RunState.DONE] * 3, pilot
        )
        assert bench.app.session.draft is not None
        assert bench.app.session.draft.condition is Condition.CONFIRMED
        await pilot.press("tab", "4")
        await bench.until(lambda: "membership AUC" in bench.text(), pilot)
        await bench.until(lambda: bench.app.session.compared is not None, pilot)
        assert "A CTGAN" in bench.text()


async def test_nothing_runs_before_the_plan_is_confirmed(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.plan(pilot)
        assert bench.app.session.runs == ()
        assert bench.executor.jobs == []


async def test_a_dropped_plan_stays_in_the_conversation_and_can_be_taken_up_again(
    bench: Bench,
) -> None:
    async with bench.opened() as pilot:
        await bench.plan(pilot)
        await pilot.press("escape")
        await bench.until(lambda: "dropped · Enter takes it up again" in bench.text(), pilot)
        assert bench.app.focused is bench.app.bench.chat.prompt
        card = bench.app.bench.chat.query(PlanCard).first()
        card.focus()
        await pilot.press("enter")
        await bench.until(lambda: len(bench.app.bench.chat.query(PlanCard)) == 2, pilot)
        assert bench.app.session.draft is not None
        assert bench.app.session.draft.plan == card.draft.plan
        assert bench.app.session.draft.condition is Condition.OPEN


async def test_progress_shows_epoch_loss_and_time_left_as_it_comes(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.run(pilot)
        ctgan = await job(bench, "ctgan")
        ctgan.send(StateChanged(state=RunState.TRAINING))
        for step in range(1, 13):
            ctgan.send(epoch(step, 20, loss=5.0 - step / 4))
        await bench.until(lambda: bench.app.session.runs[0].step == 12, pilot)
        await bench.until(lambda: "12/20" in bench.text() and "8.0 s left" in bench.text(), pilot)
        assert "training" in bench.text()


async def test_x_stops_a_job_and_says_that_its_model_was_kept(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.run(pilot)
        ctgan = await job(bench, "ctgan")
        ctgan.send(StateChanged(state=RunState.TRAINING), epoch(3, 20))
        await bench.until(lambda: bench.app.session.runs[0].step == 3, pilot)
        await pilot.press("tab", "3", "x")
        await asyncio.to_thread(ctgan.wait_for_cancel)
        ctgan.finish_cancelled()
        await bench.until(lambda: bench.app.session.runs[0].state is RunState.CANCELLED, pilot)
        await bench.until(lambda: "stopped at epoch 3 and kept" in bench.text(), pilot)


async def test_a_failed_run_shows_its_reason_and_the_application_goes_on(bench: Bench) -> None:
    bench.with_script(failing_run)
    async with bench.opened() as pilot:
        await bench.run(pilot)
        await bench.until(
            lambda: [run.state for run in bench.app.session.runs] == [RunState.FAILED] * 3, pilot
        )
        await bench.until(lambda: "ended by SIGKILL" in bench.text(), pilot)
        await bench.until(lambda: "nothing was measured" in " ".join(bench.words()), pilot)
        await bench.plan(pilot)


async def test_an_error_in_a_thread_is_shown_and_the_application_goes_on(bench: Bench) -> None:
    def breaks(*_arguments: object, **_settings: object) -> None:
        raise RuntimeError("the disk is [full]")

    async with bench.opened() as pilot:
        assert bench.app.services is not None
        bench.app.services.supervisor.submit = breaks  # type: ignore[method-assign,assignment]
        await bench.plan(pilot)
        await pilot.press("enter")
        await bench.until(lambda: "the disk is [full]" in " ".join(bench.words()), pilot)
        assert bench.app.is_running


async def test_words_that_ask_for_a_run_start_the_plan_on_the_table(bench: Bench) -> None:
    from memisis_core.agent.replies import RunRequested

    async with bench.opened() as pilot:
        await bench.plan(pilot)
        draft = bench.app.session.draft
        assert draft is not None
        bench.talk.replies = lambda words, facts: iter([RunRequested(facts.plan or draft.plan)])
        await bench.say("go ahead", pilot)
        await bench.until(lambda: len(bench.app.session.runs) == 3, pilot)
        assert bench.talk.asked[-1][1].plan == draft.plan


async def test_quitting_asks_while_jobs_are_at_work_and_ends_them(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.run(pilot)
        await job(bench, "ctgan")
        await pilot.press("tab", "q")
        await bench.until(lambda: "Quit all the same?" in bench.text(), pilot)
        await pilot.press("escape")
        await bench.until(lambda: "Quit all the same?" not in bench.text(), pilot)
        assert not bench.executor.closed
        await pilot.press("q", "y")
        await bench.until(lambda: bench.executor.closed, pilot)
        await bench.until(lambda: not bench.app.is_running, pilot)


async def test_quitting_asks_nothing_while_nothing_is_at_work(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await pilot.press("tab", "q")
        await bench.until(lambda: not bench.app.is_running, pilot)
    assert bench.app.return_code == 0


async def test_interrupted_runs_are_shown_at_the_next_start_and_begin_again(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.run(pilot)
        await job(bench, "ctgan")
        await pilot.press("tab", "q", "y")
        await bench.until(lambda: not bench.app.is_running, pilot)
    bench.with_script(successful_run)
    async with bench.opened() as pilot:
        states = [run.state for run in bench.app.session.runs]
        assert states == [RunState.INTERRUPTED] * 3
        await pilot.press("tab", "3", "r")
        await bench.until(lambda: bench.app.session.runs[0].state is RunState.DONE, pilot)


async def test_a_table_that_cannot_be_read_is_said_and_nothing_is_asked_of_the_model(
    bench: Bench,
) -> None:
    from memisis_core.errors import InputError

    def refuses(path: object) -> object:
        raise InputError("line 7 has 5 fields, the header 4", where="patients.csv")

    bench.read_table = refuses  # type: ignore[assignment]
    async with bench.opened() as pilot:
        await bench.until(lambda: "line 7 has 5 fields" in " ".join(bench.words()), pilot)
        await bench.say(GOAL, pilot)
        assert bench.talk.asked == []
        assert bench.app.bench.chat.prompt.text == GOAL


async def test_without_a_table_the_workbench_says_how_to_open_one(bench: Bench) -> None:
    async with bench.opened(data=False):
        assert "No table is open" in bench.text()
        assert "Enter or o opens one" in bench.work()


async def test_without_a_model_a_plan_can_be_made_by_hand(bench: Bench) -> None:
    bench.model_name = ""
    async with bench.opened() as pilot:
        assert "no language model" in bench.text()
        await pilot.press("tab", "n")
        await bench.until(lambda: bench.app.session.draft is not None, pilot)
        draft = bench.app.session.draft
        assert draft is not None
        assert draft.effective is not None
        assert draft.effective.synthesizers == ("ctgan", "gaussian_copula", "tvae")


async def test_a_plan_that_the_table_cannot_bear_comes_back_with_the_reason(bench: Bench) -> None:
    from dataclasses import replace

    from memisis_core.errors import InputError

    def refuses(_schema: object) -> list[str]:
        raise InputError("the target 'Outcome' has one value only", fix="Choose another")

    read = bench.read_table
    bench.read_table = lambda path: replace(read(path), check=refuses)
    async with bench.opened() as pilot:
        await bench.plan(pilot)
        await pilot.press("enter")
        await bench.until(lambda: "one value only" in " ".join(bench.words()), pilot)
        draft = bench.app.session.draft
        assert draft is not None
        assert draft.condition is Condition.OPEN
        assert "one value only" in draft.problem
        assert bench.app.session.runs == ()


async def test_what_may_spoil_the_result_is_said_when_the_runs_start(bench: Bench) -> None:
    from dataclasses import replace

    read = bench.read_table
    bench.read_table = lambda path: replace(read(path), check=lambda _: ["few rows [12]"])
    async with bench.opened() as pilot:
        await bench.run(pilot)
        await bench.until(lambda: "few rows [12]" in " ".join(bench.words()), pilot)


async def test_each_press_of_x_says_what_it_does(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.run(pilot)
        ctgan = await job(bench, "ctgan")
        ctgan.send(StateChanged(state=RunState.TRAINING), epoch(3, 20))
        await bench.until(lambda: bench.app.session.runs[0].step == 3, pilot)
        await pilot.press("tab", "3", "x")
        await bench.until(lambda: "stops after this epoch" in bench.text(), pilot)
        await pilot.press("x")
        await bench.until(lambda: "as soon as it can" in bench.text(), pilot)
        await asyncio.to_thread(ctgan.wait_for_cancel, 2)
