import datetime

import polars as pl
import pytest

from memisis_core.data.dates import date_style
from memisis_core.data.inference import infer_schema
from memisis_core.data.ordinal_scales import ordered_levels
from memisis_core.data.reading import read_table
from memisis_core.data.schema import ColumnKind, Role


@pytest.fixture
def inferred(tmp_path):
    """Write columns of text to a file, read it, and return the schema with its warnings."""

    def infer(**columns):
        path = tmp_path / "a.csv"
        pl.DataFrame(
            {name: [str(v) for v in values] for name, values in columns.items()}
        ).write_csv(path)
        return infer_schema(read_table(path))

    return infer


def cycle(*values, rows=120):
    return [values[i % len(values)] for i in range(rows)]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([i * 0.37 for i in range(120)], ColumnKind.NUMBER),
        ([i % 60 for i in range(120)], ColumnKind.INTEGER),
        (cycle(0, 1, 2, 3), ColumnKind.ORDINAL),
        (cycle(1, 2), ColumnKind.CATEGORY),
        (cycle(0, 1), ColumnKind.BOOLEAN),
        (cycle("1.0", "0.0", ""), ColumnKind.BOOLEAN),
        (cycle("Yes", "No"), ColumnKind.BOOLEAN),
        (cycle("TRUE", "FALSE"), ColumnKind.BOOLEAN),
        (cycle("stable", "unstable"), ColumnKind.CATEGORY),
        (cycle("A", "B", "AB", "0"), ColumnKind.CATEGORY),
        (cycle("mild", "severe", "none"), ColumnKind.ORDINAL),
        (cycle("2020-01-31", "2021-02-28", ""), ColumnKind.DATE),
        ([f"He said it was {i} days ago" for i in range(120)], ColumnKind.TEXT),
        ([f"w{i}.{i * 7}" for i in range(120)], ColumnKind.TEXT),
    ],
)
def test_kinds_follow_from_the_values(inferred, values, kind):
    column = inferred(x=values, y=cycle("a", "b", "c")).schema.column("x")

    assert column.kind is kind
    assert column.reason


def test_decimals_are_those_that_the_values_need(inferred):
    schema = inferred(
        a=[i / 10 for i in range(120)],
        b=[i + 0.125 for i in range(120)],
        c=[1 / (i + 3) for i in range(120)],
    ).schema

    assert [schema.column(name).decimals for name in "abc"] == [1, 3, None]


def test_codes_with_a_nominal_name_are_not_ordered(inferred):
    schema = inferred(hospital_id=cycle(1, 2, 3), grade=cycle(1, 2, 3)).schema

    assert schema.column("hospital_id").kind is ColumnKind.CATEGORY
    assert schema.column("grade").kind is ColumnKind.ORDINAL


def test_missing_values_are_counted(inferred):
    assert inferred(x=cycle("1.5", "2.5", ""), y=cycle("a", "b")).schema.column("x").missing == 40


def test_free_text_and_empty_columns_are_left_out_with_a_reason(inferred):
    found = inferred(
        note=[f"Patient number {i} feels better now" for i in range(120)],
        empty=cycle(""),
        x=[i * 0.5 for i in range(120)],
    )

    assert found.schema.column("note").role is Role.EXCLUDED
    assert found.schema.column("empty").role is Role.EXCLUDED
    assert {(w.code, w.column) for w in found.warnings} == {
        ("free-text", "note"),
        ("all-missing", "empty"),
    }


def test_a_code_for_missing_far_from_all_values_is_pointed_out(inferred):
    ages = [40 + i % 30 for i in range(120)]
    found = inferred(age=[*ages[:100], *[999] * 20], score=[i % 12 - 1 for i in range(120)])

    (warning,) = found.warnings
    assert (warning.code, warning.column) == ("sentinel", "age")
    assert "999 occurs 20 times" in warning.message


def test_dates_of_parquet_files_are_dates(tmp_path):
    days = [datetime.date(2020, 1, 1) + datetime.timedelta(i) for i in range(40)]
    pl.DataFrame({"day": days, "x": range(0, 120, 3)}).write_parquet(tmp_path / "a.parquet")

    column = infer_schema(read_table(tmp_path / "a.parquet")).schema.column("day")

    assert (column.kind, column.date_format) == (ColumnKind.DATE, None)


@pytest.mark.parametrize(
    "style",
    ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%b-%Y", "%d%b%Y", "%Y%m%d", "%d %B %Y",
     "%b %d, %Y", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M", "%d/%m/%y"],
)  # fmt: skip
def test_the_way_dates_are_written_is_found_out(style):
    start = datetime.datetime(2019, 1, 1, 8, 30)
    moments = [start + datetime.timedelta(days=17 * i, minutes=7 * i) for i in range(60)]

    found = date_style(pl.Series([moment.strftime(style) for moment in moments] + [None]))

    assert found is not None
    assert (found.format, found.ambiguous) == (style, False)


def test_dates_whose_day_and_month_could_be_exchanged_are_said_to_be(inferred):
    found = inferred(day=cycle("01/02/2020", "11/12/2021", "03/04/2019"), y=cycle("a", "b", "c"))

    assert [(w.code, w.column) for w in found.warnings] == [("ambiguous-dates", "day")]


@pytest.mark.parametrize(
    "values",
    [
        ["2020-01-31", "never"],
        ["120/80", "118/75"],
        ["1-2", "3-4"],
        ["2020-13-01"],
        ["12.5.1"],
        [""],
    ],
)
def test_what_is_no_date_is_not_read_as_one(values):
    assert date_style(pl.Series(values)) is None


@pytest.mark.parametrize(
    "levels",
    [
        ("none", "mild", "moderate", "severe"),
        ("Low", "Medium", "High"),
        ("never", "sometimes", "often", "always"),
        ("poor", "fair", "good", "very good", "excellent"),
        ("I", "II", "III", "IV"),
        ("Stage 0", "Stage I", "Stage II", "Stage IIIa", "Stage IIIb", "Stage IV"),
        ("G1", "G2", "G3"),
        ("NYHA I", "NYHA II", "NYHA III"),
        ("neg", "1+", "2+", "3+"),
        ("<18", "18-29", "30-64", "65+"),
        ("under 1000", "1000-1999", "2000-2999", "10,000 or more"),
    ],
)
def test_known_scales_are_put_in_order(levels):
    assert ordered_levels(sorted(levels, reverse=True)) == levels


@pytest.mark.parametrize(
    "values",
    [["red", "green", "blue"], ["A", "B", "C"], ["low", "high"], ["mild", "red", "severe"],
     ["Ward 1", "Ward 2", "Ward 3"], ["Stage I", "Grade II", "Stage III"]],
)  # fmt: skip
def test_other_words_have_no_order(values):
    assert ordered_levels(values) is None


def test_a_large_text_column_that_fills_its_categories_often_stays_a_category(inferred):
    rows = [f"ward {i % 40}" for i in range(400)]

    assert inferred(ward=rows, y=rows[::-1]).schema.column("ward").kind is ColumnKind.CATEGORY
