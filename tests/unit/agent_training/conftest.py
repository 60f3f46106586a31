"""A tiny base model and an adapter for it, in the formats of the real ones."""

from pathlib import Path

import numpy as np
import pytest
from gguf import GGMLQuantizationType, GGUFWriter, quants
from safetensors.numpy import save_file

WIDTH, FEED_FORWARD, HEADS, KV_HEADS, LAYERS = 64, 96, 2, 1, 2
SHAPES = {
    "attn_q": (WIDTH, WIDTH),
    "attn_k": (WIDTH // 2, WIDTH),
    "attn_v": (WIDTH // 2, WIDTH),
    "attn_output": (WIDTH, WIDTH),
    "ffn_gate": (FEED_FORWARD, WIDTH),
    "ffn_up": (FEED_FORWARD, WIDTH),
    "ffn_down": (WIDTH, FEED_FORWARD),
}
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def byte_alphabet() -> list[str]:
    """Return the 256 signs by which byte-level vocabularies write bytes."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    signs = {byte: chr(byte) for byte in plain}
    extra = (byte for byte in range(256) if byte not in signs)
    signs |= {byte: chr(256 + index) for index, byte in enumerate(extra)}
    return [signs[byte] for byte in range(256)]


@pytest.fixture
def tiny_base(tmp_path: Path) -> Path:
    """A Llama of two layers with random weights, one of them quantised as in the real file."""
    path = tmp_path / "base.gguf"
    rng = np.random.default_rng(3)
    writer = GGUFWriter(str(path), "llama")
    writer.add_name("tiny")
    writer.add_block_count(LAYERS)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_rope_freq_base(10_000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_file_type(3)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    tokens = SPECIAL + byte_alphabet() + ["in"]
    writer.add_token_list(tokens)
    writer.add_token_types([3] * len(SPECIAL) + [1] * 257)
    writer.add_token_merges(["i n"])

    def add(name: str, shape: tuple[int, ...], kind: GGMLQuantizationType) -> None:
        values = (rng.standard_normal(shape) * 0.1).astype(np.float32)
        writer.add_tensor(name, quants.quantize(values, kind), raw_dtype=kind)

    add("token_embd.weight", (len(tokens), WIDTH), GGMLQuantizationType.Q8_0)
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, dtype=np.float32))
    for layer in range(LAYERS):
        for name, shape in SHAPES.items():
            add(f"blk.{layer}.{name}.weight", shape, GGMLQuantizationType.Q4_1)
        for name in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"blk.{layer}.{name}.weight", np.ones(WIDTH, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture
def tiny_adapter(tmp_path: Path) -> Path:
    """An adapter of rank 4 for one projection of the tiny base."""
    path = tmp_path / "planner.safetensors"
    rng = np.random.default_rng(5)
    matrices = {
        "blk.1.ffn_up.weight.lora_a": rng.standard_normal((4, WIDTH)).astype(np.float16),
        "blk.1.ffn_up.weight.lora_b": rng.standard_normal((FEED_FORWARD, 4)).astype(np.float16),
    }
    save_file(matrices, path, metadata={"scale": "2.0", "rank": "4"})
    return path
