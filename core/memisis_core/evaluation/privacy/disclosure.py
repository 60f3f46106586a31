"""Attribute disclosure: what known columns say of sensitive ones, through matching rows (CAP)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.data.schema import ColumnKind
from memisis_core.evaluation.baselines import Key, baselines
from memisis_core.evaluation.definition import Definition
from memisis_core.evaluation.encoding import EncodedTable, Encoding
from memisis_core.evaluation.intervals import Estimate
from memisis_core.evaluation.metric import Axis, Metric
from memisis_core.evaluation.privacy.caveats import ATTACK
from memisis_core.evaluation.privacy.risk import Rates, baseline_value, mean_rate, risk_metric
from memisis_core.evaluation.privacy.targets import (
    FEWEST_RECORDS,
    Targets,
    stand_in_targets,
    targets,
)
from memisis_core.evaluation.registry import Family

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext

DISCLOSURE = Definition(
    "privacy.disclosure",
    "attribute-disclosure risk",
    "How much more often the synthetic rows that agree with a person in the known columns give "
    "away the sensitive one for training records than for held-out ones.",
    0.0,
    "lower",
    source="Elliot 2014 and Taub et al. 2018 (CAP), with the control of Giomi et al. 2023",
    caveat=ATTACK,
)
CAP = Definition(
    "privacy.cap",
    "correct attribution probability",
    "Share, among the synthetic rows that agree with a training record in the known columns, of "
    "those that also have its sensitive value; what the population gives away is part of it.",
    None,
    "lower",
    source="Taub et al. 2018, PSD 2018:122; 1 minus sdmetrics CategoricalCAP",
    caveat=ATTACK,
)
_CAP_ERROR = f"{CAP.id}, standard error"
_BINS = 10
_KEYS = 3
_MOST_LEVELS = 20


@dataclass(frozen=True)
class Question:
    """What is known of a person, and what is to be learnt.

    Attributes
    ----------
    keys : tuple of int
        Columns that the attacker knows.
    sensitive : int
        Column that is guessed.
    """

    keys: tuple[int, ...]
    sensitive: int

    def subject(self, encoding: Encoding) -> str:
        """Return the question as metrics name it: ``Race, Sex → Diagnosis``."""
        known = ", ".join(encoding.names[key] for key in self.keys)
        return f"{known} → {encoding.names[self.sensitive]}"


def questions(context: EvaluationContext, encoding: Encoding) -> list[Question]:
    """Return what is attacked.

    The sensitive columns are those named in the data, else the target, else the protected
    attributes. Known are those named, else the protected attributes, filled up to three with the
    first categorical columns of 2 to 20 values: what is usually known of a patient.
    """
    data = context.data
    named = data.sensitive or ((data.target,) if data.target else data.protected)
    sensitive = [encoding.position(name) for name in named if name in encoding.names]
    keys = [encoding.position(n) for n in data.known_to_attacker if n in encoding.names]
    if not keys:
        keys = [encoding.position(name) for name in data.protected if name in encoding.names]
        others = [i for i in encoding.discrete if i not in keys and _few_levels(encoding, i)]
        free = [i for i in others if i not in sensitive]
        keys += free[: max(0, _KEYS - len([key for key in keys if key not in sensitive]))]
    return [
        Question(known, column)
        for column in sensitive
        if (known := tuple(key for key in keys if key != column))
    ]


def cap_scores(
    synthetic: tuple[NDArray[np.int64], NDArray[np.int64]],
    real: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> NDArray[np.float64]:
    """Return each real record's correct attribution probability, NaN without a matching key.

    Parameters
    ----------
    synthetic, real : pairs of ndarray of int, shapes (n,) and (m,)
        Number of the combination of keys, and of the sensitive value, of each row.
    """
    keys, values = synthetic
    real_keys, real_values = real
    width = int(max(values.max(initial=0), real_values.max(initial=0))) + 1
    pairs, pair_counts = np.unique(keys * width + values, return_counts=True)
    groups, group_counts = np.unique(keys, return_counts=True)
    matching = _looked_up(groups, group_counts, real_keys)
    right = _looked_up(pairs, pair_counts, real_keys * width + real_values)
    return np.where(matching > 0, right / np.maximum(matching, 1), np.nan)


def _looked_up(
    known: NDArray[np.int64], counts: NDArray[np.int64], wanted: NDArray[np.int64]
) -> NDArray[np.int64]:
    if not len(known):
        return np.zeros(len(wanted), dtype=np.int64)
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[place] == wanted, counts[place], 0)


@dataclass(frozen=True)
class Scores:
    """CAP of members and non-members, one column a question; NaN without a matching key.

    Attributes
    ----------
    members, nonmembers : ndarray of float, shapes (m, questions) and (n, questions)
    """

    members: NDArray[np.float64]
    nonmembers: NDArray[np.float64]

    def rates(self, question: int | None, fewest: int = FEWEST_RECORDS) -> Rates | None:
        """Return the rates of one question, or of each person's mean over all.

        None where fewer than `fewest` members, or non-members, share the known values with a
        synthetic row.
        """
        estimates = []
        for scores in (self.members, self.nonmembers):
            if question is not None:
                chosen = scores[:, question]
            else:
                answered = ~np.isnan(scores)
                total = np.where(answered, scores, 0.0).sum(axis=1)
                count = answered.sum(axis=1)
                chosen = np.where(count > 0, total / np.maximum(count, 1), np.nan)
            chosen = chosen[~np.isnan(chosen)]
            if len(chosen) < fewest:
                return None
            estimates.append((mean_rate(chosen), len(chosen)))
        return Rates(estimates[0][0], estimates[1][0], estimates[0][1])


def attack(found: Targets, asked: list[Question]) -> Scores:
    """Return how well each question is answered for every member and non-member."""
    tables = (found.synthetic, found.members, found.nonmembers)
    edges = found.members
    by_question = []
    for question in asked:
        columns = (*question.keys, question.sensitive)
        numbered = [_combined([_levels(tables, found.encoding, c, edges) for c in columns[:-1]])]
        numbered.append(_levels(tables, found.encoding, question.sensitive, edges))
        keys, values = numbered
        synthetic = (keys[0], values[0])
        by_question.append([cap_scores(synthetic, (keys[who], values[who])) for who in (1, 2)])
    return Scores(
        np.column_stack([one[0] for one in by_question]),
        np.column_stack([one[1] for one in by_question]),
    )


def _levels(
    tables: tuple[EncodedTable, ...], encoding: Encoding, column: int, edges_from: EncodedTable
) -> list[NDArray[np.int64]]:
    """Return the level, from 0, of each row of each table; numbers in tenths of the real rows."""
    if encoding.columns[column].discrete:
        return [table.codes[:, column].astype(np.int64) + 1 for table in tables]
    known = edges_from.numbers[:, column]
    known = known[~np.isnan(known)]
    inner = np.linspace(0, 1, _BINS + 1)[1:-1]
    edges = np.unique(np.quantile(known, inner)) if len(known) else np.zeros(0)
    return [
        np.where(
            np.isnan(table.numbers[:, column]),
            0,
            np.searchsorted(edges, table.numbers[:, column], side="right") + 1,
        ).astype(np.int64)
        for table in tables
    ]


def _combined(columns: list[list[NDArray[np.int64]]]) -> list[NDArray[np.int64]]:
    """Return the number of each combination of levels, the same in all tables."""
    sizes = [len(table) for table in columns[0]]
    together = np.zeros(sum(sizes), dtype=np.int64)
    for column in columns:
        levels = np.concatenate(column)
        together = together * (int(levels.max(initial=0)) + 1) + levels
        together = np.unique(together, return_inverse=True)[1].astype(np.int64)
    return np.split(together, np.cumsum(sizes)[:-1])


def measure(context: EvaluationContext) -> list[Metric]:
    """Return disclosure risk and CAP, overall and for each sensitive column."""
    definitions = (DISCLOSURE, CAP)
    found = targets(context)
    asked = questions(context, found.encoding)
    if not asked:
        why = "there is no sensitive column (target or protected) or nothing known besides"
        return [definition.not_applicable(why) for definition in definitions]
    if found.too_few:
        return [definition.insufficient_data(found.too_few) for definition in definitions]
    real = baselines(context, _name(asked), lambda: _baseline(context, asked))
    scores = attack(found, asked)
    metrics: list[Metric] = []
    for subject, place in _subjects(asked, found.encoding):
        rates = scores.rates(place)
        if rates is None:
            why = f"fewer than {FEWEST_RECORDS} records share the known values with a synthetic row"
            metrics.extend(known.insufficient_data(why, subject) for known in definitions)
            continue
        risk, cap = (real.get((definition.id, subject)) for definition in definitions)
        metrics.append(risk_metric(DISCLOSURE, rates, baseline=risk, subject=subject))
        error = real.get((_CAP_ERROR, subject))
        metrics.append(
            CAP.metric(
                rates.attack.value,
                ci=rates.attack.interval(0.0, 1.0),
                baseline=cap,
                baseline_ci=None
                if cap is None or error is None
                else Estimate(cap, error).interval(0.0, 1.0),
                subject=subject,
                n=rates.n,
            )
        )
    return metrics


def _subjects(asked: list[Question], encoding: Encoding) -> list[tuple[str, int | None]]:
    each = [(question.subject(encoding), place) for place, question in enumerate(asked)]
    return [("overall", None), *each]


def _name(asked: list[Question]) -> str:
    return f"{FAMILY.name} {[(question.keys, question.sensitive) for question in asked]}"


def _baseline(context: EvaluationContext, asked: list[Question]) -> dict[Key, float | None]:
    """Return the risk, and the CAP, that half of the holdout in the synthetic data's place has."""
    found = stand_in_targets(context)
    if found.too_few:
        return {}
    scores = attack(found, asked)
    values: dict[Key, float | None] = {}
    for subject, place in _subjects(asked, found.encoding):
        rates = scores.rates(place)
        values[DISCLOSURE.id, subject] = baseline_value(rates)
        values[CAP.id, subject] = None if rates is None else rates.attack.value
        values[_CAP_ERROR, subject] = None if rates is None else rates.attack.error
    return values


def _few_levels(encoding: Encoding, column: int) -> bool:
    known = encoding.columns[column]
    if known.column.kind not in (ColumnKind.CATEGORY, ColumnKind.BOOLEAN, ColumnKind.ORDINAL):
        return False
    return known.levels is not None and 2 <= len(known.levels) <= _MOST_LEVELS


FAMILY = Family("disclosure", Axis.PRIVACY, "disclosure", measure, (DISCLOSURE.id, CAP.id))
