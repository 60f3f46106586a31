"""Whether a model knows enough to be asked: it is asked for numbers that are known."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from memisis_core.description.defaults import filled
from memisis_core.description.questions.answer import NoAnswer
from memisis_core.description.questions.asking import Answerer, agreed
from memisis_core.description.questions.question import Question, Topic
from memisis_core.description.ready_made import EXAMPLES, example
from memisis_core.description.relation_checks import stated_mean, totals_of
from memisis_core.description.specification import (
    NumberSource,
    Specification,
    Stated,
    Variable,
)

CONTROLS: Final = 12
_KNOWN: Final = (NumberSource.PERSON, NumberSource.LITERATURE, NumberSource.SAID)
_MEAN_SLACK: Final = 0.5
_SD_RATIO: Final = 1.5
_SHARE_SLACK: Final = 0.1


@dataclass(frozen=True)
class Control:
    """A question whose answer is known.

    Attributes
    ----------
    question : Question
    specification : Specification
        The one that it is about.
    value : float
        What is stated there.
    default : float
        What the program would put if nobody had stated it.
    slack : float
        How far from `value` an answer still counts.
    """

    question: Question
    specification: Specification
    value: float
    default: float
    slack: float

    def met_by(self, value: float) -> bool:
        """Return whether an answer counts as right."""
        if self.question.topic is Topic.SD:
            return 1 / _SD_RATIO <= value / self.value <= _SD_RATIO
        return abs(value - self.value) <= self.slack


@dataclass(frozen=True)
class Knowledge:
    """How a model did on questions whose answers are known.

    Attributes
    ----------
    asked, met : int
        Questions, and right answers among them.
    by_default : int
        How many the program's own defaults get right without asking anybody.
    """

    asked: int
    met: int
    by_default: int

    @property
    def enough(self) -> bool:
        """Whether its answers are used: half of them right, and more than by default."""
        return self.met * 2 >= self.asked and self.met > self.by_default

    def line(self, model: str) -> str:
        """Return it on one line, for people."""
        verdict = (
            "its answers are used" if self.enough else "too few, so that its answers are not used"
        )
        return (
            f"{model} was first asked for {self.asked} numbers that are known: {self.met} right "
            f"({self.by_default} by the program's defaults); {verdict}"
        )


def controls(specification: Specification, most: int = CONTROLS, seed: int = 0) -> list[Control]:
    """Return questions with known answers: the specification's own, and more of ready-made ones."""
    draw = random.Random(seed)  # noqa: S311
    own = list(_known_in(specification))
    found = draw.sample(own, min(most, len(own)))
    others = [
        control
        for name in EXAMPLES
        if (made := example(name)).title != specification.title
        for control in _known_in(made)
    ]
    missing = most - len(found)
    return found + draw.sample(others, min(missing, len(others)))


def knowledge_of(
    answerer: Answerer, asked: list[Control], listen: Callable[[int, int], None] = lambda *_n: None
) -> Knowledge:
    """Ask for known numbers; an answer that cannot be used is a wrong one."""
    met = 0
    for place, control in enumerate(asked):
        answers = answerer(control.question, control.specification)
        with suppress(NoAnswer):  # counted as not met
            met += control.met_by(agreed(control.question, answers, control.specification))
        listen(place + 1, len(asked))
    return Knowledge(len(asked), met, sum(c.met_by(c.default) for c in asked))


def _known_in(specification: Specification) -> Iterator[Control]:
    totals = totals_of(specification)
    for variable in specification.variables:
        if variable.is_coded:
            yield from _shares_of(variable, specification)
        elif variable.is_numeric and variable.name not in totals:
            yield from _moments_of(variable, specification)


def _moments_of(variable: Variable, specification: Specification) -> Iterator[Control]:
    mean, sd = variable.mean, variable.sd
    if mean is None or sd is None or not (_is_known(mean) and _is_known(sd)) or not sd.value:
        return
    bare = variable.model_copy(update={"mean": None, "sd": None, "skew": None})
    if bare.low is None or bare.high is None:
        return
    alone = Specification(title="one", variables=(bare,))
    guessed = filled(alone).specification.variables[0]
    for topic, stated in ((Topic.MEAN, mean), (Topic.SD, sd)):
        default = getattr(guessed, topic.value)
        if default is not None:
            yield Control(
                Question(topic, variable.name), specification, stated.value, default.value,
                _MEAN_SLACK * sd.value,
            )  # fmt: skip


def _shares_of(variable: Variable, specification: Specification) -> Iterator[Control]:
    levels = variable.levels
    if len(levels) < 2 or (variable.is_ordered and stated_mean(variable) is None):
        return
    level = levels[1]
    if level.share is not None and _is_known(level.share):
        yield Control(
            Question(Topic.SHARE, variable.name, code=level.code), specification,
            level.share.value, 1 / len(levels), _SHARE_SLACK,
        )  # fmt: skip


def _is_known(stated: Stated) -> bool:
    return stated.source in _KNOWN
