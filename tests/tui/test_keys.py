"""Keys: one registry, every action by key and by palette, no traps, a person's own key map."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from pathlib import Path

import pytest
from textual.app import App
from textual.command import CommandPalette
from textual.widgets import Input

import memisis_screens
from memisis_core.errors import InputError
from memisis_screens.action import SCOPE_TITLES, Action, Scope, written
from memisis_screens.actions import ACTIONS, action, bindings
from memisis_screens.data.data_pane import DataPane
from memisis_screens.help.help_text import help_text
from memisis_screens.jump.jump_screen import JumpScreen
from memisis_screens.key_presets import PRESETS
from memisis_tui.key_map import read_key_map
from memisis_tui.palette import palette_name
from tests.tui.bench import Bench

TAKEN_ELSEWHERE = {"ctrl+s", "ctrl+z", "ctrl+b", "ctrl+a"}
"""Keys that terminals (flow control, suspend), tmux and screen keep to themselves."""


def test_identifiers_are_unique_and_every_scope_has_a_title() -> None:
    assert [name for name, count in Counter(a.id for a in ACTIONS).items() if count > 1] == []
    assert {known.scope for known in ACTIONS} <= set(SCOPE_TITLES)


@pytest.mark.parametrize("known", ACTIONS, ids=lambda known: known.id)
def test_every_action_has_a_key_that_arrives(known: Action) -> None:
    keys = {key.strip() for key in known.keys.split(",")}
    assert keys
    assert all("alt" not in key.split("+") for key in keys)
    # ctrl+q is a second way to quit, for those whose terminal lets it through.
    assert keys - TAKEN_ELSEWHERE - {"ctrl+q"}


@pytest.mark.parametrize("preset", ["", *PRESETS])
@pytest.mark.parametrize("scope", list(Scope))
def test_no_key_does_two_things_in_one_place(scope: Scope, preset: str) -> None:
    keymap = PRESETS.get(preset, {})
    keys = Counter(
        key
        for b in bindings(scope)
        for key in dict.fromkeys(keymap.get(b.id or "", b.key).split(","))
    )
    assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_names_actions_and_keeps_a_key_that_arrives(preset: str) -> None:
    known = {a.id: a for a in ACTIONS}
    assert set(PRESETS[preset]) <= set(known)
    for name, keys in PRESETS[preset].items():
        assert any(
            "alt" not in key.split("+") and key not in TAKEN_ELSEWHERE for key in keys.split(",")
        ), name
    # What acts before the focus must not take a key that the preset gives to something else.
    first = {
        key
        for a in ACTIONS
        if a.priority and a.scope in (Scope.WORKBENCH, Scope.CHAT)
        for key in PRESETS[preset].get(a.id, a.keys).split(",")
    }
    others = {
        key
        for name, keys in PRESETS[preset].items()
        if not known[name].priority
        for key in keys.split(",")
    }
    assert first & others <= {"pageup", "pagedown"}


def test_a_preset_is_chosen_in_the_key_map_and_changed_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_text('preset = "vim"\n"table.home" = "home"\n')
    keys = read_key_map(tmp_path)
    assert keys["choices.down"] == "down,j"
    assert keys["table.home"] == "home"


def test_bindings_carry_their_identifier_and_help() -> None:
    for known in ACTIONS:
        binding = known.binding()
        assert binding.id == known.id
        assert binding.tooltip == known.help


async def test_every_scope_of_the_registry_is_bound_by_a_widget(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.plan(pilot)
        await pilot.press("e")
        await pilot.pause()
        found = {getattr(widget, "SCOPE", None) for widget in bench.app.bench.query("*")}
        found |= {getattr(bench.app.bench, "SCOPE", None)}
    # Screens of their own, tested where they are used.
    over_it = {Scope.DIALOG, Scope.READING, Scope.SESSIONS, Scope.JUMP, Scope.SPECIFICATION}
    over_it |= {Scope.OPENING, Scope.ROWS}
    always_with_others = {Scope.PANE, Scope.CHOICES, Scope.DESCRIPTION_CARD}
    missing = set(Scope) - found - over_it - always_with_others
    assert missing == set()


async def test_every_action_with_a_full_name_stands_in_the_palette(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await pilot.press("ctrl+k")
        await bench.until(lambda: isinstance(bench.app.screen, CommandPalette), pilot)
        palette = bench.app.screen
        for known in ACTIONS:
            if not known.palette:
                continue
            palette.query_one(Input).value = palette_name(known)
            await bench.until(lambda: known.title in bench.text(), pilot)  # noqa: B023


async def test_the_palette_does_what_the_key_does_wherever_the_focus_is(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await pilot.press("ctrl+k")
        await bench.until(lambda: isinstance(bench.app.screen, CommandPalette), pilot)
        bench.app.screen.query_one(Input).value = "Make the column protected"
        await bench.until(lambda: "Data: Make the column protected" in bench.text(), pilot)
        await pilot.pause()
        await pilot.press("enter")
        await bench.until(lambda: not isinstance(bench.app.screen, CommandPalette), pilot)
        table = lambda: bench.app.session.table  # noqa: E731
        await bench.until(lambda: "Age" in table().schema.protected, pilot)


async def test_tab_goes_round_all_panes_and_comes_back(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.run(pilot)
        await bench.until(lambda: bool(bench.app.bench.query("#jobs-panel.-filled")), pilot)
        await pilot.press("0")
        places = []
        for _ in range(3):
            places.append(bench.app.bench._focused_place())
            await pilot.press("tab")
            await pilot.pause()
        assert places == ["chat", "work", "jobs-panel"]
        assert bench.app.bench._focused_place() == "chat"
        await pilot.press("shift+tab")
        assert bench.app.bench._focused_place() == "jobs-panel"


async def test_escape_leads_from_every_tab_back_to_the_prompt(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.done(pilot)
        for number in "123456":
            await pilot.press("tab", number)
            await pilot.pause()
            assert bench.app.bench._focused_place() == "work"
            for _ in range(3):
                await pilot.press("escape")
                await pilot.pause()
            assert bench.app.focused is bench.app.bench.chat.prompt


async def test_letters_in_the_prompt_are_words_and_start_nothing(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await pilot.press(*"qz123xmn?")
        assert bench.app.bench.chat.prompt.text == "qz123xmn?"
        assert bench.app.is_running


async def test_words_typed_before_enter_are_all_sent(bench: Bench) -> None:
    """A fast typist, or a script, must not send half of the words."""
    from textual.events import Key

    async with bench.opened() as pilot:
        for character in "300 epochs":
            bench.app.post_message(Key(character, character))
        bench.app.post_message(Key("enter", None))
        await bench.until(lambda: bool(bench.talk.asked), pilot)
        assert bench.talk.asked[0][0] == "300 epochs"
        await bench.until(lambda: not bench.app.conversation.answering, pilot)


async def test_help_says_what_acts_here_and_escape_closes_it(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await pilot.press("tab", "question_mark")
        await bench.until(lambda: "Make the column the target" in bench.text(), pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(bench.app.bench.query_one(DataPane), DataPane)
        assert "Make the column the target" not in bench.text()


def test_help_writes_keys_as_people_do_and_as_the_person_chose_them() -> None:
    text = help_text([Scope.METRICS], {"metrics.mark": "space,ctrl+t"}, None, 80).plain
    assert "Space, ^t" in text
    assert action("metrics.mark").title in text
    assert written("shift+tab") == "Shift+Tab"


async def test_a_key_map_of_ones_own_takes_effect_and_shows(bench: Bench) -> None:
    settings = bench.folder / "home" / "settings"
    settings.mkdir(parents=True)
    (settings / "keys.toml").write_text('"data.target" = "u"\n')
    async with bench.opened() as pilot:
        await bench.until(lambda: bench.app._keymap.get("data.target") == "u", pilot)
        await pilot.press("tab", "down", "u")
        await bench.until(lambda: bench.app.session.table.schema.target == "HbA1c [mmol]", pilot)
        assert "u target" in bench.lines()[-1]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('"metrics.mark" = ', "cannot be read"),
        ('"metrics.marc" = "space"', "metrics.marc"),
        ('"metrics.mark" = 3', "metrics.mark"),
        ('preset = "ed"', "not a set of keys. Use vim or emacs"),
    ],
)
def test_a_wrong_key_map_is_refused_with_its_place(
    tmp_path: Path, text: str, complaint: str
) -> None:
    (tmp_path / "keys.toml").write_text(text)
    with pytest.raises(InputError, match=complaint) as refused:
        read_key_map(tmp_path)
    assert "keys.toml" in refused.value.line()


async def test_a_preset_moves_the_cursor(bench: Bench) -> None:
    settings = bench.folder / "home" / "settings"
    settings.mkdir(parents=True)
    (settings / "keys.toml").write_text('preset = "emacs"\n')
    async with bench.opened() as pilot:
        await bench.until(lambda: bool(bench.app._keymap), pilot)
        await pilot.press("tab", "ctrl+n", "ctrl+n", "ctrl+p", "t")
        await bench.until(lambda: bench.app.session.table.schema.target == "HbA1c [mmol]", pilot)
        await pilot.press("ctrl+x")
        await bench.until(lambda: isinstance(bench.app.screen, CommandPalette), pilot)


async def test_a_letter_stands_on_each_place_and_leads_there(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.run(pilot)
        await bench.until(lambda: bool(bench.app.bench.query("#jobs-panel.-filled")), pilot)
        await pilot.press("ctrl+o")
        await bench.until(lambda: isinstance(bench.app.screen, JumpScreen), pilot)
        jump = bench.app.screen
        reached = {t.tab or t.widget.id or type(t.widget).__name__ for t in jump.targets.values()}
        assert {"data", "metrics", "report", "prompt"} <= reached
        widgets = [t.widget for t in jump.targets.values() if t.widget is not None]
        for place in ("#chat", "#work", "#jobs-panel"):
            holder = bench.app.bench.query_one(place)
            assert any(holder in widget.ancestors for widget in widgets), place
        letter = next(k for k, t in jump.targets.items() if t.tab == "metrics")
        await pilot.press(letter)
        await bench.until(lambda: bench.app.bench.work_tab == "metrics", pilot)
        assert bench.app.bench.chat.prompt.text == ""
        await pilot.press("ctrl+o")
        await bench.until(lambda: isinstance(bench.app.screen, JumpScreen), pilot)
        letter = next(
            k
            for k, t in bench.app.screen.targets.items()
            if t.widget is bench.app.bench.chat.prompt
        )
        await pilot.press(letter)
        await bench.until(lambda: bench.app.focused is bench.app.bench.chat.prompt, pilot)


@pytest.mark.parametrize("key", ["question_mark", "ctrl+k", "ctrl+o", "S"])
async def test_no_screen_over_the_workbench_keeps_the_focus(bench: Bench, key: str) -> None:
    async with bench.opened() as pilot:
        await pilot.press("tab", key)
        await bench.until(lambda: bench.app.screen is not bench.app.bench, pilot)
        await pilot.press("escape")
        await bench.until(lambda: bench.app.screen is bench.app.bench, pilot)
        await pilot.press("escape", "escape")
        assert bench.app.focused is bench.app.bench.chat.prompt


def test_every_action_is_carried_out_by_the_widget_that_binds_its_key() -> None:
    classes = {}
    for module in pkgutil.walk_packages(memisis_screens.__path__, "memisis_screens."):
        for value in vars(importlib.import_module(module.name)).values():
            scope = vars(value).get("SCOPE") if isinstance(value, type) else None
            if isinstance(scope, Scope):
                classes.setdefault(scope, []).append(value)
    for known in ACTIONS:
        name = known.method.partition("(")[0]
        if name.startswith("app."):
            assert hasattr(App, f"action_{name.removeprefix('app.')}")
            continue
        binding = [
            c for c in classes[known.scope] if any(b.id == known.id for _, b in c._merge_bindings())
        ]
        assert binding, known.id
        assert all(hasattr(c, f"action_{name}") for c in binding), known.id
