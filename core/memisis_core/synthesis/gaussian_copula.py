"""GaussianCopula: marginals joined by a Gaussian copula."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from memisis_core.synthesis.protocol import FitProgress
from memisis_core.synthesis.sdv_library import sdv_single_table
from memisis_core.synthesis.sdv_synthesizer import SDVSynthesizer

if TYPE_CHECKING:
    from memisis_core.synthesis.protocol import FitSettings, ProgressListener, StopRequested


class GaussianCopulaSynthesizer(SDVSynthesizer):
    """SDV's GaussianCopula with its default marginals (beta distributions).

    Parametric marginals are kept on purpose: a kernel density estimate holds every training value.

    References
    ----------
    Patki, Wedge, Veeramachaneni (2016). The Synthetic Data Vault. doi:10.1109/DSAA.2016.49
    """

    name = "gaussian_copula"

    def _build(
        self,
        metadata: Any,
        settings: FitSettings,
        on_progress: ProgressListener,
        stop_requested: StopRequested,
    ) -> Any:
        on_progress(FitProgress("training", detail="marginals and correlations"))
        return sdv_single_table().GaussianCopulaSynthesizer(metadata)

    def _epochs_trained(self) -> int | None:
        return None

    def _forget_rows(self) -> None:
        """Nothing to drop: the model is marginal parameters and one correlation matrix."""
