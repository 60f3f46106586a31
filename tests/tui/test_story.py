"""From a goal in words to measures: what a person sees and presses."""

from __future__ import annotations

from memisis_core.runs.states import RunState
from memisis_screens.plan.plan_card import PlanCard
from memisis_screens.session import Condition
from tests.fakes.fake_executor import successful_run
from tests.tui.bench import Bench

GOAL = "compare all three, 20 epochs, 100 rows"


async def test_a_goal_becomes_a_plan_that_enter_runs_to_its_measures(bench: Bench) -> None:
    bench.with_script(successful_run)
    async with bench.opened() as pilot:
        await bench.say(GOAL, pilot)
        await bench.until(lambda: isinstance(bench.app.focused, PlanCard), pilot)
        assert "‹said›" in bench.text()
        await pilot.press("enter")
        await bench.until(
            lambda: [run.state for run in bench.app.session.runs] == [RunState.DONE] * 3, pilot
        )
        assert bench.app.session.draft.condition is Condition.CONFIRMED
        await pilot.press("tab", "4")
        await bench.until(lambda: "membership AUC" in bench.text(), pilot)
