"""Merges the planner's adapter into the base model: one GGUF file that GPT4All loads.

Runs on the user's machine (``memisis models install``) with numpy, gguf and safetensors alone. The
adapter is trained in the row order of the GGUF file, so that merging is a plain sum for every
projection.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from memisis_core.errors import ModelUnavailable
from memisis_core.secure_files import private_folder, replacing, sha256_of

if TYPE_CHECKING:
    from gguf import GGUFReader, GGUFWriter, ReaderTensor

# GPT4All's llama.cpp knows no pre-tokenizer "smollm"; "refact" splits text by the same rule.
PRE_TOKENIZER = "refact"
_Q8_0_BLOCK = 32
_FILE_TYPE_Q8_0 = 7


def merge_adapter(base: Path, adapter: Path, out: Path) -> str:
    """Write the base model with the adapter added, quantised to Q8_0.

    Parameters
    ----------
    base
        GGUF of the base model; any quantisation that the gguf package can dequantise.
    adapter
        Safetensors file with ``<tensor>.lora_a`` (rank by inputs) and ``<tensor>.lora_b`` (outputs
        by rank), and the metadata entry ``scale`` (alpha divided by rank).
    out
        The file to write; it appears only when complete, with mode 0600.

    Returns
    -------
    str
        SHA-256 of the written file; equal inputs give equal bytes.

    Raises
    ------
    ModelUnavailable
        Where a file is missing, is no GGUF or no adapter, or the adapter doesn't belong to the
        base model.
    """
    deltas, scale = _read_adapter(adapter)
    reader = _read_base(base)
    known = {tensor.name for tensor in reader.tensors}
    foreign = sorted(set(deltas) - known)
    if foreign:
        raise ModelUnavailable(
            f"the adapter belongs to another base model; {base.name} has no {foreign[0]}",
            where=str(adapter),
            fix="Install the package and its base model again",
        )
    private_folder(out.parent)
    try:
        with replacing(out) as part:
            _write(reader, deltas, scale, part)
    except OSError as error:
        raise ModelUnavailable(
            f"the merged model cannot be written ({error.strerror})",
            where=str(out),
            fix="Free 150 MB or choose another folder",
        ) from error
    return sha256_of(out)


def _read_base(base: Path) -> GGUFReader:
    from gguf import GGUFReader

    if not base.is_file():
        raise ModelUnavailable(
            "there is no such file", where=str(base), fix="Name the GGUF of the base model"
        )
    try:
        return GGUFReader(str(base))
    except (ValueError, IndexError, KeyError) as error:
        raise ModelUnavailable(
            f"this is not a GGUF file ({error})",
            where=str(base),
            fix="Fetch the base model again",
        ) from error


def _read_adapter(
    adapter: Path,
) -> tuple[dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]], float]:
    from safetensors import SafetensorError, safe_open

    again = "Install the package again"
    if not adapter.is_file():
        raise ModelUnavailable("the adapter is missing", where=str(adapter), fix=again)
    try:
        with safe_open(str(adapter), framework="numpy") as stored:
            scale = float((stored.metadata() or {})["scale"])
            pairs = {
                key.removesuffix(".lora_a"): (
                    stored.get_tensor(key).astype(np.float32),
                    stored.get_tensor(key.removesuffix("a") + "b").astype(np.float32),
                )
                for key in sorted(stored.keys())
                if key.endswith(".lora_a")
            }
    except (SafetensorError, KeyError, ValueError) as error:
        raise ModelUnavailable(
            f"this is no adapter of the planner ({error})", where=str(adapter), fix=again
        ) from error
    return pairs, scale


def _write(
    reader: GGUFReader,
    deltas: dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]],
    scale: float,
    path: Path,
) -> None:
    from gguf import GGUFWriter

    writer = GGUFWriter(str(path), "llama")
    _copy_header(reader, writer)
    for tensor in reader.tensors:
        _add_tensor(writer, tensor, deltas.get(tensor.name), scale)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _copy_header(reader: GGUFReader, writer: GGUFWriter) -> None:
    from gguf import GGUFValueType

    for key, field in reader.fields.items():
        if key.startswith("GGUF.") or key == "general.architecture":
            continue
        value = field.contents()
        if key == "tokenizer.ggml.pre":
            value = PRE_TOKENIZER
        elif key == "general.file_type":
            value = _FILE_TYPE_Q8_0
        if field.types[0] == GGUFValueType.ARRAY:
            writer.add_array(key, value)
        else:
            writer.add_key_value(key, value, field.types[0])


def _add_tensor(
    writer: GGUFWriter,
    tensor: ReaderTensor,
    delta: tuple[NDArray[np.float32], NDArray[np.float32]] | None,
    scale: float,
) -> None:
    from gguf import GGMLQuantizationType, quants

    shape = tuple(int(size) for size in reversed(tensor.shape))
    weights = quants.dequantize(tensor.data, tensor.tensor_type).reshape(shape).astype(np.float32)
    if delta is not None:
        weights = weights + _product(*delta) * np.float32(scale)
    if weights.ndim == 2 and weights.shape[1] % _Q8_0_BLOCK == 0:
        quantised = quants.quantize(weights, GGMLQuantizationType.Q8_0)
        writer.add_tensor(tensor.name, quantised, raw_dtype=GGMLQuantizationType.Q8_0)
    else:
        writer.add_tensor(tensor.name, weights)


def _product(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return ``b @ a``, summed rank by rank.

    BLAS sums in an order of its own on each processor, which would change the rounding and with it
    the checksum of the file.
    """
    total = np.zeros((b.shape[0], a.shape[1]), dtype=np.float32)
    for rank in range(a.shape[0]):
        total += b[:, rank, None] * a[rank]
    return total
