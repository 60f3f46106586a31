"""A table read from a file whose names and values are hostile, on every screen there is."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from memisis_core.agent.replies import PlanProposed
from memisis_core.evaluation.metric import Axis, Metric
from memisis_core.evaluation.plot_data import plots_json
from memisis_core.plan.model import Plan
from memisis_core.runs.events import Event, Finished, MetricsMeasured, StateChanged, Warned
from memisis_core.runs.job import JobSpecification
from memisis_core.runs.states import RunState
from memisis_core.text import visible
from memisis_screens.data.rows_screen import RowsScreen
from memisis_screens.opening.open_screen import OpenScreen
from memisis_screens.plots.plots_pane import PlotsPane
from memisis_screens.plots.plots_view import PlotKind
from memisis_screens.review.review_view import Phase
from memisis_tui.table_reading import read_open_table
from tests.fakes.fake_executor import write_artefact
from tests.fakes.patients import example_plots
from tests.tui.bench import Bench
from tests.tui.reviewing import shown

FILE = "[b]pa\u202etients[i] 患者.csv"
NAMES = (
    "HbA1c [mmol/mol]",
    "[/]",
    "a\x1b[31mred",
    "[@click=app.bell]x[/]",
    "血圧 🫀",
    "\u202eright to left",
    "الاسم",
)
VALUES = (
    "[bold]dose[/bold]",
    "tab\there",
    "\x1b[2Jgone",
    "👩\u200d⚕️ nurse",
    "患者",
    "مرحبا",
    "x" * 10_000,
)
ROWS = 120


def table_text(seed: int) -> str:
    """Return a table: an age, an outcome, and a column of each hostile name."""
    draw, text = random.Random(seed), io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Age", "Outcome", *NAMES])
    for _ in range(ROWS):
        numbers = [f"{draw.gauss(45, 5):.1f}"]
        words = [draw.choice(VALUES) for _ in NAMES[1:]]
        age, outcome = draw.randint(20, 90), draw.choice(["yes", "no"])
        writer.writerow([age, outcome, *numbers, *words])
    return text.getvalue()


def hostile_run(job: JobSpecification) -> Iterator[Event]:
    """Report measures, warnings, patients and plots with hostile text."""
    yield StateChanged(state=RunState.TRAINING)
    yield Warned(text="[/] \x1b[2J was left out")
    yield write_artefact(job, "synthetic", "synthetic.csv", table_text(2))
    yield write_artefact(job, "plots", "plots.json", plots_json(example_plots(NAMES)))
    write_artefact(job, "log", "worker.log", "UserWarning: [/] in [bold]\n")
    value = {"ctgan": 0.8, "tvae": 0.9, "gaussian_copula": 0.95}[job.synthesizer]
    yield MetricsMeasured(
        metrics=[
            Metric(id="fidelity.ks", axis=Axis.FIDELITY, name="KS complement", value=value,
                   ci=(value - 0.01, value + 0.01), subject=name, headline=True,
                   real_baseline=0.97, caveat="[bold]not[/bold] \x1b[1m")
            for name in NAMES
        ]
    )  # fmt: skip
    yield Finished(state=RunState.DONE)


@pytest.fixture
def hostile(bench: Bench) -> Bench:
    bench.data = bench.folder / FILE
    bench.data.write_text(table_text(1), encoding="utf-8")
    bench.read_table = read_open_table
    bench.cores = 1
    bench.with_script(hostile_run)
    # The planner of the bench names columns that are not here.
    names = ["ctgan", "gaussian_copula"]
    plan = Plan(request="[/] \x1b[31m", synthesizers=names, epochs=5, sample_rows=50)
    bench.talk.replies = lambda *_: iter((PlanProposed(plan),))
    return bench


def has(bench: Bench, *sources: str, letters: int = 14) -> None:
    """Check that the screen shows the beginning of each source, controls visible, and no control.

    What stands in a cell may be cut to its width, never changed.
    """
    text = bench.text()
    for source in sources:
        assert visible(source)[:letters] in text, f"{source[:40]!r} is not shown as it is"
    strange = {character for line in bench.lines() for character in line} - {"\u200d"}
    assert all(character.isprintable() for character in strange), strange
    assert "\x1b" not in text


async def opened_over(bench: Bench, pilot: Pilot[int], key: str) -> None:
    await pilot.press(key)
    await bench.until(lambda: bench.app.screen is not bench.app.bench, pilot)
    await pilot.pause()


async def closed(bench: Bench, pilot: Pilot[int]) -> None:
    await pilot.press("escape")
    await bench.until(lambda: bench.app.screen is bench.app.bench, pilot)


async def test_hostile_names_and_values_are_shown_as_they_are_on_every_screen(
    hostile: Bench,
) -> None:
    bench = hostile
    async with bench.opened((200, 50)) as pilot:
        # Data, its rows, the way to open a table.
        await pilot.press("tab")
        has(bench, FILE, *NAMES)
        await pilot.press("down", "down", "down")
        await pilot.pause()
        has(bench, *VALUES[:2])
        await opened_over(bench, pilot, "v")
        assert isinstance(bench.app.screen, RowsScreen)
        await bench.until(lambda: "rows 1 to" in bench.text(), pilot)
        has(bench, *NAMES, *VALUES, letters=10)
        await closed(bench, pilot)
        await opened_over(bench, pilot, "o")
        assert isinstance(bench.app.screen, OpenScreen)
        bench.app.screen.query_one(Input).value = f"{bench.folder}/[b]"
        await bench.until(lambda: "tients[i] 患者.csv" in bench.text(), pilot)
        has(bench)
        await closed(bench, pilot)

        # Plan and conversation.
        await bench.plan(pilot, "use [/] \x1b[31m and [mmol/mol]")
        has(bench, "use [/] ", "and [mmol/mol]", letters=99)
        await bench.app.bench.action_show_tab("plan")
        await pilot.pause()
        has(bench)
        await bench.app.bench.action_show_tab("chat")
        bench.app.set_focus(bench.app.bench.chat.open_card)
        await pilot.press("enter")
        await bench.until(
            lambda: len(bench.app.session.runs) == 2 and not bench.app.session.active_runs, pilot
        )
        await bench.until(lambda: bench.app.session.contrasted is not None, pilot)

        # Jobs and their log.
        await pilot.press("tab", "3")
        await bench.until(lambda: "was left out" in bench.text(), pilot)
        has(bench, "[/] ␛[2J was left out", letters=99)
        await opened_over(bench, pilot, "L")
        await bench.until(lambda: "UserWarning: [/] in [bold]" in bench.text(), pilot)
        has(bench)
        await closed(bench, pilot)

        # Metrics, their explanation, Compare.
        await pilot.press("4")
        await bench.until(lambda: "KS complement, [/]" in bench.text(), pilot)
        has(bench, *NAMES, "[bold]not[/bold] ")
        await opened_over(bench, pilot, "question_mark")
        has(bench, "[bold]not[/bold] ␛[1m", letters=99)
        await closed(bench, pilot)
        await pilot.press("5", "a", "a")
        await bench.until(lambda: "KS complement, [/]" in bench.text(), pilot)
        has(bench, *NAMES)

        # Report, sessions.
        await pilot.press("6")
        await pilot.pause()
        has(bench)
        assert "[b]pa" in bench.text()
        await opened_over(bench, pilot, "S")
        await bench.until(lambda: "[b]pa\\u202eti" in bench.text(), pilot)
        has(bench)
        await closed(bench, pilot)

        # Review: patient by patient; the blinded test mixes real rows in.
        await pilot.press("3", "v")
        await bench.until(lambda: shown(bench).phase is Phase.PATIENTS, pilot)
        await bench.until(lambda: "1 of " in bench.work(), pilot)
        has(bench, *NAMES)
        await pilot.press("b")
        await bench.until(lambda: shown(bench).phase is Phase.BLINDED, pilot)
        await pilot.pause()
        has(bench, *NAMES)

        # Plots of every kind.
        await pilot.press("3", "p")
        await bench.until(lambda: "training patients" in bench.text(), pilot)
        for kind in PlotKind:
            bench.app.bench.query_one(PlotsPane).go_to(kind)
            await pilot.pause()
            await pilot.pause()
            has(bench, *(NAMES if kind is PlotKind.PAIRS else ()), letters=8)


async def test_a_hostile_path_is_named_where_a_table_cannot_be_read(bench: Bench) -> None:
    bench.data = bench.folder / "[b] \x1b[2J.csv"
    bench.data.write_bytes(b"\x00\x01\x02")
    bench.read_table = read_open_table
    async with bench.opened((160, 40)) as pilot:
        await pilot.press("tab")
        await bench.until(lambda: "cannot be read" in bench.work(), pilot)
        has(bench, "[b] \x1b[2J.csv")
        assert Path(bench.data).exists()
