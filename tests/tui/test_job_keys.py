"""What is done with jobs by key: pause, log, change and run anew; memory in use, the bell."""

from __future__ import annotations

import pytest

from memisis_core.runs.events import StateChanged
from memisis_core.runs.states import RunState
from tests.fakes.fake_executor import epoch
from tests.tui.bench import Bench


async def test_a_job_is_paused_and_goes_on_by_key(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.run(pilot)
        job = bench.executor.job("ctgan")
        job.send(StateChanged(state=RunState.TRAINING), epoch(3, 20))
        run = bench.app.session.runs[0].id
        await bench.until(lambda: bench.app.session.run(run).step == 3, pilot)
        await pilot.press("tab", "3", "space")
        await bench.until(lambda: job.paused, pilot)
        await bench.until(lambda: "‖ paused" in bench.work(), pilot)
        assert "Space resumes" in bench.work()
        await pilot.press("space")
        await bench.until(lambda: not job.paused, pilot)
        await bench.until(lambda: "▸ training" in bench.work(), pilot)
        # A job that is paused is stopped like any other.
        await pilot.press("space", "x")
        await bench.until(lambda: job.cancels == 1, pilot)
        assert not bench.app.session.run(run).paused


async def test_memory_and_threads_of_a_job_stand_in_its_details(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.run(pilot)
        bench.executor.job("ctgan")
        bench.app.jobs.measure()
        await pilot.press("tab", "3")
        await bench.until(lambda: "410 MB in use" in bench.work(), pilot)
        assert "1 for arithmetic, 1 in all" in bench.work()
        before = bench.app.session
        bench.app.jobs.measure()
        assert bench.app.session is before


async def test_the_log_of_a_job_says_what_happened_and_what_its_process_wrote(
    bench: Bench,
) -> None:
    async with bench.opened() as pilot:
        await bench.done(pilot)
        folder = bench.app.services.store.run_folder(bench.app.session.runs[0].id)
        (folder / "worker.log").write_text("UserWarning: [/] something\n")
        await pilot.press("tab", "3", "L")
        await bench.until(lambda: "UserWarning: [/] something" in bench.text(), pilot)
        assert "training" in bench.text()
        await pilot.press("escape", "down", "L")
        await bench.until(lambda: "Nothing" in bench.text(), pilot)


async def test_a_run_is_changed_and_run_anew(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.done(pilot)
        await pilot.press("tab", "3", "down", "down", "e")
        await bench.until(
            lambda: (
                bench.app.session.draft is not None
                and bench.app.session.draft.plan.synthesizers == ["tvae"]
            ),
            pilot,
        )
        await bench.until(lambda: "Space takes one in or out" in bench.text(), pilot)
        await pilot.press("tab", *["backspace"] * 4, *"50", "enter", "escape")
        await bench.until(lambda: bench.app.session.draft.plan.epochs == 50, pilot)
        await pilot.press("enter")
        await bench.until(lambda: len(bench.app.session.runs) == 4, pilot)
        again = bench.app.session.runs[3]
        assert (again.synthesizer, again.record.job.plan.epochs) == ("tvae", 50)


async def test_a_bell_rings_once_nothing_is_at_work_any_more(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int] = []
    async with bench.opened() as pilot:
        monkeypatch.setattr(bench.app, "bell", lambda: rung.append(1))
        await bench.done(pilot)
        await bench.until(lambda: bool(rung), pilot)
        assert rung == [1]
