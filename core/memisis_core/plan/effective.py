"""Joins what was asked for with the dataset and the defaults: every slot a value and a source."""

from __future__ import annotations

from memisis_core.data.schema import ColumnKind, Role, Schema
from memisis_core.errors import InputError
from memisis_core.plan import defaults
from memisis_core.plan.model import Constraint, EffectivePlan, Plan
from memisis_core.plan.provenance import Provenance, Source
from memisis_core.synthesis.registry import trainable

MINIMUM_TRAIN_ROWS = 20
"""Below this SDV's transformers cannot be fitted meaningfully."""

_SLOTS = (
    "synthesizers",
    "epochs",
    "train_rows",
    "sample_rows",
    "batch_size",
    "seed",
    "holdout_fraction",
    "target",
    "protected",
    "priority",
    "goals",
    "constraints",
)


def effective_plan(plan: Plan, schema: Schema, rows: int) -> EffectivePlan:
    """Return the plan that will be carried out on a table of `rows` rows.

    Parameters
    ----------
    plan : Plan
    schema : Schema
        The table's columns with their suggested roles; used where the plan names no target or
        protected attribute and its provenance does not say that the person wants none.
    rows : int
        Rows of the whole table.

    Returns
    -------
    EffectivePlan
        Every slot with a value, and in ``provenance`` the source of each.

    Raises
    ------
    InputError
        If the plan asks for more training rows than there are, names an unknown column or
        synthesizer, uses one column as target and protected, or leaves too few rows.
    """
    for question in plan.questions:
        raise InputError(f"the plan has an open question: {question}", fix="Answer it in the plan")
    for name in plan.synthesizers:
        trainable(name)
    target, protected = _roles(plan, schema)
    holdout_fraction = plan.holdout_fraction or defaults.HOLDOUT_FRACTION
    holdout_rows = max(1, round(rows * holdout_fraction))
    available = rows - holdout_rows
    train_rows = _train_rows(plan, available, rows)
    return EffectivePlan(
        synthesizers=tuple(plan.synthesizers or defaults.SYNTHESIZERS),
        epochs=plan.epochs or defaults.EPOCHS,
        train_rows=train_rows,
        sample_rows=plan.sample_rows or train_rows,
        batch_size=_batch_size(plan, train_rows),
        seed=plan.seed if plan.seed is not None else defaults.SEED,
        holdout_fraction=holdout_fraction,
        holdout_rows=holdout_rows,
        target=target,
        protected=tuple(protected),
        priority=plan.priority,
        goals=tuple(plan.goals),
        constraints=tuple(_checked_constraints(plan, schema)),
        provenance={slot: _source(plan, slot, target, protected) for slot in _SLOTS},
    )


def planned_schema(plan: Plan, schema: Schema) -> Schema:
    """Return the table's schema with the kinds and roles that the plan gives its columns.

    Raises
    ------
    InputError
        If the plan names a column that is not in the table, or an unknown kind or role.
    """
    for name, choice in plan.columns.items():
        changes: dict[str, object] = {"reason": "set in the plan"}
        try:
            if choice.kind is not None:
                changes["kind"] = ColumnKind(choice.kind)
            if choice.role is not None:
                changes["role"] = Role(choice.role)
        except ValueError as error:
            raise InputError(str(error), where=f"plan, column {name!r}") from error
        schema = schema.replacing(name, **changes)
    target, protected = _roles(plan, schema)
    return schema.with_roles(target, protected)


def _roles(plan: Plan, schema: Schema) -> tuple[str | None, list[str]]:
    """Return target and protected attributes: the plan's, else the table's suggestions."""
    target_settled = plan.target is not None or _set_by_person(plan, "target")
    protected_settled = bool(plan.protected) or _set_by_person(plan, "protected")
    protected = list(plan.protected) if protected_settled else schema.protected
    target = plan.target if target_settled else schema.target
    if not target_settled and target in protected:
        target = None
    if not protected_settled:
        protected = [name for name in protected if name != target]
    if target is not None and target in protected:
        raise InputError(
            f"{target!r} is both the target and a protected attribute",
            fix="Take it out of one of the two",
        )
    for name in [*protected, *([target] if target else [])]:
        schema.column(name)
    return target, protected


def _set_by_person(plan: Plan, slot: str) -> bool:
    known = plan.provenance.get(slot)
    return known is not None and known.source in (Source.SAID, Source.EDITED)


def _train_rows(plan: Plan, available: int, rows: int) -> int:
    if plan.train_rows is not None and plan.train_rows > available:
        raise InputError(
            f"{plan.train_rows:,} training rows were asked for, but of {rows:,} rows only "
            f"{available:,} are left beside the holdout",
            fix="Ask for fewer training rows or a smaller holdout_fraction",
        )
    train_rows = plan.train_rows or available
    if train_rows < MINIMUM_TRAIN_ROWS:
        raise InputError(
            f"{train_rows} training rows are too few to learn from",
            fix=f"At least {MINIMUM_TRAIN_ROWS} are needed beside the holdout",
        )
    return train_rows


def _batch_size(plan: Plan, train_rows: int) -> int:
    """Return a batch size that CTGAN's groups of 10 divide and that the table can fill twice."""
    wanted = plan.batch_size or defaults.BATCH_SIZE
    return max(10, min(wanted, train_rows // 2) // 10 * 10)


def _checked_constraints(plan: Plan, schema: Schema) -> list[Constraint]:
    for constraint in plan.constraints:
        for name in constraint.columns:
            if not schema.column(name).synthesised:
                raise InputError(
                    f"the constraint on {name!r} cannot be kept: the column is left out",
                    fix="Take the constraint away or give the column another role",
                )
    return list(plan.constraints)


def _source(plan: Plan, slot: str, target: str | None, protected: list[str]) -> Provenance:
    known = plan.provenance.get(slot)
    if known is not None:
        return known
    if getattr(plan, slot):
        return Provenance(source=Source.EDITED)
    suggested = {"target": target is not None, "protected": bool(protected)}
    if suggested.get(slot, slot in ("train_rows", "sample_rows", "batch_size")):
        return Provenance(source=Source.DATASET)
    return Provenance(source=Source.DEFAULT)
