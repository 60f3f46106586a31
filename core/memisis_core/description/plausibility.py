"""How well a table fits its specification: the measures of runs that have no real data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.description.conformity import Statement, binned, disagreeing, statements_of
from memisis_core.description.joint import Joint
from memisis_core.description.marginals import Marginal
from memisis_core.description.rules import rows_kept, rule_text
from memisis_core.description.table_values import TableValues, table_values
from memisis_core.evaluation.definition import Definition
from memisis_core.evaluation.intervals import CONFIDENCE, Estimate, Interval, wilson
from memisis_core.evaluation.metric import Metric

if TYPE_CHECKING:
    import polars as pl

Floats = NDArray[np.float64]
_MISSED = 1 - CONFIDENCE
_SOURCE = "the specification"
VALUES = Definition(
    "validation.specified_values",
    "values as specified",
    "Share of values that are in the range or among the codes that the specification allows.",
    1.0,
    source=_SOURCE,
    headline=True,
)
RULES = Definition(
    "validation.specified_rules",
    "rules as specified",
    "Share of rows that keep every rule of the specification.",
    1.0,
    source=_SOURCE,
    headline=True,
)
MARGINALS = Definition(
    "validation.specified_distributions",
    "distance from specified distributions",
    "Greatest distance between the distribution of a variable and the one that its specification "
    "means: Kolmogorov-Smirnov, or total variation for unordered codes.",
    0.0,
    "lower",
    source="Massart 1990, Ann. Probab. 18:1269; Weissman et al. 2003, HP Labs HPL-2003-97 (bounds)",
    caveat="what nobody stated is compared with a default",
    headline=True,
)
RELATIONS = Definition(
    "validation.specified_relations",
    "distance from specified relations",
    "Greatest difference from a stated rank correlation, or from a stated group mean in standard "
    "deviations of the variable.",
    0.0,
    "lower",
    source=_SOURCE,
    headline=True,
    high=float("inf"),
)
CONTRADICTED = Definition(
    "validation.specified_statements",
    "statements not contradicted",
    "Share of the specification's statements that the table does not contradict, tested together "
    "at 0.001 (Bonferroni).",
    1.0,
    source=_SOURCE,
)
SPREAD = Definition(
    "validation.specified_spread",
    "spread of values",
    "Entropy of a column over the entropy that its specification means; far below 1 the same "
    "patient comes again and again.",
    1.0,
    "target",
    source="Shannon 1948, Bell Syst. Tech. J. 27:379",
    high=float("inf"),
)
DISTINCT = Definition(
    "validation.distinct_rows",
    "distinct rows",
    "Share of rows that no earlier row equals in every column.",
    1.0,
    source=_SOURCE,
    caveat="in coarse tables two different patients can be equal",
)
DEFINITIONS = (VALUES, RULES, MARGINALS, RELATIONS, CONTRADICTED, SPREAD, DISTINCT)


def measure_against(frame: pl.DataFrame, joint: Joint) -> list[Metric]:
    """Measure a table of any origin against a specification.

    Parameters
    ----------
    frame : polars.DataFrame
        At least one row.
    joint : Joint
        The specification, with what it leaves open filled in.

    Returns
    -------
    list of Metric
        Each measure overall, and for each variable, pair, group or rule.
    """
    values = table_values(frame, joint.specification)
    statements = statements_of(joint, values)
    return [
        *_of_values(joint, values),
        *_of_rules(joint, values),
        *_of_marginals(joint, values),
        *_of_relations(joint, statements),
        _of_statements(statements),
        *_of_spread(joint, values),
        _of_rows(frame),
    ]


def _share(definition: Definition, good: int, n: int, subject: str = "overall") -> Metric:
    if not n:
        return definition.insufficient_data("there is no value to check", subject, 0)
    return definition.metric(good / n, ci=wilson(good, n), subject=subject, n=n)


def _of_values(joint: Joint, values: TableValues) -> list[Metric]:
    own, all_good, all_n = [], 0, 0
    for name, invalid in values.invalid.items():
        bad = int(invalid.sum())
        n = int((~np.isnan(values.columns[name])).sum()) + bad
        all_good, all_n = all_good + n - bad, all_n + n
        if bad:
            own.append(_share(VALUES, n - bad, n, name))
    for name in values.absent:
        own.append(VALUES.metric(0.0, subject=name, n=values.rows))
        all_n += values.rows
    return [_share(VALUES, all_good, all_n), *own]


def _of_rules(joint: Joint, values: TableValues) -> list[Metric]:
    rules = [
        rule
        for rule in joint.specification.rules
        if all(name in values.columns for name in rule.columns)
    ]
    if not rules:
        return [RULES.not_applicable("the specification has no rule on these columns")]
    every = np.ones(values.rows, dtype=bool)
    own = []
    for rule in rules:
        kept = rows_kept(rule, values.columns, joint.specification)
        every &= kept
        if not kept.all():
            own.append(_share(RULES, int(kept.sum()), values.rows, rule_text(rule)))
    return [_share(RULES, int(every.sum()), values.rows), *own]


@dataclass(frozen=True)
class _Distance:
    """How far one subject is from what is specified."""

    metric: Metric
    together: Interval
    """Interval that holds for all subjects together at 95 % (Bonferroni)."""


def _of_marginals(joint: Joint, values: TableValues) -> list[Metric]:
    known: list[_Distance] = []
    others: list[Metric] = []
    for name, marginal in joint.marginals.items():
        if name not in values.columns:
            continue
        present = values.present(name)
        if not len(present):
            others.append(MARGINALS.insufficient_data("it has no valid value", name, 0))
            continue
        distance = _distance(marginal, present)
        alone, together = (
            _around(distance, _chance(marginal, len(present), _MISSED / times))
            for times in (1, len(joint.marginals))
        )
        metric = MARGINALS.metric(distance, ci=alone, subject=name, n=len(present))
        known.append(_Distance(metric, together))
    return _with_worst(MARGINALS, known, others)


def _around(value: float, slack: float) -> Interval:
    return (max(0.0, value - slack), min(1.0, value + slack))


def _distance(marginal: Marginal, values: Floats) -> float:
    n = len(values)
    if not marginal.variable.is_ordered:
        shares, counts = binned(marginal, values)
        return float(np.abs(counts / n - shares).sum() / 2)
    edges = marginal.values + marginal.cell / 2
    below = np.searchsorted(np.sort(values), edges + 1e-9, side="right") / n
    return float(np.abs(below - marginal.cumulative).max())


def _chance(marginal: Marginal, n: int, missed: float) -> float:
    """Return by how much chance moves a distance at most, but in a share `missed` of tables."""
    if marginal.variable.is_ordered:
        return float(np.sqrt(np.log(2 / missed) / (2 * n)))
    codes = len(marginal.shares)
    return float(np.sqrt(2 / n * (codes * np.log(2) + np.log(1 / missed))) / 2)


def _of_relations(joint: Joint, statements: list[Statement]) -> list[Metric]:
    stated = [s for s in statements if s.kind in ("correlation", "group mean")]
    if not stated:
        return [RELATIONS.not_applicable("the specification states no relation")]
    known: list[_Distance] = []
    others: list[Metric] = []
    for statement in stated:
        if not np.isfinite(statement.error):
            why = "fewer than 10 rows have both values"
            others.append(RELATIONS.insufficient_data(why, statement.subject, statement.n))
            continue
        scale = 1.0
        if statement.kind == "group mean":
            scale = max(joint.marginals[statement.subject.rpartition(", ")[0]].sd, 1e-12)
        off = Estimate((statement.got - statement.wanted) / scale, statement.error / scale)
        metric = RELATIONS.metric(
            abs(off.value),
            ci=_size(off.interval()),
            subject=statement.subject,
            n=statement.n,
            caveat=f"specified {statement.wanted:.4g}, found {statement.got:.4g}",
        )
        together = _size(off.interval(confidence=1 - _MISSED / len(stated)))
        known.append(_Distance(metric, together))
    return _with_worst(RELATIONS, known, others)


def _size(interval: Interval) -> Interval:
    """Return the interval of a difference's absolute value."""
    low, high = interval
    return (0.0 if low <= 0 <= high else min(abs(low), abs(high)), max(-low, high))


def _with_worst(
    definition: Definition, known: list[_Distance], others: list[Metric]
) -> list[Metric]:
    """Put the greatest distance in front, with an interval for the greatest of that many."""
    if not known:
        return [definition.insufficient_data("no variable has a value"), *others]
    worst = max((item.metric for item in known), key=lambda metric: metric.value or 0.0)
    bounds = [item.together for item in known]
    overall = definition.metric(
        worst.value or 0.0,
        ci=(max(low for low, _ in bounds), max(high for _, high in bounds)),
        n=worst.n,
        caveat=f"greatest of {len(known)}: {worst.subject}",
    )
    return [overall, *(item.metric for item in known), *others]


def _of_statements(statements: list[Statement]) -> Metric:
    if not statements:
        return CONTRADICTED.not_applicable("nothing can be tested")
    against = disagreeing(statements)
    caveat = f"contradicted: {', '.join(s.subject for s in against[:5])}" if against else None
    share = 1 - len(against) / len(statements)
    return CONTRADICTED.metric(share, n=len(statements), caveat=caveat)


def _of_spread(joint: Joint, values: TableValues) -> list[Metric]:
    own = []
    for name, marginal in joint.marginals.items():
        present = values.present(name) if name in values.columns else np.zeros(0)
        if len(present) < 2:
            continue
        shares, counts = binned(marginal, present)
        wanted = _entropy(shares).value
        if wanted > 0:
            got = _entropy(counts / counts.sum())
            error = got.error / np.sqrt(len(present)) / wanted
            estimate = Estimate(got.value / wanted, error)
            own.append(SPREAD.estimate(estimate, subject=name, n=len(present)))
    if not own:
        return [SPREAD.not_applicable("no column can vary")]
    worst = min(own, key=lambda metric: metric.value or 0.0)
    caveat = f"smallest of {len(own)}: {worst.subject}"
    return [SPREAD.metric(worst.value or 0.0, ci=worst.ci, n=worst.n, caveat=caveat), *own]


def _entropy(shares: Floats) -> Estimate:
    """Return the entropy, and the standard deviation of one value's surprise."""
    used = shares[shares > 0]
    surprise = -np.log(used)
    mean = float(used @ surprise)
    return Estimate(mean, float(np.sqrt(max(used @ surprise**2 - mean**2, 0.0))))


def _of_rows(frame: pl.DataFrame) -> Metric:
    distinct = frame.n_unique()
    return _share(DISTINCT, distinct, frame.height)
