"""What a report does not say, because it is about too few people."""

from __future__ import annotations

import re

from memisis_core.evaluation.metric import Axis, Metric, Status

SMALLEST_GROUP = 10
"""Groups under ten are a common threshold for small cells in health statistics; a figure about
fewer people can be traced to one of them."""

_SMALL_NUMBER = re.compile(r"(?<![\w.,])[1-9](?![\w%]|[.,]\d|\s*%)")
_FEW_PEOPLE = re.compile(
    r"(?<![\w.,])\d(?= (?:positives?|negatives?|training|holdout|(?:holdout |real training )?rows?"
    r"|patients?|records?|people|persons?|cases?)\b)"
)
_COUNTS_SUPPRESSED = f"counts suppressed: one of them is under {SMALLEST_GROUP}"


def is_about_few(metric: Metric) -> bool:
    """Return whether a metric rests on a group of fewer than ten.

    ``overall`` counts too where it is about fairness; elsewhere its n may count pairs or models.
    """
    if metric.n is None or metric.n >= SMALLEST_GROUP:
        return False
    return metric.subject != "overall" or metric.axis.value == "fairness"


def reason_shown(metric: Metric) -> str:
    """Return why there is no value, without the sizes of small groups."""
    why = metric.why or ""
    if metric.status is Status.INSUFFICIENT_DATA or is_about_few(metric):
        few = f"fewer than {SMALLEST_GROUP}"
        return _SMALL_NUMBER.sub(few, _FEW_PEOPLE.sub(few, why))
    return why


def caveat_shown(metric: Metric) -> str | None:
    """Return the caveat, without its counts if one is small: the others would give it away."""
    if metric.caveat is not None and _FEW_PEOPLE.search(metric.caveat):
        return _COUNTS_SUPPRESSED
    return metric.caveat


def has_small_count(metric: Metric) -> bool:
    """Return whether fewer than ten people are of one kind within the metric's group.

    Runs of an earlier version say so in their reason only.
    """
    people = (count for kind, count in metric.counts.items() if kind != "synthetic")
    if any(count < SMALLEST_GROUP for count in people):
        return True
    short = metric.status is Status.INSUFFICIENT_DATA and metric.axis is Axis.FAIRNESS
    return short and _FEW_PEOPLE.search(metric.why or "") is not None


def published(metric: Metric) -> Metric:
    """Return the metric as it may leave the machine.

    Where one count of a group is small, all its counts and its n are left out: the small one
    could be had by subtraction, here or from the group's other measures.
    """
    if is_about_few(metric):
        return metric.model_copy(
            update={
                "value": None,
                "ci": None,
                "real_baseline": None,
                "real_ci": None,
                "n": None,
                "counts": {},
                "caveat": caveat_shown(metric),
                "status": Status.INSUFFICIENT_DATA,
                "why": f"suppressed: a group of fewer than {SMALLEST_GROUP}",
            }
        )
    changes: dict[str, object] = {
        "why": reason_shown(metric) or None,
        "caveat": caveat_shown(metric),
    }
    if has_small_count(metric):
        changes |= {"n": None, "counts": {}}
    return metric.model_copy(update=changes)
