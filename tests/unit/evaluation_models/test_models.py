"""Models of equal size on both sides, one holdout, real sides cached."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from memisis_core.errors import Cancelled
from memisis_core.evaluation.metric import Status
from memisis_core.evaluation.real_cache import RealCache
from memisis_core.evaluation.utility.models import (
    PredictionModels,
    Side,
    prediction_models,
)
from memisis_core.evaluation.utility.task import NoTask
from tests.unit.evaluation_models.conftest import ContextMaker, patients


def models_of(context_for: ContextMaker, **settings: object) -> PredictionModels:
    models = prediction_models(context_for(**settings))
    assert isinstance(models, PredictionModels)
    return models


@pytest.mark.parametrize("synthetic_rows", [150, 500, 900])
def test_both_sides_see_as_many_rows(context_for: ContextMaker, synthetic_rows: int) -> None:
    models = models_of(context_for, synthetic=patients(synthetic_rows, 9))
    expected = min(synthetic_rows, 500)
    for side in (Side.REAL, Side.SYNTHETIC, Side.REDRAWN):
        assert len(models.training(side)) == expected
    assert len(models.training(Side.AUGMENTED)) == 2 * expected


def test_the_larger_side_is_drawn_anew_for_every_seed(context_for: ContextMaker) -> None:
    models = models_of(context_for, synthetic=patients(150, 9))
    first, second = (models.training(Side.REAL, seed).rows for seed in (0, 1))
    assert models.seeds == 3
    assert set(first) != set(second)
    assert (models.training(Side.REAL, 0).rows == first).all()
    assert (
        models.training(Side.SYNTHETIC, 0).rows == models.training(Side.SYNTHETIC, 1).rows
    ).all()


def test_the_same_seed_gives_the_same_predictions(context_for: ContextMaker) -> None:
    first, second = (models_of(context_for) for _ in range(2))
    for name in first.names:
        a, b = (models.scores(Side.SYNTHETIC, name) for models in (first, second))
        assert (a == b).all()
        assert a.shape == (3, 400, 2)
        assert np.allclose(a.sum(axis=2), 1)


def test_more_threads_give_the_same_predictions(context_for: ContextMaker) -> None:
    one, two = (models_of(context_for, threads=threads) for threads in (1, 2))
    for name in one.names:
        first, second = (m.predict(Side.SYNTHETIC, name, m.holdout.features) for m in (one, two))
        assert (first == second).all(), name


def test_models_predict_real_patients_and_not_by_chance(context_for: ContextMaker) -> None:
    models = models_of(context_for)
    for name in models.names:
        risk = models.scores(Side.SYNTHETIC, name)[0][:, 1]
        sick = models.holdout.labels == 1
        assert risk[sick].mean() > risk[~sick].mean() + 0.15, name


def test_real_sides_are_computed_once_for_all_runs(
    context_for: ContextMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = models_of(context_for, cache=RealCache(tmp_path, "key"))
    expected = {name: first.scores(Side.REAL, name) for name in first.names}
    second = models_of(context_for, cache=RealCache(tmp_path, "key"), synthetic=patients(500, 8))

    def refuse(*_: object) -> None:
        raise AssertionError("fitted anew")

    monkeypatch.setattr(PredictionModels, "_fit", refuse)
    for name in second.names:
        assert (second.scores(Side.REAL, name) == expected[name]).all()


def test_another_size_or_target_is_another_entry_of_the_cache(context_for: ContextMaker) -> None:
    names = {
        models_of(context_for).cache_name("x"),
        models_of(context_for, synthetic=patients(150, 9)).cache_name("x"),
        models_of(context_for, target="grade").cache_name("x"),
        models_of(context_for, seed=1).cache_name("x"),
    }
    assert len(names) == 4


def test_the_cache_holds_scores_and_no_row(context_for: ContextMaker, tmp_path: Path) -> None:
    models = models_of(context_for, cache=RealCache(tmp_path, "key"))
    for name in models.names:
        models.scores(Side.REAL, name)
    rows = models.real.features
    for file in tmp_path.rglob("*.npz"):
        with np.load(file, allow_pickle=False) as stored:
            for kept in stored.values():
                assert kept.shape == (models.seeds, len(models.holdout), 2)
                assert not np.isin(kept, rows[:, models.task.names.index("bmi")]).any()


def test_columns_without_values_on_one_side_do_no_harm(context_for: ContextMaker) -> None:
    empty = patients(500, 9).assign(bmi=np.nan, race=np.nan)
    models = models_of(context_for, synthetic=empty)
    for name in models.names:
        assert np.isfinite(models.scores(Side.SYNTHETIC, name)).all()


def test_huge_values_and_unknown_words_do_no_harm(context_for: ContextMaker) -> None:
    odd = patients(500, 9).assign(bmi=1e300, race="Unheard of")
    models = models_of(context_for, synthetic=odd)
    for name in models.names:
        assert np.isfinite(models.scores(Side.SYNTHETIC, name)).all()


def test_a_class_that_synthetic_rows_lack_has_probability_zero(context_for: ContextMaker) -> None:
    synthetic = patients(700, 9)
    synthetic = synthetic[synthetic["grade"] != "severe"].head(400)
    models = models_of(context_for, target="grade", synthetic=synthetic)
    severe = models.task.classes.index("severe")
    assert (models.scores(Side.SYNTHETIC, "gradient_boosting")[:, :, severe] == 0).all()


@pytest.mark.parametrize(
    ("synthetic", "words"),
    [
        (patients(500, 9).assign(outcome="No"), "one class, No, in the 500 synthetic"),
        (patients(500, 9).assign(outcome="Perhaps"), "0 rows with a target that occurs"),
        (patients(500, 9).head(0), "0 rows with a target that occurs"),
    ],
)
def test_synthetic_targets_that_teach_nothing_are_said(
    context_for: ContextMaker, synthetic: pd.DataFrame, words: str
) -> None:
    models = prediction_models(context_for(synthetic=synthetic))
    assert isinstance(models, NoTask)
    assert models.status is Status.INSUFFICIENT_DATA
    assert words in models.why


def test_a_person_can_stop_between_models(context_for: ContextMaker) -> None:
    models = models_of(context_for, stop_requested=lambda: True)
    with pytest.raises(Cancelled):
        models.scores(Side.SYNTHETIC, "logistic_regression")
