"""A language model as the one that answers: the same question several times, short answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from memisis_core.agent.language_model import Message, ValueRequest, ValueWriter
from memisis_core.description.questions.asking import Answer
from memisis_core.description.questions.question import Question
from memisis_core.description.specification import Specification, Variable
from memisis_core.errors import Cancelled

TIMES: Final = 3
_TEMPERATURE: Final = 0.7
_TOKENS: Final = 16
_LONGEST: Final = 200
_MOST_CODES: Final = 12


@dataclass
class ModelAnswers:
    """Asks a model each question `times` times.

    It is told the study, the population, and of the variables concerned name, description, unit,
    codes and range: never a statistic, so that known numbers can be asked for too.

    Attributes
    ----------
    writer : ValueWriter
    times : int
    """

    writer: ValueWriter
    times: int = TIMES

    def __call__(self, question: Question, specification: Specification) -> list[Answer]:
        """Return the model's answers.

        Raises
        ------
        ModelUnavailable
            If the model cannot be loaded or died.
        Cancelled
        """
        mark = self.writer.read((Message("user", prompt(question, specification)),))
        answers = []
        for _ in range(self.times):
            value = self.writer.write(
                mark,
                ValueRequest("Answer:", stop=("\n",), max_tokens=_TOKENS, temperature=_TEMPERATURE),
            )
            if value.ending == "cancelled":
                raise Cancelled("stopped")
            answers.append(Answer(value.text, cut=value.ending == "length"))
        return answers


def prompt(question: Question, specification: Specification) -> str:
    """Return the whole question as a model reads it."""
    study = specification.study
    about = study.database or study.name or specification.title
    lines = [f"Study: {_cut(about)}"]
    if study.population:
        lines.append(f"Population: {_cut(study.population)}")
    lines.append(_about(specification.variable(question.variable)))
    if question.other is not None:
        lines.append(_about(specification.variable(question.other)))
    lines.append(question.text(specification))
    return "\n".join(lines)


def _about(variable: Variable) -> str:
    parts = [variable.description, f"in {variable.unit}" if variable.unit else ""]
    if variable.is_coded:
        codes = [
            f"{level.code} ({level.label})" if level.label else str(level.code)
            for level in variable.levels[:_MOST_CODES]
        ]
        parts.append(f"one of {', '.join(codes)}")
    elif variable.low is not None and variable.high is not None:
        parts.append(f"from {variable.low.value:g} to {variable.high.value:g}")
    return f"{variable.name}: {_cut(', '.join(part for part in parts if part))}"


def _cut(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]
