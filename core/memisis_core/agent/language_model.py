"""What a language model is to the rest of the program. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Author = Literal["system", "user", "assistant"]
Ending = Literal["finished", "length", "cancelled"]


@dataclass(frozen=True)
class Message:
    """One message of the prompt. Its text is data: special tokens in it are never obeyed.

    `fixed` stands before `text` and is the same from request to request (the columns of a table);
    a model may keep it read instead of reading it again.
    """

    author: Author
    text: str
    fixed: str = ""


@dataclass(frozen=True)
class CompletionRequest:
    """What a model is asked to write.

    Attributes
    ----------
    messages : tuple of Message
        In order; the last one is the user's. The model's own chat form is put around them.
    answer_start : str
        Text that the answer is made to begin with (a skeleton); not repeated in the completion.
    max_tokens : int
        Greatest number of tokens to write, at least 1.
    stop : tuple of str
        The answer ends before the first of these.
    temperature : float
        0 takes the likeliest token each time: the same prompt then gives the same answer.
    repeat_penalty : float
        1 is none. GPT4All's own default of 1.18 spoils structured output.
    """

    messages: tuple[Message, ...]
    answer_start: str = ""
    max_tokens: int = 160
    stop: tuple[str, ...] = ()
    temperature: float = 0.0
    repeat_penalty: float = 1.0


@dataclass(frozen=True)
class Completion:
    """What a model wrote.

    Attributes
    ----------
    text : str
        The answer, without `CompletionRequest.answer_start` and without the stop sequence.
    ending : {"finished", "length", "cancelled"}
        Why it ended: by itself or at a stop sequence, at `max_tokens`, or because it was told to.
    tokens : int
        Number of tokens written.
    seconds : float
        From request to the last token.
    """

    text: str
    ending: Ending
    tokens: int = 0
    seconds: float = 0.0


class LanguageModel(Protocol):
    """Writes text. One request at a time; may be called from any thread."""

    @property
    def name(self) -> str:
        """Name for people, such as the file's name."""
        ...

    def complete(self, request: CompletionRequest) -> Completion:
        """Write the whole answer.

        Raises
        ------
        ModelUnavailable
            If there is no model, it cannot be loaded, it died, or it takes too long.
        """
        ...

    def stream(self, request: CompletionRequest) -> Iterator[str]:
        """Give the answer piece by piece as it is written; raises as `complete` does.

        Leaving the iterator early cancels the answer.
        """
        ...

    def cancel(self) -> None:
        """End the answer being written, if there is one, after its next token."""
        ...

    def close(self) -> None:
        """Give back what the model holds; a later request starts it again."""
        ...


@dataclass(frozen=True)
class ValueRequest:
    """One value behind a text that the program writes.

    Attributes
    ----------
    text : str
        Read first; data, special tokens in it are never obeyed.
    stop : tuple of str
        The value ends before the first of these single characters.
    max_tokens : int
        Greatest number of tokens to write, at least 1.
    temperature : float
        0 takes the likeliest token each time, 1 draws as the model weighs them.
    seconds : float
        A value that takes longer is cut off.
    """

    text: str
    stop: tuple[str, ...] = ("\n",)
    max_tokens: int = 16
    temperature: float = 1.0
    seconds: float = 30.0


@dataclass(frozen=True)
class Value:
    """What a model wrote into one hole.

    Attributes
    ----------
    text : str
        Without the stop sequence.
    ending : {"finished", "length", "cancelled"}
        ``finished`` at a stop sequence or by itself; ``length`` at `ValueRequest.max_tokens` or
        `ValueRequest.seconds`.
    mark : int
        The place behind the value, to go on from.
    tokens : int
    """

    text: str
    ending: Ending
    mark: int
    tokens: int = 0


class ValueWriter(Protocol):
    """Writes values between texts of the program, the context kept. One caller at a time.

    A mark is good until the prompt is read anew, or work goes on from a place before it.
    """

    @property
    def name(self) -> str:
        """Name for people, such as the file's name."""
        ...

    @property
    def identity(self) -> str:
        """Name and content: another file of the same name has another."""
        ...

    def read(self, messages: Sequence[Message]) -> int:
        """Read a prompt and return the mark behind it; the part that is known is not read again.

        Raises
        ------
        ModelUnavailable
            If there is no model, it cannot be loaded or it died.
        PromptTooLong
            If the prompt does not fit into the context.
        """
        ...

    def write(self, after: int, request: ValueRequest) -> Value:
        """Read the text of `request` behind the mark `after`, write a value; raises as `read` does.

        `PromptTooLong` where the context may not hold both: the beginning is never dropped for it.
        """
        ...
