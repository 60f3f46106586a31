"""Keeps compiled kernels between test runs, outside the person's own folder."""

import os
from pathlib import Path

os.environ.setdefault("MEMISIS_HOME", str(Path(__file__).parents[3] / ".pytest_cache" / "memisis"))
