"""``memisis describe --ask``: a model, then the person, says what a specification leaves open."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from memisis_core.description.questions.answer import NoAnswer, answer_of
from memisis_core.description.questions.asking import Answer, Asked, ask
from memisis_core.description.questions.question import Question, questions_for
from memisis_core.description.specification import NumberSource, Specification
from memisis_tui.commands.output import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from memisis_core.agent.language_model import ValueWriter
    from memisis_core.description.questions.knowledge import Knowledge

_CONTEXT = 2048


def completed_by_asking(
    specification: Specification, model: str | None, *, interactive: bool
) -> tuple[Specification, dict[str, Any]]:
    """Ask what is open, and return the specification with what the JSON says of it.

    Parameters
    ----------
    specification : Specification
    model : str, optional
        A file of the models folder; without one, the embedded model.
    interactive : bool
        Whether a person is there to be asked.

    Raises
    ------
    InputError, ModelUnavailable
        If there is no such model, or it cannot be loaded.
    """
    questions = questions_for(specification)
    if not questions:
        say("nothing is left open that could be asked")
        return specification, {"asked": [], "model": None}
    with _writer(model) as writer:
        knowledge = _tried(writer, specification)
        say(knowledge.line(writer.name))
        done: list[Asked] = []
        if knowledge.enough:
            specification, done = _asked_of_model(writer, specification, questions)
        name = writer.name
    answered = {asked.question for asked in done if asked.stated is not None}
    left = [q for q in questions if q.essential and q not in answered]
    if interactive and left:
        specification, by_person = _asked_of_person(specification, left)
        done += by_person
        answered |= {asked.question for asked in by_person if asked.stated is not None}
    for question in left:
        if question not in answered:
            say(f"open: {question.text(specification)}")
    return specification, {
        "model": name,
        "known_numbers": {
            "asked": knowledge.asked,
            "met": knowledge.met,
            "met_by_default": knowledge.by_default,
            "enough": knowledge.enough,
        },
        "asked": [asked.to_json() for asked in done],
        "open": [question.label for question in left if question not in answered],
    }


def _tried(writer: ValueWriter, specification: Specification) -> Knowledge:
    from memisis_core.description.questions.knowledge import controls, knowledge_of
    from memisis_core.description.questions.model_answers import ModelAnswers

    return knowledge_of(ModelAnswers(writer), controls(specification))


def _asked_of_model(
    writer: ValueWriter, specification: Specification, questions: Sequence[Question]
) -> tuple[Specification, list[Asked]]:
    from memisis_core.description.questions.model_answers import ModelAnswers

    return ask(specification, questions, ModelAnswers(writer), NumberSource.MODEL, _told())


def _told() -> Callable[[Asked], None]:
    def tell(asked: Asked) -> None:
        if asked.stated is None:
            say(f"  {asked.question.label}: not known ({asked.why})")
        else:
            say(f"  {asked.question.label}: {asked.stated.value:g} (the model)")

    return tell


def _asked_of_person(
    specification: Specification, questions: Sequence[Question]
) -> tuple[Specification, list[Asked]]:
    say("What you know, type; Enter leaves a question open, Ctrl+D all that follow.")
    person = _Person()
    return ask(specification, questions, person, NumberSource.PERSON, person.told)


class _Person:
    """Types one answer to each question; is asked again where it cannot be read."""

    def __init__(self) -> None:
        self._gone = False

    def __call__(self, question: Question, specification: Specification) -> list[Answer]:
        while not self._gone:
            text = self._typed(f"{question.text(specification)} ")
            if not text:
                break
            try:
                answer_of(question, text)
            except NoAnswer as error:
                say(f"  not understood ({error.reason}); again, or Enter")
                continue
            return [Answer(text)]
        return [Answer("")]

    def told(self, asked: Asked) -> None:
        if asked.stated is None and any(asked.answers):
            say(f"  not used: {asked.why}")

    def _typed(self, text: str) -> str:
        sys.stderr.write(text)
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            self._gone = True
            say("")
        return line.strip()


@contextmanager
def _writer(model: str | None) -> Iterator[ValueWriter]:
    from memisis_core.agent.gpt4all_values import GPT4AllValueWriter
    from memisis_core.agent.model_choice import usable_file
    from memisis_core.agent.model_files import CHAT_FILE

    writer = GPT4AllValueWriter(usable_file(model or CHAT_FILE), context=_CONTEXT)
    try:
        yield writer
    finally:
        writer.close()
