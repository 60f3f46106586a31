"""TVAE that reports each epoch."""

from __future__ import annotations

from ctgan import TVAE

from memisis_core.synthesis.observed_training import ObservedTraining


class VariationalAutoencoder(ObservedTraining, TVAE):  # type: ignore[misc]
    """ctgan's TVAE, unchanged but for the report of each epoch."""
