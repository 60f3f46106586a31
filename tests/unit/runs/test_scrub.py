from __future__ import annotations

import pandas as pd
import pytest

from memisis_core.runs.scrub import Scrubber

TABLE = pd.DataFrame(
    {
        "Name": ["Ng", "O'Brien", "van der Berg"],
        "Age": [57, 60, 31],
        "Sex": ["female", "male", None],
    }
)


@pytest.fixture
def scrubber() -> Scrubber:
    known = Scrubber(["Name", "Age", "Sex", "HbA1c [mmol]", "Diagnosis"])
    known.knows(TABLE)
    return known


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("could not convert string to float: 'Ng'", "could not convert string to float: '…'"),
        ("Input contains NaN.", "Input contains NaN."),
        ("invalid value Ng in row 57", "invalid value … in row #"),
        ("dtype int64 does not fit float32", "dtype int64 does not fit float32"),
        (
            "Found unknown categories ['female', 'male'] in column 0",
            "Found unknown categories ['…', '…'] in column #",
        ),
        ("column 'HbA1c [mmol]' is not in index", "column 'HbA1c [mmol]' is not in index"),
        ("\"['Sex', 'Age'] not in index\"", "'…'"),
        ("'Sex, Age'", "'Sex, Age'"),
        ("value 1987-03-12T10:00 is out of bounds", "value # is out of bounds"),
        ("values -1.5e-3, 12 and 3/4.", "values #, # and #."),
        ("MRN AB123456 is duplicated", "MRN # is duplicated"),
        ("can't convert BERG", "can't convert …"),
        ("it's 'O'Brien'", "it's '…'"),
        ("unterminated 'van der", "unterminated '…'"),
        ("'NoneType' object is not iterable", "'NoneType' object is not iterable"),
        ("line one\nline two \x1b[31m", "line one␊line two ␛[#"),
        ("", ""),
    ],
)
def test_values_leave_and_the_rest_stays(scrubber, message, expected):
    assert scrubber.message(message) == expected


def test_no_value_of_the_table_survives_a_printed_table(scrubber):
    scrubbed = scrubber.message(TABLE.to_string())
    for value in ("Ng", "O'Brien", "Brien", "Berg", "57", "60", "31", "female"):
        assert value not in scrubbed


def test_our_own_messages_lose_only_what_they_quote(scrubber):
    line = "data row 57, column 'Age': 'O'Brien' is not a number (3 such values)"
    assert scrubber.quotations(line) == "data row 57, column 'Age': '…'"
    line = "column 'Age', data row 57: 'Ng' is not a number (3 such values). Correct the file"
    assert scrubber.quotations(line) == (
        "column 'Age', data row 57: '…' is not a number (3 such values). Correct the file"
    )


def test_an_error_says_its_kind_and_place(scrubber):
    try:
        TABLE["Name"].astype(float)
    except ValueError as error:
        line = scrubber.error(error)
        trace = scrubber.traceback(error)
    assert line.startswith("ValueError in pandas/core/dtypes/astype.py:")
    assert line.endswith(": could not convert string to float: '…'")
    assert any("test_scrub.py" in frame for frame in trace)
    assert "Ng" not in " ".join(trace)


def test_the_cause_of_an_error_is_scrubbed_as_well(scrubber):
    try:
        try:
            raise KeyError("Ng")
        except KeyError as cause:
            raise RuntimeError("failed for Ng") from cause
    except RuntimeError as error:
        trace = "\n".join(scrubber.traceback(error))
    assert "RuntimeError: failed for …" in trace
    assert "KeyError: '…'" in trace
