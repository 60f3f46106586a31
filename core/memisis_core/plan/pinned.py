"""A plan in which nothing is left open, as it is kept beside the tables that it made."""

from __future__ import annotations

from memisis_core.data.schema import Schema
from memisis_core.plan.model import ColumnChoice, DatasetReference, EffectivePlan, Plan


def pinned_plan(
    plan: Plan, effective: EffectivePlan, schema: Schema, dataset: DatasetReference
) -> Plan:
    """Return `plan` with every slot and every column as it was carried out.

    Defaults and suggestions may differ in another version or on a longer table; this plan gives the
    same tables wherever it is run again. Who said what stays as it was.

    Parameters
    ----------
    plan : Plan
        As it was confirmed.
    effective : EffectivePlan
        What was carried out.
    schema : Schema
        The columns with the kinds and roles that were used.
    dataset : DatasetReference
    """
    return plan.model_copy(
        update={
            "dataset": dataset,
            "synthesizers": list(effective.synthesizers),
            "epochs": effective.epochs,
            "train_rows": effective.train_rows,
            "sample_rows": effective.sample_rows,
            "batch_size": effective.batch_size,
            "seed": effective.seed,
            "holdout_fraction": effective.holdout_fraction,
            "target": effective.target,
            "protected": list(effective.protected),
            "columns": {
                column.name: ColumnChoice(kind=column.kind.value, role=column.role.value)
                for column in schema.columns
            },
            "provenance": {**plan.provenance, **effective.provenance},
        }
    )
