"""Fixtures of the workbench's tests: the real application over a fake engine and a fake model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A workbench on a small invented table; nothing runs until the test opens it."""
    made = Bench(tmp_path)
    yield made
    made.close()
