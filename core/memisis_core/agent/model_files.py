"""The models folder: which files there are, and which of them this GPT4All can load and why not.

Everything is read from the GGUF header, before anything is loaded. Imports nothing heavy.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from memisis_core import locations
from memisis_core.agent.gguf_header import GgufHeader, read_gguf_header
from memisis_core.errors import InputError, MemisisError, ModelUnavailable
from memisis_core.secure_files import sha256_of

PLANNER_FILE: Final = "memisis-planner.gguf"
CHAT_FILE: Final = "SmolLM2-135M-Instruct.Q4_1.gguf"
ROWS_FILE: Final = "memisis-rows.gguf"
CHECKSUM_SUFFIX: Final = ".sha256"

# What llama.cpp in gpt4all 2.8.2 accepts: the architectures stand in its library, the
# pre-tokenizers were tried one by one by loading a file that names each.
ARCHITECTURES: Final = frozenset(
    {
        *("llama", "falcon", "gpt2", "gptneox", "mpt", "baichuan", "starcoder", "refact", "bloom"),
        *("stablelm", "qwen", "qwen2", "qwen2moe", "phi2", "phi3", "codeshell", "orion"),
        *("internlm2", "gemma", "gemma2", "starcoder2", "xverse", "command-r", "olmo", "openelm"),
        *("deepseek2", "chatglm", "jais"),
    }
)
EMBEDDING_ARCHITECTURES: Final = frozenset({"bert", "nomic-bert"})
PRE_TOKENIZERS: Final = frozenset(
    {
        *("default", "llama3", "llama-v3", "llama-bpe", "deepseek-llm", "deepseek-coder"),
        *("falcon", "mpt", "starcoder", "gpt-2", "phi-2", "jina-es", "jina-de", "jina-v2-es"),
        *("jina-v2-de", "jina-v2-code", "refact", "command-r", "qwen2", "stablelm2", "olmo"),
        *("dbrx", "smaug-bpe", "poro-chat", "chatglm-bpe", "viking", "jais"),
    }
)
_NEWEST_TENSOR_TYPE: Final = 30
"""Beyond BF16 (30) its ggml knows only repacked types that files are not distributed in."""
_REMOVED_TENSOR_TYPES: Final = frozenset({4, 5})
_QUANTISATIONS: Final = {
    0: "F32",
    1: "F16",
    2: "Q4_0",
    3: "Q4_1",
    7: "Q8_0",
    8: "Q5_0",
    9: "Q5_1",
    10: "Q2_K",
    11: "Q3_K_S",
    12: "Q3_K_M",
    13: "Q3_K_L",
    14: "Q4_K_S",
    15: "Q4_K_M",
    16: "Q5_K_S",
    17: "Q5_K_M",
    18: "Q6_K",
    32: "BF16",
}
CONTEXT: Final = 2048
"""Tokens that prompt and answer may take together, unless the model knows fewer."""
_BYTES_BESIDE: Final = 110_000_000
"""Python, GPT4All and compute buffers; measured with a 145 MB model: 245 MB in all."""


@dataclass(frozen=True)
class ModelFile:
    """A file in the models folder and what is known of it before loading.

    Attributes
    ----------
    path : Path
    size_bytes : int
    loadable : bool
        Whether this GPT4All can load it, as far as its header tells.
    why_not : str
        Reason and remedy if it can't; empty if it can.
    architecture, pre_tokenizer, quantisation, name : str
        From the header; empty if it doesn't say.
    context_length : int or None
        Tokens it was trained for.
    memory_bytes : int
        Estimate of what its process needs with a context of 2048 tokens.
    role : str
        ``planner`` for the embedded planner, ``chat`` for the embedded model without the adapter,
        ``rows`` for the embedded model that writes rows of a specification, ``other`` for files of
        the person's own.
    """

    path: Path
    size_bytes: int = 0
    loadable: bool = False
    why_not: str = ""
    architecture: str = ""
    pre_tokenizer: str = ""
    quantisation: str = ""
    name: str = ""
    context_length: int | None = None
    memory_bytes: int = 0
    role: str = "other"

    def to_json(self) -> dict[str, Any]:
        """Return the file as the command line's JSON shows it."""
        return {**asdict(self), "path": str(self.path)}


def model_files(folder: Path | None = None) -> list[ModelFile]:
    """Return what is in the models folder, the planner first, then by name."""
    where = folder or locations.models_folder()
    found = [inspect(path) for path in sorted(where.glob("*.gguf")) if path.is_file()]
    order = {"planner": 0, "chat": 1, "rows": 2, "other": 3}
    return sorted(found, key=lambda file: order[file.role])


def inspect(path: Path) -> ModelFile:
    """Return what a file's header says, and whether it can be loaded; never raises for its content.

    Raises
    ------
    InputError
        If there is no such file.
    """
    if not path.is_file():
        raise InputError("there is no such model file", where=str(path))
    size = path.stat().st_size
    role = {PLANNER_FILE: "planner", CHAT_FILE: "chat", ROWS_FILE: "rows"}.get(path.name, "other")
    try:
        header = read_gguf_header(path)
    except InputError as error:
        return ModelFile(path, size, why_not=error.what, role=role)
    why_not = _why_not_loadable(header, size)
    file_type = header.number("general.file_type")
    return ModelFile(
        path=path,
        size_bytes=size,
        loadable=not why_not,
        why_not=why_not,
        architecture=header.architecture,
        pre_tokenizer=header.text("tokenizer.ggml.pre") or "",
        quantisation=_QUANTISATIONS.get(file_type, f"type {file_type}")
        if file_type is not None
        else "",
        name=header.text("general.name") or "",
        context_length=header.of_architecture("context_length"),
        memory_bytes=_memory(header, size),
        role=role,
    )


def check_model(path: Path | None = None) -> ModelFile:
    """Check one file thoroughly: header, checksum if it is ours, and that it answers.

    Parameters
    ----------
    path : Path, optional
        Without one, the embedded planner.

    Returns
    -------
    ModelFile
        `why_not` says what is wrong, if anything is.

    Raises
    ------
    InputError
        If there is no such file.
    ModelUnavailable
        If no path is given and the planner is not installed.
    """
    from dataclasses import replace

    file = inspect(path or planner_model_file())
    if not file.loadable:
        return file
    recorded = recorded_checksum(file.path)
    if recorded is not None and sha256_of(file.path) != recorded:
        why = "its checksum is wrong: it was changed or damaged. Run: memisis models install"
        return replace(file, loadable=False, why_not=why)
    trouble = _why_silent(file.path)
    return replace(file, loadable=not trouble, why_not=trouble)


def planner_model_file() -> Path:
    """Return the model that plans: the person's choice (`model_choice`), else the embedded planner.

    Raises
    ------
    ModelUnavailable
        If the embedded planner is not installed.
    InputError
        If the chosen file is gone or cannot be loaded.
    """
    from memisis_core.agent.model_choice import model_choice, usable_file

    chosen = model_choice().planner
    if chosen is not None:
        return usable_file(chosen)
    path = locations.models_folder() / PLANNER_FILE
    if not path.is_file():
        raise ModelUnavailable(
            "the embedded language model is not installed", fix="Run: memisis models install"
        )
    return path


def chat_model_file() -> Path | None:
    """Return the model that converses, None if there is none.

    The person's choice (`model_choice`), else the embedded model as it was before it learnt to
    plan.

    Raises
    ------
    InputError
        If the chosen file is gone or cannot be loaded.
    """
    from memisis_core.agent.model_choice import model_choice, usable_file

    chosen = model_choice().chat
    if chosen is not None:
        return usable_file(chosen)
    path = locations.models_folder() / CHAT_FILE
    return path if path.is_file() else None


def recorded_checksum(path: Path) -> str | None:
    """Return the SHA-256 that the installation recorded beside a file, None if there is none."""
    record = path.with_name(path.name + CHECKSUM_SUFFIX)
    try:
        return record.read_text(encoding="ascii").split()[0]
    except (OSError, IndexError, UnicodeDecodeError):
        return None


def _why_not_loadable(header: GgufHeader, size: int) -> str:
    """Return why this GPT4All cannot load the file, empty if nothing speaks against it."""
    checks = (_unknown_architecture, _unknown_vocabulary, _unknown_quantisation)
    reasons = [reason for check in checks if (reason := check(header))]
    if not reasons and size < header.least_bytes:
        missing = header.least_bytes - size
        reasons = [f"it is cut short: {missing:,} bytes are missing. Copy or fetch it again"]
    return reasons[0] if reasons else ""


def _unknown_architecture(header: GgufHeader) -> str:
    architecture = header.architecture
    if architecture in EMBEDDING_ARCHITECTURES:
        return f"a model of architecture {architecture} gives embeddings and writes no text"
    if architecture not in ARCHITECTURES:
        said = repr(architecture) if architecture else "none"
        return (
            f"architecture {said} is unknown to GPT4All 2.8.2 "
            "(Llama, Qwen 2, Phi-3, Mistral, Gemma 1 and 2 can be loaded)"
        )
    return ""


def _unknown_vocabulary(header: GgufHeader) -> str:
    if not header.array_lengths.get("tokenizer.ggml.tokens"):
        return "it holds no vocabulary"
    pre = header.text("tokenizer.ggml.pre")
    byte_pairs = header.text("tokenizer.ggml.model") == "gpt2"
    if byte_pairs and pre is not None and pre not in PRE_TOKENIZERS:
        return f"its pre-tokenizer {pre!r} is unknown to GPT4All 2.8.2"
    return ""


def _unknown_quantisation(header: GgufHeader) -> str:
    unknown = sorted(
        kind
        for kind in header.tensor_types
        if kind > _NEWEST_TENSOR_TYPE or kind in _REMOVED_TENSOR_TYPES
    )
    if unknown:
        return f"its quantisation (ggml type {unknown[0]}) is unknown to GPT4All 2.8.2"
    return ""


def _memory(header: GgufHeader, size: int) -> int:
    """Return file size plus key-value cache (16 bits) plus a constant."""
    layers = header.of_architecture("block_count") or 0
    width = header.of_architecture("embedding_length") or 0
    heads = header.of_architecture("attention.head_count") or 1
    key_heads = header.of_architecture("attention.head_count_kv") or heads
    cache = 2 * 2 * layers * CONTEXT * width * key_heads // heads
    return size + cache + _BYTES_BESIDE


def _why_silent(path: Path) -> str:
    """Return why a model doesn't answer, empty if it does."""
    from memisis_core.agent.gpt4all_process import GPT4AllModel
    from memisis_core.agent.language_model import CompletionRequest, Message

    model = GPT4AllModel(path)
    try:
        answer = model.complete(CompletionRequest((Message("user", "Say: ready"),), max_tokens=4))
    except MemisisError as error:
        return error.what
    finally:
        model.close()
    return "" if answer.tokens else "it was loaded but writes nothing"
