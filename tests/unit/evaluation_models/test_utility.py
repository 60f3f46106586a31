"""Scores, gaps, augmentation and importances, with their intervals and baselines."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from memisis_core.evaluation.metric import Status
from memisis_core.evaluation.utility import importance, performance
from memisis_core.evaluation.utility.measured import best_on_real
from memisis_core.evaluation.utility.models import PredictionModels, Side, prediction_models
from tests.unit.evaluation_models.conftest import ContextMaker, Evaluator, patients

LEARNERS = {"logistic_regression", "random_forest", "gradient_boosting"}


def test_every_learner_and_the_best_on_real_has_every_score(evaluated: Evaluator) -> None:
    found = evaluated()
    models = prediction_models(found.context)
    assert isinstance(models, PredictionModels)
    best = best_on_real(models)
    for score in performance.SCORES:
        expected = {"overall"} if score.numeric else LEARNERS | {"overall"}
        assert found.subjects(score.id) == expected
    overall = found["utility.auroc", "overall"]
    assert overall.value == found["utility.auroc", best].value
    assert best in (overall.caveat or "")
    baselines = [found["utility.auroc", name].real_baseline for name in LEARNERS]
    assert overall.real_baseline == max(b for b in baselines if b is not None)


def test_scores_are_those_of_scikit_learn_on_the_predictions(evaluated: Evaluator) -> None:
    found = evaluated()
    models = prediction_models(found.context)
    assert isinstance(models, PredictionModels)
    metric = found["utility.auroc", "random_forest"]
    for side, held in ((Side.SYNTHETIC, metric.value), (Side.REAL, metric.real_baseline)):
        by_seed = [
            roc_auc_score(models.holdout.labels, p[:, 1])
            for p in models.scores(side, "random_forest")
        ]
        assert held == pytest.approx(np.mean(by_seed))


def test_a_gap_says_how_much_worse_the_synthetic_rows_teach(evaluated: Evaluator) -> None:
    found = evaluated("outcome", "shuffled")
    for key in ("auroc", "f1", "brier"):
        score, gap = found[f"utility.{key}", "overall"], found[f"utility.{key}_gap", "overall"]
        assert score.value is not None and score.real_baseline is not None
        assert gap.value == pytest.approx(abs(score.value - score.real_baseline))
        assert gap.ci is not None and gap.ci[0] > 0, key
        assert (gap.ideal, gap.direction, gap.real_baseline) == (0.0, "lower", 0.0)


def test_pairing_takes_the_shared_noise_of_the_holdout_out(evaluated: Evaluator) -> None:
    found = evaluated()
    gap, score = found["utility.auroc_gap", "overall"], found["utility.auroc", "overall"]
    assert gap.ci is not None and score.ci is not None and gap.value is not None
    assert abs(gap.value) < 0.05  # patients of the same population
    assert gap.ci[1] - gap.ci[0] < score.ci[1] - score.ci[0]


def test_a_numeric_target_has_numeric_scores(evaluated: Evaluator) -> None:
    found = evaluated("stay")
    assert found["utility.auroc", "overall"].status is Status.NOT_APPLICABLE
    for key in ("r2", "rmse", "mae", "augmented_r2"):
        for subject in ("overall", "linear_regression", "random_forest", "gradient_boosting"):
            assert found[f"utility.{key}", subject].status is Status.OK
    r2 = found["utility.r2", "overall"]
    assert r2.ci is not None and 0.3 < r2.ci[0] < (r2.value or 0) < r2.ci[1] < 1


def test_three_classes_are_scored_against_the_rest(evaluated: Evaluator) -> None:
    auroc = evaluated("grade")["utility.auroc", "overall"]
    assert auroc.value is not None and auroc.value > 0.8
    assert "mean over 3 classes" in (auroc.caveat or "")


def test_a_single_synthetic_class_is_said_for_every_score(context_for: ContextMaker) -> None:
    metrics = performance.measure(context_for(synthetic=patients(500, 9).assign(outcome="No")))
    assert {metric.status for metric in metrics} == {Status.INSUFFICIENT_DATA}
    assert all("one class, No" in (metric.why or "") for metric in metrics)


def test_few_holdout_positives_are_not_scored(context_for: ContextMaker) -> None:
    def rare(frame: pd.DataFrame) -> pd.DataFrame:
        places = np.flatnonzero(frame["outcome"] == "Yes")
        return frame.assign(outcome=np.where(np.isin(frame.index, places[:9]), "Yes", "No"))

    metrics = performance.measure(context_for(change=rare))
    auroc = next(metric for metric in metrics if metric.id == "utility.auroc")
    assert auroc.status is Status.INSUFFICIENT_DATA
    assert "fewer than 10 rows of a class" in (auroc.why or "")


def test_a_rare_class_of_three_is_left_out_and_named(context_for: ContextMaker) -> None:
    def rare(frame: pd.DataFrame) -> pd.DataFrame:
        places = np.flatnonzero(frame["grade"] == "severe")
        rest = frame["grade"].replace("severe", "mild")
        return frame.assign(grade=rest.mask(np.isin(frame.index, places[:9]), "severe"))

    metrics = performance.measure(context_for("grade", change=rare))
    auroc = next(m for m in metrics if m.key == ("utility.auroc", "overall"))
    assert auroc.status is Status.OK
    assert "not scored, under 10 holdout rows: severe" in (auroc.caveat or "")


def test_the_interval_of_a_value_is_that_of_its_kept_resamples(evaluated: Evaluator) -> None:
    found = evaluated()
    kept = found.context.shared["resamples"]
    assert isinstance(kept, dict)
    replicates = kept["utility.auroc_gap", "overall"]
    ci = found["utility.auroc_gap", "overall"].ci
    assert ci == pytest.approx(np.quantile(replicates, [0.025, 0.975]))


def test_augmentation_is_held_against_the_real_rows_alone(evaluated: Evaluator) -> None:
    found = evaluated()
    for subject in (*LEARNERS, "overall"):
        metric = found["utility.augmented_auroc", subject]
        gain = found["utility.augmented_auroc_gain", subject]
        assert metric.real_baseline == found["utility.auroc", subject].real_baseline
        assert gain.value == pytest.approx((metric.value or 0) - (metric.real_baseline or 0))
    assert found["utility.augmented_r2", "overall"].status is Status.NOT_APPLICABLE


def test_importances_agree_for_the_population_and_not_for_noise(evaluated: Evaluator) -> None:
    key = ("utility.importance_agreement", "overall")
    good, bad = evaluated()[key], evaluated("outcome", "shuffled")[key]
    assert good.value is not None and good.value > 0.4
    assert bad.value is not None and bad.value < good.value
    assert good.real_baseline is not None and good.real_baseline > 0.4


def test_a_constant_synthetic_target_has_no_importances(context_for: ContextMaker) -> None:
    metrics = importance.measure(context_for("stay", synthetic=patients(500, 9).assign(stay=3.0)))
    assert {metric.status for metric in metrics} == {Status.INSUFFICIENT_DATA}
