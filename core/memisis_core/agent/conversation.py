"""A conversation that acts: words in, typed replies out. It proposes; a person confirms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from memisis_core.agent import own_words
from memisis_core.agent.chat import Chat
from memisis_core.agent.dataset_answers import dataset_answer
from memisis_core.agent.explanation import explain
from memisis_core.agent.glossary import terms_in
from memisis_core.agent.replies import (
    ChatAnswer,
    DescribeRequested,
    Export,
    ExportRequested,
    PlanChanged,
    PlanProposed,
    Question,
    Reply,
    RunRequested,
    Step,
    StopRequested,
    Trouble,
)
from memisis_core.errors import MemisisError
from memisis_core.plan.changes import answered_plan, changed_plan, slot_of_question
from memisis_core.plan.grounding import ground, plan_of
from memisis_core.plan.next_plan import next_plans
from memisis_core.plan.slots import PlannerIntent
from memisis_core.plan.synthesizer_mentions import synthesizer_mentions

if TYPE_CHECKING:
    from memisis_core.agent.facts import Facts
    from memisis_core.agent.language_model import LanguageModel
    from memisis_core.agent.planner import Planner
    from memisis_core.plan.grounded import Grounded, OpenQuestion
    from memisis_core.plan.model import Plan
    from memisis_core.plan.slots import Proposal
    from memisis_core.runs.record import RunRecord

_EXPORTS: Final[dict[Export, re.Pattern[str]]] = {
    "report": re.compile(r"\b(?:report|findings|evaluation|html|markdown|pdf)\b", re.IGNORECASE),
    "plan": re.compile(r"\b(?:plan|toml)\b", re.IGNORECASE),
    "data": re.compile(
        r"\b(?:data|csv|table|rows|synthetic|parquet|excel|xlsx|tsv)\b", re.IGNORECASE
    ),
}
_NEXT: Final = re.compile(
    r"\b(?:next|try|improve\w*|do better|goals?|reach\w*|what now|instead)\b", re.IGNORECASE
)

_UNDERSTOOD: Final = {
    PlannerIntent.GENERATE: "a new plan",
    PlannerIntent.CHANGE: "a change of the plan",
    PlannerIntent.RUN: "start the plan",
    PlannerIntent.STOP: "stop what is running",
    PlannerIntent.DATASET: "a question about the table",
    PlannerIntent.EXPLAIN: "a question about the runs",
    PlannerIntent.EXPORT: "export",
    PlannerIntent.DESCRIBE: "data from a description",
    PlannerIntent.CHAT: "conversation",
}


class Conversation:
    """Answers messages, one at a time, in the thread that asks; `cancel` may come from another.

    Parameters
    ----------
    planner : Planner
        Decides what a message wants.
    chat_model : LanguageModel, optional
        Answers in prose what has no answer of ours. None: there is no such answer.
        The embedded one is asked general questions only, and its words are marked.
    """

    def __init__(self, planner: Planner, chat_model: LanguageModel | None = None) -> None:
        self._planner = planner
        self._chat_model = chat_model
        self._chat = Chat(chat_model)
        self._questions: list[OpenQuestion] = []
        self._acts: dict[PlannerIntent, Callable[[str, Facts, Grounded], Iterator[Reply]]] = {
            PlannerIntent.RUN: self._run,
            PlannerIntent.STOP: self._stop,
            PlannerIntent.DATASET: lambda words, facts, _: iter([dataset_answer(words, facts)]),
            PlannerIntent.EXPLAIN: self._explain,
            PlannerIntent.EXPORT: self._export,
            PlannerIntent.DESCRIBE: lambda words, *_: _described(words),
            PlannerIntent.CHAT: lambda words, facts, _: self._chat.answer(words, facts),
        }

    def reply(self, words: str, facts: Facts) -> Iterator[Reply]:
        """Answer a message; what went wrong comes as `Trouble`, nothing is raised for it.

        Parameters
        ----------
        words : str
            What the person said, any text.
        facts : Facts
            The session as it is now.

        Yields
        ------
        Reply
            Steps as they happen, then what came of them. No reply starts anything: the screen
            does, after a person confirmed.
        """
        if not words.strip():
            yield ChatAnswer(own_words.EMPTY, own_words.SOURCE)
            return
        try:
            settled = self._settle(words, facts)
            if settled is not None:
                yield from settled
                return
            proposal = self._planner.propose(words, facts.schema)
            grounded = ground(proposal.slots, words, facts.schema, facts.dataset)
            yield from self._steps(words, proposal, grounded)
            yield from self._act(words, facts, proposal, grounded)
        except MemisisError as error:
            yield Trouble(error.line())

    def prepare(self, facts: Facts) -> None:
        """Start the planner and have it read the columns; blocks, so call it in a thread.

        Raises
        ------
        ModelUnavailable
            If there is no model or it cannot be loaded.
        """
        self._planner.prepare(facts.schema)

    def cancel(self) -> None:
        """End the answer being written; safe from any thread."""
        self._planner.model.cancel()
        if self._chat_model is not None:
            self._chat_model.cancel()

    def close(self) -> None:
        """Give back the models; a later message starts them again."""
        self._planner.model.close()
        if self._chat_model is not None:
            self._chat_model.close()

    def _steps(self, words: str, proposal: Proposal, grounded: Grounded) -> Iterator[Step]:
        yield Step(f"understood by {self._planner.model.name}: {_UNDERSTOOD[grounded.intent]}")
        if proposal.words_read < len(words):
            yield Step(f"only {proposal.words_read:,} of {len(words):,} characters were read")
        if proposal.columns_left_out:
            yield Step(f"{proposal.columns_left_out} columns were not shown to the model")
        for dropped in grounded.dropped:
            yield Step(f"left out: {dropped.slot} = {dropped.value} ({dropped.why})")

    def _act(
        self, words: str, facts: Facts, proposal: Proposal, grounded: Grounded
    ) -> Iterator[Reply]:
        intent = grounded.intent
        if intent in self._acts:
            yield from self._acts[intent](words, facts, grounded)
        elif facts.schema is None:
            yield ChatAnswer(own_words.NO_TABLE, own_words.SOURCE)
        elif intent is PlannerIntent.CHANGE and facts.plan is not None:
            yield from self._change(words, facts.plan, grounded)
        else:
            plan = plan_of(grounded, words, facts.dataset, proposal.strange)
            self._questions = list(grounded.questions)
            yield PlanProposed(plan)
            yield from self._next_question(plan)

    def _change(self, words: str, before: Plan, grounded: Grounded) -> Iterator[Reply]:
        plan, changed = changed_plan(before, grounded, words)
        known = [question for question in self._questions if question.text in plan.questions]
        self._questions = [*known, *grounded.questions]
        yield PlanChanged(plan, before, changed)
        yield from self._next_question(plan)

    def _next_question(self, plan: Plan) -> Iterator[Reply]:
        if plan.questions:
            known = next((q for q in self._questions if q.text == plan.questions[0]), None)
            yield Question(plan.questions[0], known.choices if known is not None else ())

    def _settle(self, words: str, facts: Facts) -> Iterator[Reply] | None:
        """Return the replies to an answer to the question that is open, None if it is none."""
        plan = facts.plan
        if plan is None or not plan.questions:
            return None
        question = next((q for q in self._questions if q.text == plan.questions[0]), None)
        after = answered_plan(plan, question, words) if question is not None else None
        if question is None or after is None:
            return None
        slots = ("target", "protected", slot_of_question(question.text))
        changed = tuple(s for s in dict.fromkeys(slots) if getattr(plan, s) != getattr(after, s))
        return iter([PlanChanged(after, plan, changed), *self._next_question(after)])

    def _explain(self, words: str, facts: Facts, grounded: Grounded) -> Iterator[Reply]:
        if terms_in(words) and not any(run.metrics for run in facts.runs):
            yield from self._chat.answer(words, facts)  # "explain equalised odds"
            return
        yield explain(words, facts.runs)
        if _NEXT.search(words):
            yield from self.propose_next(facts)

    def propose_next(self, facts: Facts) -> Iterator[Reply]:
        """Propose the plan to try next if the last plan's goals are not surely met.

        Yields nothing if they are, if there are none, or if nothing is left to try. Screens call
        it when the last run of a plan has ended.
        """
        if facts.schema is None or facts.dataset is None:
            return
        known = facts.profile.columns if facts.profile is not None else ()
        distinct = {column.name: column.distinct for column in known}
        found = next_plans(facts.runs, facts.schema, facts.dataset.rows, distinct)
        if found:
            yield Step(f"proposed next: {found[0].reason}")
            yield PlanProposed(found[0].plan)

    def _run(self, words: str, facts: Facts, grounded: Grounded) -> Iterator[Reply]:
        if facts.plan is None:
            yield ChatAnswer(own_words.NO_PLAN, own_words.SOURCE)
        elif facts.plan.questions:
            yield from self._next_question(facts.plan)
        else:
            yield RunRequested(facts.plan)

    def _stop(self, words: str, facts: Facts, grounded: Grounded) -> Iterator[Reply]:
        running = [run for run in facts.runs if not run.state.final]
        if not running:
            yield ChatAnswer(own_words.NOTHING_RUNS, own_words.SOURCE)
            return
        yield StopRequested(_labels_named(words, running))

    def _export(self, words: str, facts: Facts, grounded: Grounded) -> Iterator[Reply]:
        what = tuple(kind for kind, pattern in _EXPORTS.items() if pattern.search(words))
        yield ExportRequested(what, _labels_named(words, list(facts.runs)))


def _labels_named(words: str, runs: list[RunRecord]) -> tuple[str, ...]:
    """Return the labels of the runs that the words name, by label or by synthesizer."""
    spelled = set(re.findall(r"\bruns? ([A-Z]{1,2}\d*)\b|(?<!\w)([B-HJ-Z])(?!\w)", words))
    labels = {label for pair in spelled for label in pair if label}
    names = {mention.name for mention in synthesizer_mentions(words)}
    named = [run.label for run in runs if run.label in labels]
    return tuple(named or [run.label for run in runs if run.synthesizer in names])


def open_conversation() -> Conversation:
    """Return a conversation with the models in use; nothing is loaded before it is needed.

    Raises
    ------
    ModelUnavailable
        If the planner is not installed.
    InputError
        If a file that the person chose cannot be used.
    """
    from memisis_core.agent.gpt4all_process import GPT4AllModel
    from memisis_core.agent.model_files import chat_model_file
    from memisis_core.agent.planner import open_planner

    chat = chat_model_file()
    return Conversation(open_planner(), GPT4AllModel(chat) if chat is not None else None)


def _described(words: str) -> Iterator[Reply]:
    from memisis_core.description.chat_answer import answer_to

    yield DescribeRequested(words, answer_to(words))
