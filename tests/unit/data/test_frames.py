import datetime

import numpy as np
import pandas as pd
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from memisis_core.data.frames import as_pandas, as_polars_like_source, typed_table
from memisis_core.data.schema import Column, ColumnKind, Schema
from memisis_core.errors import InputError


def schema_of(*columns: Column) -> Schema:
    return Schema(columns=columns)


def one(name: str, kind: ColumnKind, **fields: object) -> Schema:
    return schema_of(Column(name=name, kind=kind, **fields))


def test_each_kind_is_held_as_its_documentation_says():
    frame = pl.DataFrame(
        {
            "bmi": [22.5, None, 31.25],
            "visits": [1, 2, 3],
            "children": [0, None, 2],
            "sex": ["F", "M", None],
            "stage": ["II", "I", None],
            "grade": [1, 3, 2],
            "admitted": [datetime.date(2020, 1, 31), None, datetime.date(2021, 2, 1)],
            "smoker": [True, None, False],
            "alive": [0, 1, 1],
            "code": [10, 20, 30],
        }
    )
    schema = schema_of(
        Column(name="bmi", kind=ColumnKind.NUMBER),
        Column(name="visits", kind=ColumnKind.INTEGER),
        Column(name="children", kind=ColumnKind.INTEGER),
        Column(name="sex", kind=ColumnKind.CATEGORY),
        Column(name="stage", kind=ColumnKind.ORDINAL, levels=("I", "II")),
        Column(name="grade", kind=ColumnKind.ORDINAL),
        Column(name="admitted", kind=ColumnKind.DATE),
        Column(name="smoker", kind=ColumnKind.BOOLEAN),
        Column(name="alive", kind=ColumnKind.BOOLEAN),
        Column(name="code", kind=ColumnKind.CATEGORY),
    )

    held = as_pandas(frame, schema)

    assert held.dtypes.astype(str).to_dict() == {
        "bmi": "float64",
        "visits": "int64",
        "children": "float64",
        "sex": "object",
        "stage": "object",
        "grade": "int64",
        "admitted": "datetime64[ns]",
        "smoker": "object",
        "alive": "int64",
        "code": "object",
    }
    assert held["sex"].tolist()[:2] == ["F", "M"]
    assert np.isnan(held["sex"][2])
    assert held["smoker"][0] is True
    assert np.isnan(held["smoker"][1])
    assert held["code"].tolist() == ["10", "20", "30"]
    assert held["admitted"][0] == pd.Timestamp("2020-01-31")
    assert_frame_equal(
        as_polars_like_source(held, schema), frame.with_columns(pl.col("code").cast(pl.String))
    )


@pytest.mark.parametrize(
    ("written", "date_format"),
    [
        (["03.02.2021", None, "28.12.1999"], "%d.%m.%Y"),
        (["2021-02-03 04:05", None, "1999-12-28 23:59"], "%Y-%m-%d %H:%M"),
        (["02/03/2021", None, "12/28/1999"], "%m/%d/%Y"),
    ],
)
def test_dates_are_written_as_the_file_had_them(written, date_format):
    schema = one("when", ColumnKind.DATE, date_format=date_format)
    frame = pl.DataFrame({"when": written})

    held = as_pandas(frame, schema)

    assert str(held["when"].dtype) == "datetime64[ns]"
    assert held["when"].isna().tolist() == [False, True, False]
    assert_frame_equal(as_polars_like_source(held, schema), frame)


def test_numbers_are_rounded_to_the_decimals_of_the_file():
    schema = one("dose", ColumnKind.NUMBER, decimals=1)

    written = as_polars_like_source(pd.DataFrame({"dose": [0.30000000000000004, np.nan]}), schema)

    assert written["dose"].to_list() == [0.3, None]


def test_integers_with_missing_values_are_written_without_a_decimal_point():
    schema = one("children", ColumnKind.INTEGER)

    written = as_polars_like_source(pd.DataFrame({"children": [2.0, np.nan]}), schema)

    assert written.write_csv() == "children\n2\n\n"


def test_large_integers_keep_every_digit():
    frame = pl.DataFrame({"record": [2**60 + 1, 2**60 + 3]})

    assert as_pandas(frame, one("record", ColumnKind.INTEGER))["record"].tolist() == [
        2**60 + 1,
        2**60 + 3,
    ]


def test_a_value_that_the_kind_cannot_hold_is_named_with_its_place():
    frame = pl.DataFrame({"age": ["40", "unknown", "50"]})

    with pytest.raises(InputError, match=r"column 'age', data row 2: 'unknown' is not a number"):
        as_pandas(frame, one("age", ColumnKind.NUMBER))


def test_a_table_made_elsewhere_is_held_with_its_unreadable_values_listed():
    frame = pl.DataFrame(
        {"age": ["40", "unknown", None], "seen": ["2020-01-01", "soon", "9999-12-31"]}
    )
    schema = schema_of(
        Column(name="age", kind=ColumnKind.INTEGER), Column(name="seen", kind=ColumnKind.DATE)
    )

    table = typed_table(frame, schema)

    assert table.unreadable["age"].tolist() == [1]
    assert table.unreadable["seen"].tolist() == [1, 2]
    assert table.frame["age"].tolist()[0] == 40


def test_not_a_number_in_the_file_is_missing_and_no_fault():
    table = typed_table(pl.DataFrame({"bmi": [1.5, float("nan")]}), one("bmi", ColumnKind.NUMBER))

    assert table.unreadable == {}
    assert table.frame["bmi"].isna().tolist() == [False, True]


def test_only_the_columns_of_the_schema_are_taken_in_its_order():
    frame = pl.DataFrame({"a": [1], "b": [2], "c": [3]})
    schema = schema_of(
        Column(name="c", kind=ColumnKind.INTEGER), Column(name="a", kind=ColumnKind.INTEGER)
    )

    assert list(as_pandas(frame, schema).columns) == ["c", "a"]


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="no column 'b'"):
        as_pandas(pl.DataFrame({"a": [1]}), one("b", ColumnKind.INTEGER))


def test_an_empty_table_keeps_its_columns():
    frame = pl.DataFrame({"a": []}, schema={"a": pl.Int64})

    held = as_pandas(frame, one("a", ColumnKind.INTEGER))

    assert held.shape == (0, 1)
    assert as_polars_like_source(held, one("a", ColumnKind.INTEGER)).height == 0
