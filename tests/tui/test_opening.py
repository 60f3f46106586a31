"""Opening another table from within: by path with completion, or one of the last ones."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

from memisis_screens.data.rows_screen import RowsScreen, RowTable
from memisis_screens.opening.open_screen import OpenScreen
from memisis_screens.opening.path_proposals import completed, proposals, recent_proposals
from memisis_screens.session import OpenTable
from tests.fakes.study import write_table
from tests.tui.bench import Bench


def folder_of(tmp_path: Path) -> Path:
    for name in ("patients.csv", "Parkinson.parquet", "notes.md", ".hidden.csv", "old.tsv.gz"):
        (tmp_path / name).write_text("x")
    (tmp_path / "papers").mkdir()
    return tmp_path


def test_folders_and_tables_that_begin_so_are_proposed(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    assert [p.text for p in proposals("", folder)] == [
        "papers/", "old.tsv.gz", "Parkinson.parquet", "patients.csv",
    ]  # fmt: skip
    assert [p.text for p in proposals("p", folder)] == [
        "papers/", "Parkinson.parquet", "patients.csv",
    ]  # fmt: skip
    assert [p.text for p in proposals(f"{folder}/pat", Path("/"))] == [f"{folder}/patients.csv"]
    assert [p.text for p in proposals(".h", folder)] == [".hidden.csv"]
    assert proposals("nowhere/x", folder) == []


def test_as_much_is_completed_as_is_sure(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    assert completed("pat", proposals("pat", folder)) == "patients.csv"
    assert completed("pa", proposals("pa", folder)) == "pa"
    assert completed("zz", []) == "zz"


def test_recent_tables_are_those_that_are_still_there_each_once(tmp_path: Path) -> None:
    here = str(folder_of(tmp_path) / "patients.csv")
    assert [p.text for p in recent_proposals([here, "/gone/x.csv", here])] == [here]


async def asked(bench: Bench, pilot: Pilot[int]) -> OpenScreen:
    await pilot.press("tab", "o")
    await bench.until(lambda: isinstance(bench.app.screen, OpenScreen), pilot)
    await pilot.pause()
    screen = bench.app.screen
    assert isinstance(screen, OpenScreen)
    return screen


async def test_a_path_is_completed_and_opened_and_a_new_session_begins(bench: Bench) -> None:
    other = write_table(bench.folder / "other table.csv", 50)
    async with bench.opened() as pilot:
        await bench.plan(pilot)
        screen = await asked(bench, pilot)
        screen.query_one(Input).value = f"{bench.folder}/oth"
        await pilot.press("tab")
        assert screen.query_one(Input).value == str(other)
        await pilot.press("enter")
        await bench.until(
            lambda: (
                bench.app.session.table is not None and bench.app.session.table.name == other.name
            ),
            pilot,
        )
        await bench.until(lambda: "other table.csv: 200 rows" in " ".join(bench.words()), pilot)
        assert bench.app.session.draft is None
        assert "20 epochs" not in " ".join(bench.words())
        # The table before stands among the recent ones, and its session can be taken up again.
        screen = await asked(bench, pilot)
        assert str(bench.data) in [known.text for known in screen.recent]


async def test_what_cannot_be_opened_is_said_and_esc_leaves_all_as_it_was(bench: Bench) -> None:
    (bench.folder / "notes.md").write_text("x")
    async with bench.opened() as pilot:
        screen = await asked(bench, pilot)
        for text, said in (
            ("", "Write a path"),
            ("/nowhere/x.csv", "There is no such file"),
            (f"{bench.folder}/notes.md", "Not a table"),
        ):
            screen.query_one(Input).value = text
            await pilot.pause()
            await pilot.press("enter")
            await bench.until(lambda: said in bench.text(), pilot)  # noqa: B023
        screen.query_one(Input).value = str(bench.folder)
        await pilot.press("enter")
        assert screen.query_one(Input).value == f"{bench.folder}/"
        await pilot.press("escape")
        await bench.until(lambda: bench.app.screen is bench.app.bench, pilot)
        assert bench.app.session.table.name == "patients.csv"


async def test_jobs_at_work_keep_their_session(bench: Bench) -> None:
    other = write_table(bench.folder / "other.csv", 50)
    async with bench.opened() as pilot:
        await bench.run(pilot)
        await bench.say(f"/open {other}", pilot)
        await bench.until(lambda: "stop them first" in bench.text(), pilot)
        assert bench.app.session.table.name == "patients.csv"


async def test_a_table_is_opened_where_none_was(bench: Bench) -> None:
    async with bench.opened(data=False) as pilot:
        await bench.until(lambda: "opens one" in bench.text(), pilot)
        await bench.say(f"/open {bench.data}", pilot)
        await bench.until(lambda: bench.app.session.table is not None, pilot)


# Rows.


def with_rows(bench: Bench, rows: int) -> list[tuple[int, int]]:
    """Give the table rows of its own; returns what was asked for."""
    asked: list[tuple[int, int]] = []

    def page(first: int, count: int) -> list[tuple[str | None, ...]]:
        asked.append((first, count))
        return [
            (str(n), None if n % 3 else "45.25", "[/]\x1b", "alive" * 20)
            for n in range(first, min(first + count, rows))
        ]

    def read(path: Path) -> OpenTable:
        table = bench._table(path)
        reference = table.reference.model_copy(update={"rows": rows})
        return OpenTable(reference, table.schema, page=page)

    bench.read_table = read
    return asked


async def test_rows_are_paged_and_no_more_are_read_than_are_seen(bench: Bench) -> None:
    asked = with_rows(bench, 1_000_000)
    async with bench.opened() as pilot:
        await pilot.press("tab", "v")
        await bench.until(lambda: isinstance(bench.app.screen, RowsScreen), pilot)
        await bench.until(lambda: "of 1,000,000" in bench.text(), pilot)
        assert "[/]␛" in bench.text()
        await pilot.press("G")
        await bench.until(lambda: "to 1,000,000 of 1,000,000" in bench.text(), pilot)
        await pilot.press("slash", *"5000", "enter")
        await bench.until(lambda: "rows 5,000 to" in bench.text(), pilot)
        first = asked[-1][0]
        await pilot.press("pagedown")
        assert asked[-1][0] == first + asked[-1][1]
        await pilot.press("g", "down")
        await bench.until(lambda: "rows 1 to" in bench.text(), pilot)
        assert max(count for _, count in asked) <= 36
        await pilot.press("escape")
        await bench.until(lambda: bench.app.screen is bench.app.bench, pilot)


async def test_the_cursor_moves_the_window_at_its_edges_and_a_value_is_shown_whole(
    bench: Bench,
) -> None:
    with_rows(bench, 500)
    async with bench.opened((120, 20)) as pilot:
        await pilot.press("tab", "v")
        await bench.until(lambda: "of 500" in bench.text(), pilot)
        screen = bench.app.screen
        assert isinstance(screen, RowsScreen)
        await pilot.press(*["down"] * (screen.room + 3))
        assert screen.first == 4
        assert screen.query_one(RowTable).cursor_row == screen.room - 1
        await pilot.press("end")
        await bench.until(lambda: "alive" * 18 in bench.text(), pilot)
