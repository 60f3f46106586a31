"""Metric tables: pages, glyphs, sort, filter, drill, marks, pins, explanations."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual.pilot import Pilot

from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.runs.events import Event, Finished, MetricsMeasured
from memisis_core.runs.job import JobSpecification
from memisis_core.runs.states import RunState
from memisis_screens.compare.compare_pane import ComparePane
from memisis_screens.metrics.measure_rows import View, measure_rows
from memisis_screens.metrics.metric_cells import shortened
from memisis_screens.metrics.metrics_pane import MetricsPane
from memisis_screens.metrics.sorting import Order, next_order, ordered
from memisis_screens.run_view import RunView
from memisis_screens.tables.work_table import WorkTable
from tests.fakes.fake_executor import failing_run
from tests.tui.bench import Bench

COLUMNS = [f"column {number}" for number in range(12)]


def metric(name: str, subject: str, value: float, **more: object) -> Metric:
    """Return a metric of fidelity with an interval of ± 0.01."""
    settings: dict[str, object] = {"ci": (value - 0.01, value + 0.01), "real_baseline": 0.97}
    settings.update(more)
    return Metric(
        id=f"fidelity.{name}",
        axis=Axis.FIDELITY,
        name=name,
        value=value,
        subject=subject,
        ideal=1.0,
        **settings,  # type: ignore[arg-type]
    )


def measured(job: JobSpecification) -> Iterator[Event]:
    """Report measures with many subjects; CTGAN is clearly the worst, TVAE and copula tie."""
    value = {"ctgan": 0.70, "gaussian_copula": 0.98, "tvae": 0.979}[job.synthesizer]
    metrics = [metric("ks", "overall", value, headline=True)]
    metrics += [metric("ks", name, value - n / 100) for n, name in enumerate(COLUMNS)]
    metrics.append(
        Metric(
            id="fairness.equalized_odds_difference",
            axis=Axis.FAIRNESS,
            name="equalised odds difference",
            subject="Race × Sex",
            status=Status.INSUFFICIENT_DATA,
            why="a group has 7 patients",
            direction="lower",
            ideal=0.0,
            headline=True,
        )
    )
    yield MetricsMeasured(metrics=metrics)
    yield Finished(state=RunState.DONE)


def view_of(run_id: str, label: str, metrics: list[Metric]) -> RunView:
    """Return a run that is done."""
    return RunView(run_id, label, "ctgan", RunState.DONE, metrics=tuple(metrics))


async def shown(bench: Bench, pilot: Pilot[int]) -> MetricsPane:
    """Run three jobs and go to their measures, comparison included."""
    await bench.run(pilot)
    await bench.until(
        lambda: (
            not bench.app.session.active_runs
            and bench.app.session.compared is not None
            and len(bench.app.session.compared.names) == 3
        ),
        pilot,
    )
    await pilot.press("tab", "4")
    await pilot.pause()
    return bench.app.bench.query_one(MetricsPane)


@pytest.fixture
def three(bench: Bench) -> Bench:
    """A workbench whose jobs report the measures above."""
    bench.with_script(measured)
    return bench


async def test_best_ties_and_worse_than_real_are_glyphs(three: Bench) -> None:
    async with three.opened() as pilot:
        await shown(three, pilot)
        (line,) = (line for line in three.lines() if "ks ›" in line)
        assert "0.700 ±.010 !" in line
        assert "0.980 ±.010 =" in line
        assert "0.979 ±.010 =" in line
        (few,) = (line for line in three.lines() if "Race × Sex" in line)
        assert few.count("too few ") == 3
        assert "▲ best" in three.text()


async def test_enter_leads_from_a_headline_to_its_columns_and_escape_back(three: Bench) -> None:
    async with three.opened() as pilot:
        pane = await shown(three, pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert "column 11" in three.text()
        assert len(pane.rows) == 13
        await pilot.press("escape")
        await pilot.pause()
        assert "column 11" not in three.text()
        assert pane.row is not None
        assert pane.row.subject == "overall"


async def test_the_measure_under_the_cursor_is_explained(three: Bench) -> None:
    async with three.opened() as pilot:
        await shown(three, pilot)
        await pilot.press("right", "right", "right")
        await pilot.pause()
        text = three.work()
        assert "95 % interval 0.69 to 0.71" in text or "interval 0.97 to 0.99" in text
        assert "ideal 1, higher is better" in text
        assert "Massey 1951" in text


async def test_a_reason_stands_where_there_is_no_value(three: Bench) -> None:
    async with three.opened() as pilot:
        await shown(three, pilot)
        await pilot.press("down", "end")
        await pilot.pause()
        assert "a group has 7 patients" in three.work()


async def test_pages_follow_each_other_with_a_key(three: Bench) -> None:
    async with three.opened() as pilot:
        await shown(three, pilot)
        seen = []
        for _ in range(6):
            await pilot.press("full_stop")
            await pilot.pause()
            (line,) = (line for line in three.lines() if "Overview" in line)
            seen.append(line[line.index("[", line.index("Overview") - 2) + 1 :].split("]")[0])
        assert seen == ["Fidelity", "Privacy", "Utility", "Fairness", "Validation", "Overview"]
        await pilot.press("comma")
        await pilot.pause()
        assert "[Validation]" in three.text()


async def test_the_filter_narrows_and_escape_gives_everything_back(three: Bench) -> None:
    async with three.opened() as pilot:
        pane = await shown(three, pilot)
        await pilot.press("slash", *"odds", "enter")
        await pilot.pause()
        assert [row.id for row in pane.rows] == ["fairness.equalized_odds_difference"]
        assert "filter: odds" in three.text()
        assert isinstance(three.app.focused, WorkTable)
        await pilot.press("escape")
        await pilot.pause()
        assert len(pane.rows) == 2


async def test_measures_and_runs_are_hidden_until_all_are_shown(three: Bench) -> None:
    async with three.opened() as pilot:
        pane = await shown(three, pilot)
        await pilot.press("H")
        await three.until(lambda: "1 hidden, A shows all" in three.work(), pilot)
        assert [row.name for row in pane.rows] == ["equalised odds difference"]
        await pilot.press("X")
        assert len(pane.runs) == 3, "the cursor is in no run's column"
        await pilot.press("end", "X", "X", "X")
        assert [run.label for run in pane.runs] == ["A"]
        assert len(three.app.session.measured_runs) == 3
        await pilot.press("A")
        await three.until(lambda: "hidden" not in three.work(), pilot)
        assert len(pane.rows) == 2
        assert len(pane.runs) == 3


async def test_sorting_goes_worst_first_best_first_as_measured(three: Bench) -> None:
    async with three.opened() as pilot:
        pane = await shown(three, pilot)
        await pilot.press("enter", "end", "s")
        await pilot.pause()
        assert pane.rows[0].subject == "column 11"
        assert "worst first" in three.text()
        await pilot.press("s")
        await pilot.pause()
        assert pane.rows[0].subject in ("overall", "column 0")
        await pilot.press("s")
        await pilot.pause()
        assert pane.order == Order()


async def test_m_marks_runs_and_c_compares_exactly_them(three: Bench) -> None:
    async with three.opened() as pilot:
        pane = await shown(three, pilot)
        table = pane.query_one(WorkTable)
        runs = three.app.session.runs
        for run in runs[:2]:
            table.move_to(None, run.id)
            await pilot.press("m")
            await pilot.pause()
        assert three.text().count("● ") == 2
        await pilot.press("c")
        await three.until(
            lambda: (
                three.app.session.contrasted is not None
                and set(three.app.session.contrasted.names) == {runs[0].id, runs[1].id}
            ),
            pilot,
        )
        assert three.app.bench.work_tab == "compare"
        await pilot.pause()
        assert three.app.bench.query_one(ComparePane).rows


async def test_a_pinned_run_is_what_the_others_are_held_against(three: Bench) -> None:
    async with three.opened() as pilot:
        pane = await shown(three, pilot)
        table = pane.query_one(WorkTable)
        first = three.app.session.runs[0]
        table.move_to(None, first.id)
        await pilot.press("space", "5")
        await three.until(
            lambda: (
                three.app.session.contrasted is not None
                and three.app.session.contrasted.comparison.pinned == first.label
            ),
            pilot,
        )
        await pilot.pause()
        assert f"against {first.label}" in three.text()
        (line,) = (line for line in three.lines() if " ks " in line and "◆" in line)
        assert "▲" in line


async def test_compare_shows_only_what_differs_until_asked_for_all(three: Bench) -> None:
    async with three.opened() as pilot:
        await shown(three, pilot)
        await pilot.press("5")
        await pilot.pause()
        pane = three.app.bench.query_one(ComparePane)
        assert [row.subject for row in pane.rows] == ["overall"]
        assert "▼" in three.text()
        await pilot.press("a")
        await pilot.pause()
        assert len(pane.rows) == 13
        assert "single columns and gr" in three.work()
        await pilot.press("a")
        await pilot.pause()
        assert len(pane.rows) >= 13
        assert "differing or not" in three.work()
        await pilot.press("a")
        await pilot.pause()
        assert len(pane.rows) == 1


def test_a_measure_with_few_subjects_and_no_overall_shows_them_all() -> None:
    run = view_of("1", "A", [metric("auroc", f"learner {n}", 0.9) for n in range(3)])
    rows = measure_rows([run], View(page="fidelity"))
    assert [row.subject for row in rows] == ["learner 0", "learner 1", "learner 2"]
    assert all(not row.subjects for row in rows)


def test_a_measure_with_many_subjects_and_no_overall_shows_its_worst_and_says_so() -> None:
    run = view_of("1", "A", [metric("ks", f"column {n}", 0.9 - n / 100) for n in range(20)])
    (row,) = measure_rows([run], View(page="fidelity"))
    assert row.title == "ks, worst: column 19"
    assert row.subjects == 19


def test_a_measure_that_one_run_lacks_is_still_a_row() -> None:
    runs = [
        view_of("1", "A", [metric("ks", "overall", 0.9)]),
        view_of("2", "B", [metric("tv", "overall", 0.9)]),
    ]
    rows = measure_rows(runs, View(page="fidelity"))
    assert [(row.name, list(row.metrics)) for row in rows] == [("ks", ["1"]), ("tv", ["2"])]


def test_rows_without_a_value_stand_last_however_they_are_sorted() -> None:
    none = metric("c", "overall", 0.0).model_copy(
        update={"value": None, "status": Status.FAILED, "why": "broken"}
    )
    run = view_of("1", "A", [none, metric("a", "overall", 0.9), metric("b", "overall", 0.5)])
    rows = measure_rows([run], View(page="fidelity"))
    order = next_order(Order(), "1", "A")
    assert [row.name for row in ordered(rows, order)] == ["b", "a", "c"]
    assert [row.name for row in ordered(rows, next_order(order, "1", "A"))] == ["a", "b", "c"]
    assert next_order(next_order(order, "1", "A"), "1", "A") == Order()


def test_a_name_is_abbreviated_word_by_word_before_it_is_cut() -> None:
    assert shortened("equalised odds difference", "Race", 40) == "equalised odds difference, Race"
    assert shortened("equalised odds difference", "Race", 28) == "equalised odds diff., Race"
    assert shortened("equalised odds difference", "Race", 20) == "eq. odds diff., Race"
    assert shortened("attack, AUC", "", 5) == "attack, AUC"
    assert shortened("membership attack", "Race", 14) == "memb. a…, Race"


async def test_runs_that_all_failed_are_said(bench: Bench) -> None:
    bench.with_script(failing_run)
    async with bench.opened() as pilot:
        await bench.run(pilot)
        await bench.until(lambda: not bench.app.session.active_runs, pilot)
        await pilot.press("tab", "4")
        await bench.until(lambda: "Nothing was measured" in bench.text(), pilot)
