"""The chat form of each family of models: what stands around a message. Imports nothing heavy.

GPT4All obeys special tokens in a template but not in the text put into it (`prompt_model` with
``special=False``), so that a request that spells ``<|im_end|>`` stays a request.
"""

from __future__ import annotations

from dataclasses import dataclass

from memisis_core.agent.language_model import CompletionRequest, Message


@dataclass(frozen=True)
class Segment:
    """A piece of prompt: obeyed `before`, plain `text`, obeyed `after`."""

    before: str
    text: str
    after: str = ""


@dataclass(frozen=True)
class ChatForm:
    """How one family writes a conversation.

    Attributes
    ----------
    name : str
    marks : tuple of str
        Texts that a chat template of this family holds, all of them.
    system, user, assistant : pair of str or None
        What stands before and after a message; ``system`` None: put before the first user's.
    stop : str
        What the model writes when it has finished.
    """

    name: str
    marks: tuple[str, ...]
    system: tuple[str, str] | None
    user: tuple[str, str]
    assistant: tuple[str, str]
    stop: str

    def segments(self, request: CompletionRequest) -> list[Segment]:
        """Return the prompt of `request`, ending where the model has to go on."""
        segments: list[Segment] = []
        carried = ""
        for message in request.messages:
            if message.author == "system" and self.system is None:
                carried += message.text + "\n\n"
                continue
            segments += self._message(message, carried)
            carried = ""
        last = segments[-1]
        segments[-1] = Segment(last.before, last.text, last.after + self.assistant[0])
        if request.answer_start:
            segments.append(Segment("", request.answer_start))
        return segments

    def _message(self, message: Message, carried: str) -> list[Segment]:
        around = {
            "system": self.system or self.user,
            "user": self.user,
            "assistant": self.assistant,
        }[message.author]
        if message.fixed:
            return [
                Segment(around[0], carried + message.fixed),
                Segment("", message.text, around[1]),
            ]
        return [Segment(around[0], carried + message.text, around[1])]


CHATML = ChatForm(
    "chatml",
    ("<|im_start|>",),
    ("<|im_start|>system\n", "<|im_end|>\n"),
    ("<|im_start|>user\n", "<|im_end|>\n"),
    ("<|im_start|>assistant\n", "<|im_end|>\n"),
    "<|im_end|>",
)
LLAMA3 = ChatForm(
    "llama 3",
    ("<|start_header_id|>",),
    ("<|start_header_id|>system<|end_header_id|>\n\n", "<|eot_id|>"),
    ("<|start_header_id|>user<|end_header_id|>\n\n", "<|eot_id|>"),
    ("<|start_header_id|>assistant<|end_header_id|>\n\n", "<|eot_id|>"),
    "<|eot_id|>",
)
PHI3 = ChatForm(
    "phi 3",
    ("<|user|>", "<|end|>"),
    ("<|system|>\n", "<|end|>\n"),
    ("<|user|>\n", "<|end|>\n"),
    ("<|assistant|>\n", "<|end|>\n"),
    "<|end|>",
)
ZEPHYR = ChatForm(
    "zephyr",
    ("<|user|>",),
    ("<|system|>\n", "</s>\n"),
    ("<|user|>\n", "</s>\n"),
    ("<|assistant|>\n", "</s>\n"),
    "</s>",
)
GEMMA = ChatForm(
    "gemma",
    ("<start_of_turn>",),
    None,
    ("<start_of_turn>user\n", "<end_of_turn>\n"),
    ("<start_of_turn>model\n", "<end_of_turn>\n"),
    "<end_of_turn>",
)
MISTRAL = ChatForm("mistral", ("[INST]",), None, ("[INST] ", " [/INST]"), ("", "</s>"), "</s>")
ALPACA = ChatForm(
    "alpaca",
    (),
    ("", "\n\n"),
    ("### Instruction:\n", "\n\n"),
    ("### Response:\n", "\n\n"),
    "### Instruction:",
)
_FORMS = (CHATML, LLAMA3, PHI3, ZEPHYR, GEMMA, MISTRAL)


def chat_form(template: str | None) -> ChatForm:
    """Return the form of the family whose chat template (from a GGUF header) this is.

    Without a template, or with one of no known family, the form is Alpaca's, which instruction
    models of every family have seen.
    """
    if template:
        for form in _FORMS:
            if all(mark in template for mark in form.marks):
                return form
    return ALPACA
