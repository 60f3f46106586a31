"""Whether each group is as large among the synthetic patients as among the real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.fairness.groups import Grouping, groupings, refused_groupings
from memisis_core.evaluation.intervals import quantile_of_normal
from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.evaluation.registry import Family

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

Counts = NDArray[np.float64]

IDS = ("fairness.representation",)
MINIMUM_GROUP = 10
"""Real training rows of a group below which its share is not compared."""
NO_PROTECTED = "no protected attribute is set: name one, such as sex or race"


def measure(context: EvaluationContext) -> list[Metric]:
    """Return the log disparity of every group, and of each attribute's worst one.

    ``log(share among synthetic rows / share among real training rows)``: 0 is parity, -0.69 half
    as many, 0.69 twice as many. The baseline is the holdout's in the synthetic table's place.

    References
    ----------
    Bhanot et al. 2021, Entropy 23:1165 (log disparity of subgroups of synthetic health data).
    """
    if not context.data.protected:
        return [_metric(status=Status.NOT_APPLICABLE, why=NO_PROTECTED)]
    found = [
        _metric(subject=title, status=Status.NOT_APPLICABLE, why=why)
        for title, why in refused_groupings(context).items()
    ]
    for grouping in groupings(context):
        found += _of_grouping(grouping)
    return found


def log_disparity(part: Counts, total: int, real_part: Counts, real_total: int) -> Counts:
    """Return ``log(part/total ÷ real_part/real_total)``; a count of 0 enters as half a row."""
    share = np.maximum(part, 0.5) / total
    real_share = np.maximum(real_part, 0.5) / real_total
    return np.asarray(np.log(share / real_share))


def log_disparity_error(part: Counts, total: int, real_part: Counts, real_total: int) -> Counts:
    """Return the standard error of `log_disparity` (Katz et al. 1978, Biometrics 34:469)."""
    first = 1 / np.maximum(part, 0.5) - 1 / total
    second = 1 / np.maximum(real_part, 0.5) - 1 / real_total
    return np.asarray(np.sqrt(np.maximum(first, 0) + np.maximum(second, 0)))


def _of_grouping(grouping: Grouping) -> list[Metric]:
    real, holdout, synthetic = (
        np.bincount(codes, minlength=len(grouping)).astype(np.float64)
        for codes in (grouping.train, grouping.holdout, grouping.synthetic)
    )
    sizes = len(grouping.train), len(grouping.holdout), len(grouping.synthetic)
    if not all(sizes):
        why = "a table has no rows"
        return [_metric(subject=grouping.title, status=Status.INSUFFICIENT_DATA, why=why)]
    values = log_disparity(synthetic, sizes[2], real, sizes[0])
    half = quantile_of_normal() * log_disparity_error(synthetic, sizes[2], real, sizes[0])
    baselines = log_disparity(holdout, sizes[1], real, sizes[0])
    found = []
    for i, label in enumerate(grouping.labels):
        counts = {"training": int(real[i]), "synthetic": int(synthetic[i])}
        if real[i] < MINIMUM_GROUP:
            why = f"{int(real[i])} real training rows; {MINIMUM_GROUP} are needed"
            found.append(
                _metric(
                    subject=label,
                    n=int(real[i]),
                    status=Status.INSUFFICIENT_DATA,
                    why=why,
                    counts=counts,
                )
            )
            continue
        found.append(
            _metric(
                subject=label,
                counts=counts,
                value=float(values[i]),
                ci=(float(values[i] - half[i]), float(values[i] + half[i])),
                real_baseline=float(baselines[i]),
                n=int(real[i]),
                caveat=_caveat(grouping, int(synthetic[i])),
            )
        )
    return [_worst(grouping, found), *found]


def _caveat(grouping: Grouping, rows: int) -> str | None:
    said = [grouping.binning] if grouping.binning else []
    if rows == 0:
        said.append("the synthetic table has nobody of this group; counted as half a row")
    return "; ".join(said) or None


def _worst(grouping: Grouping, groups: list[Metric]) -> Metric:
    """Return the attribute's metric: the group furthest from parity, whichever that is.

    Its interval is widened for having been picked among several (Bonferroni).
    """
    measured = [m for m in groups if m.value is not None]
    if not measured:
        why = f"no group has {MINIMUM_GROUP} real training rows"
        return _metric(subject=grouping.title, status=Status.INSUFFICIENT_DATA, why=why)
    worst = max(measured, key=lambda m: abs(m.value or 0.0))
    left_out = len(groups) - len(measured)
    said = f"the furthest of {len(measured)} groups: {worst.subject}"
    if left_out:
        said += f"; {left_out} smaller groups left out"
    furthest = max((m.real_baseline or 0.0 for m in measured), key=abs)
    ci = widened(worst.ci, len(measured))
    return worst.model_copy(
        update={
            "subject": grouping.title,
            "counts": {},
            "ci": ci,
            "caveat": said,
            "real_baseline": furthest,
            "headline": True,
        }
    )


def widened(ci: tuple[float, float] | None, groups: int) -> tuple[float, float] | None:
    """Return a normal 95 % interval widened so that it holds for the worst of so many groups."""
    if ci is None:
        return None
    wider = quantile_of_normal(1 - 0.05 / groups) / quantile_of_normal()
    middle, half = (ci[0] + ci[1]) / 2, (ci[1] - ci[0]) / 2
    return (middle - half * wider, middle + half * wider)


def _metric(**given: Any) -> Metric:
    return Metric(
        id=IDS[0],
        axis=Axis.FAIRNESS,
        name="representation (log disparity)",
        ideal=0.0,
        direction="target",
        **given,
    )


FAMILY = Family("representation", Axis.FAIRNESS, "how many of each group", measure, IDS)
