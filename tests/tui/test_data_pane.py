"""The Data tab: real tables, roles by key, identifiers, filter."""

from __future__ import annotations

from pathlib import Path

import pytest

from memisis_core.data.schema import Role
from memisis_screens.data.data_pane import DataPane
from memisis_tui.table_reading import read_open_table
from tests.tui.bench import Bench

NHEFS = Path(__file__).parents[2] / "sample_data" / "nhefs.csv"
PEOPLE = """record_id,name,e-mail,age,sex,visit,died
{rows}
"""


@pytest.fixture
def people(bench: Bench) -> Bench:
    """A table with direct identifiers, read by the real reader."""
    rows = "\n".join(
        f"P{n:05},Person {n},p{n}@example.org,{20 + n % 60},{'f' if n % 2 else 'm'},"
        f"2020-01-{1 + n % 28:02},{n % 3 == 0:d}"
        for n in range(150)
    )
    bench.data.write_text(PEOPLE.format(rows=rows), encoding="utf-8")
    bench.read_table = read_open_table
    return bench


async def test_a_real_table_shows_kinds_roles_missing_values_and_what_it_holds(
    bench: Bench,
) -> None:
    bench.data, bench.read_table = NHEFS, read_open_table
    async with bench.opened((160, 50)) as pilot:
        text = bench.text()
        assert "nhefs.csv  1,629 × 23" in text
        (line,) = (line for line in bench.lines() if " systolic_bp_1982" in line)
        assert "integer" in line
        assert "4.7 %" in line
        assert any(glyph in line for glyph in "▂▃▄▅▆▇█")
        await pilot.press("tab")
        await pilot.pause()
        assert "Why:" in bench.work()


async def test_identifiers_are_flagged_left_out_and_their_values_not_shown(people: Bench) -> None:
    async with people.opened((160, 50)) as pilot:
        table = people.app.session.table
        assert table is not None
        identifiers = {c.name for c in table.schema.columns if c.role is Role.IDENTIFIER}
        assert {"record_id", "e-mail"} <= identifiers
        assert people.text().count("! identifier") == len(identifiers)
        assert "@example.org" not in people.text()
        assert "say who someone is" in " ".join(people.words())
        await pilot.pause()


async def test_roles_are_set_by_key_and_taken_away_by_the_same_key(bench: Bench) -> None:
    async with bench.opened() as pilot:
        roles = lambda: {c.name: c.role for c in bench.app.session.table.schema.columns}  # noqa: E731
        await pilot.press("tab", "t")
        await bench.until(lambda: roles()["Age"] is Role.TARGET, pilot)
        assert roles()["Outcome"] is Role.FEATURE
        await pilot.press("p")
        await bench.until(lambda: roles()["Age"] is Role.PROTECTED, pilot)
        await pilot.press("p")
        await bench.until(lambda: roles()["Age"] is Role.FEATURE, pilot)
        await pilot.press("i")
        await bench.until(lambda: roles()["Age"] is Role.IDENTIFIER, pilot)
        await pilot.press("x")
        await bench.until(lambda: roles()["Age"] is Role.EXCLUDED, pilot)
        await pilot.press("f")
        await bench.until(lambda: roles()["Age"] is Role.FEATURE, pilot)
        assert "set by hand" in bench.work()


async def test_the_cursor_stays_where_it_was_when_roles_change(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await pilot.press("tab", "down", "down", "p")
        await bench.until(lambda: not bench.app.session.table.schema.protected, pilot)
        await pilot.pause()
        selected = bench.app.bench.query_one(DataPane).selected
        assert selected is not None
        assert selected.name == "Sex"


async def test_the_profile_follows_the_roles(people: Bench) -> None:
    async with people.opened((160, 50)) as pilot:
        before = people.app.session.table.profile
        await pilot.press("tab", *["down"] * 4, "p")
        await people.until(lambda: people.app.session.table.profile is not before, pilot)
        profile = people.app.session.table.profile
        assert profile is not None


async def test_the_filter_finds_columns(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await pilot.press("tab", "slash", *"mmol")
        await pilot.pause()
        assert "HbA1c [mmol]" in bench.work()
        assert "feature" in bench.work()
        assert "Outcome" not in bench.work()
        await pilot.press("escape")
        await pilot.pause()
        assert "Outcome" in bench.work()
