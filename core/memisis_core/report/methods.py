"""What was measured and by what definition, and what the author of the table says about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from memisis_core.data.card import card_of
from memisis_core.errors import InputError
from memisis_core.evaluation.catalogue import explanations
from memisis_core.runs.record import RunRecord


@dataclass(frozen=True)
class MethodLine:
    """One measure of the report: what its value says, and where it is defined."""

    metric_id: str
    name: str
    what: str
    source: str


def methods_of(runs: Sequence[RunRecord]) -> tuple[MethodLine, ...]:
    """Return the measures that these runs have, in the order of the axes, each once."""
    measured = {metric.id for run in runs for metric in run.metrics}
    return tuple(
        MethodLine(known.id, known.name, known.what, known.source)
        for known in explanations().values()
        if known.id in measured
    )


def card_lines(data: Path) -> tuple[tuple[str, str], ...]:
    """Return what the data card beside a table says, by heading; one line if there is none."""
    try:
        card = card_of(data)
    except (InputError, OSError):
        return (("Data card", "the file beside the table cannot be read"),)
    if card is None:
        return (("Data card", "none lies beside the table"),)
    people = {True: "yes", False: "no", None: "not said"}[card.real_people]
    said = (
        ("Title", card.title),
        ("Summary", card.summary),
        ("Source", card.source),
        ("Licence", card.licence),
        ("Rows are people who exist", people),
        *(("Known bias", bias) for bias in card.known_biases),
    )
    return tuple((heading, text) for heading, text in said if text)
