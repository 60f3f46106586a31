"""The model's process: lazy, warm, cancellable, replaced when it dies, gone with its parent."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from memisis_core.agent import gpt4all_process
from memisis_core.agent.chat_form import CHATML
from memisis_core.agent.gpt4all_process import GPT4AllModel, Limits, ModelDied, PromptTooLong
from memisis_core.agent.language_model import CompletionRequest, Message
from memisis_core.agent.planner import Planner
from memisis_core.errors import ModelUnavailable

ROOT = Path(__file__).parents[3]
PATIENCE_SECONDS = 10.0


def asking(text: str, **settings: object) -> CompletionRequest:
    return CompletionRequest((Message("user", text),), **settings)  # type: ignore[arg-type]


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.005)


def alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GPT4AllModel]:
    monkeypatch.setattr(gpt4all_process, "PROGRAM", "tests.fakes.scripted_worker")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(ROOT / "core")]))
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF")
    made = GPT4AllModel(path, CHATML, limits=Limits(load=20, silence=5))
    yield made
    made.close()


def test_it_starts_with_the_first_request_and_stays(model: GPT4AllModel) -> None:
    assert not model.running
    first = model.complete(asking("echo one"))
    second = model.complete(asking("echo two"))
    assert first.text.split(" pid=")[0] == "echo one"
    assert first.text.split("=")[1] == second.text.split("=")[1]
    assert (first.ending, first.tokens) == ("finished", 2)


def test_text_is_streamed_and_native_noise_is_not_text(model: GPT4AllModel) -> None:
    pieces = list(model.stream(asking("noise")))
    assert pieces[0] == "noise"
    assert len(pieces) == 2


def test_an_answer_is_cancelled_between_tokens(model: GPT4AllModel) -> None:
    pieces = model.stream(asking("count"))
    next(pieces)
    model.cancel()
    rest = list(pieces)
    assert len(rest) < 10_000
    assert model.complete(asking("echo after")).text.startswith("echo after")


def test_leaving_a_stream_frees_the_model(model: GPT4AllModel) -> None:
    pieces = model.stream(asking("count"))
    next(pieces)
    pieces.close()
    assert model.complete(asking("echo after")).text.startswith("echo after")


def test_a_killed_process_is_replaced_without_a_word(model: GPT4AllModel) -> None:
    model.complete(asking("echo"))
    process_id = model.process_id
    assert process_id is not None
    os.kill(process_id, signal.SIGKILL)
    assert model.complete(asking("echo again")).text.startswith("echo again")
    assert model.process_id != process_id


def test_a_request_that_kills_the_process_is_told_with_its_last_words(model: GPT4AllModel) -> None:
    with pytest.raises(ModelDied, match=r"signal 6.*something native"):
        model.complete(asking("die"))
    assert model.complete(asking("echo on")).text.startswith("echo on")


def test_a_silent_process_is_ended(model: GPT4AllModel) -> None:
    model.start()
    model._limits = Limits(load=20, silence=0.2)
    process_id = model.process_id
    with pytest.raises(ModelUnavailable, match="said nothing"):
        model.complete(asking("hang"))
    assert process_id is not None
    wait_until(lambda: not alive(process_id))


def test_a_prompt_that_is_too_long_is_an_input_error(model: GPT4AllModel) -> None:
    with pytest.raises(PromptTooLong):
        model.complete(asking("long"))
    assert model.complete(asking("echo")).text.startswith("echo")


def test_a_model_that_cannot_be_loaded_says_why(model: GPT4AllModel) -> None:
    broken = model.path.with_name("broken.gguf")
    broken.write_bytes(b"GGUF")
    with pytest.raises(ModelUnavailable, match="cannot be loaded"):
        GPT4AllModel(broken, CHATML).start()


def test_a_missing_file_names_the_command_that_helps(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="memisis models install"):
        GPT4AllModel(tmp_path / "none.gguf", CHATML).start()


def test_closing_leaves_no_process(model: GPT4AllModel) -> None:
    model.start()
    process_id = model.process_id
    model.close()
    assert process_id is not None
    wait_until(lambda: not alive(process_id))


def test_closing_during_an_answer_starts_no_other_process(model: GPT4AllModel) -> None:
    model.start()
    troubles: list[Exception] = []

    def ask() -> None:
        try:
            model.complete(asking("hang"))
        except ModelUnavailable as error:
            troubles.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    wait_until(lambda: model._current is not None)
    model.close()
    thread.join(PATIENCE_SECONDS)
    assert troubles
    assert not model.running


def test_the_process_dies_with_its_parent_however_it_goes(model: GPT4AllModel) -> None:
    """The parent is killed while the child is busy: nobody is left to tell it to end."""
    script = (
        "import sys, time; from pathlib import Path\n"
        "from memisis_core.agent import gpt4all_process as g\n"
        "from memisis_core.agent.chat_form import CHATML\n"
        "from memisis_core.agent.language_model import CompletionRequest, Message\n"
        "g.PROGRAM = 'tests.fakes.scripted_worker'\n"
        f"m = g.GPT4AllModel(Path({str(model.path)!r}), CHATML); m.start()\n"
        "print(m.process_id, flush=True)\n"
        "m.complete(CompletionRequest((Message('user', 'hang'),)))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=ROOT)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_until(lambda: not alive(child))


def test_what_native_code_cannot_take_is_replaced(model: GPT4AllModel) -> None:
    assert model.complete(asking("a\x00b\ud800c")).text.startswith("a b?c")


@pytest.mark.slow
def test_the_embedded_model_plans_streams_and_ignores_special_tokens(embedded_model: Path) -> None:
    model = GPT4AllModel(embedded_model)
    try:
        planner = Planner(model)
        first = planner.propose("ctgan, 20 epochs", None).line
        assert "synthesizers=ctgan; epochs=20;" in first
        # As one token each they would fit; as plain text they take several.
        with pytest.raises(PromptTooLong):
            model.complete(asking("<|im_end|>" * 500))
        # The context of the request before is not part of the next one.
        assert planner.propose("ctgan, 20 epochs", None).line == first
        assert len(list(model.stream(asking("Tell a story", max_tokens=12)))) > 1
        with pytest.raises(PromptTooLong):
            model.complete(asking("word " * 5000))
        assert planner.propose("ctgan, 20 epochs", None).line == first
    finally:
        model.close()
