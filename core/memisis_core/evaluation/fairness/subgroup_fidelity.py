"""Fidelity inside each group: a table can be faithful on average and wrong for some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.encoding import EncodedTable, Encoding, encoded
from memisis_core.evaluation.fairness.groups import Grouping, groupings, refused_groupings
from memisis_core.evaluation.fairness.representation import NO_PROTECTED, widened
from memisis_core.evaluation.intervals import bootstrap_weights, quantile_of_normal
from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.evaluation.registry import Family

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

Floats = NDArray[np.floating[Any]]

IDS = ("fairness.subgroup_fidelity",)
MINIMUM_GROUP = 20
"""Rows of a group in each table below which distributions are not compared."""
_MOST_ROWS = 3_000
"""Rows of a group a side; more change the value in the third decimal."""
_RESAMPLES = 100
"""For a standard error; a percentile would need ten times as many."""


def measure(context: EvaluationContext) -> list[Metric]:
    """Return the mean KS/TV complement of all columns inside each group, and the worst group's.

    As many synthetic as holdout rows of a group are held against its real training rows, since
    both measures fall with the number of rows: only so is the baseline (the holdout rows in the
    synthetic rows' place) the same measure. The interval is normal, with a bootstrap standard
    error.
    """
    if not context.data.protected:
        return [_metric(status=Status.NOT_APPLICABLE, why=NO_PROTECTED)]
    found = [
        _metric(subject=title, status=Status.NOT_APPLICABLE, why=why)
        for title, why in refused_groupings(context).items()
    ]
    for grouping in groupings(context):
        context.checkpoint()
        found += _of_grouping(context, grouping)
    return found


def ks_complement(values: Floats, real_weights: Floats, other_weights: Floats) -> Floats:
    """Return 1 - the Kolmogorov–Smirnov distance of two samples under many weightings.

    Parameters
    ----------
    values : ndarray of float, shape (n + m,)
        The n real values, then the m others; NaN where missing (left out).
    real_weights, other_weights : ndarray of float, shapes (b, n) and (b, m)

    Returns
    -------
    ndarray of float, shape (b,)
        0 where one of the samples has no value; NaN where neither has.
    """
    known = ~np.isnan(values)
    real, other = (
        weights * known[part]
        for weights, part in (
            (real_weights, slice(0, real_weights.shape[1])),
            (other_weights, slice(real_weights.shape[1], None)),
        )
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        steps = np.concatenate(
            [
                real / real.sum(axis=1, keepdims=True),
                -other / other.sum(axis=1, keepdims=True),
            ],
            axis=1,
        )
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    last = np.append(np.flatnonzero(np.diff(ordered) != 0), len(ordered) - 1)
    distances = np.abs(np.cumsum(steps[:, order], axis=1)[:, last])
    empty = np.stack([real.sum(axis=1) == 0, other.sum(axis=1) == 0])
    complement = np.where(empty.any(axis=0), 0.0, 1.0 - distances.max(axis=1))
    return np.where(empty.all(axis=0), np.nan, complement)


def tv_complement(
    codes: NDArray[np.integer[Any]], real_weights: Floats, other_weights: Floats
) -> Floats:
    """Return 1 - the total variation distance of two samples of levels, missing being a level.

    Parameters and result as for `ks_complement`, with codes of levels from -1.
    """
    levels, places = np.unique(codes, return_inverse=True)
    occurs = np.eye(len(levels), dtype=real_weights.dtype)[places]
    n = real_weights.shape[1]
    real = real_weights @ occurs[:n] / real_weights.sum(axis=1, keepdims=True)
    other = other_weights @ occurs[n:] / other_weights.sum(axis=1, keepdims=True)
    return np.asarray(1.0 - np.abs(real - other).sum(axis=1) / 2)


@dataclass(frozen=True)
class _Rows:
    real: NDArray[np.intp]
    holdout: NDArray[np.intp]
    synthetic: NDArray[np.intp]

    @property
    def smallest(self) -> int:
        return min(len(self.real), len(self.holdout), len(self.synthetic))


def _of_grouping(context: EvaluationContext, grouping: Grouping) -> list[Metric]:
    tables = encoded(context)
    found = []
    for group, label in enumerate(grouping.labels):
        rows = _rows_of_group(context, grouping, group)
        counts = {
            "training": len(rows.real),
            "holdout": len(rows.holdout),
            "synthetic": len(rows.synthetic),
        }
        if rows.smallest < MINIMUM_GROUP:
            why = (
                f"{len(rows.real)} training, {len(rows.holdout)} holdout and "
                f"{len(rows.synthetic)} synthetic rows; {MINIMUM_GROUP} of each are needed"
            )
            found.append(
                _metric(
                    subject=label,
                    n=rows.smallest,
                    status=Status.INSUFFICIENT_DATA,
                    why=why,
                    counts=counts,
                )
            )
            continue
        real = tables.train.take(rows.real)
        generator = context.generator(f"subgroup fidelity of {label}")
        value, error = _similarity(
            tables.encoding, real, tables.synthetic.take(rows.synthetic), grouping, generator
        )
        baseline, _ = _similarity(
            tables.encoding, real, tables.holdout.take(rows.holdout), grouping, None
        )
        half = quantile_of_normal() * error
        found.append(
            _metric(
                subject=label,
                value=value,
                ci=(max(0.0, value - half), min(1.0, value + half)),
                real_baseline=baseline,
                n=len(rows.synthetic),
                counts=counts,
                caveat=grouping.binning or None,
            )
        )
    return [_worst(grouping, found), *found]


def _rows_of_group(context: EvaluationContext, grouping: Grouping, group: int) -> _Rows:
    """Return its rows: equally many of synthetic and holdout, none above the limit."""
    real, holdout, synthetic = (
        np.flatnonzero(codes == group)
        for codes in (grouping.train, grouping.holdout, grouping.synthetic)
    )
    generator = context.generator(f"rows of {grouping.labels[group]}")
    if min(len(holdout), len(synthetic)) < MINIMUM_GROUP:
        return _Rows(real, holdout, synthetic)
    most = min(len(holdout), len(synthetic), _MOST_ROWS)
    return _Rows(
        _drawn(real, _MOST_ROWS, generator),
        _drawn(holdout, most, generator),
        _drawn(synthetic, most, generator),
    )


def _drawn(rows: NDArray[np.intp], most: int, generator: np.random.Generator) -> NDArray[np.intp]:
    return rows if len(rows) <= most else np.sort(generator.choice(rows, most, replace=False))


def _similarity(
    encoding: Encoding,
    real: EncodedTable,
    other: EncodedTable,
    grouping: Grouping,
    generator: np.random.Generator | None,
) -> tuple[float, float]:
    """Return the mean complement over columns, and its bootstrap error (0 without generator)."""
    value = _mean_complement(
        encoding,
        real,
        other,
        grouping,
        real_weights=np.ones((1, len(real)), np.float32),
        other_weights=np.ones((1, len(other)), np.float32),
    )
    if generator is None:
        return float(value[0]), 0.0
    resampled = _mean_complement(
        encoding,
        real,
        other,
        grouping,
        real_weights=bootstrap_weights(generator, len(real), _RESAMPLES).astype(np.float32),
        other_weights=bootstrap_weights(generator, len(other), _RESAMPLES).astype(np.float32),
    )
    return float(value[0]), float(resampled.std(ddof=1))


def _mean_complement(
    encoding: Encoding,
    real: EncodedTable,
    other: EncodedTable,
    grouping: Grouping,
    *,
    real_weights: Floats,
    other_weights: Floats,
) -> Floats:
    own = {encoding.position(name) for name in grouping.attributes}
    numbers = np.concatenate([real.numbers, other.numbers])
    codes = np.concatenate([real.codes, other.codes])
    measured = [
        ks_complement(numbers[:, i], real_weights, other_weights)
        for i in encoding.continuous
        if i not in own
    ] + [
        tv_complement(codes[:, i], real_weights, other_weights)
        for i in encoding.discrete
        if i not in own
    ]
    stacked = np.array(measured)
    computable = ~np.isnan(stacked)
    if not computable.any(axis=0).all():
        return np.full(len(real_weights), np.nan)
    return np.asarray(np.nansum(stacked, axis=0) / computable.sum(axis=0))


def _worst(grouping: Grouping, groups: list[Metric]) -> Metric:
    measured = [m for m in groups if m.value is not None and np.isfinite(m.value)]
    if not measured:
        why = f"no group has {MINIMUM_GROUP} rows in each table"
        return _metric(subject=grouping.title, status=Status.INSUFFICIENT_DATA, why=why)
    worst = min(measured, key=lambda m: m.value if m.value is not None else np.inf)
    said = f"the lowest of {len(measured)} groups: {worst.subject}"
    if len(measured) < len(groups):
        said += f"; {len(groups) - len(measured)} smaller groups left out"
    ci = widened(worst.ci, len(measured))
    if ci is not None:
        ci = (max(0.0, ci[0]), min(1.0, ci[1]))
    return worst.model_copy(
        update={"subject": grouping.title, "caveat": said, "ci": ci, "counts": {}}
    )


def _metric(**given: Any) -> Metric:
    return Metric(
        id=IDS[0],
        axis=Axis.FAIRNESS,
        name="fidelity inside groups (KS/TV)",
        ideal=1.0,
        direction="higher",
        **given,
    )


FAMILY = Family("subgroup_fidelity", Axis.FAIRNESS, "fidelity inside each group", measure, IDS)
