"""Priorities and goals in words: demands, reasons, thresholds."""

from __future__ import annotations

import random

from memisis_core.agent.training.corpus_files import lines, pick, sections
from memisis_core.agent.training.labels import PRIORITIES
from memisis_core.agent.training.numbers import (
    plain,
    spoken_fraction,
    spoken_percent,
    spoken_points,
)


def priority_words(name: str, form: str, rng: random.Random) -> str:
    """Say a priority.

    Parameters
    ----------
    name
        One of the priorities.
    form
        ``short`` (a demand; at times a reason or a contrast) or ``clause`` (a reason).
    rng
        Source of randomness.

    Returns
    -------
    str
        For example "privacy first" or "an outside partner will get it".
    """
    parts = sections("priorities")
    if form == "short" and rng.random() < 0.15:
        other = rng.choice([item for item in PRIORITIES if item != name])
        nouns = (pick(parts[f"{name}.noun"], rng), pick(parts[f"{other}.noun"], rng))
        return pick(parts["contrast"], rng).format(a=nouns[0], b=nouns[1])
    if form == "short" and rng.random() < 0.35:
        form = "clause"
    return pick(parts[f"{name}.{form}"], rng)


def goal_words(had: tuple[str, ...], rng: random.Random) -> tuple[str, str]:
    """Say a threshold over a metric.

    Parameters
    ----------
    had
        Goals said before; their metrics are not used again.
    rng
        Source of randomness.

    Returns
    -------
    words : str
        For example "AUROC within .03 of real".
    goal : str
        For example ``auroc_gap<=0.03``.
    """
    taken = {item.partition("<=")[0].partition(">=")[0] for item in had}
    row = rng.choice([line for line in lines("goals") if line.split()[0] not in taken])
    head, ways = row.split(" | ")
    metric, sign, low, high = head.split()
    way = rng.choice(ways.split(";")).strip()
    value = _threshold(metric, float(low), float(high), "{pt}" in way, rng)
    words = way.replace("{f}", spoken_fraction(value, rng))
    words = words.replace("{p}", spoken_percent(value, rng))
    words = words.replace("{pt}", spoken_points(value, rng)).replace("{x}", plain(value))
    return words, f"{metric}{sign}{plain(value)}"


def _threshold(metric: str, low: float, high: float, in_points: bool, rng: random.Random) -> float:
    """Draw a threshold, round ones more often; points of a hundred have no decimals."""
    step = 0.5 if metric == "rmse" else 0.01
    value = rng.choice((step, 5 * step)) * rng.randint(1, 200)
    while not low <= value <= high:
        value = rng.uniform(low, high)
        if metric == "rmse":
            value = round(value, 1)
        else:
            value = round(value, 3 if rng.random() < 0.1 and not in_points else 2)
    return 0.0 if metric == "exact_copies" else round(value, 4)
