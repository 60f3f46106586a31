"""The faster training step computes what ctgan's does."""

import numpy as np
import pandas as pd
import pytest
import torch
from ctgan import CTGAN
from ctgan.data_sampler import DataSampler

from memisis_core.synthesis.conditional_gan import (
    ConditionalGAN,
    ConditionalSampler,
    _ActivationLayout,
)
from memisis_core.synthesis.sdv_library import quiet_libraries

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "x": random.normal(0, 1, 300),
            "y": random.gamma(2, 2, 300),
            "a": random.choice(["p", "q", "r"], 300, p=[0.7, 0.25, 0.05]),
            "b": random.choice(["u", "v"], 300),
        }
    )


@pytest.fixture(scope="module")
def fitted(table: pd.DataFrame) -> ConditionalGAN:
    torch.manual_seed(0)
    model = ConditionalGAN(epochs=1, batch_size=100, enable_gpu=False)
    with quiet_libraries():
        model.fit(table, ["a", "b"])
    return model


def test_every_softmax_span_sums_to_one_and_tanh_is_unchanged(fitted: ConditionalGAN) -> None:
    info = fitted._transformer.output_info_list
    data = torch.randn(64, fitted._transformer.output_dimensions)
    activated = _ActivationLayout(info).activate(data)
    start = 0
    for span in (span for column in info for span in column):
        block = activated[:, start : start + span.dim]
        if span.activation_fn == "tanh":
            assert torch.equal(block, torch.tanh(data[:, start : start + span.dim]))
        else:
            assert torch.allclose(block.sum(dim=1), torch.ones(64), atol=1e-5)
        start += span.dim


def test_the_gumbel_softmax_chooses_with_the_same_probabilities(fitted: ConditionalGAN) -> None:
    info = fitted._transformer.output_info_list
    torch.manual_seed(1)
    logits = torch.randn(1, fitted._transformer.output_dimensions).repeat(20_000, 1)
    ours = _ActivationLayout(info).activate(logits)
    theirs = CTGAN._apply_activate(fitted, logits)
    start = 0
    for span in (span for column in info for span in column):
        if span.activation_fn == "softmax":
            block = slice(start, start + span.dim)
            chosen = [
                torch.bincount(a[:, block].argmax(dim=1), minlength=span.dim) / 20_000
                for a in (ours, theirs)
            ]
            assert torch.allclose(*chosen, atol=0.02)
        start += span.dim


def test_rows_are_drawn_with_the_asked_category_and_evenly(table: pd.DataFrame) -> None:
    model = ConditionalGAN(epochs=1, batch_size=100, enable_gpu=False)
    from ctgan.data_transformer import DataTransformer

    transformer = DataTransformer()
    with quiet_libraries():
        transformer.fit(table, ["a", "b"])
        data = transformer.transform(table)
    np.random.seed(0)
    ours = ConditionalSampler(data, transformer.output_info_list, True)
    theirs = DataSampler(data, transformer.output_info_list, True)
    column, option = np.repeat(0, 3000), np.repeat(2, 3000)
    drawn = ours.sample_data(data, 3000, column, option)
    allowed = data[theirs._rid_by_cat_cols[0][2]]
    assert {row.tobytes() for row in drawn} == {row.tobytes() for row in allowed}
    times = np.unique(drawn, axis=0, return_counts=True)[1]
    assert times.max() < 2 * times.min()
    assert model.pac == 10


def test_leaving_out_the_unused_gradients_changes_no_number(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    def losses(keep_unused: bool) -> pd.DataFrame:
        if keep_unused:
            monkeypatch.setattr(
                ConditionalGAN,
                "_apply_activate",
                lambda self, data: _ActivationLayout(self._transformer.output_info_list).activate(
                    data
                ),
            )
        torch.manual_seed(0)
        np.random.seed(0)
        model = ConditionalGAN(epochs=3, batch_size=100, enable_gpu=False)
        with quiet_libraries():
            model.fit(table, ["a", "b"])
        return model.loss_values

    pd.testing.assert_frame_equal(losses(keep_unused=False), losses(keep_unused=True))
