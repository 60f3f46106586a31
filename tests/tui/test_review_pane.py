"""Review by a clinician: patients by key, what is kept, rules, the blinded test."""

from __future__ import annotations

from textual.pilot import Pilot

from memisis_core.data.schema import Column, ColumnKind, Role
from memisis_core.review.blinded import BlindedTest, result_of
from memisis_core.review.judgement import Verdict
from memisis_core.review.marks import Mark, MarkKind
from memisis_core.review.material import PatientPage, PatientValue
from memisis_core.review.values import shown as written
from memisis_core.runs.reviews import Reviews
from memisis_core.text import visible
from memisis_screens.review.answer_line import AnswerLine
from memisis_screens.review.patient_rows import patient_columns, patient_rows
from memisis_screens.review.review_pane import PatientTable, ReviewPane
from memisis_screens.review.review_text import patient_detail, patient_heading
from memisis_screens.review.review_view import Phase, ReviewView
from memisis_screens.session import Condition
from tests.tui.bench import Bench
from tests.tui.reviewing import reviewed, runs_done, shown


def kept(bench: Bench) -> Reviews:
    """Return what is in the store."""
    assert bench.app.services is not None
    return bench.app.services.store.reviews


async def typed(words: str, pilot: Pilot[int]) -> None:
    """Write into the line that has the focus."""
    line = pilot.app.focused
    assert isinstance(line, AnswerLine)
    line.value += words
    await pilot.pause()


async def test_a_patient_a_page_with_marks_in_words(bench: Bench) -> None:
    async with bench.opened((80, 24)) as pilot:
        await reviewed(bench, pilot)
        assert "patient 1 of 50" in bench.text()
        assert "0 of 50 judged" in bench.text()
        await pilot.press("m")
        await pilot.pause()
        assert "high: none of 140" in bench.text()
        assert "p plausible  i implausible  u unsure" in bench.lines()[-1]
        await pilot.press("a")
        await pilot.pause()
        assert "of 100   " in bench.text()
        assert len(shown(bench).order) == 100
        for _ in range(10):
            await pilot.press("m")
        await bench.until(lambda: "No further patient with a mark" in bench.text(), pilot)


async def test_judgements_by_key_are_in_the_store_at_once(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await reviewed(bench, pilot)
        first = shown(bench).order[0]
        await pilot.press("p")
        await bench.until(lambda: len(kept(bench).judgements(shown(bench).run_id)) == 1, pilot)
        assert shown(bench).place == 1  # on to the next
        await pilot.press("x", "i")
        await typed("[/] \x1b[31mtoo old 患者", pilot)
        await pilot.press("enter")
        await bench.until(lambda: shown(bench).place == 2, pilot)
        await bench.until(
            lambda: any(j.why for j in kept(bench).judgements(shown(bench).run_id)), pilot
        )
        said = {j.row: j for j in kept(bench).judgements(shown(bench).run_id)}
        assert said[first].verdict is Verdict.PLAUSIBLE
        second = said[shown(bench).order[1]]
        assert (second.verdict, second.columns) == (Verdict.IMPLAUSIBLE, ("Age",))
        await pilot.press("left")
        await pilot.pause()
        assert "2 of 50 judged" in bench.text()
        assert "plausible 1, implausible 1 (1% to 99% of all, 95 %), unsure 0" in bench.text()
        assert visible(second.why) in bench.text()
        assert "\x1b" not in bench.text()
        await pilot.press("backspace")
        await bench.until(lambda: len(kept(bench).judgements(shown(bench).run_id)) == 1, pilot)


async def test_a_review_goes_on_where_it_was_left(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await reviewed(bench, pilot)
        await pilot.press("p", "p", "p")
        await bench.until(lambda: shown(bench).place == 3, pilot)
        await pilot.press("4")  # somewhere else, and back
        await pilot.press("7")
        await pilot.pause()
        assert "patient 4 of 50" in bench.text()
        first = shown(bench).run_id
        await pilot.press("full_stop")  # another run, and back
        await bench.until(lambda: shown(bench).run_id != first, pilot)
        await bench.until(lambda: shown(bench).phase is Phase.PATIENTS, pilot)
        assert shown(bench).judgements == {}
        await pilot.press("full_stop", "full_stop")
        await bench.until(
            lambda: shown(bench).run_id == first and shown(bench).phase is Phase.PATIENTS, pilot
        )
        assert (shown(bench).place, len(shown(bench).judgements)) == (3, 3)


async def test_a_finding_becomes_a_rule_of_the_next_plan(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await reviewed(bench, pilot)
        await pilot.press("m", "c")
        await pilot.pause()
        line = bench.app.focused
        assert isinstance(line, AnswerLine)
        assert line.value == "Age <= "
        await typed("110", pilot)
        await bench.until(
            lambda: (
                "Age <= 110: broken by none of 140 training patients and 10 of 100 synthetic"
                in bench.work()
            ),
            pilot,
        )
        assert shown(bench).rule is not None  # shown, not added
        assert bench.app.session.draft.condition is Condition.CONFIRMED  # type: ignore[union-attr]
        await pilot.press("enter")
        await bench.until(
            lambda: bench.app.session.draft.condition is Condition.OPEN,  # type: ignore[union-attr]
            pilot,
        )
        plan = bench.app.session.draft.plan  # type: ignore[union-attr]
        assert [(r.kind, r.columns, r.value) for r in plan.constraints] == [
            ("at_most", ("Age",), 110.0)
        ]
        assert bench.app.session.active_runs == ()
        await pilot.press("2")
        await pilot.pause()
        assert "Age <= 110" in bench.text()


async def test_what_is_no_rule_is_said_and_not_added(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await reviewed(bench, pilot)
        await pilot.press("c")
        line = bench.app.focused
        assert isinstance(line, AnswerLine)
        line.value = "Height [/] >= 3"
        await bench.until(lambda: "there is no column 'Height [/]'" in bench.work(), pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert bench.app.session.draft.condition is Condition.CONFIRMED  # type: ignore[union-attr]
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(bench.app.focused, PatientTable)


async def test_the_blinded_test_from_first_question_to_result(bench: Bench) -> None:
    # Each real value of HbA1c ends in 077: such a number in a file can only be a real one.
    rows = bench.data.read_text(encoding="utf-8").splitlines()
    real = [",".join((r.split(",")[0], f"{i}.077", *r.split(",")[2:])) for i, r in enumerate(rows)]
    bench.data.write_text("\n".join([rows[0], *real[1:]]) + "\n", encoding="utf-8")
    async with bench.opened() as pilot:
        await reviewed(bench, pilot)
        await pilot.press("b")
        await bench.until(lambda: "patient 1 of 40" in bench.text(), pilot)
        assert "training patients" not in bench.work()  # nothing says which it is
        assert "high:" not in bench.work()
        test = shown(bench).test
        assert isinstance(test, BlindedTest)
        for place, real_one in enumerate(test.real):
            if place == 20:  # leave and come back: the same question waits
                await pilot.press("escape")
                await bench.until(lambda: shown(bench).phase is Phase.PATIENTS, pilot)
                await pilot.press("b")
                await bench.until(lambda: "patient 21 of 40" in bench.text(), pilot)
            await pilot.press("r" if real_one else "s")
        await bench.until(lambda: "told rightly" in bench.text(), pilot)
        assert "40 of 40 (100%)" in bench.work()
        assert "91% to 100%" in bench.work()  # Clopper and Pearson, 40 of 40
        assert "p < 0.001" in bench.work()
        run_id = shown(bench).run_id
        await bench.until(lambda: kept(bench).tests(run_id)[0].finished, pilot)
        assert result_of(kept(bench).tests(run_id)[0]).right == 40  # type: ignore[union-attr]
        await pilot.press("escape")
        await bench.until(lambda: shown(bench).phase is Phase.PATIENTS, pilot)
        assert isinstance(bench.app.focused, PatientTable)
    written = b"".join(p.read_bytes() for p in (bench.folder / "home").rglob("*") if p.is_file())
    assert run_id.encode() in written
    assert b".077" not in written


async def test_a_run_whose_table_changed_is_refused_in_one_line(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await runs_done(bench, pilot)
        bench.data.write_text("Age\n1\n", encoding="utf-8")
        await bench.app.bench.action_show_tab("metrics")
        await pilot.press("v")
        await bench.until(lambda: "cannot be reviewed" in bench.text(), pilot)
        assert "the file was changed after the plan was made" in bench.work()
        assert bench.app.bench.query_one(ReviewPane).main.has_focus


async def test_the_empty_tab_says_how_to_begin(bench: Bench) -> None:
    async with bench.opened((80, 24)) as pilot:
        await bench.app.bench.action_show_tab("review")
        await pilot.pause()
        assert "Nothing to review yet" in bench.text()


def test_hostile_values_are_cells_of_one_line_with_controls_visible() -> None:
    odd = ("[/]", "[bold]x[/]", "a\x1b[31mred", "tab\there", "血圧 🫀", "\u202eright", "x" * 10_000)
    column = Column(name="c", kind=ColumnKind.CATEGORY)
    values = tuple(
        PatientValue(written(n, column), written(n, column), written(n, column), Role.FEATURE)
        for n in odd
    )
    marks = (Mark(MarkKind.TOGETHER, (values[0].column, values[6].column), 0, 140, 40.0),)
    page = PatientPage(values, 0, marks)
    rows = patient_rows(page, (values[0].column,))
    assert len({row.key for row in rows}) == len(rows)
    for row, source in zip(rows, odd, strict=False):
        assert row.cells[1].plain == row.cells[2].plain == visible(source, 200)
        assert "\x1b" not in row.cells[2].plain
    columns = patient_columns(page, 76, blinded=False)
    assert sum(c.width or 0 for c in columns) <= 76
    view = ReviewView("r", "[/] \x1b[2J", Phase.PATIENTS, order=(0,), rows=1, page=page)
    for text in (patient_heading(view), patient_detail(view, values[6].column)):
        assert "\x1b" not in text.plain
    assert "[/]" in patient_heading(view).plain
