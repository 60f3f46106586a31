"""A real browser shows the whole report, from one file, without asking anyone for anything."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from memisis_core.report.document import report_on
from memisis_core.report.export import export_report
from memisis_core.report.rendering import to_html
from tests.fakes.plotted import COLUMNS, plotted_run

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="no chromium here to render the report with"),
]
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--hide-scrollbars",
)


class Page(HTMLParser):
    """What a browser made of the file."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += f"{data} "

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.elements)


def browse(profile: Path, page: Path, *options: str) -> str:
    """Open a page with a profile of its own and return what the browser prints."""
    done = subprocess.run(
        [BROWSER, *QUIET, f"--user-data-dir={profile}", *options, page.as_uri()],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.stdout


def png_size(path: Path) -> tuple[int, int]:
    content = path.read_bytes()
    assert content.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", content[16:24])
    return width, height


@pytest.fixture
def report(store, study, tmp_path) -> tuple[Path, int, int]:
    """A report on two runs; how many pictures and tables of figures it should hold."""
    runs = [
        plotted_run(store, study, name, shift)
        for name, shift in (("ctgan", 0.0), ("gaussian_copula", 0.1))
    ]
    figures = [figure for section in report_on(runs).plots for figure in section.figures]
    path = export_report(runs, tmp_path / "report.html")
    return path, sum(len(figure.panels) for figure in figures), len(figures)


def test_every_picture_and_every_table_is_in_the_page(report, tmp_path):
    path, panels, figures = report
    page = Page(browse(tmp_path / "profile", path, "--dump-dom"))
    assert page.count("svg") == panels > 8
    assert page.count("figure") == figures
    assert page.count("details") == figures + 1  # the methods
    inside = [tag for tag, _ in page.elements if tag in ("figure", "table")]
    followed = pairwise(inside)
    assert sum(pair == ("figure", "table") for pair in followed) == figures
    for name in (COLUMNS[0], COLUMNS[1], "🩺"):
        assert name in page.text
    assert page.count("script") == page.count("img") == page.count("b") == 0
    for tag, attributes in page.elements:
        if tag == "svg":
            assert attributes["aria-label"]


def test_it_is_drawn_on_a_screen_and_on_a_phone(report, tmp_path):
    path, _, _ = report
    sizes = {}
    for width in (1200, 500):
        picture = tmp_path / f"{width}.png"
        options = (f"--window-size={width},1600", f"--screenshot={picture}")
        browse(tmp_path / f"profile{width}", path, *options)
        assert png_size(picture) == (width, 1600)
        sizes[width] = picture.stat().st_size
    assert min(sizes.values()) > 20_000, "the page is as good as empty"


def test_it_is_printed(report, tmp_path):
    path, _, _ = report
    printed = tmp_path / "report.pdf"
    browse(tmp_path / "profile", path, "--no-pdf-header-footer", f"--print-to-pdf={printed}")
    content = printed.read_bytes()
    assert content.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) >= 3


def test_the_file_refers_to_nothing_outside(store, study):
    page = to_html(report_on([plotted_run(store, study, "ctgan")]))
    assert re.findall(r"https?://|//[a-z]+\.", page) == []
    assert re.findall(r"url\(|@import|<link|<script|<iframe|<object|<embed", page) == []
    elements = Page(page).elements
    assert not [attributes["src"] for _, attributes in elements if "src" in attributes]
    links = [attributes["href"] or "" for _, attributes in elements if "href" in attributes]
    assert all(link.startswith(("#", "https://doi.org/")) for link in links)
