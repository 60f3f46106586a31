"""Every screen in every state, at three sizes, in each theme and without colour, as approved.

``tests/tui/__snapshots__/screens`` holds one file for each state and size: the words of each
screen, which must be the same in every theme (nothing is said by colour alone), and a digest of its
colours and styles for each theme. One application a state is resized and dressed anew, so that all
of it takes little longer than four tests. After a change that is meant, look at the
pictures, then keep them::

    MEMISIS_PICTURES=/some/folder pytest tests/tui/test_screens.py   # SVG, to be looked at
    MEMISIS_APPROVE=1 pytest tests/tui/test_screens.py
"""

from __future__ import annotations

import difflib
import hashlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.filter import NoColor
from textual.geometry import Region
from textual.pilot import Pilot
from textual.strip import Strip

from memisis_screens.opening.open_screen import OpenScreen
from memisis_screens.plots.plots_pane import PlotsPane
from memisis_screens.plots.plots_view import PlotKind
from memisis_screens.tabs import CHAT
from memisis_screens.themes import COLOUR_BLIND, CONTRAST, DARK, LIGHT, PLAIN
from tests.tui.bench import Bench
from tests.tui.screens import (
    SIZES,
    STATES,
    TABS,
    brought_to,
    save_picture,
    show,
    steady,
)

PICTURES = os.environ.get("MEMISIS_PICTURES")
APPROVE = "MEMISIS_APPROVE" in os.environ
KEPT = Path(__file__).parent / "__snapshots__" / "screens"
DRESSES = {"dark": DARK.name, "light": LIGHT.name, "ansi": PLAIN.name}
"""``NO_COLOR`` is the terminal's own theme, seen through Textual's filter."""
NO_COLOUR = "no-color"
Kept = dict[tuple[int, int], list[str]]
Show = Callable[[Bench, Pilot[int]], Awaitable[None]]


def over(*keys: str) -> Show:
    """Return what opens something over the workbench with keys in Jobs."""

    async def press(bench: Bench, pilot: Pilot[int]) -> None:
        await show(bench, pilot, "jobs")
        await pilot.press(*keys)
        await bench.until(lambda: bench.app.screen is not bench.app.bench, pilot, 60)

    return press


def plots_of(kind: PlotKind) -> Show:
    """Return what shows one kind of plot."""

    async def go(bench: Bench, pilot: Pilot[int]) -> None:
        await show(bench, pilot, "plots")
        bench.app.bench.query_one(PlotsPane).go_to(kind)

    return go


async def open_plan(bench: Bench, pilot: Pilot[int]) -> None:
    """Show a plan that waits, with the focus on it."""
    await bench.plan(pilot)


async def plan_form(bench: Bench, pilot: Pilot[int]) -> None:
    """Show the plan while it is edited."""
    await pilot.press("e")
    await bench.until(lambda: "Space takes one in or out" in bench.text(), pilot)


async def open_table(bench: Bench, pilot: Pilot[int]) -> None:
    """Show how a table is opened."""
    (bench.folder / "files").mkdir()
    for name in ("patients.csv", "Parkinson.parquet"):
        (bench.folder / "files" / name).write_text("x" * 5000)
    bench.app.push_screen(OpenScreen((), bench.folder / "files"))
    await bench.until(lambda: bench.app.screen is not bench.app.bench, pilot)


MORE: dict[str, dict[str, Show]] = {
    "empty": {"help": over("question_mark"), "open a table": open_table},
    "busy": {"quit": over("q")},
    "failed": {"plan": open_plan, "form": plan_form},
    "full": {
        "palette": over("ctrl+k"),
        "pairs": plots_of(PlotKind.PAIRS),
        "trade-off": plots_of(PlotKind.TRADE_OFF),
    },
}
"""What is shown beside the tabs, by state."""


@pytest.fixture(autouse=True)
def _no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("jobs.job_rows", "jobs.job_details", "chat.run_endings"):
        monkeypatch.setattr(f"memisis_screens.{module}.duration", lambda _seconds: "0:41")


def strips_of(bench: Bench) -> list[Strip]:
    """Return the lines of the screen; of what stands over the workbench, those alone.

    Where two panes stand side by side, only the one in front is taken: the conversation beside
    every tab would be kept nine times.
    """
    screen = bench.app.screen
    strips = screen._compositor.render_strips()
    if screen is not bench.app.bench:
        boxes = [child.region for child in screen.children if child.region.area]
        box = Region.from_union(boxes or [screen.region])
    elif screen.has_class("-narrow") or bench.app.bench.tab == CHAT:
        return strips
    else:
        box = screen.query_one("#work").region
        box = Region(box.x, box.y, box.width, screen.size.height - box.y)
    return [strip.crop(box.x, box.right) for strip in strips[box.y : box.bottom]]


def words_of(bench: Bench) -> str:
    """Return what is on the screen, without what changes from day to day."""
    lines = ["".join(segment.text for segment in strip).rstrip() for strip in strips_of(bench)]
    return steady("\n".join(lines))


def styles_of(bench: Bench, *, coloured: bool) -> str:
    """Return a digest of the style of every cell; neighbours of one style count as one."""
    ground, runs = bench.app.screen.styles.background, []
    for strip in strips_of(bench):
        line: list[tuple[str, int]] = []
        shown = strip if coloured else strip.apply_filter(NoColor(), ground)
        for segment in shown:
            style = str(segment.style.without_color if not coloured else segment.style)
            if line and line[-1][0] == style:
                line[-1] = (style, line[-1][1] + cell_len(segment.text))
            else:
                line.append((style, cell_len(segment.text)))
        runs.append(line)
    return hashlib.sha256(repr(runs).encode()).hexdigest()[:12]


def drawn_at(bench: Bench) -> tuple[int, int]:
    """Return the size that the screen in front was laid out for."""
    size = bench.app.screen._compositor.size
    return (size.width, size.height)


async def settled(bench: Bench, pilot: Pilot[int]) -> str:
    """Return the words of the screen once nothing moves any more."""
    words, before = words_of(bench), ""
    while words != before:
        await pilot.pause()
        words, before = words_of(bench), words
    return words


async def looked_at(bench: Bench, pilot: Pilot[int], name: str, kept: Kept) -> None:
    """Take down what is in front, at every size and in every theme."""
    for width, height in SIZES:
        await pilot.resize_terminal(width, height)
        await bench.until(lambda: drawn_at(bench) == (width, height), pilot, 60)  # noqa: B023
        words, styles = "", []
        for dress, theme in DRESSES.items():
            bench.app.theme = theme
            bench.app.clear_notifications()
            text = await settled(bench, pilot)
            assert (words or text) == text, f"{name} says other words in {dress}"
            words = text
            styles.append(f"{dress} {styles_of(bench, coloured=True)}")
            if theme == PLAIN.name:
                styles.append(f"{NO_COLOUR} {styles_of(bench, coloured=False)}")
            if PICTURES:
                save_picture(bench, Path(PICTURES) / f"{width}-{dress}-{name}.svg")
        lines = text.splitlines()
        assert max(map(cell_len, lines)) <= width, name
        assert len(lines) <= height, name
        kept[width, height].append(f"=== {name}\n{words}\n--- {', '.join(styles)}\n")


@pytest.mark.parametrize("state", STATES)
async def test_screens_look_as_they_were_approved(bench: Bench, state: str) -> None:
    kept: Kept = {size: [] for size in SIZES}
    async with brought_to(bench, state) as pilot:
        for tab in TABS:
            await show(bench, pilot, tab)
            await looked_at(bench, pilot, f"{state} {tab}", kept)
        for name, more in MORE[state].items():
            await more(bench, pilot)
            await looked_at(bench, pilot, f"{state} {name}", kept)
            if bench.app.screen is not bench.app.bench:
                await pilot.press("escape")
                await bench.until(lambda: bench.app.screen is bench.app.bench, pilot)
    wrong = []
    for (width, height), parts in kept.items():
        file, now = KEPT / f"{state}-{width}x{height}.txt", "".join(parts)
        if APPROVE:
            KEPT.mkdir(parents=True, exist_ok=True)
            file.write_text(now, encoding="utf-8")
        before = file.read_text(encoding="utf-8") if file.is_file() else ""
        lines = before.splitlines(), now.splitlines()
        wrong.extend(difflib.unified_diff(*lines, file.name, "now", lineterm="", n=1))
    assert not wrong, "\n".join(wrong)


async def test_other_themes_say_the_same(bench: Bench) -> None:
    async with brought_to(bench, "full") as pilot:
        for tab in ("data", "metrics", "review"):
            shown = set()
            for theme in (DARK, CONTRAST, COLOUR_BLIND):
                bench.app.theme = theme.name
                await show(bench, pilot, tab)
                shown.add(words_of(bench))
            assert len(shown) == 1, tab


async def test_the_cursor_shows_without_any_colour(bench: Bench) -> None:
    """The digests above would not tell a cursor that nobody sees from one that everybody does."""
    async with brought_to(bench, "full") as pilot:
        bench.app.theme = PLAIN.name
        for tab in TABS[1:]:
            await show(bench, pilot, tab)
            before = styles_of(bench, coloured=False)
            moved = "down" if tab not in ("plan",) else "tab"
            await pilot.press(moved)
            await pilot.pause()
            assert styles_of(bench, coloured=False) != before, tab


def test_what_is_kept_is_what_is_shown() -> None:
    kept = {file.name for file in KEPT.iterdir()}
    assert kept == {f"{state}-{w}x{h}.txt" for state in STATES for w, h in SIZES}
