"""Training texts in tokens, those that share a beginning packed behind one reading of it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import torch
from torch import Tensor

from memisis_core.agent.training.labels import END_OF_TURN, answer_line, prompt
from memisis_core.agent.training.requests import SCENE_SHARE, generate_requests

UNSCORED = -100
_PAD = 2
_SHARED, _PADDING = 0, -1
_TABLES_SORTED = 72


@dataclass(frozen=True, slots=True)
class Turn:
    """What is read and learned in turns, in tokens: request, answer; or name, value, name, ….

    Attributes
    ----------
    parts
        Pairs of what is read and what is then learned.
    """

    parts: tuple[tuple[list[int], list[int]], ...]

    @property
    def tokens(self) -> list[int]:
        """All tokens in order."""
        return [token for read, learned in self.parts for token in (*read, *learned)]

    @property
    def wanted(self) -> list[int]:
        """The tokens that are learned, :data:`UNSCORED` in the place of those that are read."""
        return [
            token for read, learned in self.parts for token in (*([UNSCORED] * len(read)), *learned)
        ]


@dataclass(frozen=True, slots=True)
class Example:
    """What several turns share, in tokens (a table's columns, a prompt), and the turns behind it.

    The turns don't see each other: each is learned as if it stood alone behind what they share,
    which is read once. That saves a quarter of the planner's tokens.
    """

    shared: list[int]
    turns: tuple[Turn, ...]

    @property
    def length(self) -> int:
        """Tokens in all."""
        return len(self.shared) + sum(len(turn.tokens) for turn in self.turns)


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples as tensors, each of examples by tokens.

    Attributes
    ----------
    tokens
        Padded on the right.
    wanted
        The token itself where it is learned, else :data:`UNSCORED`.
    positions
        Place of a token in its own turn, what is shared included.
    segments
        0 for what is shared, 1, 2, ... for the turns, -1 for padding.
    """

    tokens: Tensor
    wanted: Tensor
    positions: Tensor
    segments: Tensor


def examples(
    seed: int, requests: int, tokenizer: Any, scene_share: float = SCENE_SHARE
) -> list[Example]:
    """Generate requests and put them into tokens, one example for each table.

    Parameters
    ----------
    seed, requests
        As of :func:`generate_requests`.
    tokenizer
        Tokenizer of the base model.
    scene_share
        As of :func:`generate_requests`.

    Returns
    -------
    list of Example
        In the order of generation.
    """
    found = []
    generated = generate_requests(seed, requests, scene_share)
    for columns, group in groupby(generated, lambda item: item.columns):
        head, tail = prompt(columns, "\0").split(" \0")
        turns = tuple(
            Turn(
                (
                    (
                        tokenizer.encode(f" {request.text}{tail}").ids,
                        tokenizer.encode(answer_line(request.answer) + END_OF_TURN).ids,
                    ),
                )
            )
            for request in group
        )
        found.append(Example(tokenizer.encode(head).ids, turns))
    return found


def grouped(found: list[Example], tables: int, seed: int) -> list[list[Example]]:
    """Group examples of similar length, in random order.

    Parameters
    ----------
    found
        The examples.
    tables
        How many go together.
    seed
        Seed of the order.

    Returns
    -------
    list of list of Example
        Every example once.
    """
    groups = []
    for start in range(0, len(found), _TABLES_SORTED):
        part = sorted(found[start : start + _TABLES_SORTED], key=lambda example: example.length)
        groups += [part[i : i + tables] for i in range(0, len(part), tables)]
    random.Random(seed).shuffle(groups)
    return groups


def tensors(group: list[Example], device: torch.device) -> Batch:
    """Pad a group of examples into tensors.

    Parameters
    ----------
    group
        The examples.
    device
        Where the tensors go.

    Returns
    -------
    Batch
        As wide as the longest example.
    """
    shape = (len(group), max(example.length for example in group))
    tokens = torch.full(shape, _PAD)
    wanted = torch.full(shape, UNSCORED)
    positions = torch.zeros(shape, dtype=torch.long)
    segments = torch.full(shape, _PADDING)
    for row, example in enumerate(group):
        first = len(example.shared)
        tokens[row, :first] = torch.tensor(example.shared)
        positions[row, :first] = torch.arange(first)
        segments[row, :first] = _SHARED
        start = first
        for segment, turn in enumerate(example.turns, 1):
            end = start + len(turn.tokens)
            tokens[row, start:end] = torch.tensor(turn.tokens)
            wanted[row, start:end] = torch.tensor(turn.wanted)
            positions[row, start:end] = torch.arange(first, first + end - start)
            segments[row, start:end] = segment
            start = end
    return Batch(*(tensor.to(device) for tensor in (tokens, wanted, positions, segments)))


def unseen(segments: Tensor) -> Tensor:
    """Return which tokens a token must not see: later ones and those of other turns.

    Parameters
    ----------
    segments
        As in :class:`Batch`.

    Returns
    -------
    Tensor
        Booleans, ``(examples, tokens that look, tokens looked at)``.
    """
    length = segments.shape[1]
    looks, looked_at = segments[:, :, None], segments[:, None, :]
    foreign = (looked_at != looks) & (looked_at != _SHARED)
    later = torch.ones(length, length, dtype=torch.bool, device=segments.device).triu(1)
    return foreign | later
