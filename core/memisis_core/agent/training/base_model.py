"""The base model as a small torch module with adapters; weights and tokenizer from its GGUF."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

PROJECTIONS = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the model, from the GGUF header."""

    layers: int
    width: int
    heads: int
    kv_heads: int
    rope_base: float
    epsilon: float

    @property
    def head_width(self) -> int:
        """Width of one attention head."""
        return self.width // self.heads


class FrozenLinear(nn.Module):
    """A projection that is not trained."""

    weight: Tensor

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        self.register_buffer("weight", weight, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Return ``x W^T``."""
        return functional.linear(x, self.weight)


class AdaptedLinear(nn.Module):
    """A frozen projection plus a trainable product of two thin matrices (LoRA, Hu et al. 2021)."""

    weight: Tensor

    def __init__(self, weight: Tensor, rank: int, scale: float) -> None:
        super().__init__()
        self.register_buffer("weight", weight, persistent=False)
        self.scale = scale
        self.lora_a = nn.Parameter(torch.empty(rank, weight.shape[1]))
        self.lora_b = nn.Parameter(torch.zeros(weight.shape[0], rank))
        nn.init.kaiming_uniform_(self.lora_a, a=math.sqrt(5))

    def forward(self, x: Tensor) -> Tensor:
        """Return ``x W^T + scale * x A^T B^T`` in the type of ``x``."""
        thin = functional.linear(x, self.lora_a.to(x.dtype))
        return functional.linear(x, self.weight) + functional.linear(
            thin, (self.lora_b * self.scale).to(x.dtype)
        )


def _normed(x: Tensor, weight: Tensor, epsilon: float, dtype: torch.dtype) -> Tensor:
    return functional.rms_norm(x, (x.shape[-1],), weight, epsilon).to(dtype)


def _rotated(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotate neighbouring pairs: the row order of GGUF files, so that nothing is permuted."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1).flatten(-2)


def _attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    """Attend to what the mask (0 or minus infinity) leaves to see.

    Written out, since torch's fused kernel took a fifth of a whole step (bfloat16, one thread,
    150 tokens).
    """
    groups = q.shape[1] // k.shape[1]
    k, v = k.repeat_interleave(groups, dim=1), v.repeat_interleave(groups, dim=1)
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2) + mask
    weights = scores.softmax(dim=-1, dtype=torch.float32).to(q.dtype)
    return torch.matmul(weights, v)


@dataclass(frozen=True, slots=True)
class _Places:
    """Rotation angles and mask, the same in every layer."""

    cos: Tensor
    sin: Tensor
    mask: Tensor


class Layer(nn.Module):
    """One transformer layer of the Llama kind."""

    attn_norm: Tensor
    ffn_norm: Tensor

    def __init__(
        self, shape: Shape, weights: dict[str, Tensor], rank: int, scale: float, dtype: torch.dtype
    ) -> None:
        super().__init__()
        self.shape = shape
        self.dtype = dtype
        self.register_buffer("attn_norm", weights["attn_norm"], persistent=False)
        self.register_buffer("ffn_norm", weights["ffn_norm"], persistent=False)
        self.projections = nn.ModuleDict(
            {
                name: AdaptedLinear(weights[name].to(dtype), rank, scale)
                if rank
                else FrozenLinear(weights[name].to(dtype))
                for name in PROJECTIONS
            }
        )

    def forward(self, x: Tensor, places: _Places) -> Tensor:
        """Return the residual stream after attention and feed-forward."""
        x = x + self._attended(_normed(x, self.attn_norm, self.shape.epsilon, self.dtype), places)
        h = _normed(x, self.ffn_norm, self.shape.epsilon, self.dtype)
        gated = functional.silu(self.projections["ffn_gate"](h)) * self.projections["ffn_up"](h)
        down: Tensor = self.projections["ffn_down"](gated)
        return x + down.float()

    def _attended(self, h: Tensor, places: _Places) -> Tensor:
        cos, sin = places.cos, places.sin
        batch, length, _ = h.shape
        q, k, v = (
            self.projections[name](h)
            .view(batch, length, heads, self.shape.head_width)
            .transpose(1, 2)
            for name, heads in (
                ("attn_q", self.shape.heads),
                ("attn_k", self.shape.kv_heads),
                ("attn_v", self.shape.kv_heads),
            )
        )
        mixed = _attention(_rotated(q, cos, sin), _rotated(k, cos, sin), v, places.mask)
        joined = mixed.transpose(1, 2).reshape(batch, length, self.shape.width)
        out: Tensor = self.projections["attn_output"](joined)
        return out.float()


class AdaptedModel(nn.Module):
    """The base model, frozen, with an adapter on each projection from ``first_layer`` on.

    Parameters
    ----------
    path
        GGUF file of a Llama-like model with tied embeddings.
    rank, alpha
        Size and strength of the adapter; its product is scaled by ``alpha / rank``.
    dtype
        Type of the frozen weights and of the products.
    first_layer
        Layers below it keep the base model's weights; nothing is propagated back through them.
    """

    embedding: Tensor
    output_norm: Tensor

    def __init__(
        self, path: Path, rank: int, alpha: int, dtype: torch.dtype, first_layer: int = 0
    ) -> None:
        super().__init__()
        fields, weights = _read(path)
        self.shape = _shape(fields)
        self.dtype = dtype
        self.rank, self.scale = rank, alpha / rank
        self.register_buffer("embedding", weights["token_embd.weight"].to(dtype), persistent=False)
        self.register_buffer("output_norm", weights["output_norm.weight"], persistent=False)
        self.layers = nn.ModuleList(
            Layer(
                self.shape,
                _layer_weights(weights, index),
                rank if index >= first_layer else 0,
                self.scale,
                dtype,
            )
            for index in range(self.shape.layers)
        )

    def forward(
        self, tokens: Tensor, positions: Tensor | None = None, unseen: Tensor | None = None
    ) -> Tensor:
        """Return the final hidden states.

        Parameters
        ----------
        tokens
            ``(batch, length)``.
        positions
            Of the same shape; counted from 0 unless given.
        unseen
            ``(batch, length, length)``, which tokens a token must not see; the later ones unless
            given.

        Returns
        -------
        Tensor
            ``(batch, length, width)``.
        """
        length, device = tokens.shape[1], tokens.device
        if positions is None:
            positions = torch.arange(length, device=device)[None]
        if unseen is None:
            unseen = torch.ones(1, length, length, dtype=torch.bool, device=device).triu(1)
        places = self._places(positions, unseen)
        x = functional.embedding(tokens, self.embedding).float()
        for layer in self.layers:
            x = layer(x, places)
        return _normed(x, self.output_norm, self.shape.epsilon, self.dtype)

    def _places(self, positions: Tensor, unseen: Tensor) -> _Places:
        steps = torch.arange(0, self.shape.head_width, 2, device=positions.device)
        turns = self.shape.rope_base ** (-steps.float() / self.shape.head_width)
        angles = (positions[..., None].float() * turns)[:, None]
        mask = torch.zeros_like(unseen, dtype=self.dtype).masked_fill(unseen, float("-inf"))
        return _Places(angles.cos().to(self.dtype), angles.sin().to(self.dtype), mask[:, None])

    def logits(self, hidden: Tensor) -> Tensor:
        """Return the scores of the next token for some hidden states."""
        return functional.linear(hidden, self.embedding).float()

    def adapter(self) -> dict[str, Tensor]:
        """Return the adapter's matrices by the names of the GGUF tensors they belong to."""
        found = {}
        for name, parameter in self.named_parameters():
            _, index, _, projection, matrix = name.split(".")
            found[f"blk.{index}.{projection}.weight.{matrix}"] = parameter.detach()
        return found


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    from gguf import GGUFReader, quants

    reader = GGUFReader(str(path))
    weights = {}
    for tensor in reader.tensors:
        shape = tuple(int(size) for size in reversed(tensor.shape))
        weights[tensor.name] = torch.from_numpy(
            quants.dequantize(tensor.data, tensor.tensor_type)
            .reshape(shape)
            .astype("float32")
            .copy()
        )
    return {key: field.contents() for key, field in reader.fields.items()}, weights


def _layer_weights(weights: dict[str, Tensor], index: int) -> dict[str, Tensor]:
    prefix = f"blk.{index}."
    return {
        name.removeprefix(prefix).removesuffix(".weight"): tensor
        for name, tensor in weights.items()
        if name.startswith(prefix)
    }


def _shape(fields: dict[str, Any]) -> Shape:
    return Shape(
        layers=int(fields["llama.block_count"]),
        width=int(fields["llama.embedding_length"]),
        heads=int(fields["llama.attention.head_count"]),
        kv_heads=int(fields["llama.attention.head_count_kv"]),
        rope_base=float(fields["llama.rope.freq_base"]),
        epsilon=float(fields["llama.attention.layer_norm_rms_epsilon"]),
    )


def read_tokenizer(path: Path) -> Any:
    """Build the tokenizer from the vocabulary and merges in a GGUF file.

    Parameters
    ----------
    path
        GGUF file with a byte-level BPE vocabulary.

    Returns
    -------
    tokenizers.Tokenizer
        Splits digits one by one, as SmolLM2 does; special tokens are parsed.
    """
    from gguf import GGUFReader
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    fields = GGUFReader(str(path)).fields
    tokens: list[str] = fields["tokenizer.ggml.tokens"].contents()
    merges = [tuple(merge.split(" ")) for merge in fields["tokenizer.ggml.merges"].contents()]
    kinds = fields["tokenizer.ggml.token_type"].contents()
    tokenizer = Tokenizer(
        models.BPE(vocab={token: index for index, token in enumerate(tokens)}, merges=merges)
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    control = 3  # GGUF's number for control tokens
    tokenizer.add_special_tokens(
        [
            AddedToken(token, special=True)
            for token, kind in zip(tokens, kinds, strict=True)
            if kind == control
        ]
    )
    return tokenizer
