"""The form that edits a plan in place: one line a slot, the one being edited open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from memisis_core.data.schema import ColumnKind
from memisis_core.errors import InputError
from memisis_core.plan.changes import slot_of_question
from memisis_core.plan.goals import Goal
from memisis_core.plan.model import Priority
from memisis_core.synthesis.registry import ENTRIES
from memisis_core.text import visible
from memisis_screens.action import Scope
from memisis_screens.actions import bindings
from memisis_screens.plan.card_text import LABEL_WIDTH, SOURCE_WIDTH
from memisis_screens.plan.edits import with_slot, without_slot
from memisis_screens.plan.fields import ChoiceEditor, NumberEditor, SeveralEditor, TextEditor
from memisis_screens.plan.slots import (
    LABELS,
    PRIMARY_SLOTS,
    SOURCE_WORDS,
    TITLES,
    slot_lines,
    slot_value,
)

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Click

    from memisis_core.data.schema import Schema
    from memisis_core.plan.model import Plan
    from memisis_screens.session import DraftPlan

FORM_SLOTS = (*PRIMARY_SLOTS, "holdout_fraction", "seed", "batch_size")
_LISTS = ("synthesizers", "protected")
_EXPLAINED: dict[str, str] = {
    "synthesizers": "Space takes one in or out",
    "epochs": "passes over the training rows (CTGAN, TVAE)",
    "sample_rows": "synthetic rows of each run",
    "train_rows": "rows to learn from; empty: all that are not held out",
    "target": "what models are trained to predict",
    "protected": "Space takes one in or out",
    "priority": "the axis that matters most",
    "goals": "such as utility.auroc_gap <= 0.05; fidelity.ks >= 0.9",
    "holdout_fraction": "share kept away from training, such as 0.3",
    "seed": "the same seed gives the same tables",
    "batch_size": "rows in a training step",
}


Editor = NumberEditor | TextEditor | ChoiceEditor | SeveralEditor


class Field(Vertical):
    """One slot: a line, and below it the editor while the slot is open."""

    def __init__(self, slot: str, editor: Editor) -> None:
        super().__init__(classes="field")
        self.slot = slot
        self.editor = editor

    def compose(self) -> ComposeResult:
        """Yield the line, the editor, what it means and what is wrong."""
        yield Static("", classes="field-line", markup=False)
        yield self.editor
        yield Static("", classes="field-help", markup=False)

    def show(self, draft: DraftPlan) -> None:
        """Show the slot's value and source."""
        line = next((known for known in slot_lines(draft) if known.slot == self.slot), None)
        value = line.value if line else "none"
        source = SOURCE_WORDS[line.source] if line and line.source else ""
        width = self.size.width or 40
        room = max(width - LABEL_WIDTH - SOURCE_WIDTH - 1, 8)
        text = Content.styled(visible(value, 120), "bold" if line and line.stated else "")
        text = text.truncate(room, ellipsis=True)
        self.query_one(".field-line", Static).update(
            Content.assemble(
                (f"{LABELS[self.slot]:<{LABEL_WIDTH}}", "$quiet"),
                text.pad_right(room - text.cell_length),
                " ",
                (f"{source:>{SOURCE_WIDTH}}", "$quiet"),
            )
        )

    def open(self, draft: DraftPlan) -> None:
        """Open the editor with the slot's value."""
        self.add_class("-open")
        effective = draft.effective
        stated = getattr(draft.plan, self.slot)
        instead = slot_value(self.slot, draft.plan, effective)
        if isinstance(self.editor, ChoiceEditor | SeveralEditor) and effective is not None:
            stated = getattr(effective, self.slot)
        self.editor.take(stated, instead)
        self.complain("")
        # At once: with `focus()` a form that closes meanwhile would get the focus back and keep it.
        self.screen.set_focus(self.editor)

    def close(self) -> None:
        """Close the editor."""
        self.remove_class("-open")

    def complain(self, problem: str) -> None:
        """Show what is wrong, or else what the slot means."""
        style = "bold $error" if problem else "$quiet"
        text = f"! {problem}" if problem else _EXPLAINED[self.slot]
        self.query_one(".field-help", Static).update(Content.styled(visible(text), style))

    def on_click(self, event: Click) -> None:
        """Open the slot that was clicked on."""
        event.stop()
        form = next(node for node in self.ancestors if isinstance(node, PlanForm))
        form.open_field(form.fields.index(self))


class PlanForm(Vertical):
    """Every change is taken at once if it is valid, and marked as edited; Esc only closes."""

    SCOPE: ClassVar[Scope] = Scope.PLAN_FORM
    BINDINGS = [*bindings(Scope.PLAN_FORM)]  # noqa: RUF012 - Textual's own declaration

    class Changed(Message):
        """A slot was changed."""

        def __init__(self, plan: Plan) -> None:
            super().__init__()
            self.plan = plan

    class Closed(Message):
        """Editing is finished."""

    def __init__(self, draft: DraftPlan, schema: Schema) -> None:
        super().__init__()
        self.draft = draft
        self.fields = [Field(slot, _editor(slot, schema)) for slot in FORM_SLOTS]
        self.place = 0
        self._finished = False

    def compose(self) -> ComposeResult:
        """Yield the fields."""
        yield from self.fields

    def on_resize(self) -> None:
        """Show the plan's values in the room there is."""
        self.show(self.draft)

    def show(self, draft: DraftPlan) -> None:
        """Show the plan after a change; the open editor keeps what is being typed."""
        self.draft = draft
        for field in self.fields:
            field.show(draft)

    def open_field(self, place: int) -> None:
        """Open one slot; the one that was open is accepted first if it is valid."""
        before, self.place = self.fields[self.place], place % len(self.fields)
        field = self.fields[self.place]
        field.open(self.draft)
        if field is not before:
            before.close()  # after the focus has left it: what is hidden passes it on to anybody
        self.call_after_refresh(self.fields[self.place].scroll_visible, animate=False)

    def action_next_field(self) -> None:
        """Take the value and go to the next slot."""
        self._go(1)

    def action_previous_field(self) -> None:
        """Take the value and go to the slot before."""
        self._go(-1)

    def action_accept(self) -> None:
        """Take the value, also as the answer to a question about the slot, and go on."""
        if not self._finished and self._settle():
            self._go(1)

    def action_reset(self) -> None:
        """Let the dataset or the default fill the slot again."""
        field = self.fields[self.place]
        self._change(without_slot(self.draft.plan, field.slot))
        field.open(self.draft)

    def action_close(self) -> None:
        """Take the value if it is valid, and close in any case."""
        self._take_value()
        self._finished = True
        self.post_message(self.Closed())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a line is the same as anywhere else."""
        event.stop()
        self.action_accept()

    def _go(self, step: int) -> None:
        if self._take_value():
            self.open_field(self.place + step)

    def _settle(self) -> bool:
        """Answer an open question about the slot with what the editor holds."""
        field = self.fields[self.place]
        asked = any(slot_of_question(q) == field.slot for q in self.draft.plan.questions)
        try:
            value = _value(field)
            if asked and value not in (None, []):
                self._change(with_slot(self.draft.plan, field.slot, value))
        except InputError as error:
            field.complain(error.what)
            return False
        return True

    def _take_value(self) -> bool:
        """Put the open editor's value into the plan; return False if it is not a value."""
        field = self.fields[self.place]
        try:
            value = _value(field)
            if not self._differs(field.slot, value):
                return True
            self._change(with_slot(self.draft.plan, field.slot, value))
        except InputError as error:
            field.complain(error.what)
            return False
        return True

    def _differs(self, slot: str, value: object) -> bool:
        """Whether the editor's value is another one than the slot has, or is to have."""
        stated = getattr(self.draft.plan, slot)
        if slot == "goals":
            stated = [goal.model_dump() for goal in stated]
        if slot in _LISTS and self.draft.effective is not None and not stated:
            stated = list(getattr(self.draft.effective, slot))
        if slot in ("target", "priority") and self.draft.effective is not None and not stated:
            stated = getattr(self.draft.effective, slot)
        return bool(stated != value)

    def _change(self, plan: Plan) -> None:
        self.draft = replace(self.draft, plan=plan)
        self.post_message(self.Changed(plan))


def _value(field: Field) -> object:
    """Return what the open editor holds, as plans hold it."""
    if isinstance(field.editor, TextEditor):
        return [Goal.parse(text).model_dump() for text in field.editor.value_of_slot()]
    return field.editor.value_of_slot()


def _editor(slot: str, schema: Schema) -> Editor:
    """Return the editor that fits a slot."""
    columns = [column.name for column in schema.columns if column.kind is not ColumnKind.TEXT]
    editors: dict[str, Callable[[], Editor]] = {
        "synthesizers": lambda: SeveralEditor([entry.name for entry in ENTRIES], TITLES),
        "protected": lambda: SeveralEditor(columns),
        "target": lambda: ChoiceEditor(columns),
        "priority": lambda: ChoiceEditor([priority.value for priority in Priority]),
        "goals": TextEditor,
        "holdout_fraction": lambda: NumberEditor(whole=False),
    }
    return editors.get(slot, lambda: NumberEditor(whole=True))()
