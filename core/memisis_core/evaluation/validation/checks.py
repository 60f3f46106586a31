"""From checks of rows to metrics and violations: the same code for every rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from memisis_core.evaluation.definition import Definition
from memisis_core.evaluation.encoding import EncodedTable, Encoding, encoded
from memisis_core.evaluation.metric import Metric
from memisis_core.evaluation.violation import MOST_ROWS, Violation

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext, EvaluationData

Rows = NDArray[np.bool_]


@dataclass(frozen=True)
class Candidate:
    """The table that is checked, and what it is checked against.

    Attributes
    ----------
    frame : pandas.DataFrame
    table : EncodedTable
        The same rows, encoded.
    real : tuple of EncodedTable
        Train and holdout.
    encoding : Encoding
        Levels and ranges of all real rows.
    data : EvaluationData
    unreadable : dict of str to ndarray of int
        Rows whose value could not be read, by column.
    """

    frame: pd.DataFrame
    table: EncodedTable
    real: tuple[EncodedTable, EncodedTable]
    encoding: Encoding
    data: EvaluationData
    unreadable: dict[str, NDArray[np.intp]]


@dataclass(frozen=True)
class Finding:
    """One rule held against every row.

    Attributes
    ----------
    subject : str
        Column, columns or constraint.
    checked, faulty : ndarray of bool, shape (n,)
        Rows that the rule applies to, and those of them that break it.
    what : str
        What is wrong with the faulty ones.
    """

    subject: str
    checked: Rows
    faulty: Rows
    what: str


Check = Callable[[Candidate], list[Finding]]


@dataclass(frozen=True)
class Rule:
    """A definition with the check that measures it.

    Attributes
    ----------
    definition : Definition
    check : callable
    nothing : str
        Why the rule does not apply where the check finds nothing to hold it against.
    """

    definition: Definition
    check: Check
    nothing: str

    def metrics(self, context: EvaluationContext) -> list[Metric]:
        """Return the share that conforms, overall and for each subject that breaks the rule."""
        findings = self.check(_synthetic(context))
        checked, faulty = _totals(findings)
        if not findings:
            return [self.definition.not_applicable(self.nothing)]
        if not checked:
            return [self.definition.insufficient_data("there is no value to check", n=0)]
        baseline = self._baseline(context)
        real = {finding.subject: _share(finding, self.definition) for finding in baseline}
        real_checked, real_faulty = _totals(baseline)
        whole = self._value(faulty / checked)
        overall = self._value(real_faulty / real_checked) if real_checked else None
        metrics = [self.definition.metric(whole, baseline=overall, n=checked)]
        broken = [finding for finding in findings if finding.faulty.any()]
        metrics.extend(self._of(finding, real.get(finding.subject)) for finding in broken)
        return metrics

    def _of(self, finding: Finding, baseline: float | None) -> Metric:
        return self.definition.metric(
            _share(finding, self.definition) or 0.0,
            baseline=baseline,
            subject=finding.subject,
            n=int(finding.checked.sum()),
        )

    def violations(self, context: EvaluationContext) -> list[Violation]:
        """Return what breaks the rule, with the rows."""
        return [
            Violation(
                check=self.definition.id,
                subject=finding.subject,
                what=finding.what,
                count=int(finding.faulty.sum()),
                rows=tuple(int(row) for row in np.flatnonzero(finding.faulty)[:MOST_ROWS]),
            )
            for finding in self.check(_synthetic(context))
            if finding.faulty.any()
        ]

    def _value(self, faulty_share: float) -> float:
        return faulty_share if self.definition.ideal == 0 else 1.0 - faulty_share

    def _baseline(self, context: EvaluationContext) -> list[Finding]:
        if not len(context.data.holdout):
            return []
        return self.check(_candidate(context, context.data.holdout, encoded(context).holdout, {}))


def _synthetic(context: EvaluationContext) -> Candidate:
    data = context.data
    return _candidate(context, data.synthetic, encoded(context).synthetic, dict(data.unreadable))


def _candidate(
    context: EvaluationContext,
    frame: pd.DataFrame,
    table: EncodedTable,
    unreadable: dict[str, NDArray[np.intp]],
) -> Candidate:
    tables = encoded(context)
    real = (tables.train, tables.holdout)
    return Candidate(frame, table, real, tables.encoding, context.data, unreadable)


def _totals(findings: list[Finding]) -> tuple[int, int]:
    checked = sum(int(finding.checked.sum()) for finding in findings)
    return checked, sum(int(finding.faulty.sum()) for finding in findings)


def _share(finding: Finding, definition: Definition) -> float | None:
    checked = int(finding.checked.sum())
    if not checked:
        return None
    share = int(finding.faulty.sum()) / checked
    return share if definition.ideal == 0 else 1.0 - share


def measure_of(*rules: Rule) -> Callable[[EvaluationContext], list[Metric]]:
    """Return the measure of a family that consists of these rules."""

    def measure(context: EvaluationContext) -> list[Metric]:
        return [metric for rule in rules for metric in rule.metrics(context)]

    return measure
