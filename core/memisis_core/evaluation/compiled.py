"""Compiles functions of arrays with numba, once a machine.

Compiled code is kept in the program's own private cache folder rather than beside the source,
which may not be writable and, in a shared installation, would be loaded by everyone. Loading it
takes milliseconds; compiling takes seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

import numba
from numba.core import config

from memisis_core.locations import cache_folder
from memisis_core.secure_files import private_folder

P = ParamSpec("P")
R = TypeVar("R")

# numba reads the folder when a function is decorated, so it is set before any is.
setattr(config, "CACHE_DIR", str(private_folder(cache_folder() / "compiled")))  # noqa: B010

# No NaN or infinity reaches the kernels' arithmetic. Sums keep their order (no "reassoc"), so that
# distances are the same on every machine.
_FAST = {"nnan", "ninf", "nsz"}


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile `function` on its first call; it releases the interpreter's lock while it runs."""
    dispatcher = numba.njit(cache=True, nogil=True, fastmath=_FAST)(function)
    Path(str(dispatcher.stats.cache_path)).chmod(0o700)  # numba has just made it
    return cast("Callable[P, R]", dispatcher)
