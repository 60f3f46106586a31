"""Gaussian mixtures of numeric columns, fitted once for CTGAN and TVAE together.

Both begin with the same Bayesian mixture per numeric column (half of the preparation time). The
fitted parameters, never the data, are shared through the preparation cache.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from memisis_core.synthesis.protocol import PreparationCache

_FITTED = (
    "weight_concentration_",
    "weights_",
    "mean_precision_",
    "means_",
    "degrees_of_freedom_",
    "covariances_",
    "precisions_cholesky_",
    "precisions_",
    "mean_prior_",
    "mean_precision_prior_",
    "degrees_of_freedom_prior_",
    "covariance_prior_",
    "weight_concentration_prior_",
    "n_features_in_",
    "converged_",
    "n_iter_",
    "lower_bound_",
)


@contextmanager
def shared_mixtures(cache: PreparationCache | None) -> Iterator[None]:
    """Let rdt's `ClusterBasedNormalizer` take its mixtures from `cache` within the block.

    Parameters
    ----------
    cache : PreparationCache or None
        None fits every mixture anew.
    """
    if cache is None:
        yield
        return
    from sklearn.mixture import BayesianGaussianMixture

    preparations = cache

    class SharedMixture(BayesianGaussianMixture):  # type: ignore[misc]
        """Fits once a column, seed and setting; then only remembers."""

        def fit(self, X: NDArray[np.float64], y: None = None) -> Any:  # noqa: N803
            def compute() -> dict[str, NDArray[np.generic]]:
                BayesianGaussianMixture.fit(self, X, y)
                return {name: np.asarray(getattr(self, name)) for name in _FITTED}

            kept = preparations.arrays(f"mixture:{_key(self, X)}", compute)
            for name, value in kept.items():
                restored = value if value.ndim else value.item()
                if name == "weight_concentration_" and value.ndim == 2:
                    restored = tuple(value)
                setattr(self, name, restored)
            return self

    # rdt looks the class up in scikit-learn's module each time it fits a column.
    with patch("sklearn.mixture.BayesianGaussianMixture", SharedMixture):
        yield


def forget_class(normalizer: Any) -> None:
    """Give a fitted normaliser a plain scikit-learn mixture, so that it can be saved.

    Parameters
    ----------
    normalizer : rdt.transformers.ClusterBasedNormalizer
    """
    from sklearn.mixture import BayesianGaussianMixture

    mixture = getattr(normalizer, "_bgm_transformer", None)
    if mixture is not None and type(mixture) is not BayesianGaussianMixture:
        plain = BayesianGaussianMixture(**mixture.get_params())
        plain.__dict__.update({k: v for k, v in vars(mixture).items() if k.endswith("_")})
        normalizer._bgm_transformer = plain


def _key(mixture: Any, values: NDArray[np.float64]) -> str:
    settings = repr(sorted((k, str(v)) for k, v in mixture.get_params().items()))
    digest = hashlib.sha256(np.ascontiguousarray(values).tobytes())
    digest.update(settings.encode())
    return digest.hexdigest()
