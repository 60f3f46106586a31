"""Checks the numbers that the model claims against those in the words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from memisis_core.plan.grounded import OpenQuestion
from memisis_core.plan.number_mentions import NumberMention, counted, number_mentions
from memisis_core.plan.provenance import Dropped

_CUES: Final = {
    "epochs": re.compile(r"epoc|epch|eopch|iterat|pass(?:es)?\b|cycles?|rounds?", re.IGNORECASE),
    "train_rows": re.compile(
        r"train|learn|fit\b|fitted|real|subsampl|teach|original", re.IGNORECASE
    ),
    "sample_rows": re.compile(
        r"rows?\b|patients?|record|sampl|case|people|subject|entries|observation|synthetic|persons?"
        r"|individual|line|generat|make|size|\bn\b",
        re.IGNORECASE,
    ),
}
_LIMITS: Final = {"epochs": (1, 100_000), "train_rows": (10, 10**9), "sample_rows": (1, 10_000_000)}
_CORRECTED = re.compile(
    r"\b(?:no|not|nope|wait|actually|rather|instead|sorry|scratch|correct\w*|i mean"
    r"|make (?:it|that)|change|better|well|er|oops|hmm|typo|pardon|then|from|to|or|between"
    r"|at first|later|first|"
    r"start|after|second)\b|->|→|\?|\.\.\.",
    re.IGNORECASE,
)
_STUCK_EPOCHS = re.compile(
    r"[ \t-]{0,3}(?:training )?(?:epochs?|eps?\b|iterations?)", re.IGNORECASE
)
_STUCK_ROWS = re.compile(
    r"[ \t-]{0,3}(?:(?:synthetic|new|fake|training|artificial|real) )?"
    r"(?:rows?|patients?|records?|samples?|cases|subjects?|individuals)\b",
    re.IGNORECASE,
)
_NEAR: Final = 30


@dataclass(frozen=True)
class GroundedNumber:
    """A number with the words that say it."""

    value: int
    start: int
    end: int


class NumberGrounding:
    """Traces several numbers of one request; no two slots take the same place if they need not."""

    def __init__(self, words: str) -> None:
        self._words = words
        self._mentions = number_mentions(words)
        self._taken: list[NumberMention] = []

    def ground(self, slot: str, claimed: str) -> GroundedNumber | Dropped:
        """Return the number that the words say, or why there is none."""
        value = counted(claimed)
        if value is None:
            return Dropped(slot=slot, value=claimed[:80], why="not a whole number")
        fitting = self._quoted(claimed, value) or [
            mention for mention in self._mentions if mention.means(value)
        ]
        if not fitting:
            mention, value = self._miscopied(slot, value)
            if mention is None:
                why = "the words hold no such number"
                return Dropped(slot=slot, value=claimed[:80], why=why)
            fitting = [mention]
        fitting = [mention for mention in fitting if self._may_count(slot, mention)]
        if not fitting:
            why = "the words count something else by this number"
            return Dropped(slot=slot, value=claimed[:80], why=why)
        low, high = _LIMITS[slot]
        if not low <= value <= high:
            why = f"must be between {low:,} and {high:,}"
            return Dropped(slot=slot, value=claimed[:80], why=why)
        free = [mention for mention in fitting if not self._is_taken(mention)] or fitting
        best = max(free, key=lambda mention: self._closeness(slot, mention))
        self._taken.append(best)
        return GroundedNumber(value, best.start, self._end_of_unit(slot, best))

    def _quoted(self, claimed: str, value: int) -> list[NumberMention]:
        """Return where the words hold a number just as it is claimed."""
        whole = re.compile(rf"(?<![\w.,]){re.escape(claimed.strip())}(?!\w|[.,]\d)", re.IGNORECASE)
        return [
            NumberMention(match.start(), match.end(), match[0], (float(value),))
            for match in whole.finditer(self._words)
        ]

    def contradiction(self, slot: str, chosen: GroundedNumber) -> OpenQuestion | None:
        """Return a question if the words give ``slot`` two numbers and correct neither.

        Only epochs: "rows" also counts other things, so that two numbers of rows are no sign.
        """
        if slot != "epochs":
            return None
        named = [m for m in self._mentions if _STUCK_EPOCHS.match(self._words, m.end)]
        values = dict.fromkeys(int(mention.readings[0]) for mention in named)
        if len(values) < 2 or chosen.value not in values:
            return None
        between = self._words[named[0].end : named[-1].start]
        before = self._words[max(0, named[0].start - 12) : named[0].start]
        after = self._words[named[-1].end : named[-1].end + 20]
        if any(_CORRECTED.search(text) for text in (before, between, after)):
            return None
        listed = " or ".join(f"{value:,}" for value in values)
        return OpenQuestion(
            "epochs",
            f"epochs: the words name {listed}; one plan trains all synthesizers equally long. "
            "Which is it?",
            tuple(f"{value} epochs" for value in values),
        )

    def _is_taken(self, mention: NumberMention) -> bool:
        return any(m.start < mention.end and mention.start < m.end for m in self._taken)

    def _may_count(self, slot: str, mention: NumberMention) -> bool:
        """Return whether no unit right after the number says that it counts something else."""
        epochs = _STUCK_EPOCHS.match(self._words, mention.end) is not None
        rows = _STUCK_ROWS.match(self._words, mention.end) is not None
        return not rows if slot == "epochs" else not epochs

    def _miscopied(self, slot: str, value: int) -> tuple[NumberMention | None, int]:
        """Return the one number of which `value` is a slip of a digit, if its slot's cue is near.

        The model copies digit by digit; 12500 now and then arrives as 1250.
        """
        near = [
            (mention, int(reading))
            for mention in self._mentions
            for reading in mention.readings
            if reading == int(reading)
            and _slipped(str(int(reading)), str(value))
            and self._closeness(slot, mention) > 0
        ]
        return near[0] if len(near) == 1 else (None, value)

    def _end_of_unit(self, slot: str, mention: NumberMention) -> int:
        """Return where "300 epochs" ends, so that the number is shown with what it counts."""
        unit = re.compile(r"[\s-]{0,2}([^\W\d_]+)").match(self._words, mention.end)
        if unit is not None and _CUES[slot].match(unit[1]):
            return unit.end()
        return mention.end

    def _closeness(self, slot: str, mention: NumberMention) -> float:
        """Return how near the slot's own words stand: 1 beside the number, 0 far away."""
        start = max(0, mention.start - _NEAR)
        best = 0.0
        for match in _CUES[slot].finditer(self._words, start, mention.end + _NEAR):
            gap = max(mention.start - match.end(), match.start() - mention.end, 0)
            following = 0.1 if match.start() >= mention.end else 0.0
            best = max(best, 1.0 - gap / _NEAR + following)
        return best


def _slipped(said: str, claimed: str) -> bool:
    if len(said) < 3 or said[0] != claimed[0]:
        return False
    return said.strip("0") == claimed.strip("0") and abs(len(said) - len(claimed)) == 1
