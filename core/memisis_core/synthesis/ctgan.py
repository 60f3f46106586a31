"""CTGAN: a conditional generative adversarial network for tables."""

from __future__ import annotations

from typing import Any

from memisis_core.synthesis.neural_synthesizer import NeuralSynthesizer
from memisis_core.synthesis.sdv_library import sdv_single_table


class CTGANSynthesizer(NeuralSynthesizer):
    """SDV's CTGAN with its default architecture, trained by `conditional_gan.ConditionalGAN`.

    References
    ----------
    Xu, Skoularidou, Cuesta-Infante, Veeramachaneni (2019). Modeling tabular data using conditional
    GAN. arXiv:1907.00503
    """

    name = "ctgan"

    def _model_class(self) -> type[Any]:
        from memisis_core.synthesis.conditional_gan import ConditionalGAN

        return ConditionalGAN

    def _sdv_class(self) -> type[Any]:
        found: type[Any] = sdv_single_table().CTGANSynthesizer
        return found

    def _forget_rows(self) -> None:
        super()._forget_rows()
        model: Any = self._observed
        model.forget_rows()
