"""Distances to the closest records: indicators of similarity, not of privacy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
from memisis_core.evaluation.intervals import (
    Estimate,
    cluster_error,
    quantile_interval,
    quantile_of_normal,
    wilson,
)
from memisis_core.evaluation.metric import Axis, Metric
from memisis_core.evaluation.privacy.caveats import RARE_SIMILARITY, SIMILARITY
from memisis_core.evaluation.privacy.targets import FEWEST_RECORDS
from memisis_core.evaluation.registry import Family

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

DCR_SHARE = Definition(
    "privacy.dcr_share",
    "closer to train than to holdout",
    "Share of synthetic rows whose closest record is a training rather than a held-out one, both "
    "of the same number (ties count half); 0.5: no closer to those who were seen.",
    0.5,
    "target",
    source="Platzer & Reutterer 2021, Front. Big Data 4:679939; sdmetrics DCROverfittingProtection",
    caveat=SIMILARITY,
)
DCR_SHARE_RARE = Definition(
    "privacy.dcr_share_rare",
    "closer to train, near outlying records",
    "The same for synthetic rows whose closest record is one of the 5 % that are furthest from all "
    "others.",
    0.5,
    "target",
    source="Platzer & Reutterer 2021, Front. Big Data 4:679939",
    caveat=RARE_SIMILARITY,
)
DCR_5TH = Definition(
    "privacy.dcr_5th",
    "distance to the closest record, 5th percentile",
    "Gower distance (0 to 1) to the closest training record that 5 % of synthetic rows fall below.",
    None,
    "higher",
    source="Zhao et al. 2021 (CTAB-GAN), arXiv 2102.08369",
    caveat=SIMILARITY,
)
NNDR = Definition(
    "privacy.nndr",
    "nearest-neighbour distance ratio, 5th percentile",
    "Distance to the closest over that to the second closest training record, the value that 5 % "
    "of synthetic rows fall below; near 0: close to one person alone.",
    None,
    "higher",
    source="Zhao et al. 2021 (CTAB-GAN), arXiv 2102.08369",
    caveat=SIMILARITY,
)
_DEFINITIONS = (DCR_SHARE, DCR_5TH, NNDR, DCR_SHARE_RARE)
_PERCENTILE = 0.05
_TIE = 1e-6
"""Distances that differ by less are equal (they are sums of float32)."""
_FEWEST_NEAR_RARE = 10


@dataclass(frozen=True)
class Contest:
    """Which record, of a part of train and a part of holdout of the same size, is closest.

    Attributes
    ----------
    score : ndarray of float, shape (c,)
        1 if the training record is closer, 0 if the held-out one is, 0.5 for a tie.
    winner : ndarray of int, shape (c,)
        The closest record: its row among train, or the number of training rows plus its row
        among holdout.
    """

    score: NDArray[np.float64]
    winner: NDArray[np.intp]

    def share(self, chosen: NDArray[np.bool_] | None = None) -> Estimate:
        """Return the mean score over all contests, or the chosen ones.

        Synthetic rows that are close to the same person are no independent evidence: the error
        treats each closest record as one cluster.
        """
        score = self.score if chosen is None else self.score[chosen]
        winner = self.winner if chosen is None else self.winner[chosen]
        value = float(score.mean())
        error = cluster_error((score - value) / len(score), winner)
        if error == 0.0:
            # All alike: as sure as so many people who all say the same can make it.
            people = len(np.unique(winner))
            low, high = wilson(value * people, people)
            error = (high - low) / quantile_of_normal()
        return Estimate(value, error)


def contest(found: PassDistances, train_rows: int) -> Contest:
    """Hold every part of train against every part of holdout, for every synthetic row."""
    scores, winners = [], []
    for member in found.member_pieces:
        for other in found.nonmember_pieces:
            difference = member.distance.astype(np.float64) - other.distance
            tie = np.abs(difference) <= _TIE
            closer = difference < 0
            scores.append(np.where(tie, 0.5, closer.astype(np.float64)))
            winners.append(np.where(closer | tie, member.index, train_rows + other.index))
    return Contest(np.concatenate(scores), np.concatenate(winners))


def ratios(distance: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return nearest over second nearest distance, shape (n,); 1 where both are 0.

    Parameters
    ----------
    distance : ndarray of float32, shape (n, k), k >= 2
    """
    first, second = distance[:, 0].astype(np.float64), distance[:, 1].astype(np.float64)
    return np.where(second > 0, first / np.where(second > 0, second, 1.0), 1.0)


def measure(context: EvaluationContext) -> list[Metric]:
    """Return DCR share, 5th percentiles of DCR and NNDR, and the DCR share near rare records."""
    data = context.data
    if min(len(data.train), len(data.holdout)) < FEWEST_RECORDS or not len(data.synthetic):
        why = (
            f"{len(data.train)} training, {len(data.holdout)} held-out and "
            f"{len(data.synthetic)} synthetic rows; {FEWEST_RECORDS} people of each kind are needed"
        )
        return [definition.insufficient_data(why) for definition in _DEFINITIONS]
    real = baselines(context, FAMILY.name, lambda: _baseline(context))
    found = distance_pass(context)
    n = len(data.synthetic)
    held = contest(found, len(data.train))
    distances = found.to_members.distance[:, 0].astype(np.float64)
    closeness = ratios(found.to_members.distance)
    held_out = real_distances(context).holdout_to_train
    rare_train, rare_holdout = rare_records(context)
    return [
        DCR_SHARE.estimate(held.share(), baseline=real.get((DCR_SHARE.id, "overall")), n=n),
        _percentile(DCR_5TH, distances, held_out[:, 0].astype(np.float64)),
        _percentile(NNDR, closeness, ratios(held_out)),
        _near_rare(
            held,
            np.concatenate([rare_train, rare_holdout]),
            real.get((DCR_SHARE_RARE.id, "overall")),
        ),
    ]


def _percentile(
    definition: Definition, values: NDArray[np.float64], real: NDArray[np.float64]
) -> Metric:
    """Return the percentile of synthetic rows, held against that of the held-out ones."""
    return definition.metric(
        float(np.quantile(values, _PERCENTILE)),
        ci=quantile_interval(values, _PERCENTILE),
        baseline=float(np.quantile(real, _PERCENTILE)),
        baseline_ci=quantile_interval(real, _PERCENTILE),
        n=len(values),
    )


def _near_rare(held: Contest, rare: NDArray[np.bool_], baseline: float | None) -> Metric:
    chosen = rare[held.winner]
    people = len(np.unique(held.winner[chosen]))
    if people < _FEWEST_NEAR_RARE:
        why = (
            f"synthetic rows are closest to {people} outlying records; "
            f"{_FEWEST_NEAR_RARE} are needed"
        )
        return DCR_SHARE_RARE.insufficient_data(why, n=int(chosen.sum()))
    return DCR_SHARE_RARE.estimate(held.share(chosen), baseline=baseline, n=int(chosen.sum()))


def _baseline(context: EvaluationContext) -> dict[Key, float | None]:
    """Return the shares of the halves of the holdout."""
    found: dict[Key, float | None] = {}
    rows = stand_in_rows(context)[1]
    if len(rows) < FEWEST_RECORDS:
        return found
    held = contest(stand_in_pass(context), len(context.data.train))
    found[DCR_SHARE.id, "overall"] = held.share().value
    rare_train, rare_holdout = rare_records(context)
    chosen = np.concatenate([rare_train, rare_holdout[rows]])[held.winner]
    if len(np.unique(held.winner[chosen])) >= _FEWEST_NEAR_RARE:
        found[DCR_SHARE_RARE.id, "overall"] = held.share(chosen).value
    return found


FAMILY = Family(
    "closest records",
    Axis.PRIVACY,
    "closest records",
    measure,
    tuple(definition.id for definition in _DEFINITIONS),
)
