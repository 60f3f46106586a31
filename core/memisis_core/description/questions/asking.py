"""Asks question after question and keeps what was answered, by whom, and what was not used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

from memisis_core.description.questions.answer import NoAnswer, Unusable, answer_of
from memisis_core.description.questions.applying import applied, said_by, with_groups
from memisis_core.description.questions.question import Question, Topic
from memisis_core.description.specification import NumberSource, Specification, Stated

_SHARE_SLACK: Final = 0.15
_RATIO: Final = 1.5
_OF_RANGE: Final = 0.25
_FEWEST: Final = 2


@dataclass(frozen=True)
class Answer:
    """What was written, and whether it was ended from outside."""

    text: str
    cut: bool = False


Answerer = Callable[[Question, Specification], Sequence[Answer]]
"""Gives one or several answers to a question; several must agree."""


@dataclass(frozen=True)
class Asked:
    """One question with what came of it.

    Attributes
    ----------
    question : Question
    answers : tuple of str
    stated : Stated or None
        None: no answer is used.
    why : str or None
        Why not.
    reason : Unusable or None
    """

    question: Question
    answers: tuple[str, ...]
    stated: Stated | None
    why: str | None = None
    reason: Unusable | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as the command line's JSON shows it."""
        return {
            "question": self.question.label,
            "answers": list(self.answers),
            "value": None if self.stated is None else self.stated.value,
            "source": None if self.stated is None else self.stated.source.value,
            "reason": self.reason,
            "why": self.why,
        }


@dataclass
class _Interview:
    """A specification while it is being asked about."""

    specification: Specification
    source: NumberSource
    groups: dict[tuple[str, str], dict[str, Stated]] = field(default_factory=dict)

    def put(self, question: Question, answers: Sequence[Answer]) -> Asked:
        texts = tuple(answer.text.strip() for answer in answers)
        try:
            value = agreed(question, answers, self.specification)
            stated = said_by(self.source, value, f"{question.label}: {' | '.join(texts)}")
            self._apply(question, stated)
        except NoAnswer as error:
            return Asked(question, texts, None, str(error), error.reason)
        return Asked(question, texts, stated)

    def _apply(self, question: Question, stated: Stated) -> None:
        if question.topic is not Topic.GROUP_MEAN:
            self.specification = applied(self.specification, question, stated)
            return
        pair = (question.variable, question.other or "")
        means = self.groups.setdefault(pair, {})
        means[str(question.code)] = stated
        if len(means) == len(self.specification.variable(pair[1]).levels):
            self.specification = with_groups(self.specification, *pair, means)


def ask(
    specification: Specification,
    questions: Iterable[Question],
    answerer: Answerer,
    source: NumberSource,
    listen: Callable[[Asked], None] = lambda _asked: None,
) -> tuple[Specification, list[Asked]]:
    """Ask questions and put every answer that holds into the specification.

    Parameters
    ----------
    specification : Specification
        It may still lack what a draw needs.
    questions : iterable of Question
    answerer : callable
    source : NumberSource
        Who is asked: every number says so.
    listen : callable
        Told of each question as it is done.

    Returns
    -------
    specification : Specification
    asked : list of Asked
        In the order of the questions. Means of groups are used only if all groups have one.
    """
    interview = _Interview(specification, source)
    done = []
    for question in questions:
        asked = interview.put(question, answerer(question, interview.specification))
        done.append(asked)
        listen(asked)
    return interview.specification, done


def agreed(question: Question, answers: Sequence[Answer], specification: Specification) -> float:
    """Return the median of some answers.

    Raises
    ------
    NoAnswer
        If fewer than two of several can be read, or they lie too far apart: a quarter of the range
        for means and bounds (of their own size where there is none), a factor of 1.5 for a spread,
        0.15 for a share; words must say the same.
    """
    values: list[float] = []
    refused: list[NoAnswer] = []
    for answer in answers:
        try:
            values.append(answer_of(question, answer.text, cut=answer.cut))
        except NoAnswer as error:
            refused.append(error)
    if len(values) < min(_FEWEST, len(answers)) or not values:
        raise refused[0] if refused else NoAnswer(Unusable.NOTHING)
    if max(values) - min(values) > _slack(question, values, specification):
        raise NoAnswer(Unusable.DISAGREES, ", ".join(f"{value:g}" for value in values))
    return float(median(values)) if question.topic not in _IN_WORDS else values[0]


_IN_WORDS: Final = (Topic.SHAPE, Topic.RELATION)


def _slack(question: Question, values: list[float], specification: Specification) -> float:
    """Return how far apart answers to a question may lie."""
    if question.topic is Topic.SHARE:
        return _SHARE_SLACK
    if question.topic is Topic.SHAPE:
        return 0.0
    if question.topic is Topic.RELATION:
        # weak, moderate and strong of one sign are 0.1, 0.3 and 0.5
        return 0.4 if min(values) * max(values) > 0 else 0.0
    if question.topic is Topic.SD:
        return (_RATIO - 1) * min(values)
    variable = specification.variable(question.variable)
    if variable.low is not None and variable.high is not None:
        return _OF_RANGE * (variable.high.value - variable.low.value)
    return _OF_RANGE * max(abs(value) for value in values)
