"""All violations of an evaluation, for showing them with their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memisis_core.evaluation.validation import constraints, records, structure, values

if TYPE_CHECKING:
    from memisis_core.evaluation.context import EvaluationContext
    from memisis_core.evaluation.violation import Violation


def violations(context: EvaluationContext) -> list[Violation]:
    """Return everything in the synthetic table that breaks a rule, with its rows.

    Parameters
    ----------
    context : EvaluationContext

    Returns
    -------
    list of Violation
        Plain data (JSON); row numbers count from 0 in the synthetic table.
    """
    rules = (structure.KINDS_RULE, *values.RULES, *records.RULES, constraints.RULE)
    found = structure.column_violations(context)
    for rule in rules:
        found.extend(rule.violations(context))
    return found
