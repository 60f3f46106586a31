"""Table IX of Tornqvist et al. (arXiv 2412.05153): 5 splits × 5 generations, mean ± sd."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from memisis_core.errors import InputError
from memisis_core.evaluation.metric import Metric, Status
from memisis_core.evaluation.presets.paper_measures import (
    f1_scores,
    logistic_detection,
    mean_jensen_shannon,
)
from memisis_core.evaluation.registry import families
from memisis_core.evaluation.tables import context_of_data

if TYPE_CHECKING:
    import pandas as pd

    from memisis_core.evaluation.context import EvaluationContext, EvaluationData

NAME: Final = "text-to-tabular"
SPLITS: Final = 5
GENERATIONS: Final = 5
TEST_SHARE: Final = 0.2
PUBLISHED: Final = (
    "The paper's own ADNI numbers are not printed: they could not be checked against its text. See "
    "Table IX of arXiv 2412.05153; its patients, variables and models differ from these."
)
"""What is said in the place of the paper's figures."""
Direction = Literal["higher", "lower", "target"]


@dataclass(frozen=True)
class PresetMeasure:
    """One line of the table.

    Attributes
    ----------
    key : str
        Stable name.
    name : str
        For people.
    direction : {"higher", "lower", "target"}
    metric : str
        Identifier of the measure that it is; "" for those of `paper_measures`.
    """

    key: str
    name: str
    direction: Direction
    metric: str = ""


MEASURES: Final = (
    PresetMeasure("column_shapes", "column shapes", "higher", "fidelity.column_shapes"),
    PresetMeasure("pair_trends", "column pair trends", "higher", "fidelity.pair_trends"),
    PresetMeasure("ks", "KS complement", "higher", "fidelity.ks"),
    PresetMeasure("tv", "TV complement", "higher", "fidelity.tv"),
    PresetMeasure("correlation", "correlation similarity", "higher", "fidelity.correlation"),
    PresetMeasure("contingency", "contingency similarity", "higher", "fidelity.contingency"),
    PresetMeasure("wasserstein", "Wasserstein distance", "lower", "fidelity.wasserstein"),
    PresetMeasure("jsd", "Jensen-Shannon divergence", "lower"),
    PresetMeasure("logistic_detection", "logistic detection", "higher"),
    PresetMeasure("new_rows", "new rows", "higher", "privacy.new_rows"),
    PresetMeasure("dcr", "DCR, 5th percentile", "higher", "privacy.dcr_5th"),
    PresetMeasure("nndr", "NNDR, 5th percentile", "higher", "privacy.nndr"),
    PresetMeasure("cap", "CAP", "higher", "privacy.cap"),
    PresetMeasure("trtr_f1", "F1 real → test", "higher"),
    PresetMeasure("tstr_f1", "F1 synthetic → test (TSTR)", "higher"),
    PresetMeasure("tatr_f1", "F1 augmented → test (TATR)", "higher"),
    PresetMeasure("tstr_f1_train", "F1 synthetic → train", "higher"),
    PresetMeasure("tatr_f1_train", "F1 augmented → train", "higher"),
)
_METRICS: Final = frozenset(measure.metric for measure in MEASURES if measure.metric)


@dataclass(frozen=True)
class PresetRow:
    """A measure over all splits and generations.

    Attributes
    ----------
    measure : PresetMeasure
    mean, sd : float or None
        None where it could not be computed; `sd` is 0 for a single value.
    n : int
        Tables that it was computed on.
    real : float or None
        The mean of the same measure with the test rows in the synthetic rows' place.
    """

    measure: PresetMeasure
    mean: float | None
    sd: float | None
    n: int
    real: float | None


Generation = Callable[[int, "pd.DataFrame"], "pd.DataFrame"]
"""Takes a seed and the training rows (a method without real data ignores them)."""


def text_to_tabular(
    data: EvaluationData,
    generations: Sequence[Generation],
    *,
    splits: int = SPLITS,
    seed: int = 0,
    threads: int = 1,
    listen: Callable[[int, int], None] = lambda _done, _all: None,
) -> list[PresetRow]:
    """Evaluate generated tables as the paper does.

    Parameters
    ----------
    data : EvaluationData
        All real rows as `train`; `holdout` and `synthetic` are not read. Each split holds out a
        seeded fifth of the rows as test rows.
    generations : sequence of callable
        Each makes one synthetic table from a seed and the training rows.
    splits : int
        At least 1.
    seed : int
    threads : int
    listen : callable
        Told how many tables are evaluated, and of how many.

    Returns
    -------
    list of PresetRow
        In the order of `MEASURES`.

    Raises
    ------
    InputError
        If there are fewer than ten real rows.

    Notes
    -----
    The standard deviation is over tables: of splits and generations together, as in the paper. It
    is no standard error, since all splits are of the same patients.
    """
    if len(data.train) < 10:
        raise InputError(f"{len(data.train)} real rows cannot be divided", fix="Give ten or more")
    values: dict[str, list[float]] = {measure.key: [] for measure in MEASURES}
    real: dict[str, list[float]] = {measure.key: [] for measure in MEASURES}
    done = 0
    with tempfile.TemporaryDirectory(prefix="memisis-") as folder:
        for number in range(splits):
            train, test = _split(data, seed + number)
            for place, generate in enumerate(generations):
                made = generate(seed + 1000 * number + place, train)
                part = replace(data, train=train, holdout=test, synthetic=made)
                context = context_of_data(
                    part, seed=seed + number, cache_folder=Path(folder), threads=threads
                )
                for key, value, baseline in _measured(context):
                    values[key].append(value)
                    if baseline is not None:
                        real[key].append(baseline)
                done += 1
                listen(done, splits * len(generations))
    return [_row(measure, values[measure.key], real[measure.key]) for measure in MEASURES]


def _split(data: EvaluationData, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    order = np.random.default_rng(seed).permutation(len(data.train))
    tests = max(1, round(TEST_SHARE * len(order)))
    return _rows(data.train, order[tests:]), _rows(data.train, order[:tests])


def _rows(frame: pd.DataFrame, rows: NDArray[np.int64]) -> pd.DataFrame:
    return frame.iloc[np.sort(rows)].reset_index(drop=True)


def _measured(context: EvaluationContext) -> Iterator[tuple[str, float, float | None]]:
    """Yield each measure of one table with its real baseline, where it could be computed."""
    by_metric = {measure.metric: measure.key for measure in MEASURES if measure.metric}
    for family in families():
        if not _METRICS.intersection(family.ids):
            continue
        for metric in family.measure(context):
            if metric.id in by_metric and _counts(metric) and metric.value is not None:
                yield by_metric[metric.id], metric.value, metric.real_baseline
    own = {"jsd": mean_jensen_shannon(context), "logistic_detection": logistic_detection(context)}
    for key, value in {**own, **f1_scores(context)}.items():
        if value is not None and key in {measure.key for measure in MEASURES}:
            yield key, value, None


def _counts(metric: Metric) -> bool:
    return metric.subject == "overall" and metric.status is Status.OK


def _row(measure: PresetMeasure, values: list[float], real: list[float]) -> PresetRow:
    if not values:
        return PresetRow(measure, None, None, 0, None)
    return PresetRow(
        measure,
        float(np.mean(values)),
        float(np.std(values, ddof=1)) if len(values) > 1 else 0.0,
        len(values),
        float(np.mean(real)) if real else None,
    )
