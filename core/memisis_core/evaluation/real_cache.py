"""Results that depend on real data alone, computed once for all runs of a dataset and split."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from memisis_core.secure_files import private_folder, replacing

Arrays = dict[str, NDArray[np.generic]]
VERSION = 3
"""Raise it when a cached computation changes its meaning."""


class RealCache:
    """Named arrays on disk under a content key; computed by whoever comes first.

    Holds measures and per-record scores (distances, predicted risks), **never a row**: encoded
    tables are cheap to make again and stay in memory.

    Parameters
    ----------
    folder : Path or None
        None keeps results in memory for this evaluation only.
    content_key : str
        Hash of everything that the real data depend on: file, columns, roles, split, seed.
    """

    def __init__(self, folder: Path | None, content_key: str) -> None:
        self._memory: dict[str, Arrays] = {}
        self._folder: Path | None = None
        if folder is not None:
            digest = hashlib.sha256(f"{VERSION}:{content_key}".encode()).hexdigest()[:32]
            self._folder = private_folder(private_folder(folder) / digest)

    def arrays(self, name: str, compute: Callable[[], Arrays]) -> Arrays:
        """Return what is kept under `name`, computing and keeping it the first time.

        Two processes that ask at once compute it once: the second waits for the first.

        Parameters
        ----------
        name : str
            Names the computation *and* every setting that changes its result.
        compute : callable
            Returns arrays of numbers, booleans or fixed-width text (no objects).
        """
        if name in self._memory:
            return self._memory[name]
        if self._folder is None:
            self._memory[name] = compute()
            return self._memory[name]
        stem = hashlib.sha256(name.encode()).hexdigest()[:24]
        path = self._folder / f"{stem}.npz"
        with _locked(self._folder / f"{stem}.lock"):
            kept = _load(path)
            if kept is None:
                kept = compute()
                with replacing(path) as temporary, temporary.open("wb") as target:
                    np.savez(target, allow_pickle=False, **kept)
        self._memory[name] = kept
        return kept

    def value(self, name: str, compute: Callable[[], object]) -> object:
        """Like `arrays`, for anything that JSON can hold (measures, settings)."""

        def as_array() -> Arrays:
            return {"json": np.array(json.dumps(compute()))}

        return json.loads(str(self.arrays(f"json:{name}", as_array)["json"]))


def _load(path: Path) -> Arrays | None:
    try:
        with np.load(path, allow_pickle=False) as stored:
            return {key: stored[key] for key in stored.files}
    except FileNotFoundError:
        return None
    except (ValueError, OSError, EOFError):
        path.unlink(missing_ok=True)  # damaged: compute it again
        return None


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
