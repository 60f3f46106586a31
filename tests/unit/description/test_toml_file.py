"""Specifications as files: the way there and back, and the line of what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from memisis_core.description.specification import Specification
from memisis_core.description.toml_file import (
    read_sound_specification,
    read_specification,
    specification_from_toml,
    specification_to_toml,
    write_specification,
)
from memisis_core.errors import InputError

TEXT = """\
title = "Memory clinic"
rows = 300

[study]
name = "Clinic"

[[variables]]
name = "age"
type = "integer"
mean = 72.5
sd = { value = 8, source = "literature", reference = "Smith 2020" }

[[variables]]
name = "visit"
type = "date"
earliest = 2020-01-01

[[variables]]
name = "dx"
type = "category"

[[variables.categories]]
code = "CN"
share = 0.4

[[variables.categories]]
code = 1
label = "mild [cognitive] impairment"

[[groups]]
variable = "age"
by = "dx"
[groups.means]
CN = 70
1 = 75
"""


def test_there_and_back() -> None:
    specification = specification_from_toml(TEXT)
    again = specification_from_toml(specification_to_toml(specification))
    assert again == specification
    assert again.variable("dx").codes == ("CN", 1)
    assert again.variable("dx").categories[1].label == "mild [cognitive] impairment"


def test_a_file_is_private_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.spec.toml"
    write_specification(specification_from_toml(TEXT), path)
    assert path.stat().st_mode & 0o077 == 0
    assert read_specification(path).rows == 300


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("mean = 72.5", "mean = 'old'", 10, "variables[1].mean: it must be a number"),
        ("mean = 72.5", "meen = 72.5", 10, "variables[1].meen: there is no such key"),
        ('type = "date"', 'type = "datum"', 15, "variables[2].type"),
        ('source = "literature"', 'source = "rumour"', 11, "variables[1].sd.source"),
        (', reference = "Smith 2020"', "", 11, "needs its reference"),
        ('label = "mild [cognitive] impairment"', "share = true", 28, "categories[2].share"),
        ("CN = 70", "CN = nan", 34, "groups[1].means.CN"),
        ("rows = 300", "rows = 0", 2, "rows"),
        ('by = "dx"\n', "", 30, "groups[1].by: it is missing"),
        ("earliest = 2020-01-01", "earliest = 'soon'", 16, "variables[2].earliest"),
        ("[study]", "[stduy]", 4, "stduy: there is no such key"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(old: str, new: str, line: int, says: str) -> None:
    with pytest.raises(InputError) as caught:
        specification_from_toml(TEXT.replace(old, new, 1), where="a.toml")
    message = caught.value.line()
    assert f"a.toml, line {line}: " in message
    assert says in message
    assert "\n" not in message


def test_what_is_not_toml_says_where() -> None:
    with pytest.raises(InputError, match="at line 2"):
        specification_from_toml("title = 'a'\nrows = = 3\n")
    with pytest.raises(InputError, match="nested too deeply"):
        specification_from_toml("a = " + "[" * 100_000)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("mean = 72.5", "low = 99\nhigh = 40", "line 7: variable age: low 99 is above high 40"),
        ("earliest = 2020-01-01", "", "line 13: variable visit: a date needs"),
        ('variable = "age"', 'variable = "iq"', "line 31: iq by dx: there is no variable 'iq'"),
    ],
)
def test_what_cannot_be_is_named_with_its_line(
    old: str, new: str, expected: str, tmp_path: Path
) -> None:
    sound = TEXT.replace("earliest = 2020-01-01", "earliest = 2020-01-01\nlatest = 2021-01-01")
    path = tmp_path / "a.toml"
    path.write_text(sound, encoding="utf-8")
    assert read_sound_specification(path).rows == 300
    path.write_text(sound.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_sound_specification(path)
    assert f"a.toml, {expected}" in caught.value.line()


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        read_specification(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not UTF-8"):
        read_specification(tmp_path / "binary.toml")


def test_values_stay_what_they_are() -> None:
    document = {
        "title": "t",
        "variables": [
            {"name": 'a "b" [c]\t', "type": "category", "categories": [False, 0.5, "", "0"]},
            {"name": "x", "type": "number", "low": 0, "missing": 0},
        ],
    }
    specification = Specification.model_validate(document)
    assert specification_from_toml(specification_to_toml(specification)) == specification


def test_what_is_written_reads_well() -> None:
    written = specification_to_toml(specification_from_toml(TEXT))
    assert "\nmean = 72.5\n" in written
    assert '\nsd = { value = 8.0, source = "literature", reference = "Smith 2020" }\n' in written
    assert '    { code = "CN", share = 0.4 },\n' in written
