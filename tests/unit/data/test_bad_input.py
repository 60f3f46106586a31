"""Every kind of bad input gives one clear line, or a warning that says what was done."""

import os
import time

import polars as pl
import pytest
import xlsxwriter

from memisis_core.data.dataset import open_dataset
from memisis_core.data.inference import infer_schema
from memisis_core.data.profile import profile_of
from memisis_core.data.readiness import check_ready
from memisis_core.data.reading import read_table
from memisis_core.data.schema import ColumnKind, Role
from memisis_core.errors import InputError


@pytest.fixture
def write(tmp_path):
    def write_file(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


def refused(path, check=read_table):
    """Return the message of the error with which a file is refused; it is one line with a fix."""
    with pytest.raises(InputError) as caught:
        check(path)
    message = str(caught.value)
    assert caught.value.exit_code == 2
    assert "\n" not in message
    assert message.isprintable()
    assert caught.value.fix
    assert caught.value.where
    assert path.name in message
    return message


def ready(path, **changes):
    """Open a table and check it as it would be before a run; return the warnings."""
    data = open_dataset(path)
    schema = data.schema.with_roles(
        changes.get("target", data.schema.target), changes.get("protected", data.schema.protected)
    )
    checked = check_ready(data.table, schema, schema.target, schema.protected)
    return [*data.warnings, *checked]


def codes(warnings):
    return {(warning.code, warning.column) for warning in warnings}


def rows_of(count, row=lambda i: f"{i * 3 % 7}.5,{'FM'[i % 2]}"):
    return "".join(f"{row(i)}\n" for i in range(count))


def test_a_missing_file(tmp_path):
    assert "no such file" in refused(tmp_path / "nowhere.csv")
    assert "no such file" in refused(tmp_path / "nowhere")


def test_a_folder(tmp_path):
    for name in ("folder", "folder.csv", "folder.xlsx"):
        (tmp_path / name).mkdir()
        assert "a folder" in refused(tmp_path / name)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(write):
    path = write("a.csv", "a,b\n1,2\n")
    path.chmod(0)
    assert "may not read" in refused(path)


def test_a_device_is_not_read_for_ever(tmp_path):
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    assert "not a regular file" in refused(tmp_path / "zero.csv")


@pytest.mark.parametrize("content", [b"", b"\n\n \n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file(write, content):
    assert "the file is empty" in refused(write("a.csv", content))


def test_a_header_without_rows(write, tmp_path):
    assert "header but no rows" in refused(write("a.csv", "age,sex\n"))
    pl.DataFrame({"age": [], "sex": []}).write_parquet(tmp_path / "a.parquet")
    assert "no rows" in refused(tmp_path / "a.parquet")


def test_a_table_without_header(write):
    assert "line 1: the first line holds numbers" in refused(write("a.csv", "61,1.5\n47,2.5\n"))


def test_one_row(write):
    assert "1 row is too few" in refused(write("a.csv", "age,sex\n61.5,F\n"), ready)


def test_too_few_rows(write):
    assert "29 rows are too few" in refused(write("a.csv", "x,sex\n" + rows_of(29)), ready)
    assert ("few-rows", None) in codes(ready(write("a.csv", "x,sex\n" + rows_of(30))))


def test_one_column(write):
    assert "the only column is 'x'" in refused(write("a.csv", "x\n" + "1\n2\n" * 30), ready)


@pytest.mark.parametrize(
    ("line", "found"), [("47", "1 field"), ("47,M,x", "3 fields"), ('"4,M"', "1 field")]
)
def test_ragged_rows_name_their_line(write, line, found):
    text = f'age,sex\n61,"F\nG"\n50,M\n{line}\n1,F\n'
    message = refused(write("a.csv", text))
    assert f"line 5: the line has {found}, the header 2 columns" in message


def test_ragged_rows_are_counted(write):
    assert "and 2 more such lines" in refused(write("a.csv", "a,b\n1\n2\n3,4\n5\n"))


def test_bytes_that_are_no_text(write):
    message = refused(write("a.csv", b"name,age\nJos\xc3\xa9,4\nZo\xc3\xab,5\nM\xfcller,6\n"))
    assert "line 4: byte 0xfc is not valid UTF-8" in message
    message = refused(write("b.csv", b"name,age\nA,4\nB\x81,5\n"))
    assert "line 3: byte 0x81 is neither UTF-8 nor Windows-1252" in message
    message = refused(write("c.csv", "a,b\n1,2\n".encode("utf-16") + b"\x00"))
    assert "marked as UTF-16" in message


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"PK\x03\x04", "XLSX"),
        (b"PAR1", "Parquet"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0", "old Excel"),
    ],
)
def test_another_kind_of_file_called_csv(write, start, what):
    assert what in refused(write("a.csv", start + b"\x00\x01\n,"))


def test_nul_bytes(write):
    assert "line 3: there is a NUL byte" in refused(write("a.csv", b"a,b\n1,2\n3,\x004\n"))


@pytest.mark.parametrize("name", ["a.sav", "a", "a.csv.zip", "a.xlsx.gz"])
def test_an_unknown_ending(write, name):
    assert "Tables are read from .csv" in refused(write(name, "a,b\n1,2\n"))


def test_a_damaged_parquet_file(write, tmp_path):
    pl.DataFrame({"a": list(range(100)), "b": ["x"] * 100}).write_parquet(tmp_path / "good.parquet")
    good = (tmp_path / "good.parquet").read_bytes()
    for content in (b"PAR1abc", good[: len(good) // 2], good[:40] + good[60:]):
        assert "Parquet file is damaged" in refused(write("a.parquet", content))


def workbook(path, *sheets):
    with xlsxwriter.Workbook(path) as book:
        for number, rows in enumerate(sheets):
            sheet = book.add_worksheet(f"Sheet {number + 1}")
            for row, column, cells in rows:
                sheet.write_row(row, column, cells)
    return path


def test_a_damaged_workbook(write, tmp_path):
    good = workbook(tmp_path / "good.xlsx", [(0, 0, ["a", "b"]), (1, 0, [1, 2])]).read_bytes()
    for content in (b"nonsense", good[:500], good[:200] + b"\x00" * 200 + good[400:]):
        assert "workbook cannot be read" in refused(write("a.xlsx", content))


def test_sheets_without_a_table(tmp_path):
    assert "every sheet of the workbook is empty" in refused(workbook(tmp_path / "a.xlsx", [], []))
    header = [(0, 0, ["a", "b"])]
    assert "'Sheet 1': the sheet has a header but" in refused(workbook(tmp_path / "b.xlsx", header))
    titled = [(0, 0, ["Our patients"]), (1, 0, ["a", "b"]), (2, 0, [1, 2])]
    assert "row 1: the row holds one cell" in refused(workbook(tmp_path / "c.xlsx", titled))


def test_a_stray_cell_in_the_far_corner_of_a_sheet(tmp_path):
    rows = [(0, 0, ["a", "b"]), (1, 0, [1, 2]), (1_048_575, 16_383, ["oops"])]
    assert "a stray cell" in refused(workbook(tmp_path / "a.xlsx", rows))


def test_a_damaged_compressed_file(write):
    assert "compressed file is damaged" in refused(write("a.csv.gz", b"\x1f\x8b\x08\x00broken"))


def test_two_columns_with_the_same_name(write, tmp_path):
    message = refused(write("a.csv", "age,sex, age\n61,F,61\n"))
    assert "line 1: 2 columns are called 'age' (columns 1 and 3)" in message
    cells = [(0, 0, ["age", "sex", "age"]), (1, 0, [61, "F", 61])]
    assert "row 1: 2 columns are called 'age'" in refused(workbook(tmp_path / "a.xlsx", cells))


def test_a_column_without_name_gets_one(write):
    table = read_table(write("a.csv", ",age,\n1,61,x\n2,47,y\n"))
    assert table.names == ["column_1", "age", "column_3"]
    assert codes(table.warnings) == {("unnamed-column", "column_1"), ("unnamed-column", "column_3")}


def test_a_column_without_values_is_left_out(write):
    warnings = ready(
        write("a.csv", "x,sex,empty\n" + rows_of(40, lambda i: f"{i}.5,{'FM'[i % 2]},NA"))
    )
    assert ("all-missing", "empty") in codes(warnings)


def test_nothing_but_constant_columns(write):
    message = refused(write("a.csv", "a,b\n" + "1,x\n" * 40), ready)
    assert "0 of 2 columns can be used (0 left out, 2 with one value only)" in message


def test_nothing_but_identifiers(write):
    text = "patient_id,name\n" + rows_of(40, lambda i: f"P{i:04d},Anna B{chr(97 + i % 26)}{i}")
    assert "0 of 2 columns can be used (2 left out" in refused(write("a.csv", text), ready)


def test_a_target_that_cannot_be_predicted(write):
    text = "x,sex,one,when,note,none\n" + rows_of(
        60, lambda i: f"{i}.5,{'FM'[i % 2]},1,2020-01-{i % 28 + 1:02d},a long note about it {i},"
    )
    path = write("a.csv", text)
    for target, what in (
        ("one", "one value only"),
        ("when", "kind date"),
        ("note", "kind text"),
        ("none", "every value of the target is missing"),
    ):
        message = refused(path, lambda p, t=target: ready(p, target=t))
        assert what in message
        assert f"column '{target}'" in message
    with pytest.raises(InputError, match="no column 'outcome'"):
        ready(path, target="outcome")


def test_a_target_with_too_many_classes(write):
    text = "x,ward\n" + rows_of(600, lambda i: f"{i}.5,w{i % 60}")
    assert "60 classes, more than 50" in refused(
        write("a.csv", text), lambda p: ready(p, target="ward")
    )


def test_ten_thousand_categories_are_left_out_with_a_reason(write):
    text = "x,code\n" + rows_of(20_000, lambda i: f"{i % 97}.5,k{i * 7919 % 10_000}x")
    schema = infer_schema(read_table(write("a.csv", text))).schema
    column = schema.column("code")
    assert (column.kind, column.role) == (ColumnKind.TEXT, Role.EXCLUDED)
    assert "10,000 different values in 20,000 rows" in column.reason


def test_markup_and_escapes_are_data_and_visible_in_messages(write):
    names = ["HbA1c [mmol/mol]", "[/]", "\x1b[31mred", "a\tb", "\u202eevil"]
    text = ";".join(names) + "\n" + "".join(f"{i}.5;[bold]{i % 3};\x1b[2J;;x\n" for i in range(40))

    data = open_dataset(write("a.csv", text))

    assert data.table.names == names
    assert data.table.frame["[/]"][1] == "[bold]1"
    assert data.table.frame["\x1b[31mred"][0] == "\x1b[2J"
    assert data.warnings
    assert all(str(warning).isprintable() for warning in data.warnings)
    profile_of(data.table, data.schema)
    with pytest.raises(InputError) as caught:
        ready(data.table.path, target="\x1b[31mred")
    assert "\\x1b[31mred" in str(caught.value)
    assert str(caught.value).isprintable()


def test_columns_named_like_commands_and_options(write):
    names = ["--help", "run", "-rf /", "; DROP TABLE", "$(id)", "../x"]
    text = "|".join(names) + "\n" + "".join("|".join([f"{i}.5"] * 6) + "\n" for i in range(40))
    data = open_dataset(write("a.csv", text))
    assert data.schema.names == names
    check_ready(data.table, data.schema, None, [])


def test_a_huge_cell_is_read_quickly_and_left_out(write):
    cell = "word " * 1_000_000
    text = "x,note\n" + "".join(
        f'{i}.5,"{cell if i == 3 else f"note {i} on this"}"\n' for i in range(40)
    )
    started = time.perf_counter()
    data = open_dataset(write("a.csv", text))
    profile_of(data.table, data.schema)
    assert time.perf_counter() - started < 5
    assert len(data.table.frame["note"][3]) == len(cell) - 1
    assert data.schema.column("note").role is Role.EXCLUDED


def test_an_unterminated_quote_names_the_line_where_it_opens(write):
    message = refused(write("a.csv", 'a,b\n1,2\n3,"4\n' + "5,6\n" * 1000))
    assert "line 3: a quote opens and is never closed" in message


def test_lines_are_counted_from_the_top_of_the_file_whatever_precedes_the_header(write):
    assert "line 4: the line has 1 field" in refused(write("a.csv", "sep=;\na;b\n1;2\n3\n"))
    assert "line 4: a quote opens" in refused(write("b.csv", 'sep=;\na;b\n1;2\n3;"4\n'))
    assert "line 3: 2 columns are called" in refused(write("c.csv", "\n\na,a\n1,2\n"))
    assert "line 5: the line has 3 fields" in refused(write("d.csv", "\na,b\n\n1,2\n3,4,5\n"))


def test_text_after_a_closing_quote(write):
    assert "line 2: text follows a closing quote" in refused(write("a.csv", 'a,b\n1,"x"y\n'))


def test_words_in_a_column_of_numbers(write):
    text = "age,sex\n" + rows_of(50, lambda i: f"{i},{'FM'[i % 2]}") + "old,F\n"
    table = read_table(write("a.csv", text))
    assert table.frame["age"].to_list()[-1] is None
    assert "(line 52)" in str(table.warnings[0])


def test_a_table_that_is_mostly_missing_is_read_with_warnings(write):
    text = "x,y,sex\n" + rows_of(60, lambda i: f"{i}.5,{i if i < 15 else ''},{'FM'[i % 2]}")
    assert ("mostly-missing", "y") in codes(ready(write("a.csv", text)))


def test_rare_classes_small_groups_and_repeated_rows_are_said(write):
    text = "x,race,outcome\n" + rows_of(
        60, lambda i: f"{i % 5}.5,{'A' if i else 'B'},{'ill' if i in (1, 2) else 'well'}"
    )
    found = codes(ready(write("a.csv", text)))
    assert {("rare-class", "outcome"), ("small-groups", "race"), ("duplicated-rows", None)} <= found
