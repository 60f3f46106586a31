"""Fixtures of the workbench's tests: the real application over a fake engine and a fake model."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Return a workbench on a small invented table; nothing happens until the test opens it."""
    return Bench(tmp_path)
