"""A small study, and a store of its own for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from memisis_core.runs.store import Store
from tests.fakes.study import Study, study_of, write_table


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return study_of(write_table(tmp_path / "patients.csv"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "home")
    yield opened
    opened.close()
