"""Checks the synthesizers that the model claims against the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from memisis_core.plan.model import SYNTHESIZER_NAMES
from memisis_core.plan.provenance import Dropped
from memisis_core.plan.slots import PlannerIntent
from memisis_core.plan.synthesizer_mentions import (
    SynthesizerMention,
    group_mention,
    synthesizer_mentions,
    whole_group_mention,
)


@dataclass
class GroundedSynthesizers:
    """Synthesizers with support, the spans that support them, and what was dropped."""

    chosen: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    spans: list[tuple[int, int]] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)


def ground_synthesizers(
    claimed: Sequence[str], words: str, intent: PlannerIntent
) -> GroundedSynthesizers:
    """Keep the synthesizers that the words name, or a group of which they name.

    Parameters
    ----------
    claimed : sequence of str
        Names; under ``change`` with a sign if they join or leave.
    words : str
    intent : PlannerIntent
    """
    result = GroundedSynthesizers()
    mentions = synthesizer_mentions(words)
    kept: dict[str, list[str]] = {"": [], "+": [], "-": []}
    for text in dict.fromkeys(claimed):
        sign = text[0] if text[:1] in ("+", "-") else ""
        name = _known(text[len(sign) :])
        if name is None:
            why = f"there is no such synthesizer; there are {', '.join(SYNTHESIZER_NAMES)}"
            result.dropped.append(Dropped(slot="synthesizers", value=text[:80], why=why))
            continue
        span, why = _support(name, mentions, words, leaving=sign == "-")
        if span is None:
            result.dropped.append(Dropped(slot="synthesizers", value=text, why=why))
            continue
        result.spans.append(span)
        # A sign means something only where there is a plan to change.
        kept[sign if intent is PlannerIntent.CHANGE else ""].append(name)
    result.chosen = tuple(sorted(set(kept[""])))
    if result.chosen and not mentions and (span := whole_group_mention(words)):
        # "All three synthesizers", with none named and none excepted, leaves no room for fewer.
        result.chosen = tuple(sorted(SYNTHESIZER_NAMES))
        result.spans.append(span)
    result.added = tuple(sorted(set(kept["+"])))
    result.removed = tuple(sorted(set(kept["-"])))
    return result


def _known(text: str) -> str | None:
    folded = text.strip().lower().replace(" ", "_").replace("-", "_")
    aliases = {"copula": "gaussian_copula", "gaussiancopula": "gaussian_copula"}
    folded = aliases.get(folded, folded)
    return folded if folded in SYNTHESIZER_NAMES else None


def _support(
    name: str, mentions: Sequence[SynthesizerMention], words: str, *, leaving: bool
) -> tuple[tuple[int, int] | None, str]:
    own = [mention for mention in mentions if mention.name == name]
    wanted = [mention for mention in own if leaving or not mention.ruled_out]
    if wanted:
        return (wanted[-1].start, wanted[-1].end), ""
    if own:
        return None, "the words rule it out"
    group = group_mention(words, name)
    if group is not None or any(mention.ruled_out for mention in mentions):
        # "Not the GAN" leaves the other two without naming them.
        return group or (mentions[0].start, mentions[-1].end), ""
    return None, "the words do not name it"
