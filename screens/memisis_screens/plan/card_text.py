"""The plan card as text: pure, so that it can be tested and shown at any width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from memisis_core.text import visible
from memisis_screens.plan.slots import SECONDARY_SLOTS, SOURCE_WORDS, SlotLine, slot_lines

if TYPE_CHECKING:
    from memisis_screens.session import DraftPlan

LABEL_WIDTH = 13
SOURCE_WIDTH = 9
LONGEST_VALUE = 300


def card_lines(draft: DraftPlan, width: int, *, full: bool) -> list[Content]:
    """Return the lines of a card.

    Parameters
    ----------
    draft : DraftPlan
    width : int
        Cells there are.
    full : bool
        Every slot on a line of its own, with the words that say it (Plan tab); else the ones that
        nobody set are gathered in one (chat).
    """
    slots = slot_lines(draft)
    apart = [line for line in slots if full or line.slot not in SECONDARY_SLOTS or line.stated]
    gathered = [line for line in slots if line not in apart]
    lines: list[Content] = []
    for line in apart:
        lines.extend(_slot(line, width, full))
    if gathered:
        lines.extend(_gathered(gathered, width))
    lines.extend(_remarks(draft, width))
    return lines


def _slot(line: SlotLine, width: int, full: bool) -> list[Content]:
    room = max(width - LABEL_WIDTH - SOURCE_WIDTH - 1, 8)
    style = "bold" if line.stated else "$foreground"
    value = Content.styled(visible(line.value, LONGEST_VALUE), style).wrap(room)
    source = SOURCE_WORDS[line.source] if line.source else ""
    source_style = "$primary" if line.stated else "$quiet"
    rows = []
    for index, part in enumerate(value):
        label = line.label if index == 0 else ""
        word = source if index == 0 else ""
        rows.append(
            Content.assemble(
                (f"{label:<{LABEL_WIDTH}}", "$quiet"),
                part.pad_right(max(room - part.cell_length, 0)),
                " ",
                (f"{word:>{SOURCE_WIDTH}}", source_style),
            )
        )
    if full and line.words:
        rows.append(
            Content.assemble(
                " " * LABEL_WIDTH, (f"“{visible(line.words, LONGEST_VALUE)}”", "italic $quiet")
            )
        )
    return rows


def _gathered(slots: list[SlotLine], width: int) -> list[Content]:
    text = " · ".join(f"{line.label} {line.value}" for line in slots)
    room = max(width - LABEL_WIDTH, 8)
    parts = Content.styled(visible(text), "$quiet").wrap(room)
    label = Content.styled(f"{'else':<{LABEL_WIDTH}}", "$quiet")
    margin = Content(" " * LABEL_WIDTH)
    return [Content.assemble(margin if index else label, p) for index, p in enumerate(parts)]


def _remarks(draft: DraftPlan, width: int) -> list[Content]:
    """Return what was dropped, what is asked, what is wrong, and what it will cost."""
    remarks: list[tuple[str, str, str]] = [
        ("dropped", f"{d.slot} {d.value}: {d.why}", "$warning") for d in draft.plan.dropped
    ]
    remarks.extend(("?", question, "bold $warning") for question in draft.plan.questions)
    if draft.problem and not draft.plan.questions:
        remarks.append(("!", draft.problem, "bold $error"))
    if draft.estimate:
        remarks.append(("takes", draft.estimate, "$quiet"))
    lines: list[Content] = []
    for label, text, style in remarks:
        parts = Content.styled(visible(text, LONGEST_VALUE), style).wrap(
            max(width - LABEL_WIDTH, 8)
        )
        for index, part in enumerate(parts):
            head = f"{label if index == 0 else '':<{LABEL_WIDTH}}"
            lines.append(Content.assemble((head, style if label in "?!" else "$quiet"), part))
    return lines
