"""Grounding: every value that the model claims is traced to the words and the schema, or dropped.

The model decides what is meant. What happens here is checking (do the words support it?),
normalising ("two and a half thousand" is 2500) and snapping (``death event`` is ``DEATH_EVENT``). A
value without support never reaches a plan; what contradicts itself becomes a question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from memisis_core.data.schema import Schema
from memisis_core.plan.column_mentions import named_mentions
from memisis_core.plan.grounded import Grounded, OpenQuestion
from memisis_core.plan.grounding_columns import ColumnGrounding
from memisis_core.plan.grounding_goals import as_measured, ground_goals
from memisis_core.plan.grounding_numbers import NumberGrounding
from memisis_core.plan.grounding_synthesizers import ground_synthesizers
from memisis_core.plan.model import DatasetReference, Plan, Priority
from memisis_core.plan.provenance import Dropped, Provenance, Source
from memisis_core.plan.remainder import unexplained
from memisis_core.plan.slots import CLEARED, PlannerIntent, Proposal, Slots
from memisis_core.plan.wishes import PRIORITY_SAID

LONGEST_CHECKED = 1500
"""Characters of a request that are checked, and that the planner reads."""
_WITH_SLOTS = frozenset({PlannerIntent.GENERATE, PlannerIntent.CHANGE})


@dataclass
class _Findings:
    """What grounding collects on its way."""

    values: dict[str, object] = field(default_factory=dict)
    cleared: set[str] = field(default_factory=set)
    provenance: dict[str, Provenance] = field(default_factory=dict)
    dropped: list[Dropped] = field(default_factory=list)
    questions: list[OpenQuestion] = field(default_factory=list)


def said(words: str, start: int, end: int) -> Provenance:
    """Return the provenance of a value that ``words[start:end]`` say."""
    return Provenance(source=Source.SAID, words=words[start:end], start=start, end=end)


def ground(
    slots: Slots, words: str, schema: Schema | None, dataset: DatasetReference | None = None
) -> Grounded:
    """Trace every slot to the words and the schema.

    Parameters
    ----------
    slots : Slots
        What the model claims.
    words : str
        What the person said.
    schema : Schema or None
        Columns of the open table; without one, no column can be meant.
    dataset : DatasetReference, optional
        Its number of rows bounds the training rows.

    Returns
    -------
    Grounded
        Only values with support, each with the words that say it.
    """
    words = readable(words)
    findings = _Findings()
    intent = _intent(slots.intent, findings)
    if intent in _WITH_SLOTS:
        _ground_synthesizers(slots, words, intent, findings)
        _ground_numbers(slots, words, dataset, findings)
        _ground_columns(slots, words, schema, intent, findings)
        _ground_wishes(slots, words, schema, intent, findings)
    else:
        if intent is PlannerIntent.DESCRIBE:
            _ground_rows_alone(slots, words, findings)
        _drop_settings(slots, intent, findings)
    return Grounded(
        intent=intent,
        cleared=frozenset(findings.cleared),
        provenance=findings.provenance,
        dropped=tuple(findings.dropped),
        questions=tuple(findings.questions),
        **findings.values,  # type: ignore[arg-type]
    )


def plan_from(
    proposal: Proposal, words: str, schema: Schema | None, dataset: DatasetReference | None = None
) -> Plan:
    """Return the plan that the words support of what the model proposed (see `ground`)."""
    grounded = ground(proposal.slots, words, schema, dataset)
    return plan_of(grounded, words, dataset, proposal.strange)


def plan_of(
    grounded: Grounded, words: str, dataset: DatasetReference | None, strange: Sequence[str] = ()
) -> Plan:
    """Return the plan that grounded slots make.

    A slot nobody stated stays empty: `effective_plan` fills target and protected attributes from
    the dataset's roles, with provenance ``dataset``, and the rest from the defaults.

    Parameters
    ----------
    grounded : Grounded
    words : str
        The request, kept with the plan.
    dataset : DatasetReference or None
    strange : sequence of str
        Parts of the model's answer that are no slot; recorded as dropped.
    """
    return Plan(
        intent=grounded.intent.contract,
        request=words,
        dataset=dataset,
        synthesizers=list(grounded.synthesizers or grounded.added),
        epochs=grounded.epochs,
        train_rows=grounded.train_rows,
        sample_rows=grounded.sample_rows,
        target=grounded.target,
        protected=list(grounded.protected),
        priority=grounded.priority,
        goals=[as_measured(goal) for goal in grounded.goals],
        provenance=dict(grounded.provenance),
        dropped=[
            *grounded.dropped,
            *(Dropped(slot="answer", value=part, why="not a setting") for part in strange),
        ],
        questions=[question.text for question in grounded.questions],
    )


def readable(words: str) -> str:
    """Return the words as long as they were, with the middle of a very long text blanked out.

    No model reads more, and checking must take no longer than reading; places stay what they are.
    """
    if len(words) <= LONGEST_CHECKED:
        return words
    head, tail = LONGEST_CHECKED * 2 // 3, LONGEST_CHECKED // 3
    return words[:head] + " " * (len(words) - head - tail) + words[-tail:]


def _intent(claimed: str | None, findings: _Findings) -> PlannerIntent:
    if claimed in tuple(PlannerIntent):
        return PlannerIntent(claimed)
    if claimed:
        findings.dropped.append(
            Dropped(slot="intent", value=claimed[:80], why="not something that can be asked for")
        )
    return PlannerIntent.CHAT


def _ground_synthesizers(
    slots: Slots, words: str, intent: PlannerIntent, findings: _Findings
) -> None:
    result = ground_synthesizers(slots.synthesizers, words, intent)
    findings.values |= {
        "synthesizers": result.chosen,
        "added": result.added,
        "removed": result.removed,
    }
    findings.dropped += result.dropped
    if result.spans:
        start, end = min(result.spans)[0], max(end for _, end in result.spans)
        findings.provenance["synthesizers"] = said(words, start, end)


def _ground_numbers(
    slots: Slots, words: str, dataset: DatasetReference | None, findings: _Findings
) -> None:
    numbers = NumberGrounding(words)
    for slot, claimed in (
        ("train_rows", slots.train_rows),
        ("epochs", slots.epochs),
        ("sample_rows", slots.rows),
    ):
        if claimed is None:
            continue
        outcome = numbers.ground(slot, claimed)
        if isinstance(outcome, Dropped):
            findings.dropped.append(outcome)
            continue
        findings.values[slot] = outcome.value
        findings.provenance[slot] = said(words, outcome.start, outcome.end)
        question = numbers.contradiction(slot, outcome)
        if question is not None:
            findings.questions.append(question)
    train_rows = findings.values.get("train_rows")
    if dataset is not None and isinstance(train_rows, int) and train_rows > dataset.rows:
        _ask_for_training_rows(train_rows, dataset.rows, findings)


def _ask_for_training_rows(asked: int, available: int, findings: _Findings) -> None:
    del findings.values["train_rows"], findings.provenance["train_rows"]
    findings.dropped.append(
        Dropped(slot="train_rows", value=str(asked), why=f"the table has {available:,} rows")
    )
    findings.questions.append(
        OpenQuestion(
            "train_rows",
            f"train_rows: {asked:,} training rows were asked for, but the table has "
            f"{available:,}. Train on all that are not held out, or on how many?",
            ("all that are not held out",),
        )
    )


def _ground_rows_alone(slots: Slots, words: str, findings: _Findings) -> None:
    if slots.rows is None:
        return
    outcome = NumberGrounding(words).ground("sample_rows", slots.rows)
    if isinstance(outcome, Dropped):
        findings.dropped.append(outcome)
        return
    findings.values["sample_rows"] = outcome.value
    findings.provenance["sample_rows"] = said(words, outcome.start, outcome.end)


def _ground_columns(
    slots: Slots, words: str, schema: Schema | None, intent: PlannerIntent, findings: _Findings
) -> None:
    everything = [*slots.protected, *([slots.target] if slots.target else [])]
    columns = ColumnGrounding(words, schema, everything, dict(slots.quotes))
    clearing = intent is PlannerIntent.CHANGE
    if clearing and slots.target == CLEARED:
        findings.cleared.add("target")
    elif slots.target:
        outcome = columns.ground("target", slots.target)
        findings.dropped += outcome.dropped
        findings.questions += outcome.questions
        if outcome.mention is not None:
            mention = outcome.mention
            findings.values["target"] = mention.column
            findings.provenance["target"] = said(words, mention.start, mention.end)
    if clearing and slots.protected == (CLEARED,):
        findings.cleared.add("protected")
        return
    mentions = []
    for claimed in slots.protected:
        outcome = columns.ground("protected", claimed)
        findings.dropped += outcome.dropped
        findings.questions += outcome.questions
        if outcome.mention is not None:
            mentions += [outcome.mention, *outcome.others]
    names = tuple(dict.fromkeys(mention.column for mention in mentions))
    target = findings.values.get("target")
    if target in names:
        names = tuple(name for name in names if name != target)
        findings.questions.append(
            OpenQuestion(
                "protected",
                f"protected: {target} is named as target and as protected attribute. "
                "Which of the two is it?",
                ("target", "protected"),
            )
        )
    if names:
        findings.values["protected"] = names
        findings.provenance["protected"] = said(
            words, min(m.start for m in mentions), max(m.end for m in mentions)
        )


def _ground_wishes(
    slots: Slots, words: str, schema: Schema | None, intent: PlannerIntent, findings: _Findings
) -> None:
    if intent is PlannerIntent.CHANGE and slots.priority == CLEARED:
        findings.cleared.add("priority")
    elif slots.priority:
        _ground_priority(slots.priority.lower(), words, schema, findings)
    if intent is PlannerIntent.CHANGE and slots.goals == (CLEARED,):
        findings.cleared.add("goals")
        return
    outcome = ground_goals(slots.goals, words)
    findings.dropped += outcome.dropped
    if outcome.goals:
        findings.values["goals"] = outcome.goals
        start, end = min(outcome.spans)[0], max(end for _, end in outcome.spans)
        findings.provenance["goals"] = said(words, start, end)


def _ground_priority(claimed: str, words: str, schema: Schema | None, findings: _Findings) -> None:
    if claimed not in tuple(Priority):
        why = f"a priority is one of {', '.join(Priority)}"
        findings.dropped.append(Dropped(slot="priority", value=claimed[:80], why=why))
        return
    match = PRIORITY_SAID[Priority(claimed)].search(words)
    if match is not None:
        place = _clause(words, match.start(), match.end())
    else:
        named = named_mentions(words, schema.names if schema is not None else ())
        clauses = unexplained(words, [(mention.start, mention.end) for mention in named])
        if not clauses:
            why = f"nothing in the words speaks of {claimed}"
            findings.dropped.append(Dropped(slot="priority", value=claimed, why=why))
            return
        place = clauses[0]  # a reason given instead of a setting
    findings.values["priority"] = Priority(claimed)
    findings.provenance["priority"] = said(words, *place)


def _clause(words: str, start: int, end: int) -> tuple[int, int]:
    """Return the clause around a span, so that what is highlighted can be read."""
    left = max(words.rfind(mark, 0, start) for mark in ".,;:!?\n") + 1
    rights = [at for mark in ".,;:!?\n" if (at := words.find(mark, end)) >= 0]
    right = min(rights, default=len(words))
    while left < start and words[left].isspace():
        left += 1
    while right > end and words[right - 1].isspace():
        right -= 1
    if right - left > 80:
        return start, end
    return left, right


def _drop_settings(slots: Slots, intent: PlannerIntent, findings: _Findings) -> None:
    kept = {"rows"} if intent is PlannerIntent.DESCRIBE else set()
    for slot in slots.stated:
        if slot in kept:
            continue
        value = getattr(slots, slot)
        text = ",".join(value) if isinstance(value, tuple) else str(value)
        why = f"a message that asks to {intent.value} has no settings"
        findings.dropped.append(Dropped(slot=slot, value=text[:80], why=why))
