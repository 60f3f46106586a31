"""Writes what a training run leaves behind: the adapter, its card, the merged model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from memisis_core.agent.merging import merge_adapter
from memisis_core.agent.training.requests import GENERATOR_VERSION
from memisis_core.errors import InputError
from memisis_core.secure_files import replacing, sha256_of, write_private

if TYPE_CHECKING:
    from memisis_core.agent.training.base_model import AdaptedModel

ADAPTER_FILE: Final = "planner.safetensors"
CARD_FILE: Final = "planner.json"
MERGED_FILE: Final = "planner.Q8_0.gguf"


def write_adapter(model: AdaptedModel, folder: Path) -> Path:
    """Write the adapter as float16 safetensors with its scale in the metadata.

    Parameters
    ----------
    model
        The trained model.
    folder
        Where ``planner.safetensors`` goes.

    Returns
    -------
    Path
        The written file.
    """
    import torch
    from safetensors.torch import save_file

    tensors = {
        name: matrix.to("cpu", torch.float16).contiguous()
        for name, matrix in model.adapter().items()
    }
    metadata = {"scale": repr(model.scale), "rank": str(model.rank)}
    with replacing(folder / ADAPTER_FILE) as part:
        save_file(tensors, part, metadata=metadata)
    return folder / ADAPTER_FILE


def load_adapter(model: AdaptedModel, path: Path) -> str:
    """Take up an adapter; matrices that it doesn't have stay as they are.

    Parameters
    ----------
    model
        The model whose adapter is set.
    path
        An adapter written by :func:`write_adapter`.

    Returns
    -------
    str
        SHA-256 of the file.

    Raises
    ------
    InputError
        Where the file is missing or of another rank or model.
    """
    import torch
    from safetensors.torch import load_file

    if not path.is_file():
        raise InputError("there is no such adapter", where=str(path))
    stored, matrices = load_file(path), model.adapter()
    for name, values in stored.items():
        if name not in matrices or matrices[name].shape != values.shape:
            raise InputError(
                f"{name} does not fit the model", where=str(path), fix="Set the adapter's rank"
            )
        with torch.no_grad():
            matrices[name].copy_(values)
    return sha256_of(path)


def write_card(folder: Path, base: Path, training: dict[str, Any]) -> Path:
    """Merge the adapter and write what it was made from, with the checksums of both models.

    Parameters
    ----------
    folder
        Holds ``planner.safetensors``; the merged model and ``planner.json`` go beside it.
    base
        GGUF of the base model.
    training
        Settings and result of the training.

    Returns
    -------
    Path
        The card.
    """
    card = {
        **training,
        "generator_version": GENERATOR_VERSION,
        "base": base.name,
        "base_sha256": sha256_of(base),
        "merged_sha256": merge_adapter(base, folder / ADAPTER_FILE, folder / MERGED_FILE),
    }
    return write_private(folder / CARD_FILE, json.dumps(card, indent=2) + "\n")
