"""TVAE: a variational autoencoder for tables."""

from __future__ import annotations

from typing import Any

from memisis_core.synthesis.neural_synthesizer import NeuralSynthesizer
from memisis_core.synthesis.sdv_library import sdv_single_table


class TVAESynthesizer(NeuralSynthesizer):
    """SDV's TVAE with its default architecture.

    References
    ----------
    Xu, Skoularidou, Cuesta-Infante, Veeramachaneni (2019). Modeling tabular data using conditional
    GAN. arXiv:1907.00503
    """

    name = "tvae"

    def _model_class(self) -> type[Any]:
        from memisis_core.synthesis.variational_autoencoder import VariationalAutoencoder

        return VariationalAutoencoder

    def _sdv_class(self) -> type[Any]:
        found: type[Any] = sdv_single_table().TVAESynthesizer
        return found
