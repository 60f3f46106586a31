"""Numbers rounded to their uncertainty and aligned; curves in one line; names that fit."""

from __future__ import annotations

import pytest

from memisis_screens.jobs.sparkline import sparkline
from memisis_screens.metrics.figures import Widths, aligned, figure
from memisis_screens.metrics.metric_cells import short_title, shortened
from memisis_screens.tables.cell_text import about, cell, duration
from memisis_screens.tables.filter_input import sought_in


@pytest.mark.parametrize(
    ("value", "interval", "written"),
    [
        (0.5134, (0.4909, 0.5359), "0.51 ±.02"),
        (0.5134, (0.4994, 0.5274), "0.513 ±.014"),
        (0.96912, (0.96312, 0.97512), "0.969 ±.006"),
        (0.954, None, "0.954"),
        (0.0, (0.0, 0.0), "0.000"),
        (1.0, (0.99995, 1.00005), "1.0000 ±.0001"),
        (1.0, (0.9999999, 1.0000001), "1.0000 ±<.0001"),
        (12345.678, (12000.0, 12691.0), "12,346 ±346"),
        (-0.00001, None, "0.000"),
        (-3.2, (-7.2, 0.8), "-3 ±4"),
        (1200.0, None, "1,200"),
        (0.25, (0.25, 0.25), "0.250"),
    ],
)
def test_a_value_is_rounded_to_its_uncertainty(
    value: float, interval: tuple[float, float] | None, written: str
) -> None:
    assert str(figure(value, interval)) == written


def test_points_and_intervals_stand_below_each_other() -> None:
    figures = [figure(0.5, (0.48, 0.52)), figure(12.345, (12.0, 12.7)), figure(-0.9)]
    lines = [aligned(known, Widths.of(figures)) for known in figures]
    assert len({len(line) for line in lines}) == 1
    assert len({line.index(".") for line in lines if "." in line.split("±")[0]}) == 1
    assert len({line.index("±") for line in lines if "±" in line}) == 1


@pytest.mark.parametrize(
    ("values", "width", "drawn"),
    [
        ([], 5, ""),
        ([1.0], 5, "▁"),
        ([2.0, 2.0, 2.0], 5, "▁▁▁"),
        ([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], 8, "▁▂▃▄▅▆▇█"),
        ([1.0, float("nan"), 2.0, float("inf")], 4, "▁█"),
        ([0.0] * 50 + [1.0] * 50, 4, "▁▁██"),
        ([1.0, 2.0], 0, ""),
    ],
)
def test_a_curve_in_one_line(values: list[float], width: int, drawn: str) -> None:
    assert sparkline(values, width) == drawn


def test_a_short_name_keeps_the_subject_that_tells_rows_apart() -> None:
    assert shortened("equalised odds difference", "Race", 40) == "equalised odds difference, Race"
    assert shortened("equalised odds difference", "Race", 20) == "eq. odds diff., Race"
    assert shortened("column shapes", "", 40) == "column shapes"
    assert shortened("column shapes", "", 11) == "col. shapes"
    assert short_title("GaussianCopula") == "Copula"
    assert short_title("CTGAN") == "CTGAN"


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0.04, "0.0 s"), (4.14, "4.1 s"), (41.0, "0:41"), (62.0, "1:02"), (3723.0, "1:02:03")],
)
def test_durations(seconds: float, written: str) -> None:
    assert duration(seconds) == written


def test_estimates_are_no_more_exact_than_estimates_are() -> None:
    assert about(0.2) == "about 1 s"
    assert about(320.0) == "about 5 min"
    assert about(9000.0) == "about 2.5 h"


def test_a_cell_is_never_markup_and_never_endless() -> None:
    text = cell("[/] \x1b[31m" + "x" * 10_000)
    assert text.plain.startswith("[/] ␛[31m")
    assert len(text.plain) == 400
    assert not text.spans


def test_the_filter_wants_every_word_somewhere() -> None:
    assert sought_in("race odds", "equalised odds difference", "Race")
    assert not sought_in("race odds", "equalised odds difference", "Sex")
    assert sought_in("", "anything")
