"""Copies of real records among the synthetic rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from memisis_core.evaluation.baselines import Key, baselines
from memisis_core.evaluation.definition import Definition
from memisis_core.evaluation.distances import rare_records
from memisis_core.evaluation.encoding import encoded
from memisis_core.evaluation.intervals import wilson
from memisis_core.evaluation.metric import Axis, Metric
from memisis_core.evaluation.privacy.caveats import RARE_SIMILARITY, SIMILARITY
from memisis_core.evaluation.privacy.matching import exact_values, near_matches, occurring_in
from memisis_core.evaluation.registry import Family

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext
    from memisis_core.evaluation.encoding import EncodedTable

EXACT_COPIES = Definition(
    "privacy.exact_copies",
    "exact copies",
    "Share of synthetic rows that equal a training record in every column. In coarse tables "
    "people equal each other too: the baseline is the share of held-out records that do.",
    0.0,
    "lower",
    source="identical match share; Platzer & Reutterer 2021, Front. Big Data 4:679939",
    caveat=SIMILARITY,
    headline=True,
)
EXACT_COPIES_RARE = Definition(
    "privacy.exact_copies_rare",
    "outlying records copied",
    "Share of the 5 % of training records furthest from all others that occur, value for value, "
    "among the synthetic rows.",
    0.0,
    "lower",
    source="identical match share, by record",
    caveat=RARE_SIMILARITY,
)
NEW_ROWS = Definition(
    "privacy.new_rows",
    "new rows",
    "Share of synthetic rows that match no training record (discrete values equal, numbers within "
    "1 %, dates on the same day).",
    1.0,
    source="sdmetrics NewRowSynthesis",
    caveat=SIMILARITY,
)
_DEFINITIONS = (EXACT_COPIES, NEW_ROWS, EXACT_COPIES_RARE)
_TOLERANCE = 0.01
_FEWEST_RARE = 10


def measure(context: EvaluationContext) -> list[Metric]:
    """Return exact copies, of all and of outlying records, and new rows."""
    tables = encoded(context)
    if not len(tables.synthetic) or not len(tables.train):
        why = "there are no synthetic or no training rows"
        return [definition.insufficient_data(why) for definition in _DEFINITIONS]
    real = baselines(context, FAMILY.name, lambda: _counts(context, tables.holdout)[0])
    values, numbers = _counts(context, tables.synthetic)
    metrics = []
    for definition in _DEFINITIONS:
        key = (definition.id, "overall")
        value, n = values[key], numbers[key]
        if value is None:
            why = f"{n} outlying training records; {_FEWEST_RARE} are needed"
            metrics.append(definition.insufficient_data(why, n=n))
        else:
            interval = wilson(value * n, n)
            metrics.append(definition.metric(value, ci=interval, baseline=real.get(key), n=n))
    return metrics


def _counts(
    context: EvaluationContext, other: EncodedTable
) -> tuple[dict[Key, float | None], dict[Key, int]]:
    """Return the shares, and of how many rows, with `other` in the synthetic data's place."""
    tables = encoded(context)
    train = exact_values(tables.train, tables.encoding)
    rows = exact_values(other, tables.encoding)
    rare = rare_records(context)[0]
    copied = occurring_in(rows, train)
    rare_copied = occurring_in(np.ascontiguousarray(train[rare]), rows)
    matched = near_matches(other, tables.train, tables.encoding, _TOLERANCE)
    enough = len(rare_copied) >= _FEWEST_RARE
    return (
        {
            (EXACT_COPIES.id, "overall"): float(copied.mean()),
            (NEW_ROWS.id, "overall"): float(1.0 - matched.mean()),
            (EXACT_COPIES_RARE.id, "overall"): float(rare_copied.mean()) if enough else None,
        },
        {
            (EXACT_COPIES.id, "overall"): len(copied),
            (NEW_ROWS.id, "overall"): len(matched),
            (EXACT_COPIES_RARE.id, "overall"): len(rare_copied),
        },
    )


FAMILY = Family(
    "copies",
    Axis.PRIVACY,
    "copies of records",
    measure,
    tuple(definition.id for definition in _DEFINITIONS),
)
