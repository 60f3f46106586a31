"""What the interface imports of this room must stay light: it would stutter and start late."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("pandas", "polars", "numpy", "torch", "sdv", "sklearn", "sdmetrics", "scipy", "jinja2")


@pytest.mark.parametrize(
    "module",
    ["runs.store", "runs.supervisor", "runs.child_process", "runs.record", "report.export"],
)
def test_the_interface_can_import_it_without_data_libraries(module):
    script = (
        f"import sys, memisis_core.{module}\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], check=False, capture_output=True, text=True
    )
    assert found.stdout.strip() == "[]", found.stdout + found.stderr


def test_a_worker_says_that_it_prepares_before_it_imports_data_libraries():
    script = (
        "import sys, memisis_core.runs.worker\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], check=False, capture_output=True, text=True
    )
    assert found.stdout.strip() == "[]", found.stdout + found.stderr
