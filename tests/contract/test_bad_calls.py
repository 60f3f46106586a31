"""Every wrong call or input: exit status 2, nothing on standard output, one clear line."""

from pathlib import Path

import pytest

from tests.contract.conftest import Memisis

ESC = "\x1b"


@pytest.fixture(scope="module")
def bad_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad")
    fine = "age,sex,died\n" + "".join(
        f"{20 + n % 50},{'fm'[n % 2]},{n % 3 > 1:d}\n" for n in range(99)
    )
    contents: dict[str, bytes] = {
        "empty.csv": b"",
        "blank.csv": b"\n\n\n",
        "header_only.csv": b"age,sex,died\n",
        "one_row.csv": b"age,sex,died\n40,f,1\n",
        "one_column.csv": b"age\n" + b"".join(b"%d\n" % n for n in range(99)),
        "ragged.csv": fine.encode() + b"50,f,1,extra,fields\n",
        "duplicate_names.csv": fine.replace("age,sex", "sex,sex").encode(),
        "nul.csv": fine.encode() + b"41,\x00,1\n",
        "binary.csv": bytes(range(256)) * 40,
        "unclosed_quote.csv": fine.encode() + b'44,"f,1\n45,m,0\n',
        "all_missing.csv": b"age,sex,died\n" + b",,\n" * 60,
        "all_constant.csv": b"age,sex,died\n" + b"40,f,1\n" * 60,
        "picture.png": b"\x89PNG\r\n\x1a\n",
        "broken.parquet": b"PAR1 not really PAR1",
        "broken.xlsx": b"PK\x03\x04 not really",
        "utf16_broken.csv": b"\xff\xfe" + b"a\x00,\x00\xd8",
        "markup.csv": fine.replace("age", f"[/]{ESC}[31mage").encode(),
        "fine.csv": fine.encode(),
        "constant_target.csv": fine.replace(",0\n", ",1\n").encode(),
        "plan.toml": b"epochs = 'many'\n",
        "broken.toml": b"epochs = \n[\n",
        "unknown_column.toml": b"target = 'nowhere'\nepochs = 1\n",
        "too_many_rows.toml": b"train_rows = 5000\n",
        "constant_target.toml": b"target = 'died'\nepochs = 1\n",
        "fine.toml": b"epochs = 1\nsynthesizers = ['gaussian_copula']\n",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (folder / "folder.csv").mkdir()
    return folder


RUNS = [
    ("missing.csv", "fine.toml", "no such file"),
    ("folder.csv", "fine.toml", "folder"),
    ("empty.csv", "fine.toml", "empty"),
    ("blank.csv", "fine.toml", ""),
    ("header_only.csv", "fine.toml", "row"),
    ("one_row.csv", "fine.toml", "row"),
    ("one_column.csv", "fine.toml", "column"),
    ("ragged.csv", "fine.toml", "line 101"),
    ("duplicate_names.csv", "fine.toml", "'sex'"),
    ("nul.csv", "fine.toml", ""),
    ("binary.csv", "fine.toml", ""),
    ("unclosed_quote.csv", "fine.toml", "quot"),
    ("all_missing.csv", "fine.toml", ""),
    ("all_constant.csv", "fine.toml", ""),
    ("picture.png", "fine.toml", ""),
    ("broken.parquet", "fine.toml", ""),
    ("broken.xlsx", "fine.toml", ""),
    ("utf16_broken.csv", "fine.toml", ""),
    ("constant_target.csv", "constant_target.toml", "died"),
    ("fine.csv", "missing.toml", "cannot be read"),
    ("fine.csv", "plan.toml", "epochs"),
    ("fine.csv", "broken.toml", "line 1"),
    ("fine.csv", "unknown_column.toml", "'nowhere'"),
    ("fine.csv", "too_many_rows.toml", "5,000"),
    ("markup.csv", "unknown_column.toml", "␛[31mage"),
]


@pytest.mark.parametrize(("table", "plan", "named"), RUNS, ids=[f"{t}-{p}" for t, p, _ in RUNS])
def test_a_bad_input_is_one_clear_line(
    memisis: Memisis, bad_files: Path, table: str, plan: str, named: str
) -> None:
    said = memisis("run", bad_files / table, "--plan", bad_files / plan, "--json")
    assert said.status == 2, said.errors
    assert said.output == ""
    lines = [line for line in said.error_lines if not line.startswith("note: ")]
    assert len(lines) == 1, said.errors
    assert lines[0].startswith("memisis: ")
    assert named.lower() in lines[0].lower()
    assert ESC not in said.errors
    assert "Traceback" not in said.errors


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["run"], "DATA"),
        (["run", "x.csv"], "--plan"),
        (["run", "x.csv", "goal", "--plan", "p.toml"], "not both"),
        (["run", "x.csv", "goal", "--jobs", "0"], "--jobs 0"),
        (["run", "x.csv", "--sideways"], "--sideways"),
        (["run", "x.csv", "goal", "--max-runs", "3"], "--until-met"),
        (["models", "use"], "--embedded"),
        (["models", "use", "no-such-model.gguf"], "no-such-model.gguf"),
        (["runs", "show", "nothing-like-it"], "nothing-like-it"),
        (["runs", "dance"], "dance"),
        (["evaluate", "--real", "x.csv"], "--synthetic"),
        (["evaluate", "--real", "none.csv", "--synthetic", "none.csv"], "none.csv"),
        (["no-such-file.csv"], "no such file"),
        (["models", "check", "no-such-model.gguf"], "no-such-model.gguf"),
        (["models", "install", "--source", "no-such-file.whl"], "no-such-file.whl"),
    ],
)
def test_a_bad_call_is_one_clear_line(memisis: Memisis, arguments: list[str], named: str) -> None:
    said = memisis(*arguments)
    assert said.status == 2, said.errors
    assert said.output == ""
    assert len(said.error_lines) == 1
    assert named in said.errors


def test_a_table_called_like_a_command_is_opened_by_its_path(
    memisis: Memisis, bad_files: Path
) -> None:
    (bad_files / "run").write_bytes((bad_files / "fine.csv").read_bytes())
    said = memisis(f"{bad_files}/run")
    assert said.status == 2
    assert "needs a terminal" in said.errors


def test_nothing_half_written_stays_after_a_refusal(
    memisis: Memisis, home: Path, bad_files: Path
) -> None:
    before = sorted(str(path) for path in (home / "runs").rglob("*")) if home.exists() else []
    memisis("run", bad_files / "ragged.csv", "--plan", bad_files / "fine.toml")
    after = sorted(str(path) for path in (home / "runs").rglob("*"))
    assert after == before


def test_the_help_of_every_command_is_complete(memisis: Memisis) -> None:
    for arguments in ([], ["plan"], ["run"], ["evaluate"], ["runs"], ["models"], ["doctor"]):
        said = memisis(*arguments, "--help")
        assert said.status == 0
        assert "usage: memisis" in said.output
