"""Scores a planner's answers against requests that people labelled by hand.

Plain data and functions: nothing here knows a language model. The label rules stand in
``benchmarks/planner_set/README.md``; the command that uses this is ``benchmarks/planner.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

from benchmarks.planner_requests import SLOTS, Request, Slots, SlotValue, normalised
from memisis_core.evaluation.intervals import Interval, wilson

CONTRACT_INTENT: Final[Mapping[str, str]] = {
    "change": "generate",
    "run": "chat",
    "stop": "chat",
    "dataset": "chat",
    "export": "chat",
}
"""What the command line's JSON contract, which has four intents, calls the others."""

RESAMPLES: Final = 2000


class PlannerUnderTest(Protocol):
    """What is scored: words and column names in, stated slots out."""

    def plan(self, words: str, schema_columns: list[str]) -> Mapping[str, object]:
        """Return the slots that the words state, named as in `SLOTS`; unstated ones are left out.

        Goals are strings such as ``auroc_gap<=0.03``. Under the intent ``change``, synthesizers
        may be ``+tvae`` (added) or ``-tvae`` (taken out).
        """
        ...


@dataclass(frozen=True)
class AnswerScore:
    """One answer held against one request.

    Attributes
    ----------
    request : Request
    expected : Slots
        The accepted reading that the answer comes closest to.
    answer : Slots
        Normalised.
    seconds : float
        From words to plan.
    """

    request: Request
    expected: Slots
    answer: Slots
    seconds: float

    def is_right(self, slot: str) -> bool:
        """Return whether the slot holds what is expected, or is unstated in both."""
        return self.expected.get(slot) == self.answer.get(slot)

    @property
    def wrong(self) -> tuple[str, ...]:
        """Slots that are not right, in the order of `SLOTS`."""
        return tuple(slot for slot in SLOTS if not self.is_right(slot))

    @property
    def contract_intent_is_right(self) -> bool:
        """Whether the intent is right when only the contract's four are told apart."""
        return contract_intent(self.expected) == contract_intent(self.answer)


@dataclass(frozen=True)
class SlotScore:
    """One slot over all requests.

    Attributes
    ----------
    slot : str
    requests : int
    right : int
        Requests where it holds what is expected, unstated ones included.
    stated : int
        Requests whose words state it.
    stated_right : int
        Of those, the right ones.
    answered : int
        Requests where the planner gave it a value, asked for or not.
    """

    slot: str
    requests: int
    right: int
    stated: int
    stated_right: int
    answered: int

    @property
    def accuracy(self) -> float:
        """Share of requests where the slot is right (0 … 1)."""
        return _share(self.right, self.requests)

    @property
    def precision(self) -> float:
        """Share of the values given that are right (0 … 1; NaN if none was given)."""
        return _share(self.stated_right, self.answered)

    @property
    def recall(self) -> float:
        """Share of the values stated that were found (0 … 1; NaN if none is stated)."""
        return _share(self.stated_right, self.stated)


@dataclass(frozen=True)
class PlannerScore:
    """A planner's answers to the whole set, request by request, and what they come to."""

    answers: tuple[AnswerScore, ...]

    @property
    def slots_right(self) -> float:
        """Share of slots right (0 … 1), the intent counted as one of the nine."""
        return float(self._slot_shares().mean())

    @property
    def slots_interval(self) -> Interval:
        """95 % interval of `slots_right`: percentiles over requests drawn again, seed 0.

        Slots of one request stand or fall together, so that requests are drawn, not slots.
        """
        shares = self._slot_shares()
        drawn = np.random.default_rng(0).integers(len(shares), size=(RESAMPLES, len(shares)))
        low, high = np.quantile(shares[drawn].mean(axis=1), [0.025, 0.975])
        return (float(low), float(high))

    @property
    def whole_plans(self) -> int:
        """Requests with every slot right."""
        return sum(not answer.wrong for answer in self.answers)

    @property
    def intents_right(self) -> int:
        """Requests with the right intent, nine told apart."""
        return sum(answer.is_right("intent") for answer in self.answers)

    @property
    def contract_intents_right(self) -> int:
        """Requests with the right intent, the contract's four told apart."""
        return sum(answer.contract_intent_is_right for answer in self.answers)

    @property
    def slots(self) -> tuple[SlotScore, ...]:
        """One row a slot, in the order of `SLOTS`."""
        return tuple(_slot_score(slot, self.answers) for slot in SLOTS)

    @property
    def stated(self) -> SlotScore:
        """All slots but the intent taken together: its precision and recall are of stated slots."""
        rows = [row for row in self.slots if row.slot != "intent"]
        return SlotScore(
            slot="stated",
            requests=sum(row.requests for row in rows),
            right=sum(row.right for row in rows),
            stated=sum(row.stated for row in rows),
            stated_right=sum(row.stated_right for row in rows),
            answered=sum(row.answered for row in rows),
        )

    @property
    def misses(self) -> tuple[AnswerScore, ...]:
        """Answers with a wrong slot, those with most wrong slots first, then by key."""
        missed = [answer for answer in self.answers if answer.wrong]
        return tuple(sorted(missed, key=lambda answer: (-len(answer.wrong), answer.request.key)))

    def seconds(self, quantile: float) -> float:
        """Return a quantile (0 … 1) of the seconds from words to plan."""
        return float(np.quantile([answer.seconds for answer in self.answers], quantile))

    def share_interval(self, count: int) -> Interval:
        """Return Wilson's 95 % interval of a count of requests."""
        return wilson(count, len(self.answers))

    def _slot_shares(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.array([1 - len(answer.wrong) / len(SLOTS) for answer in self.answers])


class NothingStated:
    """The planner to beat: takes every request for a wish for data and finds nothing stated."""

    def plan(self, words: str, schema_columns: list[str]) -> Mapping[str, object]:
        """Return the commonest intent, ``generate``, and no other slot."""
        del words, schema_columns
        return {"intent": "generate"}


def contract_intent(slots: Slots) -> str | None:
    """Return the intent as the JSON contract knows it; None if the slots name none."""
    intent = slots.get("intent")
    if not isinstance(intent, str):
        return None
    return CONTRACT_INTENT.get(intent, intent)


def score_answer(request: Request, answer: Mapping[str, object], seconds: float) -> AnswerScore:
    """Hold an answer against the accepted reading that it comes closest to."""
    given = normalised(answer)
    scores = [AnswerScore(request, reading, given, seconds) for reading in request.accepted]
    return min(scores, key=lambda score: len(score.wrong))


def score_planner(
    planner: PlannerUnderTest, requests: Iterable[Request], clock: Callable[[], float]
) -> PlannerScore:
    """Give each request to the planner, time it with `clock` (seconds), and score the answers."""
    answers = []
    for request in requests:
        started = clock()
        answer = planner.plan(request.words, list(request.columns))
        answers.append(score_answer(request, answer, clock() - started))
    return PlannerScore(tuple(answers))


def as_text(value: SlotValue | None) -> str:
    """Return a slot's value as one word or a comma-separated list; ``-`` if it is unstated."""
    if value is None:
        return "-"
    if isinstance(value, frozenset):
        return ", ".join(sorted(value))
    return str(value)


def _slot_score(slot: str, answers: Sequence[AnswerScore]) -> SlotScore:
    return SlotScore(
        slot=slot,
        requests=len(answers),
        right=sum(answer.is_right(slot) for answer in answers),
        stated=sum(slot in answer.expected for answer in answers),
        stated_right=sum(slot in answer.expected and answer.is_right(slot) for answer in answers),
        answered=sum(slot in answer.answer for answer in answers),
    )


def _share(count: int, of: int) -> float:
    return count / of if of else math.nan
