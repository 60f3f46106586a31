"""Every action is reached by its key where it belongs, and every place can be left again."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input

from memisis_screens.action import Scope
from memisis_screens.actions import ACTIONS
from memisis_screens.dialogs.confirm_screen import ConfirmScreen
from memisis_screens.dialogs.reading_screen import ReadingScreen
from memisis_screens.key_presets import PRESETS
from memisis_screens.review.review_view import Phase
from memisis_screens.tabs import WORK_TABS
from tests.tui.bench import Bench
from tests.tui.reviewing import shown
from tests.tui.screens import brought_to, show

ONLY_SOMETIMES = {
    "prompt.stop": "while an answer is made",
    "prompt.complete": "while a command is written",
    "jobs.stop": "while a job is at work",
    "jobs.pause": "while a job is at work",
    "jobs.resume": "where a run did not come to its end",
    "pane.begin": "where nothing is shown yet",
    "pane.back": "after pane.step_back, by the same key",
    "pane.next": "outside forms",
    "pane.previous": "outside forms",
}
"""Tested where they are used."""
OPENED_BY: dict[Scope, tuple[str, str]] = {
    Scope.READING: ("jobs", "question_mark"),
    Scope.SESSIONS: ("jobs", "S"),
    Scope.JUMP: ("jobs", "ctrl+o"),
    Scope.OPENING: ("jobs", "O"),  # o opens details with the keys of vim
    Scope.FILTER: ("metrics", "slash"),
}


def reached(bench: Bench) -> set[str]:
    """Return the actions whose keys act now, each under at least one of its keys."""
    return {active.binding.id or "" for active in bench.app.screen.active_bindings.values()}


def missing(bench: Bench, scope: Scope) -> set[str]:
    """Return the actions of a scope whose keys do not act now."""
    wanted = {known.id for known in ACTIONS if known.scope is scope} - set(ONLY_SOMETIMES)
    return wanted - reached(bench)


async def focus_on(bench: Bench, pilot: Pilot[int], scope: Scope) -> None:
    """Give the focus to a place of a scope, as Tab or a tab's number would."""
    tab = next((tab.name for tab in WORK_TABS if tab.scope is scope), "")
    if tab:
        await show(bench, pilot, tab)
        return
    places = [w for w in bench.app.screen.query("*") if getattr(w, "SCOPE", None) is scope]
    place: Widget = next(w for w in reversed(places) if w.focusable and w.is_on_screen)
    bench.app.set_focus(place)
    await pilot.pause()


@pytest.mark.parametrize("preset", ["", *PRESETS])
async def test_every_key_reaches_its_action_where_it_belongs(bench: Bench, preset: str) -> None:
    """Nothing nearer to the focus, and nothing that acts before it, takes a key away."""
    lost: dict[str, set[str]] = {}
    async with brought_to(bench, "full") as pilot:
        bench.app.set_keymap(PRESETS.get(preset, {}))
        for scope in (Scope.PROMPT, *(tab.scope for tab in WORK_TABS)):
            if scope is Scope.PROMPT:
                await bench.app.bench.action_show_tab("chat")
            elif scope is not Scope.PLAN_CARD:
                await focus_on(bench, pilot, scope)
            if scope is Scope.PLAN_CARD:
                continue  # below, with a card
            lost[scope.value] = missing(bench, scope)
            lost["everywhere"] = lost.get("everywhere", set()) | (
                set() if scope is Scope.PROMPT else missing(bench, Scope.WORKBENCH)
            )
        await show(bench, pilot, "jobs")
        lost["table"] = missing(bench, Scope.TABLE) | missing(bench, Scope.PANE)
        await bench.plan(pilot)
        lost["card"] = missing(bench, Scope.PLAN_CARD)
        await pilot.press("e")
        await bench.until(lambda: "Space takes one in or out" in bench.text(), pilot)
        lost["form"] = missing(bench, Scope.PLAN_FORM) | missing(bench, Scope.TOGGLES)
        await pilot.press("escape", "escape")
        for scope, (tab, key) in OPENED_BY.items():
            await show(bench, pilot, tab)
            await pilot.press(key)
            await pilot.pause()
            if scope is not Scope.FILTER:
                await bench.until(lambda: bench.app.screen is not bench.app.bench, pilot)
            lost[scope.value] = missing(bench, scope)
            await pilot.press("escape")
            await bench.until(lambda: bench.app.screen is bench.app.bench, pilot)
        bench.app.push_screen(ConfirmScreen("Sure", "Nothing happens"))
        await pilot.pause()
        lost["dialog"] = missing(bench, Scope.DIALOG)
    assert {place: names for place, names in lost.items() if names} == {}


LINES = (
    ("data", ("slash",)),
    ("metrics", ("slash", "x")),
    ("metrics", ("enter",)),
    ("compare", ("slash",)),
    ("report", ("d",)),
    ("review", ("w",)),
    ("review", ("c",)),
    ("plots", ("slash",)),
    ("jobs", ("e",)),
)
"""Places with a line or a form of their own, and the keys that open it."""


async def test_escape_leads_out_of_every_line_and_form(bench: Bench) -> None:
    async with brought_to(bench, "full") as pilot:
        assert shown(bench).phase is Phase.PATIENTS
        for tab, keys in LINES:
            await show(bench, pilot, tab)
            await pilot.press(*keys)
            await pilot.pause()
            for _ in range(5):
                await pilot.press("escape")
                await pilot.pause()
            prompt = bench.app.bench.chat.prompt
            assert bench.app.focused is prompt, f"{tab} {keys}: {bench.app.focused}"
            assert prompt.text == ""
            assert not isinstance(bench.app.screen, ReadingScreen)


async def test_tab_leads_out_of_every_tab_and_line(bench: Bench) -> None:
    async with brought_to(bench, "full") as pilot:
        for tab in WORK_TABS:
            await show(bench, pilot, tab.name)
            seen = set()
            for _ in range(6):
                seen.add(bench.app.bench._focused_place())
                await pilot.press("tab")
                await pilot.pause()
            assert {"chat", "work"} <= seen, tab.name


@pytest.mark.parametrize("state", ["empty", "failed"])
async def test_no_state_has_a_trap(bench: Bench, state: str) -> None:
    async with brought_to(bench, state) as pilot:
        for tab in WORK_TABS:
            await show(bench, pilot, tab.name)
            await pilot.press("tab")
            await pilot.press("escape", "escape")
            await pilot.pause()
            assert bench.app.focused is bench.app.bench.chat.prompt, tab.name


async def test_no_cursor_blinks(bench: Bench) -> None:
    async with bench.opened() as pilot:
        for keys in (("tab", "slash"), ("escape", "o"), ("escape", "ctrl+k")):
            await pilot.press(*keys)
            await bench.until(lambda: isinstance(bench.app.screen.focused, Input), pilot)
            await pilot.pause()
            line = bench.app.screen.focused
            assert isinstance(line, Input)
            assert not line.cursor_blink
