"""The plan on the table: what it comes to on this table, and who changed it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from memisis_screens.session import Condition, DraftPlan

if TYPE_CHECKING:
    from memisis_core.plan.model import Plan
    from memisis_screens.plan.plan_card import PlanCard
    from memisis_screens.session import OpenTable
    from memisis_tui.desk import Desk


class PlanWork:
    """Owns `Session.draft` and the cards in the conversation."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._card: PlanCard | None = None

    async def propose(self, plan: Plan) -> None:
        """Put a plan on the table, as a new card at the end of the conversation."""
        from memisis_screens.plan.plan_card import PlanCard

        table = self._desk.session.table
        if table is None:
            return
        if self._card is not None and self._card.condition is Condition.OPEN:
            self._card.become(Condition.REPLACED)
        draft = draft_of(plan, table)
        self._desk.session = replace(self._desk.session, draft=draft)
        self._card = PlanCard(draft, table.schema)
        await self._desk.bench.chat.add(self._card)

    async def put_back(self, draft: DraftPlan, table: OpenTable, *, latest: bool) -> None:
        """Show a plan of an earlier time; the latest one is the plan on the table again."""
        from memisis_screens.plan.plan_card import PlanCard

        if not latest and draft.condition is Condition.OPEN:
            draft = replace(draft, condition=Condition.REPLACED)
        card = PlanCard(draft, table.schema)
        if latest:
            self._card = card
            self._desk.session = replace(self._desk.session, draft=draft)
        await self._desk.bench.chat.add(card)

    def forget(self) -> None:
        """Have no plan on the table."""
        self._card = None

    def change(self, plan: Plan) -> None:
        """Show the plan after a change by hand, and let the table's roles follow it."""
        table = self._desk.session.table
        if table is None:
            return
        table = with_edited_roles(table, plan)
        self._show(draft_of(plan, table), table)

    def follow_table(self) -> None:
        """Work out again what the plan comes to, after the table's roles changed."""
        draft, table = self._desk.session.draft, self._desk.session.table
        if draft is not None and table is not None and draft.condition is Condition.OPEN:
            self._show(draft_of(with_table_roles(draft.plan, table), table), table)

    def drop(self) -> None:
        """Set the plan aside; its card stays and can be taken up again."""
        self._become(Condition.DROPPED)
        self._desk.bench.chat.prompt.focus()

    def confirm(self) -> None:
        """Mark the plan as running."""
        self._become(Condition.CONFIRMED)

    def refuse(self, line: str) -> None:
        """Give a confirmed plan back that cannot be carried out, with the reason."""
        draft, table = self._desk.session.draft, self._desk.session.table
        if draft is not None and table is not None:
            self._show(DraftPlan(draft.plan, problem=line), table)

    def _become(self, condition: Condition) -> None:
        draft, table = self._desk.session.draft, self._desk.session.table
        if draft is not None and table is not None:
            self._show(replace(draft, condition=condition), table)

    def _show(self, draft: DraftPlan, table: OpenTable) -> None:
        self._desk.session = replace(self._desk.session, draft=draft, table=table)
        if self._card is not None:
            self._card.show(draft, table.schema)


def draft_of(plan: Plan, table: OpenTable) -> DraftPlan:
    """Return the plan with what it comes to on a table, or with what is wrong."""
    from memisis_core.errors import InputError
    from memisis_core.plan.effective import effective_plan, planned_schema

    try:
        effective = effective_plan(plan, table.schema, table.reference.rows)
        planned_schema(plan, table.schema)
    except InputError as error:
        return DraftPlan(plan, problem=error.line())
    return DraftPlan(plan, effective)


def with_edited_roles(table: OpenTable, plan: Plan) -> OpenTable:
    """Return the table with the roles that were set by hand in the plan."""
    from memisis_core.plan.provenance import Source

    edited = {
        slot
        for slot, known in plan.provenance.items()
        if slot in ("target", "protected") and known.source is Source.EDITED
    }
    if not edited:
        return table
    target = plan.target if "target" in edited else table.schema.target
    protected = plan.protected if "protected" in edited else table.schema.protected
    protected = [name for name in protected if name != target or "protected" in edited]
    known = [name for name in protected if name in table.schema and name != target]
    if target is not None and target not in table.schema:
        return table
    return replace(table, schema=table.schema.with_roles(target, known))


def with_table_roles(plan: Plan, table: OpenTable) -> Plan:
    """Return the plan with the target and protected attributes that the table has now."""
    from memisis_screens.plan.edits import with_slot

    changed = with_slot(plan, "target", table.schema.target)
    return with_slot(changed, "protected", table.schema.protected)
