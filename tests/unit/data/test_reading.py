import csv
import datetime
import gzip
import hashlib
import io
import random
import subprocess
import sys

import polars as pl
import pytest
import xlsxwriter

from memisis_core.data.reading import read_table


@pytest.fixture
def write(tmp_path):
    def write_file(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


def codes(table):
    return [(warning.code, warning.column) for warning in table.warnings]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(write, delimiter):
    table = read_table(write("a.csv", "age,sex\n61,F\n47,M\n".replace(",", delimiter)))

    assert table.format.delimiter == delimiter
    assert table.frame.to_dict(as_series=False) == {"age": [61, 47], "sex": ["F", "M"]}


def test_a_delimiter_inside_quoted_cells_does_not_mislead(write):
    table = read_table(write("a.csv", 'name;note\nA;"x, y, z"\nB;"1, 2, 3"\n'))

    assert table.frame["note"].to_list() == ["x, y, z", "1, 2, 3"]


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("latin-1", "cp1252"),
        ("cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_found_out(write, encoding, found):
    text = "ville,âge\nOrléans,61\nMâcon,47\nSète,50\n"

    table = read_table(write("a.csv", text.encode(encoding)))

    assert table.format.encoding == found
    assert table.names == ["ville", "âge"]
    assert table.frame["ville"].to_list() == ["Orléans", "Mâcon", "Sète"]
    assert (("encoding", None) in codes(table)) == (found == "cp1252")


def test_numbers_with_decimal_commas_are_numbers(write):
    table = read_table(write("a.csv", "bmi;dose;n\n22,5;1.234,5;3\n31,25;12,0;4\n"))

    assert table.format.decimal_comma
    assert table.frame.to_dict(as_series=False) == {
        "bmi": [22.5, 31.25],
        "dose": [1234.5, 12.0],
        "n": [3, 4],
    }


def test_commas_between_thousands_are_not_decimal_commas(write):
    table = read_table(write("a.csv", 'cost,n\n"1,200",1\n"12,345,678",2\n300,3\n'))

    assert table.frame["cost"].to_list() == [1200, 12_345_678, 300]
    assert not table.format.decimal_comma


def test_three_digits_after_a_comma_are_decimals_where_the_file_uses_decimal_commas(write):
    table = read_table(write("a.csv", "weight;height\n1,250;1,7\n1,375;1,85\n"))

    assert table.frame["weight"].to_list() == [1.25, 1.375]


def test_spellings_of_missing_are_missing(write):
    cells = ["1.5", "", "NA", "n/a", "NaN", "NULL", "#N/A", "?", "2.5", " ", "<NA>"]
    table = read_table(write("a.csv", "x,y\n" + "".join(f"{cell},1\n" for cell in cells)))

    assert table.frame["x"].to_list() == [1.5, *[None] * 7, 2.5, None, None]
    assert table.warnings == ()


def test_words_for_missing_count_as_missing_only_among_numbers(write):
    rows = "".join(f"{i},{word}\n" for i, word in enumerate(["none", "mild", "none", "-"] * 5))
    text = "crp,severity\nunknown,mild\n-,none\n.,none\n" + rows

    table = read_table(write("a.csv", text))

    assert table.frame["crp"].to_list() == [None, None, None, *range(20)]
    assert "none" in table.frame["severity"].to_list()


def test_codes_keep_their_leading_zeros(write):
    table = read_table(write("a.csv", "site,n\n007,1\n012,2\n"))

    assert table.frame["site"].to_list() == ["007", "012"]


def test_whole_numbers_stay_whole_beside_missing_ones_and_beyond_float_precision(write):
    table = read_table(write("a.csv", "n,big,huge\n1,9007199254740993,1e400\n,2,2\n3.0,3,3\n"))

    assert table.frame["n"].to_list() == [1, None, 3]
    assert table.frame["big"].to_list() == [9007199254740993, 2, 3]


def test_numbers_too_long_for_any_integer_stay_as_they_are(write):
    table = read_table(write("a.csv", "code,n\n123456789012345678901234,1\n2,2\n"))

    assert table.frame["code"].to_list() == ["123456789012345678901234", "2"]


def test_quoted_newlines_stay_in_their_cell_and_lines_are_still_known(write):
    table = read_table(write("a.csv", 'note,n\n"a\nb",1\nc,2\n\nd,3\n'))

    assert table.frame["note"].to_list() == ["a\nb", "c", "d"]
    assert [table.place(row) for row in range(3)] == ["line 2", "line 4", "line 6"]


def test_a_quote_inside_an_unquoted_cell_is_part_of_it(write):
    table = read_table(write("a.csv", "height,n\n5'10\",1\n6'2\",2\n"))

    assert table.frame["height"].to_list() == ["5'10\"", "6'2\""]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_read(write, ending):
    table = read_table(write("a.csv", ending.join(["a,b", "1,2", "3,4", ""])))

    assert table.frame.rows() == [(1, 2), (3, 4)]


def test_excels_hint_of_the_delimiter_is_not_a_header(write):
    table = read_table(write("a.csv", "sep=;\na;b\n1;x\n2;y\n"))

    assert table.names == ["a", "b"]
    assert table.place(0) == "line 3"


def test_a_compressed_file_is_read_and_hashed_as_it_lies_on_disk(write):
    path = write("a.csv.gz", gzip.compress(b"a,b\n1,x\n2,y\n"))

    table = read_table(path)

    assert table.rows == 2
    assert table.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_random_tables_are_read_as_the_standard_library_reads_them(write):
    random.seed(7)
    alphabet = ['"', ",", "\n", "\r\n", "a", "é", " b", "x'y", "\t", ";"]
    for number in range(60):
        rows = [
            [f"k{i}", *("".join(random.choices(alphabet, k=random.randint(0, 4))) for _ in "12")]
            for i in range(random.randint(1, 12))
        ]
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\n").writerows([["id", "u", "v"], *rows])

        table = read_table(write(f"{number}.csv", buffer.getvalue()))

        expected = [tuple(cell.strip(" \t\n\r") or None for cell in row) for row in rows]
        assert table.frame.cast(pl.String).rows() == expected


def test_a_few_words_among_numbers_become_missing_with_their_line(write):
    text = "age,n\n" + "".join(f"{i},{i}\n" for i in range(60)) + ">90,60\nold,61\n"

    table = read_table(write("a.csv", text))

    assert table.frame["age"].to_list()[-3:] == [59, None, None]
    (warning,) = table.warnings
    assert (warning.code, warning.column, warning.example) == ("unreadable-values", "age", ">90")
    assert "2 values are not numbers and count as missing (the first on line 62)" in str(warning)
    assert ">90" not in str(warning)  # warnings are kept with the run, values are not


def test_many_words_among_numbers_leave_words_and_say_why(write):
    text = "crp,n\n" + "".join(f"{'<' if i % 3 == 0 else ''}{i + 1},{i}\n" for i in range(60))

    table = read_table(write("a.csv", text))

    assert table.frame.schema["crp"] == pl.String
    assert codes(table) == [("mixed-values", "crp")]


def test_parquet_keeps_its_types_and_leaves_out_lists(tmp_path):
    day = datetime.date(2020, 2, 29)
    pl.DataFrame(
        {
            "x": pl.Series([1.0, float("nan"), 2.5], dtype=pl.Float32),
            "whole": [1.0, None, 3.0],
            "n": pl.Series([1, 2, 3], dtype=pl.UInt8),
            "day": [day, None, day],
            "sex": pl.Series(["F", "M", None], dtype=pl.Categorical),
            "ok": [True, None, False],
            "scans": [[1], [2], [3]],
        }
    ).write_parquet(tmp_path / "a.parquet")

    table = read_table(tmp_path / "a.parquet")

    assert table.frame.schema == {
        "x": pl.Float64,
        "whole": pl.Int64,
        "n": pl.Int64,
        "day": pl.Date,
        "sex": pl.String,
        "ok": pl.Boolean,
    }
    assert table.frame["x"].to_list() == [1.0, None, 2.5]
    assert codes(table) == [("nested-column", "scans")]
    assert table.place(0) == "row 1"


def workbook(path, sheets):
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in rows:
                sheet.write_row(number, 0, row)
    return path


def test_a_workbook_keeps_numbers_dates_and_truth_values(tmp_path):
    day = datetime.datetime(2020, 2, 29)
    rows = [(0, ["code", "x", "n", "day", "ok"])]
    rows += [(i, [f"00{i}", i + 1e-12, i, day, i % 2 == 0]) for i in range(1, 4)]

    table = read_table(workbook(tmp_path / "a.xlsx", {"Patients": rows}))

    assert table.format.sheet == "Patients"
    assert table.frame["code"].to_list() == ["001", "002", "003"]
    assert table.frame["x"].to_list() == [1 + 1e-12, 2 + 1e-12, 3 + 1e-12]
    assert table.frame["n"].to_list() == [1, 2, 3]
    assert table.frame["day"].to_list() == [day] * 3
    assert table.frame["ok"].to_list() == [False, True, False]


def test_the_first_filled_sheet_is_read_and_the_others_named(tmp_path):
    rows = [(2, ["a", "b"]), (3, [1, 2]), (5, [3, "x"])]
    book = workbook(tmp_path / "a.xlsx", {"Notes": [], "Data": rows, "More": rows})

    table = read_table(book)

    assert table.frame["a"].to_list() == [1, 3]
    assert table.place(1) == "row 6"
    (warning,) = [w for w in table.warnings if w.code == "other-sheets"]
    assert "Notes, More" in warning.message


def test_nothing_heavy_is_loaded_until_a_table_is_read():
    modules = ["reading", "table", "card", "dataset", "profile", "readiness", "split", "samples"]
    program = "import sys\n" + "".join(f"import memisis_core.data.{name}\n" for name in modules)
    program += "print([m for m in ('polars','pandas','fastexcel','torch') if m in sys.modules])"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
