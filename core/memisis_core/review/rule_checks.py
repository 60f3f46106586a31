"""Who breaks a rule: training patients and synthetic ones, counted before it is added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from memisis_core.plan.rules import REFUSING, labels_kept, named, numbers_kept
from memisis_core.review.marks import few
from memisis_core.review.values import labels_of, numbers_of

if TYPE_CHECKING:
    import polars as pl

    from memisis_core.data.schema import Schema
    from memisis_core.plan.model import Constraint
    from memisis_core.review.material import ReviewMaterial


@dataclass(frozen=True)
class CheckedRule:
    """A rule held against the patients.

    Attributes
    ----------
    rule : Constraint
    training, synthetic : int
        Patients of each kind that break it; those with a missing value break nothing.
    training_rows, synthetic_rows : int
    """

    rule: Constraint
    training: int
    training_rows: int
    synthetic: int
    synthetic_rows: int

    @property
    def addable(self) -> bool:
        """Whether a plan with this rule can be trained.

        Rules that are learnt (`sdv.cag`) must hold in the training data; the others are kept by
        drawing rows anew.
        """
        return self.rule.kind in REFUSING or self.training == 0

    @property
    def words(self) -> str:
        """What the rule means, who breaks it, and what can be done, in one line."""
        if self.rule.kind == "fixed_combinations":
            said = f"{named(self.rule)}: only those that training patients have"
        else:
            said = (
                f"{named(self.rule)}: broken by {few(self.training)} of {self.training_rows:,} "
                f"training patients and {self.synthetic:,} of {self.synthetic_rows:,} synthetic "
                "ones of this run"
            )
        if not self.addable:
            return f"{said}. It cannot be learnt while training patients break it"
        return f"{said}. Enter adds it to the next plan"


def checked_rule(rule: Constraint, material: ReviewMaterial) -> CheckedRule:
    """Count the patients that break a rule."""
    schema = material.schema
    return CheckedRule(
        rule=rule,
        training=breaking(rule, material.train, schema),
        training_rows=material.train.height,
        synthetic=breaking(rule, material.synthetic, schema),
        synthetic_rows=material.synthetic.height,
    )


def breaking(rule: Constraint, table: pl.DataFrame, schema: Schema) -> int:
    """Return how many patients of a table break a rule (none for ``fixed_combinations``)."""
    if rule.kind == "fixed_combinations":
        return 0
    if rule.kind == "forbidden":
        return int((~labels_kept(rule, [labels_of(table[name]) for name in rule.columns])).sum())
    columns = [numbers_of(table[name], schema.column(name)) for name in rule.columns]
    values = np.column_stack(columns)
    known = ~np.isnan(values).any(axis=1)
    return int((~numbers_kept(rule, values[known])).sum())
