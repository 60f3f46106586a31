"""The pictures of a report are well formed, say what they show, and hold text as text."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from memisis_core.report.document import report_on
from memisis_core.report.plots.drawing import RUN_COLOURS, Drawing, shortened, ticks
from memisis_core.report.plots.gallery import gallery
from memisis_core.report.plots.losses import loss_curves
from memisis_core.report.rendering import to_html, to_markdown
from memisis_core.runs.record import LossPoint, RunRecord
from tests.fakes.plotted import COLUMNS, plotted_run
from tests.fakes.study import Study


@pytest.fixture
def runs(store, study: Study) -> list[RunRecord]:
    return [
        plotted_run(store, study, name, shift)
        for name, shift in (("ctgan", 0.0), ("gaussian_copula", 0.1))
    ]


def section_of(runs, title: str):
    return next(section for section in gallery(runs) if section.title == title)


def pictures(runs) -> list[ElementTree.Element]:
    return [
        ElementTree.fromstring(panel)
        for section in gallery(runs)
        for figure in section.figures
        for panel in figure.panels
    ]


def words(picture: ElementTree.Element) -> str:
    return " ".join(text for part in picture.iter("text") for text in part.itertext())


def test_every_kind_of_plot_is_there(runs):
    sections = gallery(runs)
    assert [section.title for section in sections] == [
        "Privacy against utility",
        "Distributions",
        "Associations between columns",
        "Membership attack",
        "Fairness by group",
        "Training",
    ]
    assert all(section.figures for section in sections)
    assert all(figure.table.rows for section in sections for figure in section.figures)
    for section in sections:
        for figure in section.figures:
            assert {len(row) for row in figure.table.rows} == {len(figure.table.header)}


def test_every_picture_is_described_in_words_with_its_figures(runs):
    for picture in pictures(runs):
        assert picture.get("role") == "img"
        assert len(picture.get("aria-label", "")) > 40
    described = [picture.get("aria-label", "") for picture in pictures(runs)]
    assert any("KS complement 0.900 [0.880, 0.920]" in text for text in described)
    assert any("0.610 [0.550, 0.670]" in text for text in described)


def test_every_picture_stays_within_its_frame(runs):
    for picture in pictures(runs):
        width, height = float(picture.get("width")), float(picture.get("height"))
        for part in picture.iter():
            for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", part.get("points", "")):
                assert -1 <= float(x) <= width + 1, ElementTree.tostring(part)
                assert -1 <= float(y) <= height + 1, ElementTree.tostring(part)
            for name, limit in (("x", width), ("x2", width), ("y", height), ("y2", height)):
                assert -1 <= float(part.get(name, 0)) <= limit + 1, ElementTree.tostring(part)


def test_bars_are_as_high_as_their_share_of_a_step(runs):
    distribution = section_of(runs, "Distributions").figures[0]
    picture = ElementTree.fromstring(distribution.panels[0])
    heights = [float(part.get("height")) for part in picture.iter("rect")]
    # 10 %, 50 %, 30 % over two steps, 10 %: areas are shares.
    assert heights == pytest.approx([h * heights[1] / 0.5 for h in (0.1, 0.5, 0.15, 0.1)], abs=0.1)
    widths = [float(part.get("width")) + 1 for part in picture.iter("rect")]
    assert widths[2] == pytest.approx(2 * widths[1], abs=0.2)
    assert [bool(part.get("stroke-dasharray")) for part in picture.iter("rect")] == [
        *(True, False, False, True)
    ]


def test_one_real_column_where_all_runs_saw_the_same_patients(runs):
    table = section_of(runs, "Distributions").figures[0].table
    assert table.header == ("value", "real", "A", "B")
    assert table.rows[0] == ("below 40", "10.0 %", "20.0 %", "10.0 %")
    assert ("(missing)", "10.0 %", "5.0 %", "5.0 %") in table.rows


def test_what_is_suppressed_says_so(runs):
    figures = section_of(runs, "Distributions").figures
    assert ("rows with a value", "suppressed", "100", "100") in figures[1].table.rows
    assert figures[2].panels == ()
    assert "fewer than 10 real patients" in figures[2].note


def test_groups_stand_with_interval_n_and_the_real_model(runs):
    [figure] = section_of(runs, "Fairness by group").figures
    assert figure.table.rows[0] == (
        *("true positive rate", "Sex=female", "41", "0.65"),
        *("0.60 [0.50, 0.70]", "0.60 [0.50, 0.70]"),
    )
    assert figure.table.rows[2][-1] == "too small"
    [panel] = figure.panels
    assert "too small" in panel
    assert panel.count('r="4"') == 4


def test_the_pareto_view_names_who_beats_whom(runs):
    [figure] = section_of(runs, "Privacy against utility").figures
    assert figure.table.header[-1] == "beaten by"
    assert [row[-1] for row in figure.table.rows] == ["none", "A"]
    picture = ElementTree.fromstring(figure.panels[0])
    assert [part.get("fill") for part in picture.iter("circle")] == [RUN_COLOURS[0], "#ffffff"]


def test_one_run_has_nothing_to_weigh(runs):
    section = section_of(runs[:1], "Privacy against utility")
    assert section.figures == ()
    assert "fewer than two runs" in section.missing[-1]


def test_associations_stand_beside_what_chance_does(runs):
    [figure] = section_of(runs, "Associations between columns").figures
    assert len(figure.panels) == 3
    assert "chance" in words(ElementTree.fromstring(figure.panels[-1]))
    assert figure.table.rows[0] == (
        *(f"{COLUMNS[0]} × {COLUMNS[1]}", "+0.50", "−0.05", "−0.40", "−0.30"),
    )
    assert figure.table.rows[-1][1:] == ("unknown",) * 4


def test_a_run_without_epochs_says_so(runs):
    section = section_of(runs, "Training")
    assert [figure.title for figure in section.figures] == ["Losses of A CTGAN"]
    assert section.missing == ("B: this synthesizer does not train in epochs",)


def test_a_run_of_an_earlier_version_or_with_a_changed_file_is_named(store, study, runs):
    Path(runs[0].artefacts["plots"].path).write_text('{"version": 1}')
    artefacts = {name: a for name, a in runs[1].artefacts.items() if name != "plots"}
    older = runs[1].model_copy(update={"artefacts": artefacts})
    sections = gallery([runs[0], older])
    assert sections[0].missing == (
        "A: the file was changed after the run wrote it",
        "B: its worker kept none (done)",
    )
    assert "the file was changed" in to_html(report_on([runs[0], older]))


def test_text_of_the_data_is_text(runs):
    page = to_html(report_on(runs))
    assert "<script" not in page
    assert "<img" not in page
    assert "<b>" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    for shown in ("HbA1c [mmol/mol]", "&lt;script&gt;alert(1)&lt;/script&gt;", "🩺"):
        assert shown in page
    for picture in pictures(runs):
        assert {part.tag for part in picture.iter()} <= {
            *("svg", "rect", "line", "polyline", "polygon", "circle", "text", "title"),
        }


def test_markdown_holds_the_same_figures_as_tables(runs):
    text = to_markdown(report_on(runs))
    for section in gallery(runs):
        assert f"### {section.title}" in text
    lines = text.splitlines()
    place = next(i for i, line in enumerate(lines) if line.startswith("HbA1c"))
    assert lines[place].startswith(r"HbA1c \[mmol/mol\]")
    assert lines[place + 2 : place + 5] == [
        "| value | real | A | B |",
        "|---|--:|--:|--:|",
        "| below 40 | 10.0 % | 20.0 % | 10.0 % |",
    ]
    assert "<script" not in text


def test_ticks_are_round_and_inside():
    assert ticks(0.0, 1.0) == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert ticks(-3.0, 9.0) == [0.0, 5.0]
    assert ticks(2.0, 2.0) == [2.0]


def test_long_names_are_cut_and_stay_whole_in_the_tip():
    assert shortened("a" * 50, 60, 11).endswith("…")
    drawing = Drawing(100, 20, "x")
    drawing.text(0, 10, "a" * 50, room=60)
    assert f"<title>{'a' * 50}</title>" in drawing.svg()


def test_long_trainings_are_thinned_to_their_last_epoch():
    points = [LossPoint(epoch=epoch, losses={"loss": 1 / epoch}) for epoch in range(1, 2001)]
    kept = loss_curves(points)["loss"]
    assert len(kept) <= 301
    assert kept[-1] == (2000, 1 / 2000)
    assert loss_curves([]) == {}
