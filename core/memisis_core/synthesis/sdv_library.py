"""The one place where SDV is imported: without its log file, its prints and its process pools."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from functools import cache
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

_NOWHERE = Path("/dev/null/sdv")


@cache
def sdv_single_table() -> ModuleType:
    """Import and return `sdv.single_table` with SDV's own log switched off.

    At import SDV opens a CSV file in the user's data directory and writes a line for every fit,
    with row counts and class names. It leaves logging alone where that directory cannot be made,
    which is what it is shown here, for the time of the import only (`sdv.logging.utils`, 2.0.0).
    """
    with patch("platformdirs.user_data_dir", return_value=str(_NOWHERE)):
        import sdv.single_table

    module: ModuleType = sdv.single_table
    return module


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Run SDV without its advice on standard output, its warnings and its process pools.

    From 500 rows on ctgan hands columns to joblib's loky, whose processes cost 8 s to start and
    fail under a full-screen application; in this process the same takes 2 s.
    """
    import os

    import joblib

    with (
        Path(os.devnull).open("w") as nothing,
        redirect_stdout(nothing),
        warnings.catch_warnings(),
        joblib.parallel_config(backend="sequential"),
    ):
        warnings.simplefilter("ignore")
        yield
