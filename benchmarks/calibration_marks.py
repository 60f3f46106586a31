"""How often the marks beside values cry wolf: "worse than real", and "better than the other run".

Over many seeds train, holdout and two synthetic tables are independent draws from one population:
as good as synthetic data can be, and as good as each other. Every mark is then a false alarm. Each
seed gives one table of metrics a draw; what is counted is the marks that the workbench, the command
line and the report would show.

Usage: python benchmarks/calibration_marks.py [--seeds 30] [--train 1000] [--holdout 500]
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import cast

from evaluation_population import SCHEMA, patients

from memisis_core.evaluation.comparison import ComparedMetric, Comparison, compare
from memisis_core.evaluation.context import EvaluationContext, EvaluationData
from memisis_core.evaluation.engine import evaluate
from memisis_core.evaluation.metric import Metric
from memisis_core.evaluation.real_cache import RealCache
from memisis_core.evaluation.resamples import ResamplesByMetric

RUNS = ("first", "second")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("--train", type=int, default=1000)
    parser.add_argument("--holdout", type=int, default=500)
    options = parser.parse_args()
    start = time.process_time()
    counts: dict[str, Counts] = defaultdict(Counts)
    for seed in range(options.seeds):
        for counted, row in marks(compared(options.train, options.holdout, seed)):
            for name in (row.id, f"{row.axis.value}, all measures"):
                counts[name].add(counted)
    print(
        f"{options.seeds} seeds × 2 draws, {options.train:,} train, {options.holdout:,} holdout, "
        f"{options.train:,} synthetic rows; {time.process_time() - start:.0f} processor seconds"
    )
    print(f"{'measure':48}{'worse than real':>22}{'the two differ':>22}")
    for name, found in sorted(counts.items(), key=lambda pair: ("all" in pair[0], pair[0])):
        print(f"{name:48}{found.real:>22}{found.other:>22}")


class Counts:
    """Marks, and values that could have had one."""

    def __init__(self) -> None:
        self._marks = dict.fromkeys(("real", "other"), 0)
        self._values = dict.fromkeys(("real", "other"), 0)

    def add(self, counted: dict[str, bool]) -> None:
        """Count one value, and its mark if it has one."""
        for kind, marked in counted.items():
            self._marks[kind] += marked
            self._values[kind] += 1

    def _text(self, kind: str) -> str:
        if not self._values[kind]:
            return "-"
        share = self._marks[kind] / self._values[kind]
        return f"{self._marks[kind]:,}/{self._values[kind]:,} {share:6.1%}"

    real = property(lambda self: self._text("real"))
    other = property(lambda self: self._text("other"))


def compared(train: int, holdout: int, seed: int) -> Comparison:
    """Return two draws held against each other and against real data."""
    real = patients(train, 10 * seed), patients(holdout, 10 * seed + 1)
    cache = RealCache(None, "")
    metrics: dict[str, list[Metric]] = {}
    resamples: dict[str, ResamplesByMetric] = {}
    for place, run in enumerate(RUNS):
        data = EvaluationData(
            *real,
            patients(train, 10 * seed + 2 + place),
            SCHEMA,
            target=SCHEMA.target,
            protected=tuple(SCHEMA.protected),
        )
        context = EvaluationContext(data, cache, seed=seed)
        metrics[run] = [metric for found in evaluate(context) for metric in found]
        resamples[run] = cast("ResamplesByMetric", context.shared["resamples"])
    return compare(metrics, resamples=resamples)


def marks(comparison: Comparison) -> Iterator[tuple[dict[str, bool], ComparedMetric]]:
    """Yield every mark that a row of the table could have, whether it has it, and the row."""
    for row in comparison.rows:
        for run in RUNS:
            held = row.against_real.get(run)
            if held is not None and held.verdict != "not_comparable":
                yield {"real": held.verdict == "worse"}, row
        for held in row.differences.values():
            if held.verdict != "not_comparable":
                yield {"other": held.verdict != "within_noise"}, row


if __name__ == "__main__":
    main()
