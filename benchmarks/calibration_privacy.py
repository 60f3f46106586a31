"""How often privacy measures cry wolf, and how often they see one.

Over many seeds: independent draws from the population that train and holdout come from must raise
no alarm; a synthesizer that returns a share of its training rows with small noise must. An alarm is
an interval that lies wholly on the wrong side of the ideal: 2.5 % of them are false by design.
Measures without an ideal, and copies, are held against the real baseline, with its interval, as the
mark “worse than real” does.

Usage: python benchmarks/calibration_privacy.py [--seeds 30] [--train 1000] [--holdout 500]
       [--leak 0.2]
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict

import numpy as np
from evaluation_population import SCHEMA, leaky, patients

from memisis_core.evaluation.context import EvaluationContext, EvaluationData
from memisis_core.evaluation.differences import against_real
from memisis_core.evaluation.engine import evaluate
from memisis_core.evaluation.metric import Axis, Metric, Status
from memisis_core.evaluation.real_cache import RealCache

COPIES = ("privacy.exact_copies", "privacy.exact_copies_rare", "privacy.new_rows")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("--train", type=int, default=1000)
    parser.add_argument("--holdout", type=int, default=500)
    parser.add_argument("--leak", type=float, default=0.2)
    options = parser.parse_args()
    start = time.perf_counter()
    fresh, leaking = defaultdict(list), defaultdict(list)
    for seed in range(options.seeds):
        train = patients(options.train, 10 * seed)
        holdout = patients(options.holdout, 10 * seed + 1)
        drawn = patients(options.train, 10 * seed + 2)
        for synthetic, found in (
            (drawn, fresh),
            (leaky(train, drawn, seed, options.leak), leaking),
        ):
            for metric in measured(train, holdout, synthetic, seed):
                if metric.subject == "overall":
                    found[metric.id].append(metric)
    print(
        f"{options.seeds} seeds, {options.train:,} train, {options.holdout:,} holdout, "
        f"{options.train:,} synthetic rows × {len(SCHEMA.columns)} columns, "
        f"{options.leak:.0%} leaked; {time.perf_counter() - start:.0f} s"
    )
    print(f"{'':36}{'independent draws':>34}{'leaky':>24}")
    print(f"{'measure':36}{'mean':>10}{'±':>8}{'alarms':>16}{'mean':>12}{'alarms':>12}")
    for name in fresh:
        print(row(name, fresh[name], leaking[name]))


def measured(train, holdout, synthetic, seed: int) -> list[Metric]:  # noqa: ANN001
    roles = {"target": SCHEMA.target, "protected": tuple(SCHEMA.protected)}
    data = EvaluationData(train, holdout, synthetic, SCHEMA, **roles)
    context = EvaluationContext(data, RealCache(None, ""), seed=seed)
    return [m for found in evaluate(context, frozenset({Axis.PRIVACY})) for m in found]


def alarm(metric: Metric) -> bool:
    """Tell whether the whole interval lies where privacy is lost."""
    if metric.status is not Status.OK or metric.ci is None:
        return False
    if metric.ideal is None or metric.id in COPIES:
        return against_real(metric).verdict == "worse"
    low, high = metric.ci
    return high < metric.ideal if metric.direction == "higher" else low > metric.ideal


def row(name: str, fresh: list[Metric], leaking: list[Metric]) -> str:
    known = [m for m in fresh if m.value is not None]
    if not known:
        return f"{name:36}{fresh[0].why}"
    values = [m.value for m in known]
    seen = [m.value for m in leaking if m.value is not None]
    return (
        f"{name:36}{np.mean(values):10.4f}{np.std(values):8.4f}"
        f"{sum(map(alarm, fresh)):10d}/{len(known):<5d}"
        f"{np.mean(seen):12.4f}{sum(map(alarm, leaking)):8d}/{len(seen):<5d}"
    )


if __name__ == "__main__":
    main()
