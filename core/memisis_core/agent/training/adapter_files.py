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

PLANNER: Final = "planner"
ADAPTER_FILE: Final = f"{PLANNER}.safetensors"


def write_adapter(model: AdaptedModel, folder: Path, name: str = PLANNER) -> Path:
    """Write the adapter as float16 safetensors with its scale in the metadata.

    Parameters
    ----------
    model
        The trained model.
    folder
        Where it goes.
    name
        What it is called: ``planner`` for ``planner.safetensors``.

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
    path = folder / f"{name}.safetensors"
    with replacing(path) as part:
        save_file(tensors, part, metadata=metadata)
    return path


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


def write_card(
    folder: Path,
    base: Path,
    training: dict[str, Any],
    name: str = PLANNER,
    generator_version: str = GENERATOR_VERSION,
) -> Path:
    """Merge the adapter and write what it was made from, with the checksums of both models.

    Parameters
    ----------
    folder
        Holds the adapter; the merged model and the card go beside it.
    base
        GGUF of the base model.
    training
        Settings and result of the training.
    name, generator_version
        Of the adapter and of what generated its texts.

    Returns
    -------
    Path
        The card.
    """
    card = {
        **training,
        "generator_version": generator_version,
        "base": base.name,
        "base_sha256": sha256_of(base),
        "merged_sha256": merge_adapter(
            base, folder / f"{name}.safetensors", folder / f"{name}.Q8_0.gguf"
        ),
    }
    return write_private(folder / f"{name}.json", json.dumps(card, indent=2) + "\n")
