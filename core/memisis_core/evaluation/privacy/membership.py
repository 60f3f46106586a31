"""Membership inference: can someone tell who was in the training data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.baselines import Key, baselines
from memisis_core.evaluation.definition import Definition
from memisis_core.evaluation.distances import (
    PassDistances,
    distance_pass,
    rare_records,
    real_distances,
    stand_in_pass,
    stand_in_rows,
)
from memisis_core.evaluation.intervals import auc, auc_interval
from memisis_core.evaluation.metric import Axis, Metric
from memisis_core.evaluation.privacy.attack_roc import AttackScores, rate_at, rate_interval
from memisis_core.evaluation.privacy.caveats import ATTACK, RARE_ATTACK
from memisis_core.evaluation.privacy.targets import FEWEST_RECORDS
from memisis_core.evaluation.registry import Family

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

Floats = NDArray[np.float64]

MEMBERSHIP_AUC = Definition(
    "privacy.membership_auc",
    "membership attack, AUC",
    "Area under the ROC curve of guessing, from the distance to the nearest synthetic row, who "
    "was in the training data; 0.5: a coin toss.",
    0.5,
    "lower",
    source="Chen et al. 2020, arXiv 1909.03935 (black-box attack)",
    caveat=ATTACK,
    headline=True,
)
MEMBERSHIP_RISK = Definition(
    "privacy.membership_risk",
    "membership risk",
    "max(0, 2 AUC - 1): how far the attack gets from tossing a coin to certainty.",
    0.0,
    "lower",
    source="Gini coefficient of the attack",
    caveat=ATTACK,
)
MEMBERSHIP_TPR_1 = Definition(
    "privacy.membership_tpr_1",
    "members found at 1 % false alarms",
    "Share of training records that the attack names while it accuses 1 % of the others wrongly.",
    0.01,
    "lower",
    source="Carlini et al. 2022, arXiv 2112.03570",
    caveat=ATTACK,
)
MEMBERSHIP_TPR_10 = Definition(
    "privacy.membership_tpr_10",
    "members found at 10 % false alarms",
    "Share of training records that the attack names while it accuses 10 % of the others wrongly.",
    0.1,
    "lower",
    source="Carlini et al. 2022, arXiv 2112.03570",
    caveat=ATTACK,
)
DENSITY_AUC = Definition(
    "privacy.density_membership_auc",
    "density-ratio membership attack, AUC",
    "The same for an attacker who also knows the population and looks for places where synthetic "
    "rows are denser than people are.",
    0.5,
    "lower",
    source="van Breugel et al. 2023 (DOMIAS), arXiv 2302.12580, with nearest-neighbour densities",
    caveat=ATTACK,
)
RARE_AUC = Definition(
    "privacy.membership_auc_rare",
    "membership attack on outlying records, AUC",
    "The distance attack on the 5 % of records that are furthest from all others.",
    0.5,
    "lower",
    source="Stadler et al. 2022, arXiv 2011.07018 (outliers)",
    caveat=RARE_ATTACK,
)
RARE_DENSITY_AUC = Definition(
    "privacy.density_membership_auc_rare",
    "density-ratio attack on outlying records, AUC",
    "The density-ratio attack on the 5 % of records that are furthest from all others.",
    0.5,
    "lower",
    source="van Breugel et al. 2023 (DOMIAS), arXiv 2302.12580, on outliers as in Stadler et al. "
    "2022, arXiv 2011.07018",
    caveat=RARE_ATTACK,
)
_DEFINITIONS = (
    MEMBERSHIP_AUC,
    MEMBERSHIP_RISK,
    MEMBERSHIP_TPR_1,
    MEMBERSHIP_TPR_10,
    DENSITY_AUC,
    RARE_AUC,
    RARE_DENSITY_AUC,
)
_RATES = ((MEMBERSHIP_TPR_1, 0.01), (MEMBERSHIP_TPR_10, 0.1))
_FEWEST_RARE = 10
_SMALLEST_WIDTH = 1e-3
"""Kernel width where a record and its neighbours are the same, in Gower distance."""


def density_scores(to_synthetic: NDArray[np.float32], to_real: NDArray[np.float32]) -> Floats:
    """Return the log ratio of synthetic to real density at each record, shape (n,).

    Parameters
    ----------
    to_synthetic, to_real : ndarray of float32, shape (n, k)
        Distances to the nearest synthetic rows, and to the nearest *other* real ones.

    Notes
    -----
    Exponential kernels over the k nearest, as wide as the record's mean distance to its real
    neighbours, so that dense and sparse regions are judged alike.
    """
    near_real = to_real.astype(np.float64)
    known = np.isfinite(near_real)
    mean = np.where(known, near_real, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    width = np.maximum(mean, _SMALLEST_WIDTH)[:, None]
    synthetic = np.exp(-to_synthetic.astype(np.float64) / width).sum(axis=1)
    real = np.exp(-near_real / width).sum(axis=1)
    return np.asarray(np.log(synthetic + 1e-300) - np.log(real + 1e-300))


@dataclass(frozen=True)
class MembershipAttacks:
    """The scores of the attacks, as many members as others in each."""

    distance: AttackScores
    density: AttackScores
    rare: AttackScores
    rare_density: AttackScores


def _attacks(
    context: EvaluationContext, found: PassDistances, holdout_rows: NDArray[np.intp]
) -> MembershipAttacks:
    real = real_distances(context)
    rare_train, rare_holdout = rare_records(context)
    near = AttackScores(
        -found.members.distance[:, 0].astype(np.float64),
        -found.nonmembers.distance[:, 0].astype(np.float64),
    )
    dense = AttackScores(
        density_scores(found.members.distance, real.train_to_real),
        density_scores(found.nonmembers.distance, real.holdout_to_real[holdout_rows]),
    )

    def on_rare(scores: AttackScores) -> AttackScores:
        chosen = AttackScores(
            scores.members[rare_train], scores.nonmembers[rare_holdout[holdout_rows]]
        )
        return chosen.balanced(context, "attack on rare records")

    return MembershipAttacks(
        near.balanced(context, "distance attack"),
        dense.balanced(context, "distance attack"),
        on_rare(near),
        on_rare(dense),
    )


def membership_attacks(context: EvaluationContext) -> MembershipAttacks:
    """Return the attacks on training and holdout records with the synthetic rows (made once)."""
    if "membership attacks" not in context.shared:
        rows = np.arange(len(context.data.holdout))
        context.shared["membership attacks"] = _attacks(context, distance_pass(context), rows)
    return cast("MembershipAttacks", context.shared["membership attacks"])


def measure(context: EvaluationContext) -> list[Metric]:
    """Return the membership attacks on all records and on the outlying ones."""
    data = context.data
    size = min(len(data.train), len(data.holdout))
    if not len(data.synthetic) or size < FEWEST_RECORDS:
        why = (
            f"{len(data.train)} training, {len(data.holdout)} held-out and "
            f"{len(data.synthetic)} synthetic rows; {FEWEST_RECORDS} people of each kind are needed"
        )
        return [definition.insufficient_data(why, n=2 * size) for definition in _DEFINITIONS]
    attacks = membership_attacks(context)
    real = baselines(context, FAMILY.name, lambda: _baseline(context))

    def held(definition: Definition) -> float | None:
        return real.get((definition.id, "overall"))

    metrics = _overall(attacks.distance, held)
    metrics.append(_area(DENSITY_AUC, attacks.density, held(DENSITY_AUC)))
    context.checkpoint()
    for definition, false_alarms in _RATES:
        metrics.append(_rate(context, definition, attacks.distance, false_alarms, held(definition)))
    for definition, scores in ((RARE_AUC, attacks.rare), (RARE_DENSITY_AUC, attacks.rare_density)):
        rare = len(scores.members)
        if rare < _FEWEST_RARE:
            why = f"{rare} outlying records of each kind; {_FEWEST_RARE} are needed"
            metrics.append(definition.insufficient_data(why, n=2 * rare))
        else:
            metrics.append(_area(definition, scores, held(definition)))
    return metrics


def _baseline(context: EvaluationContext) -> dict[Key, float | None]:
    """Return the same attacks with half of the holdout as the synthetic data."""
    rows = stand_in_rows(context)[1]
    if len(rows) < FEWEST_RECORDS:
        return {}
    attacks = _attacks(context, stand_in_pass(context), rows)
    area = auc(attacks.distance.members, attacks.distance.nonmembers).value
    density = auc(attacks.density.members, attacks.density.nonmembers).value
    found: dict[Key, float | None] = {
        (MEMBERSHIP_AUC.id, "overall"): area,
        (MEMBERSHIP_RISK.id, "overall"): max(0.0, 2 * area - 1),
        (DENSITY_AUC.id, "overall"): density,
    }
    for definition, false_alarms in _RATES:
        if len(attacks.distance.nonmembers) * false_alarms >= 1:
            found[definition.id, "overall"] = rate_at(attacks.distance, false_alarms)
    if len(attacks.rare.members) >= _FEWEST_RARE:
        for definition, scores in (
            (RARE_AUC, attacks.rare),
            (RARE_DENSITY_AUC, attacks.rare_density),
        ):
            found[definition.id, "overall"] = auc(scores.members, scores.nonmembers).value
    return found


def _overall(scores: AttackScores, held: Callable[[Definition], float | None]) -> list[Metric]:
    value = auc(scores.members, scores.nonmembers).value
    low, high = auc_interval(scores.members, scores.nonmembers)
    n = 2 * len(scores.members)
    return [
        MEMBERSHIP_AUC.metric(value, ci=(low, high), baseline=held(MEMBERSHIP_AUC), n=n),
        MEMBERSHIP_RISK.metric(
            max(0.0, 2 * value - 1),
            ci=(max(0.0, 2 * low - 1), max(0.0, 2 * high - 1)),
            baseline=held(MEMBERSHIP_RISK),
            n=n,
        ),
    ]


def _area(definition: Definition, scores: AttackScores, baseline: float | None) -> Metric:
    return definition.metric(
        auc(scores.members, scores.nonmembers).value,
        ci=auc_interval(scores.members, scores.nonmembers),
        baseline=baseline,
        n=2 * len(scores.members),
    )


def _rate(
    context: EvaluationContext,
    definition: Definition,
    scores: AttackScores,
    false_alarms: float,
    baseline: float | None,
) -> Metric:
    n = len(scores.nonmembers)
    if n * false_alarms < 1:
        why = f"{n} held-out records; {round(1 / false_alarms)} are needed for one false alarm"
        return definition.insufficient_data(why, n=2 * n)
    return definition.metric(
        rate_at(scores, false_alarms),
        ci=rate_interval(scores, false_alarms, context.generator(definition.id)),
        baseline=baseline,
        n=2 * n,
    )


FAMILY = Family(
    "membership",
    Axis.PRIVACY,
    "membership attacks",
    measure,
    tuple(definition.id for definition in _DEFINITIONS),
)
