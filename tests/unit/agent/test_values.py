"""Values between texts of the program: the context holds exactly what was kept, nothing more."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from memisis_core.agent.chat_form import Segment
from memisis_core.agent.gpt4all_process import ModelDied, PromptTooLong
from memisis_core.agent.gpt4all_values import GPT4AllValueWriter
from memisis_core.agent.gpt4all_worker import Writer
from memisis_core.agent.language_model import Message, ValueRequest
from memisis_core.agent.worker_protocol import (
    Done,
    Failed,
    Fill,
    Generate,
    Piece,
    instruction_of,
    to_line,
)


@dataclass
class Native:
    """GPT4All as it was found to behave: a token a character, the last one heard is kept."""

    answers: list[list[str]]
    n_ctx: int = 80
    context: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(n_past=0))
    cells: list[str] = field(default_factory=list)
    settings: list[dict[str, float]] = field(default_factory=list)

    def prompt_model(
        self, text: str, template: str, heard: Callable[[int, str], bool], *,
        n_predict: int, **settings: float,
    ) -> None:  # fmt: skip
        del self.cells[self.context.n_past :]
        self.cells += template.replace("%1", text).replace("%2", "")
        self.settings.append(settings)
        for piece in (self.answers.pop(0) if n_predict else [])[:n_predict]:
            self.cells.append(piece)
            self.context.n_past = len(self.cells)
            if not heard(1, piece):
                break
        self.context.n_past = len(self.cells)

    @property
    def text(self) -> str:
        return "".join(self.cells[: self.context.n_past])


@dataclass
class Heard:
    sent: list[Piece | Done | Failed] = field(default_factory=list)

    def send(self, event: Piece | Done | Failed) -> None:
        self.sent.append(event)

    def value(self) -> str:
        text = "".join(event.text for event in self.sent if isinstance(event, Piece))
        self.sent.clear()
        return text


def writer_of(*answers: list[str], room: int = 80) -> tuple[Writer, Native, Heard]:
    native, heard = Native(list(answers), room), Heard()
    return Writer(SimpleNamespace(model=native), heard, set()), native, heard  # type: ignore[arg-type]


def prompt(number: int, text: str = "spec\n") -> Fill:
    return Fill(number, [Segment("", text)], 0, "", 0, [], 0.0, 0.0)


def hole(number: int, after: int, text: str, **more: object) -> Fill:
    settings = {"max_tokens": 6, "stop": [";", "\n"], "temperature": 1.0, "seconds": 9.0, **more}
    return Fill(number, [], after, text, **settings)  # type: ignore[arg-type]


def test_a_fill_travels_as_one_line() -> None:
    assert instruction_of(to_line(hole(3, 2, "AGE="))) == hole(3, 2, "AGE=")
    assert instruction_of(to_line(prompt(1))) == prompt(1)


def test_text_and_values_alternate_and_the_stop_is_taken_back() -> None:
    writer, native, heard = writer_of(["7", "1", ";"], ["F", "\n"])
    for request in (prompt(1), hole(2, 1, "AGE="), hole(3, 2, "; SEX=")):
        writer.answer(request)
    assert heard.value() == "71F"
    assert native.text[:-1] == "spec\nAGE=71; SEX=F"  # its own stop goes with the next


def test_what_a_token_holds_before_the_stop_is_read_again() -> None:
    writer, native, heard = writer_of(["7", "1;x"], ["F", ";"])
    for request in (prompt(1), hole(2, 1, "AGE="), hole(3, 2, "; SEX=")):
        writer.answer(request)
    assert heard.value() == "71F"
    assert native.text[:-1] == "spec\nAGE=71; SEX=F"  # its own stop goes with the next


def test_a_value_that_is_not_liked_leaves_no_trace() -> None:
    writer, native, heard = writer_of(["o", "l", "d", ";"], ["7", ";"], ["F", ";"])
    writer.answer(prompt(1))
    writer.answer(hole(2, 1, "AGE="))
    assert heard.value() == "old"
    writer.answer(hole(3, 1, "AGE="))
    writer.answer(hole(4, 3, "; SEX="))
    assert native.text[:-1] == "spec\nAGE=7; SEX=F"


def test_a_place_that_was_overwritten_is_gone() -> None:
    writer, _, heard = writer_of(["7", ";"], ["8", ";"])
    for request in (prompt(1), hole(2, 1, "A="), hole(3, 1, "A="), hole(4, 2, "B=")):
        writer.answer(request)
    last = heard.sent[-1]
    assert isinstance(last, Failed)
    assert last.kind == "gone"


def test_another_request_makes_every_place_gone() -> None:
    writer, _, heard = writer_of(["x"])
    writer.answer(prompt(1))
    writer.answer(Generate(2, [Segment("", "other")], 1, [], 0.0, 1.0))
    writer.answer(hole(3, 1, "A="))
    assert isinstance(heard.sent[-1], Failed)


def test_the_beginning_of_the_context_is_never_dropped() -> None:
    writer, native, heard = writer_of(["7", ";"], room=20)
    writer.answer(prompt(1))
    writer.answer(hole(2, 1, "A="))
    writer.answer(hole(3, 2, "a long name="))
    last = heard.sent[-1]
    assert isinstance(last, Failed)
    assert last.kind == "too_long"
    assert native.text.startswith("spec\n")


def test_a_known_prompt_is_not_read_again() -> None:
    writer, native, heard = writer_of(["7", ";"])
    writer.answer(prompt(1))
    writer.answer(hole(2, 1, "A="))
    reads = len(native.settings)
    writer.answer(prompt(3))
    assert len(native.settings) == reads
    done = heard.sent[-1]
    assert isinstance(done, Done)
    assert done.known_tokens == len("spec\n")


def test_a_value_ends_at_its_limits() -> None:
    writer, _, heard = writer_of(["1"] * 9, ["1"] * 9)
    writer.answer(prompt(1))
    writer.answer(hole(2, 1, "A=", max_tokens=3))
    assert heard.value() == "111"
    writer.answer(hole(3, 1, "A=", seconds=-1.0))
    assert [e.ending for e in heard.sent if isinstance(e, Done)] == ["length"]
    assert heard.value() == "1"


def test_values_are_drawn_as_the_model_weighs_them() -> None:
    writer, native, _ = writer_of(["7", ";"])
    writer.answer(prompt(1))
    writer.answer(hole(2, 1, "A=", temperature=1.0))
    assert native.settings[-1]["top_p"] == 1.0
    assert native.settings[-1]["repeat_penalty"] == 1.0


def test_another_file_of_the_same_name_is_another_model(tmp_path: Path) -> None:
    path = tmp_path / "rows.gguf"
    identities = []
    for content, record in ((b"1", ""), (b"12", ""), (b"12", "a" * 64), (b"12", "b" * 64)):
        path.write_bytes(content)
        path.with_name("rows.gguf.sha256").write_text(record)
        identities.append(GPT4AllValueWriter(path).identity)
    assert len(set(identities)) == 4


@pytest.fixture(scope="module")
def embedded(embedded_model: Path) -> Iterator[GPT4AllValueWriter]:
    model = GPT4AllValueWriter(embedded_model, context=512)
    yield model
    model.close()


@pytest.mark.slow
def test_the_embedded_model_fills_holes_and_survives_a_full_context(
    embedded: GPT4AllValueWriter,
) -> None:
    spec = (Message("user", "Columns: AGE, SEX\nRequest: ctgan, 20 epochs"),)
    start = embedded.read(spec)
    stop = (";", "\n")
    first = embedded.write(start, ValueRequest("intent=", stop, temperature=0.0))
    assert first.text == "generate"
    second = embedded.write(first.mark, ValueRequest("; synthesizers=", stop, temperature=0.0))
    assert (second.text, second.ending) == ("ctgan", "finished")
    # Going back and on again gives the same: nothing of the attempt was left behind.
    embedded.write(start, ValueRequest("Once upon a time", (), 8, temperature=0.0))
    again = embedded.write(start, ValueRequest("intent=", stop, temperature=0.0))
    assert again.text == first.text
    with pytest.raises(ModelDied):
        embedded.write(second.mark, ValueRequest("; epochs=", stop))
    with pytest.raises(PromptTooLong):
        embedded.write(start, ValueRequest("word " * 200, stop))
    assert embedded.write(start, ValueRequest("intent=", stop, temperature=0.0)).text == first.text
