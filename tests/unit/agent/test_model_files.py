"""Which model files can be loaded is told from their headers, before anything is loaded."""

from pathlib import Path

import pytest

from memisis_core.agent.gguf_header import read_gguf_header
from memisis_core.agent.model_choice import ModelChoice, choose_model, model_choice
from memisis_core.agent.model_files import (
    CHAT_FILE,
    PLANNER_FILE,
    chat_model_file,
    check_model,
    inspect,
    model_files,
    planner_model_file,
)
from memisis_core.agent.planner import INSTRUCTIONS, open_planner
from memisis_core.errors import InputError, ModelUnavailable
from memisis_core.locations import models_folder, settings_folder
from tests.fakes.tiny_gguf import write_gguf


def test_a_header_is_read_without_the_vocabulary(tmp_path: Path) -> None:
    header = read_gguf_header(write_gguf(tmp_path / "m.gguf"))
    assert header.architecture == "llama"
    assert header.of_architecture("context_length") == 2048
    assert header.array_lengths == {"tokenizer.ggml.tokens": 3}
    assert header.tensor_types == {0: 1}
    assert header.least_bytes == (tmp_path / "m.gguf").stat().st_size
    at = header.value_offsets["tokenizer.ggml.pre"]
    assert (tmp_path / "m.gguf").read_bytes()[at + 8 :].startswith(b"smollm")


def test_a_header_agrees_with_the_library_that_defines_the_format(tmp_path: Path) -> None:
    from gguf import GGUFReader

    path = write_gguf(tmp_path / "m.gguf")
    known = {
        key: field.contents()
        for key, field in GGUFReader(str(path)).fields.items()
        if not key.startswith("GGUF.")
    }
    header = read_gguf_header(path)
    assert header.values == {k: v for k, v in known.items() if not isinstance(v, list)}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a GGUF file"),
        (b"<html>not found</html>", "not a GGUF file"),
        (b"GGUF\x03\0\0\0", "ends within its header"),
        (b"GGUF\x09\0\0\0", "version 9"),
        (b"GGUF\x03\0\0\0" + b"\xff" * 16, "claims"),
        (b"GGUF\x03\0\0\0" + b"\1" + b"\0" * 7 + b"\1" + b"\0" * 7 + b"\xff" * 8, "claims"),
    ],
)
def test_what_is_no_model_is_said_on_one_line(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_gguf_header(path)
    file = inspect(path)
    assert not file.loadable
    assert said in file.why_not


@pytest.mark.parametrize(
    ("overrides", "why"),
    [
        ({"tokenizer__ggml__pre": "refact"}, ""),
        ({"tokenizer__ggml__pre": "smollm"}, "pre-tokenizer 'smollm'"),
        ({"tokenizer__ggml__pre": "tekken"}, "pre-tokenizer 'tekken'"),
        ({"tokenizer__ggml__model": "llama", "tokenizer__ggml__pre": "odd"}, ""),
        ({"general__architecture": "qwen3"}, "architecture 'qwen3'"),
        ({"general__architecture": "gemma3"}, "architecture 'gemma3'"),
        ({"general__architecture": "nomic-bert"}, "embeddings"),
        ({"general__architecture": None}, "architecture none"),
        ({"tokenizer__ggml__tokens": None}, "no vocabulary"),
        ({"tokenizer__ggml__pre": "refact", "tensor_type": 36}, "quantisation"),
        ({"tokenizer__ggml__pre": "refact", "cut": 50}, "50 bytes are missing"),
    ],
)
def test_why_a_file_cannot_be_loaded(tmp_path: Path, overrides: dict, why: str) -> None:
    file = inspect(write_gguf(tmp_path / "m.gguf", **overrides))
    assert file.loadable is (why == "")
    assert why in file.why_not
    assert "\n" not in file.why_not


def test_the_folder_is_listed_with_the_planner_first(home: Path) -> None:
    folder = models_folder()
    for name in ("a-large-model.gguf", CHAT_FILE, PLANNER_FILE):
        write_gguf(folder / name, tokenizer__ggml__pre="refact")
    (folder / "notes.txt").write_text("no model")
    found = model_files()
    assert [file.role for file in found] == ["planner", "chat", "other"]
    document = found[0].to_json()
    assert document["path"] == str(folder / PLANNER_FILE)
    assert document["memory_bytes"] > document["size_bytes"]


def test_without_the_planner_the_command_that_helps_is_named(home: Path) -> None:
    assert model_files() == []
    with pytest.raises(ModelUnavailable, match="memisis models install"):
        planner_model_file()
    with pytest.raises(ModelUnavailable, match="memisis models install"):
        check_model()


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such model file"):
        check_model(tmp_path / "none.gguf")


def test_a_chosen_model_must_be_there_and_loadable(home: Path) -> None:
    folder = models_folder()
    assert chat_model_file() is None
    write_gguf(folder / "mistral.gguf", tokenizer__ggml__pre="tekken")
    for name, said in {
        "mistral.gguf": "tekken",
        "none.gguf": "no such",
        "../x.gguf": "not the name",
    }.items():
        with pytest.raises(InputError, match=said):
            choose_model("chat", name)
    assert model_choice() == ModelChoice()


def test_a_choice_is_kept_and_can_be_taken_back(home: Path) -> None:
    folder = models_folder()
    embedded = write_gguf(folder / CHAT_FILE, tokenizer__ggml__pre="refact")
    llama = write_gguf(folder / "llama.gguf", tokenizer__ggml__pre="llama-bpe")
    assert chat_model_file() == embedded
    choose_model("chat", "llama.gguf")
    choose_model("planner", "llama.gguf")
    assert (chat_model_file(), planner_model_file()) == (llama, llama)
    assert choose_model("chat", None) == ModelChoice(planner="llama.gguf")
    assert chat_model_file() == embedded
    llama.unlink()
    with pytest.raises(InputError, match="no such"):
        planner_model_file()


def test_a_planner_of_the_person_s_own_is_told_what_to_write(home: Path) -> None:
    folder = models_folder()
    write_gguf(folder / PLANNER_FILE, tokenizer__ggml__pre="refact")
    write_gguf(folder / "llama.gguf", tokenizer__ggml__pre="llama-bpe")
    assert open_planner()._preamble == ()
    choose_model("planner", "llama.gguf")
    assert open_planner()._preamble == INSTRUCTIONS


def test_damaged_settings_say_what_to_do(home: Path) -> None:
    (settings_folder() / "models.toml").write_text("chat = [")
    with pytest.raises(InputError, match="Delete the file"):
        model_choice()


def test_a_file_that_was_changed_is_found_by_its_checksum(home: Path) -> None:
    path = write_gguf(models_folder() / PLANNER_FILE, tokenizer__ggml__pre="refact")
    path.with_name(path.name + ".sha256").write_text("0" * 64 + " recipe\n")
    assert "checksum" in check_model().why_not


@pytest.mark.slow
def test_the_embedded_model_passes_its_check(embedded_model: Path) -> None:
    file = check_model(embedded_model)
    assert (file.loadable, file.why_not, file.architecture) == (True, "", "llama")


@pytest.mark.slow
def test_a_file_that_gpt4all_cannot_load_is_found_by_trying(tmp_path: Path) -> None:
    path = write_gguf(tmp_path / "tiny.gguf", tokenizer__ggml__pre="refact")
    file = check_model(path)
    assert not file.loadable
    assert "GPT4All cannot load the model" in file.why_not
