"""``memisis plan``: what the model made of the words; runs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memisis_core.plan.effective import effective_plan
from memisis_tui.commands.output import print_json, print_lines, print_table, say

if TYPE_CHECKING:
    import argparse

    from memisis_core.data.dataset import Dataset
    from memisis_core.plan.model import EffectivePlan, Plan

SLOTS = (
    ("synthesizers", "synthesizers"),
    ("epochs", "epochs"),
    ("train_rows", "training rows"),
    ("sample_rows", "synthetic rows"),
    ("target", "target"),
    ("protected", "protected"),
    ("priority", "priority"),
    ("goals", "goals"),
    ("batch_size", "batch size"),
    ("holdout_fraction", "holdout fraction"),
    ("seed", "seed"),
    ("constraints", "constraints"),
)


def plan(options: argparse.Namespace) -> int:
    """Show the plan that the model made, with the source of every value."""
    from memisis_core.data.dataset import open_dataset
    from memisis_core.plan.toml_file import write_plan
    from memisis_tui.commands.planning import plan_from_words

    dataset = open_dataset(options.data)
    for warning in dataset.warnings:
        say(f"note: {warning}")
    made = plan_from_words(dataset, options.goal, options.model)
    effective = None
    if made.intent == "generate" and not made.questions:
        effective = effective_plan(made, dataset.schema, dataset.rows)
    if options.toml is not None:
        write_plan(made, options.toml)
        say(f"plan written to {options.toml}")
    if options.json:
        print_json(made.to_contract(effective))
    else:
        show_plan(made, effective, dataset)
    return 0


def show_plan(made: Plan, effective: EffectivePlan | None, dataset: Dataset) -> None:
    """Print the plan as a table: slot, value, source, the words that said it."""
    print_table(("table", ""), [(f"{dataset.table.path.name}, {dataset.rows:,} rows", "")])
    if effective is not None:
        rows = [
            (title, slot_text(getattr(effective, slot)), *_source(effective, slot))
            for slot, title in SLOTS
        ]
        print_table(("plan", "value", "source", "words"), rows)
    else:
        print_lines([f"understood as: {made.intent}"])
    for dropped in made.dropped:
        say(f"left out: {dropped.slot} = {dropped.value} ({dropped.why})")
    for question in made.questions:
        say(f"question: {question}")


def slot_text(value: object) -> str:
    """Return the value of a slot as people read it."""
    if value is None or value == ():
        return "-"
    if isinstance(value, tuple):
        return ", ".join(slot_text(item) for item in value)
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)


def _source(effective: EffectivePlan, slot: str) -> tuple[str, str]:
    known = effective.provenance[slot]
    return known.source.value, known.words or ""
