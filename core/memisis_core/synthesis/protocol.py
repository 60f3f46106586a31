"""What a synthesizer is to the rest of the program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from memisis_core.data.schema import Schema
    from memisis_core.plan.model import Constraint


@dataclass(frozen=True)
class FitProgress:
    """Where a fit stands.

    Attributes
    ----------
    phase : str
        ``preparing`` (transforms, mixtures; nothing can be counted) or ``training``.
    step, total : int
        Epochs done and asked for, 0 and None while preparing.
    losses : dict
        Loss by name at this epoch.
    detail : str
        What is being done.
    """

    phase: str
    step: int = 0
    total: int | None = None
    losses: dict[str, float] = field(default_factory=dict)
    detail: str = ""


class PreparationCache(Protocol):
    """Keeps what is prepared from real data alone, so that jobs side by side share it."""

    def arrays(
        self, name: str, compute: Callable[[], dict[str, NDArray[np.generic]]]
    ) -> dict[str, NDArray[np.generic]]:
        """Return what is kept under `name`, computing it the first time."""
        ...


@dataclass(frozen=True)
class FitSettings:
    """What a plan says about a fit, and where preparations are shared."""

    epochs: int
    batch_size: int
    seed: int
    constraints: tuple[Constraint, ...] = ()
    preparations: PreparationCache | None = None


ProgressListener = Callable[[FitProgress], None]
StopRequested = Callable[[], bool]


class Synthesizer(Protocol):
    """Learns from training rows and draws new ones."""

    name: str

    def fit(
        self,
        train: pd.DataFrame,
        schema: Schema,
        settings: FitSettings,
        on_progress: ProgressListener,
        stop_requested: StopRequested,
    ) -> int | None:
        """Learn from `train` (synthesised columns only) and return the epochs trained, if any.

        `stop_requested` is asked between epochs; if it says yes, the model so far is kept usable.
        """
        ...

    def sample(self, rows: int, seed: int) -> pd.DataFrame:
        """Draw exactly `rows` rows with the columns and kinds of the training table."""
        ...

    def save(self, path: Path) -> None:
        """Write the model without any training row in it."""
        ...
