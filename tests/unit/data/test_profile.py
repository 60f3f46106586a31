import datetime

import numpy as np
import polars as pl
import pytest

from memisis_core.data.inference import infer_schema
from memisis_core.data.profile import profile_of
from memisis_core.data.reading import read_table
from memisis_core.data.schema import ColumnKind, Role


@pytest.fixture
def opened(tmp_path):
    def open_frame(frame, name="a.parquet"):
        path = tmp_path / name
        frame.write_parquet(path) if name.endswith("parquet") else frame.write_csv(path)
        table = read_table(path)
        return table, infer_schema(table).schema

    return open_frame


def test_numbers_have_range_quantiles_and_a_histogram_that_counts_every_value(opened):
    values = np.random.default_rng(0).normal(120, 15, 500).round(1)
    table, schema = opened(pl.DataFrame({"sbp": [*values, None], "sex": ["F", "M", "M"] * 167}))

    column = profile_of(table, schema).column("sbp")

    assert (column.rows, column.missing, column.missing_share) == (501, 1, 1 / 501)
    assert column.numbers is not None
    assert column.numbers.mean == pytest.approx(values.mean())
    assert column.numbers.sd == pytest.approx(values.std(ddof=1))
    assert column.numbers.quantiles[0.25] == pytest.approx(np.quantile(values, 0.25))
    assert column.histogram is not None
    assert sum(column.histogram.counts) == 500
    assert (column.histogram.low, column.histogram.high) == (values.min(), values.max())


def test_few_whole_numbers_have_one_bin_each(opened):
    table, schema = opened(
        pl.DataFrame({"n": [*range(12)] * 5 + [11], "y": ["a", "b", "c"] * 20 + ["a"]})
    )

    histogram = profile_of(table, schema).column("n").histogram

    assert histogram is not None
    assert histogram.counts == (5,) * 11 + (6,)


def test_categories_are_counted_and_rare_ones_told(opened):
    values = ["common"] * 80 + ["some"] * 15 + ["rare"] * 9 + ["once"]
    table, schema = opened(pl.DataFrame({"c": values, "x": [i * 0.5 for i in range(105)]}))

    column = profile_of(table, schema).column("c")

    assert [(c.label, c.rows) for c in column.categories] == [
        ("common", 80),
        ("some", 15),
        ("rare", 9),
        ("once", 1),
    ]
    assert (column.rare_categories, column.rare_rows, column.further_categories) == (2, 10, 0)


def test_ordinals_stand_in_their_order(opened):
    values = ["severe"] * 50 + ["mild"] * 20 + ["none"] * 10
    table, schema = opened(pl.DataFrame({"s": values, "n": [2, 10, 1, 1] * 20}))
    schema = schema.replacing("n", kind=ColumnKind.ORDINAL)
    profile = profile_of(table, schema)

    assert [c.label for c in profile.column("s").categories] == ["none", "mild", "severe"]
    assert [c.label for c in profile.column("n").categories] == ["1", "2", "10"]


def test_dates_have_first_and_last_day(opened):
    days = [f"{i % 28 + 1:02d}/03/2020" for i in range(60)]
    table, schema = opened(pl.DataFrame({"day": days, "x": [i * 0.5 for i in range(60)]}), "a.csv")

    column = profile_of(table, schema).column("day")

    assert column.earliest == datetime.datetime(2020, 3, 1)
    assert column.latest == datetime.datetime(2020, 3, 28)
    assert column.histogram is not None
    assert sum(column.histogram.counts) == 60


def test_small_groups_are_found_by_attribute_and_intersection_and_class(opened):
    sex = ["F"] * 60 + ["M"] * 60
    race = ["A"] * 55 + ["B"] * 5 + ["A"] * 60
    outcome = [i % 2 for i in range(60)] + [1] * 55 + [0] * 5
    table, schema = opened(pl.DataFrame({"sex": sex, "race": race, "outcome": outcome}))
    assert schema.protected == ["sex", "race"]

    groups = {group.values: group for group in profile_of(table, schema).groups}

    assert groups[(("sex", "F"), ("race", "B"))].rows == 5
    men = groups[(("sex", "M"),)]
    assert [(c.label, c.rows) for c in men.classes] == [("0", 5), ("1", 55)]
    small = {group.values for group in profile_of(table, schema).small_groups}
    assert (("sex", "M"),) in small
    assert (("sex", "F"),) not in small
    assert (("sex", "M"), ("race", "B")) not in groups  # nobody: not a group of the table


def test_missing_values_of_a_protected_attribute_are_a_group(opened):
    table, schema = opened(pl.DataFrame({"sex": ["F", "M", None, "F"] * 10, "y": [0, 1] * 20}))

    assert (("sex", "missing"),) in {group.values for group in profile_of(table, schema).groups}


def test_repeated_rows_are_counted_over_synthesised_columns_only(opened):
    frame = pl.DataFrame({"id": range(30), "x": [i % 10 + 0.5 for i in range(30)], "s": ["a"] * 30})
    table, schema = opened(frame)

    assert schema.column("id").role is Role.IDENTIFIER
    assert profile_of(table, schema).duplicated_rows == 20


def test_a_column_without_values_has_a_profile(opened):
    table, schema = opened(pl.DataFrame({"x": [None] * 30, "y": [i * 0.5 for i in range(30)]}))

    column = profile_of(table, schema).column("x")

    assert (column.missing, column.distinct, column.histogram) == (30, 0, None)
