"""How often the prediction changes when nothing but the protected value does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.bootstrap import keep_resamples
from memisis_core.evaluation.encoding import encoded
from memisis_core.evaluation.fairness.audit import AuditedModel, audited_model
from memisis_core.evaluation.fairness.groups import bins_of, groupings, refused_groupings
from memisis_core.evaluation.intervals import wilson
from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.evaluation.registry import Family
from memisis_core.evaluation.utility.models import Side
from memisis_core.evaluation.utility.scores import weighted_mean
from memisis_core.evaluation.utility.task import NoTask, TaskKind

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

Floats = NDArray[np.float64]

IDS = ("fairness.flip_rate",)


def measure(context: EvaluationContext) -> list[Metric]:
    """Return the counterfactual flip rate of every protected attribute.

    Every holdout patient is predicted anew with each other value of the attribute that occurs in
    real training rows (for numbers: the median of each other bin); the rate is the share of these
    predictions that name another class. 0: the model does not read the attribute. It may still
    read what goes with it (a proxy), which this measure does not see.

    References
    ----------
    Grgić-Hlača et al. 2016 (fairness through unawareness); Garg et al. 2019, AIES:219,
    10.1145/3306618.3317950 (counterfactual fairness of predictions under substitution).
    """
    audited = audited_model(context)
    if isinstance(audited, NoTask):
        return [_metric(status=audited.status, why=audited.why)]
    if audited.models.task.kind is TaskKind.NUMERIC:
        why = "the target is a number: no class that could flip"
        return [_metric(status=Status.NOT_APPLICABLE, why=why)]
    refused = refused_groupings(context)
    found = [
        _metric(subject=title, status=Status.NOT_APPLICABLE, why=why)
        for title, why in refused.items()
        if " × " not in title
    ]
    for grouping in groupings(context):
        if len(grouping.attributes) == 1:
            context.checkpoint()
            found.append(_of_attribute(audited, grouping.attributes[0], grouping.title))
    return found


def _of_attribute(audited: AuditedModel, name: str, title: str) -> Metric:
    models = audited.models
    values = _other_values(models.context, name)
    if len(values) < 2:
        why = "the attribute has one value in the real training rows"
        return _metric(subject=title, status=Status.NOT_APPLICABLE, why=why)
    column = models.task.names.index(name)
    flips = _flips(audited, column, values, Side.SYNTHETIC)
    kept = models.context.cache.arrays(
        models.cache_name(f"flips of {audited.name} by {name}, values {values.tolist()}"),
        lambda: {"flips": _flips(audited, column, values, Side.REAL)},
    )
    real_flips = cast("Floats", kept["flips"])
    replicates = np.concatenate(
        [weighted_mean(weights, flips) for _, weights in models.resamples.blocks()]
    )
    keep_resamples(models.context, IDS[0], title, replicates)
    return _metric(
        subject=title,
        value=float(flips.mean()),
        ci=wilson(float(flips.sum()), len(flips)),
        real_baseline=float(real_flips.mean()),
        real_ci=wilson(float(real_flips.sum()), len(real_flips)),
        n=len(flips),
        caveat=f"{audited.said()}; blind to proxies of the attribute",
    )


def _other_values(context: EvaluationContext, name: str) -> Floats:
    """Return the values that are tried, as they stand in the feature matrix."""
    tables = encoded(context)
    position = tables.encoding.position(name)
    if not tables.encoding.columns[position].ordered:
        codes = tables.train.codes[:, position]
        return np.unique(codes[codes >= 0]).astype(np.float64)
    numbers = tables.train.numbers[:, position]
    known = numbers[~np.isnan(numbers)]
    bins = bins_of(context, name)
    if bins is None:
        return np.unique(known)
    places = np.searchsorted(bins.edges, known, side="right")
    # The middle one of the values that occur: half a year of age may not.
    return np.array(
        [np.quantile(known[places == i], 0.5, method="lower") for i in np.unique(places)]
    )


def _flips(audited: AuditedModel, column: int, values: Floats, side: Side) -> Floats:
    """Return the share of other values that change each holdout row's class, shape (n,)."""
    models, name = audited.models, audited.name
    features = models.holdout.features
    before = models.predict(side, name, features).argmax(axis=1)
    own = _own_value(features[:, column], values, models.task.discrete[column])
    changed = np.zeros(len(features))
    tried = np.zeros(len(features))
    for index, value in enumerate(values):
        table = features.copy()
        table[:, column] = value
        after = models.predict(side, name, table).argmax(axis=1)
        other = own != index
        changed += other & (after != before)
        tried += other
    return changed / np.maximum(tried, 1)


def _own_value(held: Floats, values: Floats, discrete: np.bool_) -> NDArray[np.intp]:
    """Return which of the tried values each row has (the nearest, for numbers); -1 if none."""
    if discrete:
        places = np.searchsorted(values, held)
        places = np.where(places < len(values), places, 0)
        return np.where(values[places] == held, places, -1)
    nearest = np.abs(held[:, None] - values[None, :])
    return np.where(np.isnan(held), -1, np.nan_to_num(nearest, nan=np.inf).argmin(axis=1))


def _metric(**given: Any) -> Metric:
    return Metric(
        id=IDS[0],
        axis=Axis.FAIRNESS,
        name="counterfactual flip rate",
        ideal=0.0,
        direction="lower",
        **given,
    )


FAMILY = Family("counterfactual", Axis.FAIRNESS, "flips of the protected value", measure, IDS)
