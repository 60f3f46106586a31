"""The three questions of fairness, asked of whole tables."""

import fairlearn.metrics as reference
import numpy as np
import pandas as pd
import pytest

from memisis_core.evaluation.bootstrap import holdout_resamples
from memisis_core.evaluation.fairness import (
    counterfactual,
    downstream,
    group_error,
    representation,
    subgroup_fidelity,
)
from memisis_core.evaluation.fairness.groups import groupings
from memisis_core.evaluation.metric import Metric, Status
from memisis_core.evaluation.utility.measured import best_on_real
from memisis_core.evaluation.utility.models import PredictionModels, Side, prediction_models
from tests.unit.evaluation_models.conftest import ContextMaker, Evaluator, patients


def of(metrics: list[Metric], identifier: str, subject: str) -> Metric:
    return next(m for m in metrics if m.key == (identifier, subject))


# Representation.


def test_a_group_drawn_half_as_often_has_a_log_disparity_of_minus_log_two(
    context_for: ContextMaker,
) -> None:
    context = context_for()
    train = context.data.train
    black = train["race"] == "Black"
    half = pd.concat([train[black].iloc[: black.sum() // 2], train[~black]])
    metrics = representation.measure(context_for(synthetic=half.assign(grade="mild", stay=0.0)))
    metric = of(metrics, "fairness.representation", "race=Black")
    shares = (black.sum() // 2 / len(half), black.mean())
    assert metric.value == pytest.approx(np.log(shares[0] / shares[1]))
    assert metric.ci is not None and metric.ci[1] < 0
    worst = of(metrics, "fairness.representation", "race")
    assert worst.value == metric.value
    assert "race=Black" in (worst.caveat or "")
    assert worst.ci is not None and worst.ci[0] < metric.ci[0]  # picked among several


def test_a_group_that_vanished_is_reported_and_not_infinite(context_for: ContextMaker) -> None:
    gone = patients(600, 9)
    metrics = representation.measure(context_for(synthetic=gone[gone["race"] != "Asian"]))
    metric = of(metrics, "fairness.representation", "race=Asian")
    assert metric.value is not None and -10 < metric.value < -3
    assert "nobody of this group" in (metric.caveat or "")


def test_a_group_of_fewer_than_ten_real_rows_is_not_compared(context_for: ContextMaker) -> None:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(race=frame["race"].mask(frame.index < 8, "Rare"))

    metrics = representation.measure(context_for(change=change))
    metric = of(metrics, "fairness.representation", "race=Rare")
    assert metric.status is Status.INSUFFICIENT_DATA
    assert (metric.n, metric.value) == (8, None)


def test_intervals_of_the_disparity_cover_parity() -> None:
    g = np.random.default_rng(0)
    covered = 0
    for _ in range(400):
        part, real_part = (np.array([g.binomial(n, 0.1)], dtype=float) for n in (300, 500))
        value = representation.log_disparity(part, 300, real_part, 500)
        error = representation.log_disparity_error(part, 300, real_part, 500)
        covered += bool(abs(value[0]) <= 1.96 * error[0])
    assert covered >= 368  # 95 % of 400, less three standard errors


# Fidelity inside groups.


def test_complements_are_those_of_sdmetrics() -> None:
    from sdmetrics.single_column import KSComplement, TVComplement

    g = np.random.default_rng(0)
    real, other = g.normal(0, 1, 150).round(1), g.normal(0.4, 1.3, 90).round(1)
    ones = np.ones((1, 150)), np.ones((1, 90))
    found = subgroup_fidelity.ks_complement(np.concatenate([real, other]), *ones)
    assert found[0] == pytest.approx(KSComplement.compute(pd.Series(real), pd.Series(other)))
    levels, others = g.integers(0, 4, 150), g.integers(1, 5, 90)
    found = subgroup_fidelity.tv_complement(np.concatenate([levels, others]), *ones)
    expected = TVComplement.compute(pd.Series(levels).astype(str), pd.Series(others).astype(str))
    assert found[0] == pytest.approx(expected)


def test_a_column_that_one_table_lacks_counts_as_wholly_different() -> None:
    ones = np.ones((1, 5)), np.ones((1, 5))
    half = np.array([1.0] * 5 + [np.nan] * 5)
    assert subgroup_fidelity.ks_complement(half, *ones)[0] == 0.0
    assert np.isnan(subgroup_fidelity.ks_complement(np.full(10, np.nan), *ones)[0])


def test_a_fault_in_one_group_shows_there_and_as_the_worst(context_for: ContextMaker) -> None:
    faulty = patients(500, 3)
    black = faulty["race"] == "Black"
    faulty.loc[black, ["age", "bmi"]] = 20.0
    metrics = subgroup_fidelity.measure(context_for(synthetic=faulty))
    black_metric, white = (
        of(metrics, "fairness.subgroup_fidelity", f"race={name}") for name in ("Black", "White")
    )
    assert black_metric.value is not None and black_metric.ci is not None
    assert black_metric.real_baseline is not None and white.real_baseline is not None
    assert black_metric.ci[1] < black_metric.real_baseline
    assert white.ci is not None and white.ci[0] - 0.03 < white.real_baseline < white.ci[1] + 0.03
    assert of(metrics, "fairness.subgroup_fidelity", "race").value == black_metric.value


# Downstream.


def test_criteria_are_those_of_fairlearn_on_the_groups_that_are_large_enough(
    context_for: ContextMaker,
) -> None:
    context = context_for(rows=(2200, 900), synthetic=patients(2200, 3))
    models = prediction_models(context)
    assert isinstance(models, PredictionModels)
    models.seeds = 1  # fairlearn judges one model's classes
    metrics = downstream.measure(context)
    actual = models.holdout.labels
    for grouping in groupings(context):
        groups = np.array(grouping.labels)[grouping.holdout[models.holdout.rows]]
        counted = pd.crosstab(groups, actual)
        kept = np.isin(groups, counted.index[(counted >= 10).all(axis=1)])
        sensitive = groups[kept]
        for side in (Side.SYNTHETIC, Side.REAL):
            predicted = models.scores(side, best_on_real(models))[0].argmax(axis=1)
            for disparity in downstream.DISPARITIES:
                metric = of(metrics, f"fairness.{disparity.key}", grouping.title)
                expected = getattr(reference, disparity.key)(
                    actual[kept], predicted[kept], sensitive_features=sensitive
                )
                held = metric.value if side is Side.SYNTHETIC else metric.real_baseline
                assert held == pytest.approx(expected), metric.key


def test_changes_are_synthetic_minus_real(evaluated: Evaluator) -> None:
    found = evaluated()
    for disparity in downstream.DISPARITIES:
        for subject in ("race", "sex", "race × sex"):
            whole = found[f"fairness.{disparity.key}", subject]
            change = found[f"fairness.{disparity.key}_change", subject]
            assert whole.value is not None and whole.real_baseline is not None
            assert change.value == pytest.approx(whole.value - whole.real_baseline)


def test_every_cell_shows_its_size_and_small_ones_have_no_rate(evaluated: Evaluator) -> None:
    found = evaluated()
    white = found["fairness.tpr", "race=White"]
    missing = found["fairness.tpr", "race=(missing)"]
    selected = found["fairness.selection_rate", "race=White"]
    assert white.n is not None and selected.n is not None and white.n < selected.n
    assert white.counts == {"positives": white.n, "negatives": selected.n - white.n}
    assert set(missing.counts) == {"positives", "negatives"}
    assert min(missing.counts.values()) < 10
    shares = found["fairness.representation", "race=White"]
    assert shares.counts["training"] == shares.n
    inside = found["fairness.subgroup_fidelity", "race=White"]
    assert set(inside.counts) == {"training", "holdout", "synthetic"}
    assert found["fairness.subgroup_fidelity", "race"].counts == {}
    assert missing.status is Status.INSUFFICIENT_DATA
    assert "10 of each are needed" in (missing.why or "")
    criterion = found["fairness.equalized_odds_difference", "race"]
    assert "left out, under 10 positives or negatives: race=(missing)" in (criterion.caveat or "")
    assert criterion.n == sum(
        m.n or 0
        for m in found.metrics
        if m.id == "fairness.selection_rate"
        and m.subject.startswith("race=")
        and ", " not in m.subject
        and m.status is Status.OK
    )


def test_a_synthesizer_that_teaches_bias_is_seen_as_a_change(context_for: ContextMaker) -> None:
    biased = patients(500, 3)
    male = biased["sex"] == "Male"
    biased.loc[male, "outcome"] = "Yes"
    biased.loc[~male, "outcome"] = "No"
    metrics = downstream.measure(context_for(protected=("sex",), synthetic=biased))
    change = of(metrics, "fairness.demographic_parity_difference_change", "sex")
    assert change.ci is not None and change.ci[0] > 0.5


def test_a_table_in_which_no_group_is_large_enough_says_so(context_for: ContextMaker) -> None:
    metrics = downstream.measure(context_for(protected=("clinic",), rows=(200, 60)))
    criterion = of(metrics, "fairness.equalized_odds_difference", "clinic")
    assert criterion.status is Status.INSUFFICIENT_DATA
    assert "fewer than two groups have 10 positives and 10 negatives" in (criterion.why or "")


def test_with_three_classes_each_counts_as_selected_in_turn(evaluated: Evaluator) -> None:
    found = evaluated("grade")
    assert "race=White: severe" in found.subjects("fairness.selection_rate")
    by_class = []
    for name in ("mild", "moderate", "severe"):
        cells = [
            m.value
            for m in found.metrics
            if m.id == "fairness.selection_rate"
            and m.subject.startswith("sex=")
            and m.subject.endswith(f": {name}")
            and m.value is not None
        ]
        by_class.append(max(cells) - min(cells))
    worst = found["fairness.demographic_parity_difference", "sex"]
    assert worst.value == pytest.approx(max(by_class))
    assert "the worst of the classes" in (worst.caveat or "")


def test_without_protected_attributes_nothing_applies(context_for: ContextMaker) -> None:
    context = context_for(protected=())
    for family in (representation, subgroup_fidelity, downstream, counterfactual, group_error):
        for metric in family.measure(context):
            assert metric.status is Status.NOT_APPLICABLE
            assert "no protected attribute is set" in (metric.why or "")


# Counterfactual flips.


def test_only_the_attribute_that_the_model_reads_flips_predictions(
    context_for: ContextMaker,
) -> None:
    by_sex = patients(500, 3)
    by_sex["outcome"] = np.where(by_sex["sex"] == "Male", "Yes", "No")
    metrics = counterfactual.measure(context_for(synthetic=by_sex))
    sex, race = (of(metrics, "fairness.flip_rate", name) for name in ("sex", "race"))
    assert sex.value is not None and sex.value > 0.95
    assert race.value == 0.0
    assert race.ci is not None and 0 < race.ci[1] < 0.02  # none of 400 is not never
    assert sex.real_baseline is not None and sex.real_baseline < 0.3


def test_numeric_attributes_flip_between_their_bins(context_for: ContextMaker) -> None:
    old = patients(500, 3)
    old["outcome"] = np.where(old["age"] >= 65, "Yes", "No")
    metrics = counterfactual.measure(context_for(protected=("age",), synthetic=old))
    # Of three other age groups, one to three lie on the other side of 65.
    assert of(metrics, "fairness.flip_rate", "age").value == pytest.approx(0.67, abs=0.05)


# Numbers.


def test_errors_of_groups_are_their_mean_absolute_errors(evaluated: Evaluator) -> None:
    found = evaluated("stay")
    models = prediction_models(found.context)
    assert isinstance(models, PredictionModels)
    race = found.context.data.holdout["race"].to_numpy()[models.holdout.rows]
    errors = np.abs(
        models.scores(Side.SYNTHETIC, best_on_real(models))[:, :, 0] - models.holdout.labels
    ).mean(axis=0)
    means = {name: errors[race == name].mean() for name in ("Asian", "Black", "White")}
    for name, value in means.items():
        assert found["fairness.group_mae", f"race={name}"].value == pytest.approx(value)
    difference = found["fairness.group_mae_difference", "race"]
    assert difference.value == pytest.approx(max(means.values()) - min(means.values()))
    assert difference.ci is not None and difference.ci[0] > 0  # stays of Asian patients scatter


def test_a_numeric_target_selects_nobody(evaluated: Evaluator) -> None:
    metric = evaluated("stay")["fairness.equalized_odds_difference", "overall"]
    assert metric.status is Status.NOT_APPLICABLE
    assert "fairness.group_mae_difference" in (metric.why or "")


def test_fairness_uses_the_resamples_that_utility_uses(evaluated: Evaluator) -> None:
    context = evaluated().context
    models = prediction_models(context)
    assert isinstance(models, PredictionModels)
    assert models.resamples is holdout_resamples(context, len(models.holdout))
