"""Editing a plan in place: every slot by key, checked, marked as edited."""

from __future__ import annotations

import asyncio

import pytest
from textual.events import Key

from memisis_core.errors import InputError
from memisis_core.plan.model import Plan, Priority
from memisis_core.plan.provenance import Provenance, Source
from memisis_screens.plan.edits import with_slot, without_slot
from memisis_screens.plan.plan_card import PlanCard
from memisis_screens.plan.plan_form import FORM_SLOTS, PlanForm
from tests.tui.bench import Bench


async def opened_form(bench: Bench, pilot: object, slot: str) -> PlanForm:
    """Open the form of the plan on the table at one slot."""
    await bench.plan(pilot)  # type: ignore[arg-type]
    await pilot.press("e")  # type: ignore[attr-defined]
    await bench.until(lambda: bool(bench.app.bench.query(PlanForm)), pilot)  # type: ignore[arg-type]
    form = bench.app.bench.query_one(PlanForm)
    form.open_field(FORM_SLOTS.index(slot))
    await pilot.pause()  # type: ignore[attr-defined]
    return form


def plan_of(bench: Bench) -> Plan:
    """Return the plan on the table."""
    assert bench.app.session.draft is not None
    return bench.app.session.draft.plan


async def test_a_number_is_taken_and_marked_as_edited(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await opened_form(bench, pilot, "epochs")
        await pilot.press(*"50", "tab")
        await bench.until(lambda: plan_of(bench).epochs == 50, pilot)
        assert plan_of(bench).provenance["epochs"].source is Source.EDITED
        assert "‹edited›" in bench.text()


async def test_a_value_that_cannot_be_is_refused_where_it_stands(bench: Bench) -> None:
    async with bench.opened() as pilot:
        form = await opened_form(bench, pilot, "epochs")
        await pilot.press(*"0", "tab")
        await bench.until(lambda: "! Input should be greater than" in bench.text(), pilot)
        assert form.place == FORM_SLOTS.index("epochs")
        assert plan_of(bench).epochs == 20


async def test_more_training_rows_than_there_are_are_shown_as_a_problem_and_do_not_run(
    bench: Bench,
) -> None:
    async with bench.opened() as pilot:
        await opened_form(bench, pilot, "train_rows")
        await pilot.press(*"5000", "tab", "escape")
        await bench.until(lambda: isinstance(bench.app.focused, PlanCard), pilot)
        assert bench.app.session.draft is not None
        assert bench.app.session.draft.effective is None
        assert "5,000 training rows were asked" in bench.app.session.draft.problem
        assert "5,000 training" in bench.text()
        await pilot.press("enter")
        await pilot.pause()
        assert bench.app.session.runs == ()


async def test_target_protected_synthesizers_and_priority_are_chosen_from_lists(
    bench: Bench,
) -> None:
    async with bench.opened((120, 60)) as pilot:
        form = await opened_form(bench, pilot, "target")
        await pilot.press("a", "enter")
        await bench.until(lambda: plan_of(bench).target == "Age", pilot)
        assert form.place == FORM_SLOTS.index("protected")
        await pilot.press("down", "space", "tab")
        await bench.until(lambda: plan_of(bench).protected == ["HbA1c [mmol]", "Sex"], pilot)
        await pilot.press("down", "enter")
        await bench.until(lambda: plan_of(bench).priority is Priority.PRIVACY, pilot)
        form.open_field(0)
        await pilot.press("space", "enter")
        await bench.until(lambda: plan_of(bench).synthesizers == ["gaussian_copula", "tvae"], pilot)
        table = bench.app.session.table
        assert table is not None
        assert table.schema.target == "Age"
        assert table.schema.protected == ["HbA1c [mmol]", "Sex"]


async def test_goals_are_read_and_wrong_ones_refused(bench: Bench) -> None:
    async with bench.opened() as pilot:
        form = await opened_form(bench, pilot, "goals")
        await pilot.press(*"fast", "enter")
        await pilot.pause()
        assert "is not a goal" in bench.text()
        assert form.place == FORM_SLOTS.index("goals")
        await pilot.press("ctrl+u", *"utility.auroc_gap <= 0.05", "enter")
        await bench.until(lambda: len(plan_of(bench).goals) == 1, pilot)
        assert plan_of(bench).goals[0].value == 0.05


async def test_reset_gives_the_slot_back_to_dataset_or_default(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await opened_form(bench, pilot, "epochs")
        await pilot.press("ctrl+r")
        await bench.until(lambda: plan_of(bench).epochs is None, pilot)
        assert "epochs" not in plan_of(bench).provenance
        assert bench.app.session.draft is not None
        assert bench.app.session.draft.effective is not None
        assert bench.app.session.draft.effective.epochs == 300


async def test_going_through_every_slot_changes_nothing(bench: Bench) -> None:
    async with bench.opened((120, 60)) as pilot:
        await opened_form(bench, pilot, "synthesizers")
        before = plan_of(bench)
        for _ in FORM_SLOTS:
            await pilot.press("tab")
        await pilot.press("escape")
        await bench.until(lambda: isinstance(bench.app.focused, PlanCard), pilot)
        assert plan_of(bench) == before


async def test_the_same_plan_can_be_edited_in_the_plan_tab(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.plan(pilot)
        await pilot.press("2", "e", "tab", *"77", "tab", "escape")
        await bench.until(lambda: plan_of(bench).epochs == 77, pilot)
        card = bench.app.bench.chat.query(PlanCard).last()
        assert card.draft.plan.epochs == 77


async def test_a_role_set_in_the_table_reaches_the_open_plan(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.plan(pilot)
        await pilot.press("tab", "t")
        await bench.until(lambda: plan_of(bench).target == "Age", pilot)
        assert plan_of(bench).provenance["target"].source is Source.EDITED


def test_no_target_is_a_wish_too() -> None:
    plan = Plan(target="Outcome", provenance={"target": Provenance(source=Source.SAID)})
    none = with_slot(plan, "target", None)
    assert none.target is None
    assert none.provenance["target"].source is Source.EDITED
    assert "target" not in without_slot(none, "target").provenance


def test_an_impossible_value_names_the_slot() -> None:
    with pytest.raises(InputError, match="holdout") as refused:
        with_slot(Plan(), "holdout_fraction", 2.0)
    assert "less than 0.9" in refused.value.line()


async def test_an_open_question_stops_the_plan_until_its_slot_is_answered(bench: Bench) -> None:
    from memisis_core.agent.replies import PlanProposed

    plan = Plan(request="x", questions=["epochs: 300 or 500?"])
    bench.talk.replies = lambda *_: iter([PlanProposed(plan)])
    async with bench.opened() as pilot:
        form = await opened_form(bench, pilot, "epochs")
        assert bench.app.session.draft is not None
        assert bench.app.session.draft.effective is None
        await pilot.press("tab", "escape")
        await bench.until(lambda: isinstance(bench.app.focused, PlanCard), pilot)
        assert "300 or 500?" in bench.text()
        await pilot.press("e")
        await bench.until(lambda: bool(bench.app.bench.query(PlanForm)), pilot)
        form = bench.app.bench.query_one(PlanForm)
        form.open_field(FORM_SLOTS.index("epochs"))
        await pilot.pause()
        await pilot.press(*"500", "enter")
        await bench.until(lambda: plan_of(bench).questions == [], pilot)
        assert bench.app.session.draft.effective is not None
        assert bench.app.session.draft.effective.epochs == 500


@pytest.mark.parametrize("turns", [0, 1])
async def test_enter_and_escape_in_quick_succession_lead_back_to_the_card(
    bench: Bench, turns: int
) -> None:
    async with bench.opened() as pilot:
        await opened_form(bench, pilot, "sample_rows")
        await pilot.press(*"1000")
        bench.app.post_message(Key("enter", None))
        for _ in range(turns):  # of the event loop: as far as Enter has got when Escape comes
            await asyncio.sleep(0)
        bench.app.post_message(Key("escape", None))
        await bench.until(lambda: plan_of(bench).sample_rows == 1000, pilot)
        await bench.until(lambda: isinstance(bench.app.focused, PlanCard), pilot)
        await bench.until(lambda: not bench.app.focused.editing, pilot)
        await pilot.press("enter")
        await bench.until(lambda: bool(bench.app.session.runs), pilot)
