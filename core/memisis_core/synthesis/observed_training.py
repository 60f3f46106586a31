"""CTGAN and TVAE that report every epoch and stop between two when asked.

Both assign ``loss_values`` once an epoch; a property there is the only place where ctgan 0.12 lets
anyone look on (`FACTS`: no callback of its own).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from memisis_core.synthesis.protocol import FitProgress

if TYPE_CHECKING:
    from memisis_core.synthesis.protocol import ProgressListener, StopRequested


class StopTraining(Exception):
    """Leaves the training loop after a whole epoch; the model so far is complete."""


class ObservedTraining:
    """Mixed into a ctgan model: calls the listener after each epoch.

    The first assignment (an empty table, before the first epoch) starts the training phase; TVAE
    makes one in its constructor too, before a listener is set.
    """

    _on_progress: ProgressListener | None = None
    _stop_requested: StopRequested | None = None
    _asked_epochs: int = 0
    epochs_trained: int = 0
    _losses: Any = None

    def observe(
        self, on_progress: ProgressListener, stop_requested: StopRequested, epochs: int
    ) -> None:
        """Say who listens and how many epochs were asked for, before ``fit``."""
        self._on_progress = on_progress
        self._stop_requested = stop_requested
        self._asked_epochs = epochs

    def stop_observing(self) -> None:
        """Forget the listener (it cannot be saved)."""
        self._on_progress = None
        self._stop_requested = None

    @property
    def loss_values(self) -> Any:
        """The table of losses, as ctgan keeps it."""
        return self._losses

    @loss_values.setter
    def loss_values(self, table: Any) -> None:
        self._losses = table
        if self._on_progress is None or table is None:
            return
        losses: dict[str, float] = {}
        if len(table):
            self.epochs_trained += 1
            losses = _latest_losses(table)
        self._on_progress(FitProgress("training", self.epochs_trained, self._asked_epochs, losses))
        unfinished = 0 < self.epochs_trained < self._asked_epochs
        if unfinished and self._stop_requested is not None and self._stop_requested():
            raise StopTraining


def _latest_losses(table: Any) -> dict[str, float]:
    """Return the mean losses of the last epoch in ctgan's table, by plain name."""
    last = table[table["Epoch"] == table["Epoch"].iloc[-1]]
    if "Loss" in table.columns:
        return {"loss": float(last["Loss"].mean())}
    return {
        "generator": float(last["Generator Loss"].mean()),
        "discriminator": float(last["Discriminator Loss"].mean()),
    }
