"""Numeric libraries wait for each other at full speed, so measures keep them to one thread."""

from __future__ import annotations

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from memisis_core.evaluation import engine
from memisis_core.evaluation.context import EvaluationContext
from memisis_core.evaluation.metric import Axis
from memisis_core.evaluation.registry import Family


def native_threads():
    import sklearn.ensemble  # noqa: F401 (loads OpenMP)

    np.ones((2, 2)) @ np.ones((2, 2))
    return [library["num_threads"] for library in threadpool_info()]


@pytest.mark.parametrize("threads", [2, 4])
def test_a_family_has_one_native_thread_whatever_the_process_has(monkeypatch, threads):
    seen = []

    def measure(context: EvaluationContext):
        seen.extend(native_threads())
        return []

    probe = Family("probe", Axis.FIDELITY, "probe", measure, ())
    monkeypatch.setattr(engine, "families", lambda: [probe])
    native_threads()
    with threadpool_limits(limits=threads):
        assert max(native_threads()) > 1
        list(engine.evaluate(_Context()))
        assert max(native_threads()) > 1
    assert seen
    assert set(seen) == {1}


class _Context:
    """All that the engine itself asks of a context."""

    def checkpoint(self) -> None:
        """Nobody asked to stop."""
