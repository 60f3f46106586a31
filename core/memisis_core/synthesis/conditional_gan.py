"""CTGAN's training step, the same mathematics with less work.

ctgan 0.12.1 spends its step on things that change no number: gradients of the generator in the
discriminator's half (zeroed before they are used), a Python loop over columns for the Gumbel
softmax, one `numpy.random.choice` a row for conditional sampling, and an unfused Adam. On one
thread this took 55 ms a step and takes 35 ms now (5,000 rows × 19 columns), less than the original
on two threads (`docs/benchmarks.md`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from ctgan import CTGAN
from ctgan.data_sampler import DataSampler
from numpy.typing import NDArray

from memisis_core.synthesis.observed_training import ObservedTraining

_TEMPERATURE = 0.2  # of the Gumbel softmax, as in ctgan


class _ActivationLayout:
    """Where the generator's outputs are: tanh columns, and softmax spans grouped by width."""

    def __init__(self, output_info: list[Any]) -> None:
        tanh: list[int] = []
        spans: dict[int, list[range]] = {}
        start = 0
        for span in (span for column in output_info for span in column):
            if span.activation_fn == "tanh":
                tanh.extend(range(start, start + span.dim))
            else:
                spans.setdefault(span.dim, []).append(range(start, start + span.dim))
            start += span.dim
        grouped = [index for group in spans.values() for span in group for index in span]
        order = np.array([*tanh, *grouped], dtype=np.int64)
        self.order = torch.from_numpy(order)
        self.inverse = torch.from_numpy(np.argsort(order))
        self.tanh_columns = len(tanh)
        self.groups = [(width, len(group)) for width, group in spans.items()]

    def activate(self, data: torch.Tensor) -> torch.Tensor:
        """Apply tanh and Gumbel softmax to the generator's output, shape ``(batch, dim)``."""
        ordered = data.index_select(1, self.order)
        parts = [torch.tanh(ordered[:, : self.tanh_columns])]
        logits = ordered[:, self.tanh_columns :]
        uniform = torch.rand_like(logits).clamp_(min=torch.finfo(logits.dtype).tiny)
        noisy = (logits - torch.log(-torch.log(uniform))) / _TEMPERATURE
        start = 0
        for width, count in self.groups:
            block = noisy[:, start : start + width * count].reshape(-1, count, width)
            parts.append(torch.softmax(block, dim=-1).reshape(-1, width * count))
            start += width * count
        return torch.cat(parts, dim=1).index_select(1, self.inverse)


class ConditionalSampler(DataSampler):  # type: ignore[misc]
    """Draws the training rows of a batch in one indexing instead of one draw a row."""

    def __init__(self, data: Any, output_info: list[Any], log_frequency: bool) -> None:
        super().__init__(data, output_info, log_frequency)
        rows = [ids for column in self._rid_by_cat_cols for ids in column]
        self._rows = np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)
        self._counts = np.array([len(ids) for ids in rows], dtype=np.int64)
        self._starts = np.cumsum(self._counts) - self._counts

    def sample_data(
        self,
        data: NDArray[np.floating[Any]],
        n: int,
        col: NDArray[np.integer[Any]] | None,
        opt: NDArray[np.integer[Any]] | None,
    ) -> NDArray[np.floating[Any]]:
        """Return `n` rows, each with the category that its condition asks for."""
        if col is None or opt is None:
            return data[np.random.randint(len(data), size=n)]  # noqa: NPY002 - ctgan's own stream
        category = self._discrete_column_cond_st[col] + opt
        within = (np.random.random(n) * self._counts[category]).astype(np.int64)  # noqa: NPY002
        chosen: NDArray[np.floating[Any]] = data[self._rows[self._starts[category] + within]]
        return chosen

    def forget_rows(self) -> None:
        """Drop every reference from categories to training rows; sampling needs frequencies only.

        With them, all discrete columns of the training table can be rebuilt, joined by row.
        """
        self._rid_by_cat_cols: list[Any] = []
        self._rows = np.empty(0, dtype=np.int64)
        self._counts = np.empty(0, dtype=np.int64)
        self._starts = np.empty(0, dtype=np.int64)
        self._data_length = 0


class ConditionalGAN(ObservedTraining, CTGAN):  # type: ignore[misc]
    """CTGAN with the training step described above, reporting each epoch."""

    _layout: _ActivationLayout | None = None
    _discriminator_turn: bool = False

    def _apply_activate(self, data: torch.Tensor) -> torch.Tensor:
        if self._layout is None:
            self._layout = _ActivationLayout(self._transformer.output_info_list)
        activated = self._layout.activate(data)
        if torch.isnan(activated).any():
            raise ValueError("the generator's output is not a number; training has diverged")
        if not (self._generator.training and activated.requires_grad):
            return activated
        self._discriminator_turn = not self._discriminator_turn
        if self._discriminator_turn:
            # ctgan calls this in turn for discriminator and generator; in the first the
            # generator's gradients are computed only to be zeroed. The penalty needs a leaf.
            return activated.detach().requires_grad_(True)
        return activated

    def fit(self, train_data: Any, discrete_columns: Any = (), epochs: int | None = None) -> None:
        """Fit as CTGAN does (one discriminator step a generator step, ctgan's default)."""
        if self._discriminator_steps != 1:
            raise ValueError("ConditionalGAN alternates: discriminator_steps must be 1")
        with _efficient_parts():
            super().fit(train_data, discrete_columns, epochs)

    def forget_rows(self) -> None:
        """Drop what ties the model to training rows, and the listener."""
        self.stop_observing()
        self._data_sampler.forget_rows()


@contextmanager
def _efficient_parts() -> Iterator[None]:
    """Let ctgan's ``fit`` build our sampler and a fused Adam (the same update, one kernel)."""
    fused = SimpleNamespace(Adam=partial(torch.optim.Adam, fused=True))
    with (
        patch("ctgan.synthesizers.ctgan.DataSampler", ConditionalSampler),
        patch("ctgan.synthesizers.ctgan.optim", fused),
    ):
        yield
