from __future__ import annotations

import sqlite3
import subprocess
import sys

import pytest

from memisis_core.errors import InputError, WorkFailed
from memisis_core.runs.database import Database, Migration, released_migrations


def version_of(path) -> int:
    with sqlite3.connect(path) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


def test_a_new_file_gets_every_migration(tmp_path):
    path = tmp_path / "store.sqlite3"
    Database(path).close()
    assert version_of(path) == len(released_migrations())


def test_an_older_file_is_brought_up_to_date_and_keeps_its_rows(tmp_path):
    path = tmp_path / "store.sqlite3"
    known = released_migrations()
    old = Database(path, known)
    with old.writing() as connection:
        connection.execute(
            "INSERT INTO sessions (id, title, created, updated) VALUES ('s', 't', '1', '1')"
        )
    old.close()
    newer = Migration(
        len(known) + 1, "more.sql", ("ALTER TABLE sessions ADD COLUMN colour TEXT DEFAULT 'red'",)
    )
    new = Database(path, [*known, newer])
    with new.reading() as connection:
        row = connection.execute("SELECT title, colour FROM sessions").fetchone()
    assert tuple(row) == ("t", "red")
    new.close()


def test_a_migration_that_fails_changes_nothing(tmp_path):
    path = tmp_path / "store.sqlite3"
    known = released_migrations()
    Database(path, known).close()
    broken = Migration(
        len(known) + 1,
        "broken.sql",
        ("CREATE TABLE extra (id TEXT)", "INSERT INTO x DEFAULT VALUES"),
    )
    with pytest.raises(WorkFailed):
        Database(path, [*known, broken])
    assert version_of(path) == len(known)
    with sqlite3.connect(path) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert "extra" not in tables


def test_a_file_from_a_newer_version_is_refused_in_one_line(tmp_path):
    path = tmp_path / "store.sqlite3"
    Database(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 999")
    with pytest.raises(InputError) as raised:
        Database(path)
    line = str(raised.value)
    assert "newer version of Memisis (format 999" in line
    assert str(path) in line
    assert "\n" not in line


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "store.sqlite3"
    path.write_text("Age,Sex\n" * 1000)
    with pytest.raises(InputError, match="is no store of Memisis"):
        Database(path)
    assert path.read_text() == "Age,Sex\n" * 1000


def test_a_block_that_raises_writes_nothing(tmp_path):
    database = Database(tmp_path / "store.sqlite3")
    with pytest.raises(ZeroDivisionError), database.writing() as connection:
        connection.execute(
            "INSERT INTO sessions (id, title, created, updated) VALUES ('s', 't', '1', '1')"
        )
        raise ZeroDivisionError
    with database.reading() as connection:
        assert connection.execute("SELECT COUNT(*) FROM sessions").fetchone()[0] == 0
    database.close()


def test_processes_that_open_a_new_store_at_once_all_succeed(tmp_path):
    script = (
        "import sys\nfrom pathlib import Path\nfrom memisis_core.runs.store import Store\n"
        "sys.stdin.read()\n"
        "print(Store.open(Path(sys.argv[1])).new_run_id())\n"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path / "home")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        process.stdin.close()
    answers = [process.stdout.read().strip() for process in processes]
    assert all(process.wait() == 0 for process in processes)
    assert len(set(answers)) == 4
    for process in processes:
        process.stdout.close()


def test_a_closed_store_says_so(tmp_path):
    database = Database(tmp_path / "store.sqlite3")
    database.close()
    with pytest.raises(WorkFailed, match="the store was closed"), database.reading():
        pass
