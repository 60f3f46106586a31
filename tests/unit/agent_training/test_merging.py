"""Merging base model and adapter: what changes, what stays, and that the bytes are stable."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFReader, quants
from safetensors.numpy import load_file, save_file

from memisis_core.agent.merging import merge_adapter
from memisis_core.errors import ModelUnavailable


def weights(path: Path) -> dict[str, np.ndarray]:
    return {
        tensor.name: quants.dequantize(tensor.data, tensor.tensor_type)
        for tensor in GGUFReader(str(path)).tensors
    }


def test_the_same_inputs_give_the_same_bytes(tiny_base, tiny_adapter, tmp_path):
    first = merge_adapter(tiny_base, tiny_adapter, tmp_path / "one" / "merged.gguf")
    second = merge_adapter(tiny_base, tiny_adapter, tmp_path / "two" / "merged.gguf")
    assert first == second
    one, two = tmp_path / "one" / "merged.gguf", tmp_path / "two" / "merged.gguf"
    assert one.read_bytes() == two.read_bytes()


def test_the_adapted_projection_gains_the_scaled_product(tiny_base, tiny_adapter, tmp_path):
    merge_adapter(tiny_base, tiny_adapter, tmp_path / "merged.gguf")
    before, after = weights(tiny_base), weights(tmp_path / "merged.gguf")
    adapter = {name: matrix.astype(np.float32) for name, matrix in load_file(tiny_adapter).items()}
    name = "blk.1.ffn_up.weight"
    wanted = before[name] + 2.0 * adapter[f"{name}.lora_b"] @ adapter[f"{name}.lora_a"]
    # Q8_0 rounds to a 127th of the largest weight of a block.
    assert np.abs(after[name] - wanted).max() <= np.abs(wanted).max() / 127
    assert np.abs(after[name] - before[name]).max() > 1


def test_everything_else_stays_within_the_rounding(tiny_base, tiny_adapter, tmp_path):
    merge_adapter(tiny_base, tiny_adapter, tmp_path / "merged.gguf")
    before, after = weights(tiny_base), weights(tmp_path / "merged.gguf")
    assert before.keys() == after.keys()
    for name in before.keys() - {"blk.1.ffn_up.weight"}:
        assert np.abs(after[name] - before[name]).max() <= np.abs(before[name]).max() / 127


def test_the_header_names_a_pre_tokenizer_that_gpt4all_knows(tiny_base, tiny_adapter, tmp_path):
    merge_adapter(tiny_base, tiny_adapter, tmp_path / "merged.gguf")
    fields = GGUFReader(str(tmp_path / "merged.gguf")).fields
    original = GGUFReader(str(tiny_base)).fields
    assert fields["tokenizer.ggml.pre"].contents() == "refact"
    assert fields["general.file_type"].contents() == 7
    same = set(original) - {"tokenizer.ggml.pre", "general.file_type", "GGUF.kv_count"}
    for key in same - {"GGUF.tensor_count", "GGUF.version"}:
        assert fields[key].contents() == original[key].contents(), key


def test_the_merged_file_is_private(tiny_base, tiny_adapter, tmp_path):
    merge_adapter(tiny_base, tiny_adapter, tmp_path / "merged.gguf")
    assert (tmp_path / "merged.gguf").stat().st_mode & 0o777 == 0o600


def test_an_adapter_of_another_model_is_refused_by_name(tiny_base, tmp_path):
    foreign = tmp_path / "foreign.safetensors"
    matrix = np.zeros((4, 64), dtype=np.float16)
    matrices = {"blk.9.ffn_up.weight.lora_a": matrix, "blk.9.ffn_up.weight.lora_b": matrix.T.copy()}
    save_file(matrices, foreign, metadata={"scale": "2.0"})
    with pytest.raises(ModelUnavailable, match=r"blk\.9\.ffn_up\.weight"):
        merge_adapter(tiny_base, foreign, tmp_path / "out" / "merged.gguf")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", [b"", b"GGUF", b"no model at all " * 40])
def test_a_broken_base_is_refused_and_nothing_is_left(tiny_adapter, tmp_path, content):
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(content)
    with pytest.raises(ModelUnavailable, match=r"broken\.gguf"):
        merge_adapter(broken, tiny_adapter, tmp_path / "out" / "merged.gguf")
    assert not (tmp_path / "out").exists()


def test_a_broken_adapter_is_refused(tiny_base, tmp_path):
    broken = tmp_path / "planner.safetensors"
    broken.write_bytes(b"\x00" * 50)
    with pytest.raises(ModelUnavailable, match="no adapter"):
        merge_adapter(tiny_base, broken, tmp_path / "merged.gguf")


def test_missing_files_are_named(tiny_base, tiny_adapter, tmp_path):
    with pytest.raises(ModelUnavailable, match=r"absent\.gguf"):
        merge_adapter(tmp_path / "absent.gguf", tiny_adapter, tmp_path / "merged.gguf")
    with pytest.raises(ModelUnavailable, match=r"absent\.safetensors"):
        merge_adapter(tiny_base, tmp_path / "absent.safetensors", tmp_path / "merged.gguf")


def test_merging_imports_no_torch():
    code = "import sys, memisis_core.agent.merging; print('torch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
