"""Terminals that draw little or slowly: ASCII, few repaints."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from memisis_screens.ascii_filter import ascii_text
from memisis_tui.app import MemisisApp
from memisis_tui.terminal import SLOW_FRAMES, Manner, draws_unicode, slow_down
from tests.tui.bench import Bench


@pytest.mark.parametrize(
    ("environment", "unicode"),
    [
        ({}, True),
        ({"LANG": "C.UTF-8"}, True),
        ({"LANG": "de_DE.utf8"}, True),
        ({"LANG": "de_DE.ISO-8859-1"}, False),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "C"}, False),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, False),  # as Python itself coerces it
        ({"LANG": "de_DE.ISO-8859-1", "LC_CTYPE": "de_DE.UTF-8"}, True),
        ({"LANG": "de_DE.ISO-8859-1", "LC_CTYPE": "C.UTF-8"}, False),
        ({"LC_CTYPE": "C.UTF-8"}, True),
    ],
)
def test_the_locale_says_what_can_be_drawn(environment: dict[str, str], unicode: bool) -> None:
    assert draws_unicode(environment) is unicode


@pytest.mark.parametrize("text", ["╭─ naïve 0.95 ±.02 ▲ …", "血圧 ▁▃█", "abc", "‹said› ␛"])
def test_ascii_text_is_as_wide_as_what_it_stands_for(text: str) -> None:
    drawn = ascii_text(text)
    assert drawn.isascii()
    assert cell_len(drawn) == cell_len(text)


def test_look_alikes() -> None:
    assert ascii_text("│ é 0.5 ±.1 ▲ × – ▁█") == "| e 0.5 ~.1 ^ x - _#"


def test_a_slow_line_gets_fewer_frames() -> None:
    environment: dict[str, str] = {}
    slow_down(environment)
    assert environment == {"TEXTUAL_FPS": str(SLOW_FRAMES), "TEXTUAL_ANIMATIONS": "none"}


async def test_every_screen_is_ascii_in_ascii_mode(bench: Bench) -> None:
    bench.manner = Manner(ascii_only=True)
    async with bench.opened() as pilot:
        await bench.done(pilot)
        for key in ("tab", *"1234567", "ctrl+o", "escape", "question_mark", "escape", "S"):
            await pilot.press(key)
            await pilot.pause()
            assert bench.text().isascii(), key
        assert isinstance(bench.app, MemisisApp)


async def test_nothing_blinks_and_a_slow_line_has_rare_progress(bench: Bench) -> None:
    bench.manner = Manner(slow_line=True)
    async with bench.opened():
        assert not bench.app.bench.chat.prompt.cursor_blink
        assert bench.app.jobs.seconds_between_progress == 5.0
