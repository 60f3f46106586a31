"""A workbench in which a run is under review."""

from __future__ import annotations

from textual.pilot import Pilot

from memisis_screens.review.review_view import Phase, ReviewView
from tests.fakes.fake_executor import Script
from tests.fakes.patients import reviewable_run
from tests.tui.bench import Bench


async def runs_done(bench: Bench, pilot: Pilot[int], script: Script = reviewable_run) -> None:
    """Run a plan whose synthetic patients can be reviewed, to its end."""
    bench.with_script(script)
    assert bench.app.services is not None
    bench.app.services.supervisor._executor = bench.executor
    await bench.run(pilot)
    await bench.until(
        lambda: not bench.app.session.active_runs and bench.app.session.contrasted is not None,
        pilot,
    )


async def reviewed(bench: Bench, pilot: Pilot[int], script: Script = reviewable_run) -> None:
    """Review the patients of the first run, from the Jobs tab."""
    await runs_done(bench, pilot, script)
    await bench.app.bench.action_show_tab("jobs")
    await pilot.press("v")
    await bench.until(lambda: shown(bench).phase is Phase.PATIENTS, pilot)
    await bench.until(lambda: bench.app.focused is not None, pilot)
    await pilot.pause()


def shown(bench: Bench) -> ReviewView:
    """Return the review that is shown."""
    view = bench.app.session.review
    return view if view is not None else ReviewView("", "")
