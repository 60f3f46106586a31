"""Writes GGUF files of a few bytes: a header as real models have it, tensors of zeros."""

from __future__ import annotations

import struct
from pathlib import Path

Value = str | int | bool | list[str]


def write_gguf(
    path: Path, tensor_type: int = 0, cut: int = 0, version: int = 3, **overrides: Value | None
) -> Path:
    """Write a llama model with a vocabulary of three words and one tensor of 32 values.

    `overrides` are entries by key with ``__`` for a dot; None leaves one out. `cut` bytes are
    missing at the end.
    """
    values: dict[str, Value] = {
        "general.architecture": "llama",
        "general.name": "tiny",
        "general.file_type": 0,
        "llama.context_length": 2048,
        "llama.block_count": 2,
        "llama.embedding_length": 64,
        "llama.attention.head_count": 4,
        "llama.attention.head_count_kv": 2,
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "smollm",
        "tokenizer.ggml.tokens": ["a", "b", "c"],
        "tokenizer.ggml.add_bos_token": False,
    }
    for name, value in overrides.items():
        key = name.replace("__", ".")
        if value is None:
            values.pop(key, None)
        else:
            values[key] = value
    data = b"GGUF" + struct.pack("<IQQ", version, 1, len(values))
    for key, value in values.items():
        data += _text(key) + _value(value)
    data += _text("token_embd.weight") + struct.pack("<IQIQ", 1, 32, tensor_type, 0)
    data += b"\0" * (-len(data) % 32) + b"\0" * 128
    path.write_bytes(data[: len(data) - cut])
    return path


def _text(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw


def _value(value: Value) -> bytes:
    if isinstance(value, bool):
        return struct.pack("<I?", 7, value)
    if isinstance(value, int):
        return struct.pack("<II", 4, value)
    if isinstance(value, str):
        return struct.pack("<I", 8) + _text(value)
    return struct.pack("<IIQ", 9, 8, len(value)) + b"".join(_text(item) for item in value)
