"""What the three SDV synthesizers share: encoding, seeds, constraints, sampling, saving."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np

from memisis_core.errors import InputError, WorkFailed
from memisis_core.plan.rules import named
from memisis_core.secure_files import replacing
from memisis_core.synthesis.constraints import check_shape, rows_kept, sdv_constraints
from memisis_core.synthesis.mixtures import shared_mixtures
from memisis_core.synthesis.protocol import FitProgress
from memisis_core.synthesis.sdv_library import quiet_libraries, sdv_single_table
from memisis_core.synthesis.table_codec import TABLE, TableCodec

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from memisis_core.data.schema import Schema
    from memisis_core.plan.model import Constraint
    from memisis_core.synthesis.protocol import FitSettings, ProgressListener, StopRequested

_DRAWS = 20
"""Times that rows refused by a constraint are drawn again before giving up."""
_MOST_AT_ONCE = 20
"""Times the rows wanted that are drawn at once."""


class SDVSynthesizer(ABC):
    """Base of the synthesizers that SDV provides.

    A subclass says how to build the SDV object; everything else is the same: SDV is given the
    encoded table only, every source of randomness is seeded (SDV takes no seed), and sampling is
    seeded apart from fitting, since SDV otherwise draws the same numbers for every model.
    """

    name: str

    def __init__(self) -> None:
        self._codec: TableCodec | None = None
        self._sdv: Any = None
        self._fit_seed = 0
        self._rules: tuple[Constraint, ...] = ()

    @abstractmethod
    def _build(
        self,
        metadata: Any,
        settings: FitSettings,
        on_progress: ProgressListener,
        stop_requested: StopRequested,
    ) -> Any:
        """Return SDV's synthesizer, unfitted."""

    @abstractmethod
    def _epochs_trained(self) -> int | None:
        """Return the epochs of the last fit, None for a model without epochs."""

    @abstractmethod
    def _forget_rows(self) -> None:
        """Drop every training row that the fitted model still holds."""

    def fit(
        self,
        train: pd.DataFrame,
        schema: Schema,
        settings: FitSettings,
        on_progress: ProgressListener,
        stop_requested: StopRequested,
    ) -> int | None:
        """Learn from `train`; see `memisis_core.synthesis.protocol.Synthesizer.fit`.

        Raises
        ------
        InputError
            If a column cannot be learnt or a constraint does not hold in the training data.
        """
        on_progress(FitProgress("preparing", detail="loading SDV"))
        sdv_single_table()
        on_progress(FitProgress("preparing", detail="transforming columns"))
        self._codec = TableCodec(train, schema, settings.constraints)
        encoded = self._codec.encode(train)
        seed_everything(settings.seed)
        self._fit_seed = settings.seed
        self._rules = settings.constraints
        for rule in self._rules:
            check_shape(rule)
        with quiet_libraries(), shared_mixtures(settings.preparations):
            self._sdv = self._build(self._metadata(), settings, on_progress, stop_requested)
            self._add_constraints(settings)
            self._fit_sdv(encoded, settings)
        return self._epochs_trained()

    def _metadata(self) -> Any:
        from sdv.metadata import Metadata

        assert self._codec is not None
        return Metadata.load_from_dict(self._codec.metadata())

    def _add_constraints(self, settings: FitSettings) -> None:
        if not settings.constraints:
            return
        from sdv.cag._errors import ConstraintNotMetError

        assert self._codec is not None
        try:
            self._sdv.add_constraints(sdv_constraints(settings.constraints, self._codec))
        except (ConstraintNotMetError, ValueError) as error:
            raise InputError(
                "the constraints cannot be kept together, or not on columns of these kinds",
                fix="Take one away",
            ) from error

    def _fit_sdv(self, encoded: pd.DataFrame, settings: FitSettings) -> None:
        from sdv.cag._errors import ConstraintNotMetError

        try:
            self._sdv.fit({TABLE: encoded})
        except ConstraintNotMetError as error:
            rules = "; ".join(named(rule) for rule in settings.constraints)
            raise InputError(
                f"the training rows themselves break a constraint ({rules})",
                fix="Correct the data or take the constraint away",
            ) from error

    def sample(self, rows: int, seed: int) -> pd.DataFrame:
        """Draw exactly `rows` rows.

        Parameters
        ----------
        rows : int
        seed : int
            The same seed on the same model gives the same rows.

        Raises
        ------
        WorkFailed
            If the model is not fitted, or the constraints refuse nearly every row.
        """
        if self._sdv is None or self._codec is None:
            raise WorkFailed(f"{self.name} has not been fitted", fix="Fit it first")
        import pandas as pd

        parts: list[pd.DataFrame] = []
        missing, wanted = rows, rows
        for attempt in range(_DRAWS):
            drawn = self._draw(wanted, seed + attempt)
            kept = drawn[rows_kept(self._codec.decode(drawn), self._rules)]
            parts.append(kept)
            missing -= len(kept)
            if missing <= 0:
                return self._codec.decode(pd.concat(parts, ignore_index=True).iloc[:rows])
            # As many more as rows are refused, so that a rule that refuses nine in ten can be kept.
            wanted = min(missing * wanted // max(len(kept), 1) + 1, _MOST_AT_ONCE * rows)
        raise WorkFailed(
            f"only {rows - missing:,} of {rows:,} rows kept the constraints",
            fix="Loosen the constraints or ask for fewer rows",
        )

    def _draw(self, rows: int, seed: int) -> pd.DataFrame:
        seed_everything(seed)
        with quiet_libraries():
            self._sdv.reset_sampling()
            self._sdv._set_random_state(seed)
            drawn: pd.DataFrame = self._sdv.sample(num_rows=rows)[TABLE]
        return drawn

    def save(self, path: Path) -> None:
        """Write the model to `path` (cloudpickle), mode 0600, without any training row.

        The file is for this program only: unpickling runs code.
        """
        import cloudpickle

        self._forget_rows()
        with replacing(path) as temporary, temporary.open("wb") as target:
            cloudpickle.dump({"codec": self._codec, "sdv": self._sdv}, target)


def seed_everything(seed: int) -> None:
    """Seed every generator that SDV and what is under it draw from."""
    import torch

    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - SDV has no other way
    torch.manual_seed(seed)
