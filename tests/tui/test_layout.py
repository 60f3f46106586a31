"""Layout: one pane at a time where it is narrow, everything usable at 80 × 24, resizing."""

from __future__ import annotations

import pytest
from textual.theme import Theme

from memisis_screens.session import ModelState, OpenTable, Session
from memisis_screens.themes import CONTRAST, LIGHT, THEMES
from memisis_screens.workbench.header_line import fitted, left_parts, right_parts
from memisis_tui.kept_theme import read_theme
from memisis_tui.terminal import Manner
from tests.fakes.study import SCHEMA
from tests.tui.bench import Bench


async def test_narrow_shows_one_pane_at_a_time_the_conversation_first(bench: Bench) -> None:
    async with bench.opened((80, 24)) as pilot:
        assert "[0 Chat]" in bench.text()
        assert "What data do you need" in bench.text()
        assert "missing" not in bench.text()
        await pilot.press("tab")
        await pilot.pause()
        assert "[1 Data]" in bench.text()
        assert "missing" in bench.text()
        assert "What data do you need" not in bench.text()
        await pilot.press("4")
        await pilot.pause()
        assert "No runs yet" in bench.text()
        await pilot.press("escape")
        await pilot.pause()
        assert "[0 Chat]" in bench.text()


async def test_the_whole_story_works_at_80_by_24(bench: Bench) -> None:
    async with bench.opened((80, 24)) as pilot:
        await bench.done(pilot)
        await pilot.press("tab", "4")
        await bench.until(lambda: "membership AUC" in bench.text(), pilot)
        assert "C TVAE" in bench.text()
        await pilot.press("5")
        await bench.until(lambda: "beyond noise" in bench.text(), pilot)
        await pilot.press("6")
        await bench.until(lambda: "patients-report.html" in bench.text(), pilot)
        await pilot.press("3")
        await bench.until(lambda: "✓ done" in bench.text(), pilot)


async def test_no_line_is_longer_than_the_window(bench: Bench) -> None:
    from rich.cells import cell_len

    async with bench.opened((80, 24)) as pilot:
        await bench.done(pilot)
        for key in "123456":
            await pilot.press("tab", key)
            await pilot.pause()
            assert {cell_len(line) for line in bench.lines()} == {80}


async def test_resizing_keeps_what_was_in_front(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await pilot.press("tab", "2")
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert "No plan yet" in bench.text()
        await pilot.resize_terminal(120, 36)
        await pilot.pause()
        assert "No plan yet" in bench.text()
        assert "What data do you need" in bench.text()


async def test_zoom_gives_a_pane_the_window_and_the_same_key_ends_it(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await pilot.press("tab", "z")
        await pilot.pause()
        assert "What data do you need" not in bench.text()
        await pilot.press("z")
        await pilot.pause()
        assert "What data do you need" in bench.text()
        await pilot.press("z", "escape")
        await pilot.pause()
        assert "What data do you need" in bench.text()


async def test_the_conversation_grows_and_shrinks_by_key(bench: Bench) -> None:
    async with bench.opened((160, 40)) as pilot:
        width = bench.app.bench.chat.outer_size.width
        await pilot.press("tab", "plus", "plus")
        await pilot.pause()
        assert bench.app.bench.chat.outer_size.width == width + 8
        await pilot.press("minus")
        await pilot.pause()
        assert bench.app.bench.chat.outer_size.width == width + 4


async def test_the_themes_go_round_and_none_breaks_the_screen(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await pilot.press("tab")
        seen = []
        for _ in THEMES:
            await pilot.press("T")
            await pilot.pause()
            seen.append(bench.app.theme)
            assert "patients.csv" in bench.text()
        assert sorted(seen) == sorted(theme.name for theme in THEMES)


@pytest.mark.parametrize("theme", [t for t in THEMES if not t.ansi], ids=lambda t: t.name)
@pytest.mark.parametrize("ground", ["background", "surface", "panel"])
@pytest.mark.parametrize(
    "ink", ["foreground", "primary", "accent", "success", "warning", "error", "quiet"]
)
def test_text_stands_out_from_its_ground(theme: Theme, ground: str, ink: str) -> None:
    """WCAG 2.1, 1.4.3: at least 4.5 to 1."""
    colour = theme.variables["quiet"] if ink == "quiet" else getattr(theme, ink)
    lights = sorted(luminance(hexadecimal) for hexadecimal in (colour, getattr(theme, ground)))
    assert (lights[1] + 0.05) / (lights[0] + 0.05) >= 4.5


@pytest.mark.parametrize("ink", ["foreground", "primary", "accent", "success", "error", "quiet"])
def test_high_contrast_is_what_it_says(ink: str) -> None:
    """WCAG 2.1, 1.4.6: at least 7 to 1."""
    colour = CONTRAST.variables["quiet"] if ink == "quiet" else getattr(CONTRAST, ink)
    lights = sorted(luminance(code) for code in (colour, CONTRAST.panel))
    assert (lights[1] + 0.05) / (lights[0] + 0.05) >= 7


async def test_the_theme_that_was_chosen_comes_back(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await pilot.press("tab", "T")
        await bench.until(lambda: "Colours: light" in bench.text(), pilot)
        kept = bench.app.services.store.home / "settings" / "theme"
        await bench.until(kept.is_file, pilot)
    bench.manner = Manner(theme=read_theme(kept.parent))
    async with bench.opened() as pilot:
        assert bench.app.theme == LIGHT.name
    bench.manner = Manner(theme="of another version")
    async with bench.opened() as pilot:
        assert bench.app.theme == THEMES[0].name
    assert read_theme(bench.folder / "nowhere") == ""


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb`` (WCAG 2.1)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


async def test_no_color_uses_no_colour(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with bench.opened() as pilot:
        await bench.plan(pilot)
        ground = bench.app.screen.styles.background
        colours = {
            colour.name
            for strip in bench.app.screen._compositor.render_strips()
            for segment in strip.apply_filter(bench.app._filters[-1], ground)
            if segment.style is not None
            for colour in (segment.style.color, segment.style.bgcolor)
            if colour is not None
        }
        assert colours <= {"default"}


def test_the_header_gives_way_from_the_least_important_part() -> None:
    from memisis_core.plan.model import DatasetReference

    reference = DatasetReference(path="/x/patients.csv", sha256="0" * 64, rows=11_000, columns=4)
    session = Session(
        table=OpenTable(reference, SCHEMA), model="planner", model_state=ModelState.READY
    )

    def line(width: int) -> str:
        sides = fitted(left_parts(session), right_parts(session), width)
        return " | ".join("  ".join(part.text for part in side) for side in sides)

    assert "nothing leaves this machine" in line(120)
    assert "protected Sex" in line(120)
    assert line(80).endswith("offline")
    assert "planner" not in line(70)
    assert line(52) == "Memisis  patients.csv  11,000 × 4 | offline"
    assert line(10).startswith("Memisis")
