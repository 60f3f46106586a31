"""The Report tab: what leaves, where to, in which format; nothing is overwritten."""

from __future__ import annotations

import stat
from pathlib import Path

from textual.widgets import Input

from memisis_screens.report.export_items import FORMATS, ExportItem, safe_name
from memisis_screens.report.report_pane import DestinationInput, ReportPane
from tests.tui.bench import Bench


async def test_data_is_exported_where_the_person_says_and_the_path_is_shown(bench: Bench) -> None:
    out = bench.folder / "out"
    out.mkdir()
    async with bench.opened() as pilot:
        await bench.done(pilot)
        await pilot.press("tab", "6", "d")
        await pilot.pause()
        line = bench.app.bench.query_one(DestinationInput)
        assert line.value == str(Path.cwd())
        line.value = str(out)
        await pilot.press("enter")
        await bench.until(lambda: bench.app.session.destination == out, pilot)
        await pilot.press("e")
        await bench.until(lambda: bool(bench.app.session.exports), pilot)
        (exported,) = bench.app.session.exports
        assert exported.path == out / "patients-A-ctgan.csv"
        assert stat.S_IMODE(exported.path.stat().st_mode) == 0o600
        await pilot.pause()
        assert "Written" in bench.work()
        assert "patients-A-ctgan.csv" in bench.work().replace(" ", "")


async def test_a_file_that_is_there_is_never_overwritten(bench: Bench) -> None:
    out = bench.folder / "out"
    out.mkdir()
    (out / "patients-A-ctgan.csv").write_text("mine")
    async with bench.opened() as pilot:
        await bench.done(pilot)
        bench.app.exports.choose(out)
        await pilot.press("tab", "6")
        await pilot.pause()
        assert "patients-A-ctgan-2.csv" in bench.work()
        await pilot.press("e")
        await bench.until(lambda: bool(bench.app.session.exports), pilot)
        assert (out / "patients-A-ctgan.csv").read_text() == "mine"


async def test_f_changes_the_format_of_what_is_under_the_cursor(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.done(pilot)
        await pilot.press("tab", "6", *["down"] * 3, "f")
        await pilot.pause()
        pane = bench.app.bench.query_one(ReportPane)
        assert pane.item is not None
        assert pane.item.kind == "report"
        assert "patients-report.md" in bench.work()
        assert pane.endings["data"] == FORMATS["data"][0]


async def test_a_folder_that_is_not_there_is_refused(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.done(pilot)
        await pilot.press("tab", "6", "d")
        await pilot.pause()
        bench.app.bench.query_one(DestinationInput).value = "/no/such/folder"
        await pilot.press("enter")
        await bench.until(lambda: "There is no such folder" in bench.text(), pilot)
        assert bench.app.session.destination is None
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(bench.app.focused, Input)


async def test_an_export_that_cannot_be_written_is_said(bench: Bench) -> None:
    out = bench.folder / "gone"
    out.mkdir()
    async with bench.opened() as pilot:
        await bench.done(pilot)
        bench.app.exports.choose(out)
        out.rmdir()
        await pilot.press("tab", "6", "e")
        await bench.until(lambda: "there is no such folder" in " ".join(bench.words()), pilot)
        assert bench.app.session.exports == ()


async def test_the_report_is_about_the_marked_runs(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.done(pilot)
        runs = bench.app.session.runs
        for run in runs[1:]:
            bench.app.comparisons.toggle_mark(run.id)
        await pilot.press("tab", "6")
        await pilot.pause()
        (item,) = (i for i in bench.app.bench.query_one(ReportPane).items if i.kind == "report")
        assert item.run_ids == tuple(run.id for run in runs[1:])


async def test_without_runs_the_tab_says_what_to_do(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await pilot.press("tab", "6")
        await pilot.pause()
        assert "Nothing to export yet" in bench.work()


def test_names_of_files_hold_nothing_strange() -> None:
    assert safe_name("../../etc/[passwd]\x1b") == "etc-passwd"
    assert safe_name("///") == "export"


def test_a_free_name_is_found(tmp_path: Path) -> None:
    item = ExportItem("plan", "plan", "A", ("1",), "p")
    assert item.path(tmp_path, ".toml") == tmp_path / "p.toml"
    (tmp_path / "p.toml").touch()
    (tmp_path / "p-2.toml").touch()
    assert item.path(tmp_path, ".toml") == tmp_path / "p-3.toml"
