"""Calls whoever listens to a run, and keeps what they raise."""

from __future__ import annotations

from collections.abc import Callable

from memisis_core.runs.events import Event

RunListener = Callable[[str, Event], None]
"""Told the run's identifier and the event, in the thread that supervises the run."""


class Hearer:
    """Calls a listener and keeps what it raises: a broken screen must not lose a run."""

    def __init__(self, run_id: str, listener: RunListener | None) -> None:
        self._run_id = run_id
        self._listener = listener
        self._raised: Exception | None = None

    def hear(self, event: Event) -> None:
        """Tell the listener, unless it failed before."""
        if self._listener is None or self._raised is not None:
            return
        try:
            self._listener(self._run_id, event)
        except Exception as error:  # noqa: BLE001 (raised once the run has ended)
            self._raised = error

    def raise_what_was_raised(self) -> None:
        """Raise the listener's error now that the run has ended."""
        if self._raised is not None:
            raise self._raised
