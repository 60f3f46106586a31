"""Fairness: are groups represented, rendered and treated alike."""

from __future__ import annotations

from memisis_core.evaluation.catalogue import MetricExplanation
from memisis_core.evaluation.metric import Direction

_MODEL = "the learner that does best on real rows, trained on synthetic rows"
_SMALL = (
    "groups with fewer than 10 positives or negatives in the holdout are left out; the largest "
    "difference between several groups is above 0 by chance alone, which the interval allows for"
)
_HARDT = "Hardt, Price & Srebro 2016, arXiv 1610.02413; fairlearn.metrics"
_PARITY = "Dwork et al. 2012, arXiv 1104.3913; fairlearn.metrics"


def _criterion(key: str, name: str, compared: str, source: str) -> tuple[MetricExplanation, ...]:
    return (
        *_with_change(
            f"{key}_difference",
            f"{name} difference",
            f"Largest minus smallest {compared} between groups, for {_MODEL}; 0: equal.",
            "lower",
            source=source,
        ),
        *_with_change(
            f"{key}_ratio",
            f"{name} ratio",
            f"Smallest over largest {compared} between groups, for {_MODEL}; 1: equal.",
            "higher",
            source=source,
        ),
    )


def _with_change(
    key: str, name: str, what: str, direction: Direction, *, source: str, caveat: str = _SMALL
) -> tuple[MetricExplanation, MetricExplanation]:
    fairer = "below 0" if direction == "lower" else "above 0"
    return (
        MetricExplanation(
            id=f"fairness.{key}",
            name=name,
            what=what,
            ideal=0.0 if direction == "lower" else 1.0,
            direction=direction,
            caveat=caveat,
            source=source,
        ),
        MetricExplanation(
            id=f"fairness.{key}_change",
            name=f"{name}, change against real",
            what=(
                f"{name.capitalize()} of the model trained on synthetic rows minus that of the "
                f"model trained on real rows, on the same holdout; {fairer}, the synthetic rows "
                "make it fairer."
            ),
            ideal=None,
            direction=direction,
            caveat="an unfair real model that stays as it was changes by 0",
            source=source,
        ),
    )


def _rate(
    key: str, name: str, what: str, ideal: float | None, direction: Direction
) -> MetricExplanation:
    return MetricExplanation(
        id=f"fairness.{key}",
        name=name,
        what=f"{what} For {_MODEL}.",
        ideal=ideal,
        direction=direction,
        caveat="a group needs 10 positives and 10 negatives in the holdout",
        source="fairlearn.metrics.MetricFrame",
    )


EXPLANATIONS: tuple[MetricExplanation, ...] = (
    MetricExplanation(
        id="fairness.representation",
        name="representation (log disparity)",
        what=(
            "Logarithm of a group's share among synthetic rows over its share among real ones: 0 "
            "is parity, -0.69 half as many, 0.69 twice as many. Of an attribute: its worst group."
        ),
        ideal=0.0,
        direction="target",
        caveat="whether the real shares are those of the population is another question",
        source="Bhanot et al. 2021, 10.3390/e23091165",
    ),
    MetricExplanation(
        id="fairness.subgroup_fidelity",
        name="fidelity inside groups (KS/TV)",
        what=(
            "Mean KS complement (numbers, dates) or TV complement (discrete) of all columns inside "
            "a group, as many synthetic as holdout rows against its training rows. Of an "
            "attribute: its worst group."
        ),
        ideal=1.0,
        direction="higher",
        caveat="lower in small groups whatever the synthesizer: compare with the real baseline",
        source="KS and TV complement as in sdmetrics, by group: Bhanot et al. 2021, "
        "10.3390/e23091165",
    ),
    _rate(
        "selection_rate", "selection rate", "Share of a group predicted positive.", None, "target"
    ),
    _rate("tpr", "true positive rate", "Share of a group's positives predicted so.", 1.0, "higher"),
    _rate(
        "fpr",
        "false positive rate",
        "Share of a group's negatives predicted positive.",
        0.0,
        "lower",
    ),
    *_criterion("demographic_parity", "demographic parity", "share predicted positive", _PARITY),
    *_criterion(
        "equalized_odds",
        "equalised odds",
        "true or false positive rate, whichever differs more,",
        _HARDT,
    ),
    *_criterion("equal_opportunity", "equal opportunity", "true positive rate", _HARDT),
    MetricExplanation(
        id="fairness.abroca",
        name="ABROCA",
        what=(
            "Area between the ROC curves of the largest group and of the group that lies furthest "
            "from it, at every threshold; 0: patients are ranked equally well in every group."
        ),
        ideal=0.0,
        direction="lower",
        caveat="above 0 by chance alone in small groups (arXiv 2411.19090)",
        source="Gardner, Brooks & Baker 2019, 10.1145/3303772.3303791",
    ),
    MetricExplanation(
        id="fairness.flip_rate",
        name="counterfactual flip rate",
        what=(
            "Share of predictions that name another class when nothing but the protected value is "
            "changed; 0: the model does not read it."
        ),
        ideal=0.0,
        direction="lower",
        caveat="blind to proxies: other features may carry the attribute",
        source="fairness through unawareness: Grgić-Hlača et al. 2016; Garg et al. 2019, "
        "10.1145/3306618.3317950",
    ),
    MetricExplanation(
        id="fairness.group_mae",
        name="MAE of the group",
        what=f"Mean absolute error in a group, in the target's unit, for {_MODEL}.",
        ideal=0.0,
        direction="lower",
        caveat="a group needs 20 holdout rows",
        source="Agarwal, Dudík & Wu 2019, arXiv 1905.12843",
    ),
    *_with_change(
        "group_mae_difference",
        "MAE difference between groups",
        f"Largest minus smallest mean absolute error of groups, in the target's unit; {_MODEL}.",
        "lower",
        source="Agarwal, Dudík & Wu 2019, arXiv 1905.12843",
        caveat="groups with fewer than 20 holdout rows are left out",
    ),
)
