"""Asks the language model what a request states. The model decides; grounding checks it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from memisis_core.agent.gpt4all_process import PromptTooLong
from memisis_core.agent.language_model import CompletionRequest, LanguageModel, Message
from memisis_core.agent.planner_line import (
    ANSWER_START,
    ANSWER_TOKENS,
    ShownColumns,
    parse,
    prompt,
)
from memisis_core.plan.column_mentions import relevance
from memisis_core.plan.grounding import LONGEST_CHECKED
from memisis_core.plan.slots import Proposal, Slots

if TYPE_CHECKING:
    from memisis_core.data.schema import Column, Schema

WORDS_READ = LONGEST_CHECKED
"""Characters of a request that the model reads; training requests have at most a few hundred."""
COLUMNS_READ = 1200
"""Characters of column names, about 80 columns; training has seen tables of up to 40."""


INSTRUCTIONS: Final = (
    Message(
        "system",
        "You turn a request for synthetic data into one line of settings. Slots, in this order: "
        "intent (generate, change, run, stop, dataset, explain, export, describe or chat); "
        "synthesizers (ctgan, gaussian_copula, tvae); epochs; train_rows (real rows to learn "
        "from); rows (synthetic rows); target (a column); protected (columns); priority (privacy, "
        "utility, fairness or fidelity); goals (such as auroc_gap<=0.03). Write - for what "
        "the request does not state. Write nothing else.",
    ),
    Message("user", "Columns: AGE, SEX, DEATH\nRequest: all but the GAN, 1k patients, fair by sex"),
    Message(
        "assistant",
        "intent=generate; synthesizers=gaussian_copula,tvae; epochs=-; train_rows=-; rows=1000; "
        "target=-; protected=SEX; priority=-; goals=-",
    ),
    Message("user", "Columns: AGE, SEX, DEATH\nRequest: which run is safest to share?"),
    Message(
        "assistant",
        "intent=explain; synthesizers=-; epochs=-; train_rows=-; rows=-; target=-; protected=-; "
        "priority=-; goals=-",
    ),
)
"""For a larger model that the person chose: it was not trained for these lines."""


class Planner:
    """Turns words into slots with a language model.

    Parameters
    ----------
    model : LanguageModel
        The planner's own model, trained for the lines of `planner_line`, or another one.
    preamble : tuple of Message
        What another model is told before each request (`INSTRUCTIONS`).
    """

    def __init__(self, model: LanguageModel, preamble: tuple[Message, ...] = ()) -> None:
        self.model = model
        self._preamble = preamble

    def propose(self, words: str, schema: Schema | None) -> Proposal:
        """Return what the model makes of `words`.

        Parameters
        ----------
        words : str
            The request, any text.
        schema : Schema or None
            Columns of the open table, if there is one.

        Raises
        ------
        ModelUnavailable
            If there is no model or it died.
        """
        if not words.strip():
            return Proposal(Slots(intent="chat"))
        columns = schema.columns if schema is not None else ()
        words_limit, columns_limit = WORDS_READ, COLUMNS_READ
        while True:
            read = _shortened(words, words_limit)
            chosen = _fitting(read, columns, columns_limit)
            try:
                line = self._ask(read, ShownColumns.of(chosen))
            except PromptTooLong:
                # Scripts of which a token holds less than a letter take four times the room.
                words_limit, columns_limit = words_limit // 2, columns_limit // 2
                if words_limit < 50:
                    raise
                continue
            slots, strange = parse(line, ShownColumns.of(chosen))
            return Proposal(slots, line, strange, len(read), len(columns) - len(chosen))

    def prepare(self, schema: Schema | None) -> None:
        """Start the model and have it read the columns, so that the first request is answered soon.

        Raises
        ------
        ModelUnavailable
            If there is no model or it died.
        """
        columns = schema.columns if schema is not None else ()
        shown = ShownColumns.of(_fitting("", columns, COLUMNS_READ))
        self.model.complete(CompletionRequest((*self._preamble, prompt(shown, "-")), max_tokens=1))

    def _ask(self, words: str, columns: ShownColumns) -> str:
        request = CompletionRequest(
            messages=(*self._preamble, prompt(columns, words)),
            answer_start=ANSWER_START,
            max_tokens=ANSWER_TOKENS,
            stop=("\n",),
        )
        return ANSWER_START + self.model.complete(request).text


def open_planner() -> Planner:
    """Return the planner with the model in use; nothing is loaded before the first request.

    Raises
    ------
    ModelUnavailable
        If the embedded planner is not installed.
    InputError
        If a file that the person chose cannot be used.
    """
    from memisis_core.agent.gpt4all_process import GPT4AllModel
    from memisis_core.agent.model_choice import model_choice
    from memisis_core.agent.model_files import planner_model_file

    preamble = INSTRUCTIONS if model_choice().planner is not None else ()
    return Planner(GPT4AllModel(planner_model_file()), preamble)


def _shortened(words: str, limit: int) -> str:
    """Return the beginning and the end of a long request: what is wanted stands in one of them."""
    if len(words) <= limit:
        return words
    return f"{words[: limit * 2 // 3]} … {words[-limit // 3 :]}"


def _fitting(words: str, columns: Sequence[Column], limit: int) -> list[str]:
    """Return the columns to show, in the table's order; the least relevant go if not all fit."""
    sizes = [len(column.name) + 2 for column in columns]
    if sum(sizes) <= limit:
        return [column.name for column in columns]
    scores = [relevance(column.name, column.description, words) for column in columns]
    room = limit
    kept: set[int] = set()
    for index in sorted(range(len(columns)), key=lambda i: -scores[i]):
        if sizes[index] <= room:
            kept.add(index)
            room -= sizes[index]
    return [columns[index].name for index in sorted(kept)]
