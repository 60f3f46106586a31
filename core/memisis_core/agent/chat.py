"""Answers in prose: from the glossary, in our own words, or by a model whose claims are checked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from memisis_core.agent import own_words
from memisis_core.agent.claim_check import numbers_of, unsupported_claim
from memisis_core.agent.glossary import terms_in
from memisis_core.agent.language_model import CompletionRequest, LanguageModel, Message
from memisis_core.agent.model_files import CHAT_FILE
from memisis_core.agent.replies import ChatAnswer, ChatText, Reply

if TYPE_CHECKING:
    from memisis_core.agent.facts import Facts

_ANSWER_TOKENS: Final = 160
_MOST_WORDS: Final = 1200
"""Characters of a message that a model is given to answer."""
_ABOUT: Final = (
    "You answer inside Memisis, a program that makes synthetic copies of clinical tables on this "
    "computer, without a network. It plans and runs three synthesizers (CTGAN, TVAE, "
    "GaussianCopula) and compares the runs on fidelity, privacy, utility and fairness. Answer in "
    "at most three plain sentences. State no numbers. You cannot do anything but answer. If you do "
    "not know, say so."
)


class Chat:
    """Answers messages that ask for no deed.

    Parameters
    ----------
    model : LanguageModel or None
    """

    def __init__(self, model: LanguageModel | None) -> None:
        self._model = model
        # Of 135 million parameters: it contradicts the program with confidence.
        self._small = model is not None and model.name == Path(CHAT_FILE).stem

    def answer(self, words: str, facts: Facts) -> Iterator[Reply]:
        """Answer a message: a `ChatAnswer`, streamed before as `ChatText` if a model writes it."""
        terms = terms_in(words)
        own = own_words.own_answer(words)
        if own is not None and not terms:
            yield ChatAnswer(own, own_words.SOURCE)
        elif terms:
            text = "\n\n".join(term.text for term in terms[:2])
            sources = "; ".join(term.source for term in terms[:2])
            yield ChatAnswer(text, f"glossary: {sources}")
        elif self._model is None:
            yield ChatAnswer(own_words.NO_ANSWER, own_words.SOURCE)
        elif self._small and not own_words.is_general_question(words):
            yield ChatAnswer(own_words.BEYOND, own_words.SOURCE)
        else:
            yield from self._in_prose(self._model, words, facts)

    def _in_prose(self, model: LanguageModel, words: str, facts: Facts) -> Iterator[Reply]:
        request = CompletionRequest(
            messages=(Message("system", _ABOUT), Message("user", words[:_MOST_WORDS])),
            max_tokens=_ANSWER_TOKENS,
            repeat_penalty=1.1,
        )
        pieces: list[str] = []
        for piece in model.stream(request):
            pieces.append(piece)
            yield ChatText(piece)
        text = _whole_sentences("".join(pieces).strip())
        why = unsupported_claim(text, words, numbers_of(facts)) if text else "it is empty"
        if why:
            yield ChatAnswer(own_words.NO_ANSWER, own_words.SOURCE, refused=why)
            return
        source = f"{model.name}, a small model: may be wrong" if self._small else model.name
        yield ChatAnswer(text, source)


def _whole_sentences(text: str) -> str:
    """Return `text` without a sentence that was cut off at the length limit."""
    if not text or text[-1] in ".!?:)\"'":
        return text
    end = max(text.rfind(mark) for mark in ".!?")
    return text[: end + 1] if end > 0 else text
