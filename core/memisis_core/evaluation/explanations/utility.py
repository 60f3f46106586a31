"""Utility: do models trained on synthetic rows serve real patients."""

from __future__ import annotations

from memisis_core.evaluation.catalogue import MetricExplanation
from memisis_core.evaluation.metric import Direction

_TSTR = "train on synthetic, test on real: Esteban et al. 2017, arXiv 1706.02633"
_NOTE = (
    "as many synthetic as real training rows, the same real holdout; the interval covers the luck "
    "of the holdout, not that of another training of the synthesizer"
)


def _score(key: str, name: str, what: str, direction: Direction, source: str) -> MetricExplanation:
    return MetricExplanation(
        id=f"utility.{key}",
        name=name,
        what=f"{what} Of a model trained on synthetic rows, on real holdout rows.",
        ideal=0.0 if direction == "lower" else 1.0,
        direction=direction,
        caveat=_NOTE,
        source=f"{source}; {_TSTR}",
    )


def _gap(key: str, name: str, worse: str) -> MetricExplanation:
    return MetricExplanation(
        id=f"utility.{key}_gap",
        name=f"{name} gap to real",
        what=(
            f"{worse}, paired over the same holdout rows; above 0, the synthetic rows teach less. "
            "Overall: the learner that does best on real rows."
        ),
        ideal=0.0,
        direction="lower",
        caveat=_NOTE,
        source=f"{_TSTR}; paired bootstrap: Efron & Tibshirani 1993",
    )


def _augmented(key: str, name: str) -> tuple[MetricExplanation, MetricExplanation]:
    source = "train on augmented, test on real (TATR): the Memisis study, arXiv 2605.17758"
    return (
        MetricExplanation(
            id=f"utility.augmented_{key}",
            name=f"{name}, real + synthetic",
            what=(
                f"{name} on the real holdout of a model trained on real and synthetic rows "
                "together, as many of each. The baseline is the model of the real rows alone."
            ),
            ideal=1.0,
            direction="higher",
            caveat="twice as many training rows as the baseline",
            source=source,
        ),
        MetricExplanation(
            id=f"utility.augmented_{key}_gain",
            name=f"{name} gained by adding synthetic",
            what=(
                f"{name} of the model trained on real and synthetic rows minus that of the model "
                "trained on the real rows alone; above 0, the synthetic rows help."
            ),
            ideal=None,
            direction="higher",
            caveat="twice as many training rows as the baseline",
            source=source,
        ),
    )


_AUROC = "Hanley & McNeil 1982, 10.1148/radiology.143.1.7063747"
EXPLANATIONS: tuple[MetricExplanation, ...] = (
    _score(
        "auroc",
        "AUROC",
        "Chance that a random positive patient gets a higher predicted risk than a random negative "
        "one (0.5: a coin toss); the mean over classes, each against the rest, if there are more "
        "than two.",
        "higher",
        _AUROC,
    ),
    _gap("auroc", "AUROC", "AUROC of the model trained on real rows minus that on synthetic rows"),
    _score(
        "average_precision",
        "average precision",
        "Mean share of true positives among those predicted positive, over all thresholds; its "
        "floor is the share of positives.",
        "higher",
        "Davis & Goadrich 2006, 10.1145/1143844.1143874",
    ),
    _gap(
        "average_precision",
        "average precision",
        "Average precision of the model trained on real rows minus that on synthetic rows",
    ),
    _score(
        "f1",
        "F1",
        "Harmonic mean of precision and recall of the positive class at a risk of 0.5; the mean "
        "over classes if there are more than two.",
        "higher",
        "van Rijsbergen 1979, Information Retrieval",
    ),
    _gap("f1", "F1", "F1 of the model trained on real rows minus that on synthetic rows"),
    _score(
        "balanced_accuracy",
        "balanced accuracy",
        "Mean over classes of the share of patients that are classified rightly.",
        "higher",
        "Brodersen et al. 2010, 10.1109/ICPR.2010.764",
    ),
    _gap(
        "balanced_accuracy",
        "balanced accuracy",
        "Balanced accuracy of the model trained on real rows minus that on synthetic rows",
    ),
    _score(
        "brier",
        "Brier score",
        "Mean squared error of the predicted probabilities: 0 to 1 for two classes, summed over "
        "classes (0 to 2) for more.",
        "lower",
        "Brier 1950, Mon. Weather Rev. 78:1",
    ),
    _gap(
        "brier",
        "Brier score",
        "Brier score of the model trained on synthetic rows minus that on real rows",
    ),
    _score(
        "calibration_slope",
        "calibration slope",
        "How far apart predicted risks should be drawn (1: as they are; below 1: they are too "
        "extreme; above 1: too timid).",
        "target",
        "Van Calster et al. 2019, 10.1186/s12916-019-1466-7",
    ),
    _score(
        "r2",
        "R²",
        "Share of the target's variance on the holdout that is predicted; below 0, worse than "
        "always predicting the mean.",
        "higher",
        "scikit-learn r2_score",
    ),
    _gap("r2", "R²", "R² of the model trained on real rows minus that on synthetic rows"),
    _score(
        "rmse",
        "RMSE",
        "Root of the mean squared prediction error, in the target's unit.",
        "lower",
        "scikit-learn root_mean_squared_error",
    ),
    _gap("rmse", "RMSE", "RMSE of the model trained on synthetic rows minus that on real rows"),
    _score(
        "mae",
        "MAE",
        "Mean absolute prediction error, in the target's unit.",
        "lower",
        "scikit-learn mean_absolute_error",
    ),
    _gap("mae", "MAE", "MAE of the model trained on synthetic rows minus that on real rows"),
    *_augmented("auroc", "AUROC"),
    *_augmented("r2", "R²"),
    MetricExplanation(
        id="utility.importance_agreement",
        name="importance agreement",
        what=(
            "Rank correlation of the features' permutation importances between the models trained "
            "on synthetic and on real rows; 1: the same features matter in the same order."
        ),
        ideal=1.0,
        direction="higher",
        caveat=(
            "features without influence are ranked by chance; the baseline, real rows drawn anew "
            "against the same real rows, shows what chance alone costs"
        ),
        source="Fisher, Rudin & Dominici 2019, JMLR 20:177; Spearman 1904",
    ),
)
