"""Singling out: does a condition that one synthetic row alone meets find one person alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from memisis_core.evaluation.baselines import Key, baselines
from memisis_core.evaluation.compiled import compiled
from memisis_core.evaluation.definition import Definition
from memisis_core.evaluation.encoding import EncodedTable, Encoding
from memisis_core.evaluation.intervals import Estimate
from memisis_core.evaluation.metric import Axis, Metric
from memisis_core.evaluation.privacy.caveats import ATTACK
from memisis_core.evaluation.privacy.risk import Rates, baseline_value, rate, risk_metric
from memisis_core.evaluation.privacy.targets import (
    MOST_ATTACKS,
    Targets,
    stand_in_targets,
    targets,
)
from memisis_core.evaluation.registry import Family

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

SINGLING_OUT = Definition(
    "privacy.singling_out",
    "singling-out risk",
    "How much more often a condition on 3 columns that holds for exactly one synthetic row holds "
    "for exactly one training record than for exactly one of as many held-out ones.",
    0.0,
    "lower",
    source="Giomi et al. 2023 (Anonymeter), 10.56553/popets-2023-0055",
    caveat=ATTACK,
    headline=True,
)
ONE_COLUMN = "one column"
_COLUMNS = 3
_FEWEST_ATTACKS = 20
_BATCHES = 30
"""Times that as many conditions as are wanted are tried; few hold for one row alone."""
_EQUAL, _AT_LEAST, _AT_MOST = 0, 1, 2
_MISSING = -1e300


@dataclass(frozen=True)
class Conditions:
    """Conditions, each on a few columns; a row meets one if it meets all its parts.

    Attributes
    ----------
    columns, operators : ndarray of int, shape (a, c)
        Column, and 0 for equal, 1 for at least, 2 for at most.
    values : ndarray of float, shape (a, c)
    """

    columns: NDArray[np.int64]
    operators: NDArray[np.int64]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.columns)

    def take(self, chosen: NDArray[Any]) -> Conditions:
        """Return some of the conditions."""
        return Conditions(self.columns[chosen], self.operators[chosen], self.values[chosen])

    def singled_out(self, rows: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the only row that meets each condition, shape (a,); -1 if none or several do."""
        return np.asarray(_only_match(self.columns, self.operators, self.values, rows))


def comparable_values(table: EncodedTable, encoding: Encoding) -> NDArray[np.float64]:
    """Return values that conditions compare, shape (n, d): numbers or codes, missing as one."""
    values = np.where(
        [known.ordered for known in encoding.columns], table.numbers, table.codes
    ).astype(np.float64)
    missing = np.isnan(table.numbers) & (table.codes < 0)
    values[missing | np.isnan(values)] = _MISSING
    return np.ascontiguousarray(values)


def conditions_on_columns(
    rows: NDArray[np.float64],
    ordered: NDArray[np.bool_],
    width: int,
    most: int,
    generator: np.random.Generator,
) -> Conditions:
    """Return conditions that exactly one of the rows meets, from random rows and columns.

    Ordered values are "at least" above the median of their column and "at most" below, others
    "equal", as in Anonymeter's multivariate attack.
    """
    n, d = rows.shape
    present = np.where(rows == _MISSING, np.nan, rows)
    medians = np.array([_median(present[:, c]) for c in range(d)])
    found = Conditions(np.zeros((0, width), int), np.zeros((0, width), int), np.zeros((0, width)))
    for _ in range(_BATCHES):
        columns = generator.permuted(np.tile(np.arange(d), (most, 1)), axis=1)[:, :width]
        values = rows[generator.integers(0, n, most)[:, None], columns]
        compared = ordered[columns] & (values != _MISSING)
        above = values >= medians[columns]
        operators = np.where(compared, np.where(above, _AT_LEAST, _AT_MOST), _EQUAL)
        tried = Conditions(columns, operators, values)
        found = _distinct(found, tried.take(tried.singled_out(rows) >= 0))
        if len(found) >= most:
            break
    return found.take(np.arange(min(most, len(found))))


def conditions_on_one_column(
    rows: NDArray[np.float64],
    ordered: NDArray[np.bool_],
    most: int,
    generator: np.random.Generator,
) -> Conditions:
    """Return the conditions on one column that exactly one row meets: rare values, extremes."""
    parts: list[tuple[int, int, float]] = []
    for column in range(rows.shape[1]):
        values, counts = np.unique(rows[:, column], return_counts=True)
        parts.extend((column, _EQUAL, float(value)) for value in values[counts == 1])
        known = values[values != _MISSING]
        if ordered[column] and len(known):
            parts.append((column, _AT_MOST, float(known[0])))
            parts.append((column, _AT_LEAST, float(known[-1])))
    table = np.array(parts, dtype=np.float64).reshape(-1, 3)
    table = table[generator.permutation(len(table))]
    every = Conditions(
        table[:, :1].astype(np.int64), table[:, 1:2].astype(np.int64), table[:, 2:].copy()
    )
    once = every.take(every.singled_out(rows) >= 0)
    return once.take(np.arange(min(most, len(once))))


def rate_of_people(singled_out: NDArray[np.int64]) -> Estimate:
    """Return the share of conditions that single someone out.

    Many conditions may find the same person: the error is at least that of as many independent
    people as were found (Σ c² of their c conditions). Without that, intervals of fresh draws miss
    0 in 10 % of cases.
    """
    found = singled_out[singled_out >= 0]
    independent = rate(len(found), len(singled_out))
    clustered = float(np.sqrt(np.square(np.bincount(found)).sum())) / len(singled_out)
    return Estimate(independent.value, max(independent.error, clustered))


def attack(found: Targets, generator: np.random.Generator) -> dict[str, Rates | None]:
    """Return how often conditions single out members and non-members, by subject.

    None where fewer than `_FEWEST_ATTACKS` conditions hold for exactly one synthetic row.
    """
    everyone = (np.ones(len(found.members), bool), np.ones(len(found.nonmembers), bool))
    rows = comparable_values(found.synthetic, found.encoding)
    ordered = np.array([known.ordered for known in found.encoding.columns])
    one_column = conditions_on_one_column(rows, ordered, MOST_ATTACKS, generator)
    return {
        "overall": rates_among(found, three_column_conditions(found, generator), everyone),
        ONE_COLUMN: rates_among(found, one_column, everyone),
    }


def three_column_conditions(found: Targets, generator: np.random.Generator) -> Conditions:
    """Return conditions on three columns that exactly one synthetic row meets."""
    rows = comparable_values(found.synthetic, found.encoding)
    ordered = np.array([known.ordered for known in found.encoding.columns])
    width = min(_COLUMNS, rows.shape[1])
    return conditions_on_columns(rows, ordered, width, MOST_ATTACKS, generator)


def rates_among(
    found: Targets,
    conditions: Conditions,
    chosen: tuple[NDArray[np.bool_], NDArray[np.bool_]],
) -> Rates | None:
    """Return how often conditions single out one of the chosen people.

    Parameters
    ----------
    found : Targets
    conditions : Conditions
    chosen : pair of ndarray of bool
        Of members and of non-members, whom it counts to find; alone among all the same.

    Returns
    -------
    Rates or None
        None where there are fewer than `_FEWEST_ATTACKS` conditions.
    """
    if len(conditions) < _FEWEST_ATTACKS:
        return None
    rates = []
    for table, counts in zip((found.members, found.nonmembers), chosen, strict=True):
        only = conditions.singled_out(comparable_values(table, found.encoding))
        rates.append(rate_of_people(np.where((only >= 0) & counts[only], only, -1)))
    return Rates(rates[0], rates[1], len(conditions))


def measure(context: EvaluationContext) -> list[Metric]:
    """Return the singling-out risk of conditions on three columns and on one."""
    found = targets(context)
    if found.too_few:
        return [SINGLING_OUT.insufficient_data(found.too_few)]
    real = baselines(context, FAMILY.name, lambda: _baseline(context))
    context.checkpoint()
    metrics = []
    for subject, rates in attack(found, context.generator(FAMILY.name)).items():
        if rates is None:
            why = f"fewer than {_FEWEST_ATTACKS} conditions hold for exactly one synthetic row"
            metrics.append(SINGLING_OUT.insufficient_data(why, subject))
        else:
            baseline = real.get((SINGLING_OUT.id, subject))
            metrics.append(risk_metric(SINGLING_OUT, rates, baseline=baseline, subject=subject))
    return metrics


def _baseline(context: EvaluationContext) -> dict[Key, float | None]:
    found = stand_in_targets(context)
    if found.too_few:
        return {}
    rates = attack(found, context.generator(FAMILY.name))
    return {(SINGLING_OUT.id, subject): baseline_value(one) for subject, one in rates.items()}


def _median(values: NDArray[np.float64]) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else 0.0


def _distinct(first: Conditions, second: Conditions) -> Conditions:
    """Join conditions, leaving out repetitions, the earlier ones first."""
    joined = Conditions(
        np.concatenate([first.columns, second.columns]),
        np.concatenate([first.operators, second.operators]),
        np.concatenate([first.values, second.values]),
    )
    order = np.argsort(joined.columns, axis=1)
    whole = np.concatenate(
        [
            np.take_along_axis(part.astype(np.float64), order, axis=1)
            for part in (joined.columns, joined.operators, joined.values)
        ],
        axis=1,
    )
    return joined.take(np.sort(np.unique(whole, axis=0, return_index=True)[1]))


@compiled
def _only_match(columns: Any, operators: Any, values: Any, rows: Any) -> Any:
    """Return the only row that meets each condition, -1 if none or several do."""
    missing = -1e300
    only = np.full(len(columns), -1, np.int64)
    for a in range(len(columns)):
        for i in range(len(rows)):
            meets = True
            for c in range(columns.shape[1]):
                value = rows[i, columns[a, c]]
                wanted = values[a, c]
                if operators[a, c] == 0:
                    meets = value == wanted
                elif value == missing:
                    meets = False
                elif operators[a, c] == 1:
                    meets = value >= wanted
                else:
                    meets = value <= wanted
                if not meets:
                    break
            if meets and only[a] >= 0:
                only[a] = -1
                break
            if meets:
                only[a] = i
    return only


FAMILY = Family("singling out", Axis.PRIVACY, "singling out", measure, (SINGLING_OUT.id,))
