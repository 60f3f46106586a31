"""What CTGAN and TVAE share: epochs that are reported, stopping early, models to be cleaned."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from memisis_core.synthesis.mixtures import forget_class
from memisis_core.synthesis.observed_training import ObservedTraining, StopTraining
from memisis_core.synthesis.protocol import FitProgress
from memisis_core.synthesis.sdv_synthesizer import SDVSynthesizer

if TYPE_CHECKING:
    from memisis_core.synthesis.protocol import FitSettings, ProgressListener, StopRequested


class NeuralSynthesizer(SDVSynthesizer):
    """Base of the synthesizers that are trained in epochs."""

    @abstractmethod
    def _model_class(self) -> type[Any]:
        """Return the observed ctgan model class."""

    @abstractmethod
    def _sdv_class(self) -> type[Any]:
        """Return SDV's synthesizer class around it."""

    def _build(
        self,
        metadata: Any,
        settings: FitSettings,
        on_progress: ProgressListener,
        stop_requested: StopRequested,
    ) -> Any:
        model_class = self._model_class()

        def fit_observed(synthesizer: Any, processed: Any) -> None:
            """Replace SDV's ``_fit``: the same, with a model that reports its epochs."""
            from sdv.single_table.utils import detect_discrete_columns

            transformers = synthesizer._data_processor._hyper_transformer.field_transformers
            discrete = detect_discrete_columns(synthesizer.metadata, processed, transformers)
            model = model_class(**synthesizer._model_kwargs)
            model.observe(on_progress, stop_requested, settings.epochs)
            synthesizer._model = model
            on_progress(FitProgress("preparing", detail="fitting Gaussian mixtures"))
            try:
                model.fit(processed, discrete_columns=discrete)
            except StopTraining:
                on_progress(
                    FitProgress("training", model.epochs_trained, settings.epochs, detail="stopped")
                )
            model.stop_observing()

        built = self._sdv_class()(
            metadata, epochs=settings.epochs, batch_size=settings.batch_size, enable_gpu=False
        )
        # On the instance, not a subclass: the saved model is then a plain SDV synthesizer.
        built._fit = fit_observed.__get__(built)
        return built

    @property
    def _observed(self) -> ObservedTraining:
        model: ObservedTraining = self._sdv._model
        return model

    def _epochs_trained(self) -> int | None:
        return self._observed.epochs_trained

    def _forget_rows(self) -> None:
        model: Any = self._observed
        model.stop_observing()
        vars(self._sdv).pop("_fit", None)
        transformer: Any = getattr(model, "_transformer", None) or model.transformer
        for column in transformer._column_transform_info_list:
            forget_class(column.transform)
