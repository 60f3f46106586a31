"""Keeps BLAS and OpenMP to one thread while something is measured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep BLAS and OpenMP to one thread; forests and distances use threads of their own.

    Boosting meets at a barrier thousands of times a second, and waits for it at full speed: where
    something else ran on the second core, fitting and predicting on 500 rows took 84 s with two
    threads, 1 s with one; telling 10,000 rows from real ones 447 s instead of 5 s. Only libraries
    that are loaded already are kept to it, so import them first.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(limits=1):
        yield
