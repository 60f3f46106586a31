"""The attacks on the most outlying records alone: averages over all people hide those at risk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.baselines import Key, baselines
from memisis_core.evaluation.definition import Definition
from memisis_core.evaluation.distances import rare_records, stand_in_rows
from memisis_core.evaluation.metric import Axis, Metric
from memisis_core.evaluation.privacy import attribute_inference, disclosure, linkability
from memisis_core.evaluation.privacy.caveats import RARE_ATTACK
from memisis_core.evaluation.privacy.risk import Rates, baseline_value, risk_metric
from memisis_core.evaluation.privacy.singling_out import rates_among, three_column_conditions
from memisis_core.evaluation.privacy.targets import (
    Targets,
    attacked_rows,
    some_rows,
    stand_in_targets,
    targets,
)
from memisis_core.evaluation.registry import Family

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

_SOURCE = "Giomi et al. 2023 (Anonymeter), 10.56553/popets-2023-0055, on outliers as in Stadler et "
ATTRIBUTE_INFERENCE_RARE = Definition(
    "privacy.attribute_inference_rare",
    "attribute-inference risk of outlying records",
    "Attribute inference over all columns on the 5 % of records that are furthest from all others.",
    0.0,
    "lower",
    source=f"{_SOURCE}al. 2022, arXiv 2011.07018",
    caveat=RARE_ATTACK,
)
LINKABILITY_RARE = Definition(
    "privacy.linkability_rare",
    "linkability risk of outlying records",
    "Linkability of the 5 % of records that are furthest from all others.",
    0.0,
    "lower",
    source=f"{_SOURCE}al. 2022, arXiv 2011.07018",
    caveat=RARE_ATTACK,
)
SINGLING_OUT_RARE = Definition(
    "privacy.singling_out_rare",
    "singling-out risk of outlying records",
    "How much more often a condition on 3 columns that holds for exactly one synthetic row singles "
    "out an outlying training record than an outlying held-out one.",
    0.0,
    "lower",
    source=f"{_SOURCE}al. 2022, arXiv 2011.07018",
    caveat=RARE_ATTACK,
)
DISCLOSURE_RARE = Definition(
    "privacy.disclosure_rare",
    "attribute-disclosure risk of outlying records",
    "Attribute disclosure through known columns for the 5 % of records that are furthest from all "
    "others.",
    0.0,
    "lower",
    source="Taub et al. 2018 (CAP), on outliers as in Stadler et al. 2022, arXiv 2011.07018",
    caveat=RARE_ATTACK,
)
_DEFINITIONS = (
    ATTRIBUTE_INFERENCE_RARE,
    LINKABILITY_RARE,
    SINGLING_OUT_RARE,
    DISCLOSURE_RARE,
)
_TOO_FEW_COLUMNS = "it needs a second column"
_WHY_NOT = {
    ATTRIBUTE_INFERENCE_RARE.id: _TOO_FEW_COLUMNS,
    LINKABILITY_RARE.id: _TOO_FEW_COLUMNS,
    SINGLING_OUT_RARE.id: "too few conditions hold for exactly one synthetic row",
    DISCLOSURE_RARE.id: "there is no sensitive column (target or protected) with something known "
    "besides, or too few outlying records share the known values with a synthetic row",
}
FEWEST_RARE = 10
"""Outlying records of each kind below which nothing is said."""


@dataclass(frozen=True)
class Outlying:
    """Whom the attacks are judged on.

    Attributes
    ----------
    everyone : Targets
        Equally many members and non-members.
    chosen : pair of ndarray of bool
        Which of these members and non-members are outlying.
    alone : Targets
        As many outlying members as non-members.
    """

    everyone: Targets
    chosen: tuple[NDArray[np.bool_], NDArray[np.bool_]]
    alone: Targets

    @classmethod
    def of(
        cls,
        context: EvaluationContext,
        everyone: Targets,
        chosen: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    ) -> Outlying:
        """Take as many outlying members as non-members."""
        rows = [np.flatnonzero(part) for part in chosen]
        size = min(len(part) for part in rows)
        members, nonmembers = (
            part[some_rows(context, f"outlying {who}", len(part), size)]
            for part, who in zip(rows, ("members", "non-members"), strict=True)
        )
        alone = replace(
            everyone,
            members=everyone.members.take(members),
            nonmembers=everyone.nonmembers.take(nonmembers),
        )
        return cls(everyone, chosen, alone)


def outlying(context: EvaluationContext) -> Outlying:
    """Return the synthetic data with outlying members and non-members."""
    rows = attacked_rows(context, len(context.data.train), len(context.data.holdout))
    train, holdout = rare_records(context)
    return Outlying.of(context, targets(context), (train[rows[0]], holdout[rows[1]]))


def outlying_stand_in(context: EvaluationContext) -> Outlying:
    """Return half of the holdout in the synthetic data's place, with outlying real records."""
    others = stand_in_rows(context)[1]
    rows = attacked_rows(context, len(context.data.train), len(others))
    train, holdout = rare_records(context)
    return Outlying.of(
        context, stand_in_targets(context), (train[rows[0]], holdout[others][rows[1]])
    )


def _attacks(found: Outlying, context: EvaluationContext) -> dict[str, Rates | None]:
    """Return the rates of each attack by metric; None where it makes no sense for these columns."""
    encoding = found.everyone.encoding
    inferred = linked = None
    if attribute_inference.secrets_of(encoding) and len(encoding.columns) > 1:
        inferred = attribute_inference.attack(found.alone, context).overall()
    if found.everyone.synthetic.gower.shape[1] > 1:
        linked = linkability.attack(found.alone, context)
    context.checkpoint()
    asked = disclosure.questions(context, encoding)
    disclosed = None
    if asked:  # asked of everyone, so that numbers are divided into tenths as for everyone
        scores = disclosure.attack(found.everyone, asked)
        rare = disclosure.Scores(
            scores.members[found.chosen[0]], scores.nonmembers[found.chosen[1]]
        )
        disclosed = rare.rates(None, FEWEST_RARE)
    conditions = three_column_conditions(found.everyone, context.generator(FAMILY.name))
    return {
        ATTRIBUTE_INFERENCE_RARE.id: inferred,
        LINKABILITY_RARE.id: linked,
        SINGLING_OUT_RARE.id: rates_among(found.everyone, conditions, found.chosen),
        DISCLOSURE_RARE.id: disclosed,
    }


def measure(context: EvaluationContext) -> list[Metric]:
    """Return attribute inference, linkability, singling out and disclosure, outlying 5 % alone."""
    if too_few := targets(context).too_few:
        return [definition.insufficient_data(too_few) for definition in _DEFINITIONS]
    found = outlying(context)
    n = len(found.alone.members)
    if n < FEWEST_RARE:
        why = f"{n} outlying records of each kind; {FEWEST_RARE} are needed"
        return [definition.insufficient_data(why, n=2 * n) for definition in _DEFINITIONS]
    real = baselines(context, FAMILY.name, lambda: _baseline(context))
    rates = _attacks(found, context)
    return [
        _metric(definition, rates[definition.id], real.get((definition.id, "overall")))
        for definition in _DEFINITIONS
    ]


def _metric(definition: Definition, rates: Rates | None, baseline: float | None) -> Metric:
    if rates is None:
        return definition.insufficient_data(_WHY_NOT[definition.id])
    return risk_metric(definition, rates, baseline=baseline)


def _baseline(context: EvaluationContext) -> dict[Key, float | None]:
    if stand_in_targets(context).too_few:
        return {}
    found = outlying_stand_in(context)
    if len(found.alone.members) < FEWEST_RARE:
        return {}
    return {
        (metric, "overall"): baseline_value(rates)
        for metric, rates in _attacks(found, context).items()
    }


FAMILY = Family(
    "outlying records",
    Axis.PRIVACY,
    "attacks on outlying records",
    measure,
    tuple(definition.id for definition in _DEFINITIONS),
)
