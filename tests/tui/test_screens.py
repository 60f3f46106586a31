"""Every tab at three sizes says the same in every theme: nothing is said by colour alone.

Only the empty state is checked here; `tests.tui.screens` brings the others about too. Pictures::

    MEMISIS_PICTURES=/some/folder pytest tests/tui/test_screens.py
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from rich.cells import cell_len

from memisis_screens.themes import THEMES
from tests.tui.bench import Bench
from tests.tui.screens import SIZES, TABS, brought_to, save_picture, screen_text, show

PICTURES = os.environ.get("MEMISIS_PICTURES")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_words_are_the_same_in_every_theme(bench: Bench, size: tuple[int, int]) -> None:
    width, height = size
    async with brought_to(bench, "empty") as pilot:
        await pilot.resize_terminal(width, height)
        for tab in TABS:
            shown = {}
            for theme in (theme.name for theme in THEMES):
                bench.app.theme = theme
                await show(bench, pilot, tab)
                shown[theme] = screen_text(bench)
                if PICTURES:
                    save_picture(bench, Path(PICTURES) / f"{tab}-{width}-{theme}.svg")
            assert len(set(shown.values())) == 1, tab
            lines = shown[theme].splitlines()
            assert max(map(cell_len, lines)) <= width
            assert len(lines) <= height
