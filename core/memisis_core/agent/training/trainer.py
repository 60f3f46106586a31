"""Trains an adapter on generated texts: one pass, loss on what is learned, resumable."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor
from torch.nn import functional

from memisis_core.agent.training.adapter_files import (
    PLANNER,
    load_adapter,
    write_adapter,
    write_card,
)
from memisis_core.agent.training.base_model import AdaptedModel, read_tokenizer
from memisis_core.agent.training.batches import (
    UNSCORED,
    Example,
    examples,
    grouped,
    tensors,
    unseen,
)
from memisis_core.agent.training.requests import GENERATOR_VERSION, SCENE_SHARE
from memisis_core.secure_files import private_folder, replacing

_CHECKPOINT_STEPS = 200


@dataclass(frozen=True, slots=True)
class Skill:
    """What an adapter is to learn.

    Attributes
    ----------
    name
        Of the adapter's files.
    generator_version
        Of what generates the texts.
    examples
        Makes the texts in tokens from a seed, how many, and the base model's tokenizer.
    """

    name: str
    generator_version: str
    examples: Callable[[int, int, Any], list[Example]]


def planning(scene_share: float = SCENE_SHARE) -> Skill:
    """Return the planner's skill, learned from so large a share of requests written one by one."""
    version = f"{GENERATOR_VERSION}, {scene_share:.0%} of tables with requests of their own"
    return Skill(PLANNER, version, partial(examples, scene_share=scene_share))


PLANNING: Final = planning()


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """What one training run depends on.

    Attributes
    ----------
    seed
        Seed of requests, adapter and order.
    requests
        How many requests, or other texts, are seen, once each.
    rank, alpha
        Size and strength of the adapter.
    first_layer
        The lowest layer that is adapted; not going back through the ten below saves a sixth of
        the time.
    tables
        Examples a step: tables with the requests about them.
    learning_rate
        Peak of the cosine.
    final_share
        Share of the peak that is left at the end, 0 unless the training goes on in another stage.
    continues
        SHA-256 of the adapter that is trained further, "" where training starts afresh.
    """

    seed: int = 0
    requests: int = 8_400
    rank: int = 16
    alpha: int = 32
    first_layer: int = 10
    tables: int = 2
    learning_rate: float = 1e-3
    final_share: float = 0.0
    continues: str = ""


@cache
def faster_type(device: torch.device) -> torch.dtype:
    """Return the type in which this machine multiplies faster: bfloat16 or float32.

    On two processors of the same year bfloat16 took a quarter of float32's time and twice as much.

    Parameters
    ----------
    device
        Where to compute; a GPU multiplies faster in bfloat16 without being asked.

    Returns
    -------
    torch.dtype
    """
    if device.type != "cpu":
        return torch.bfloat16

    def seconds(kind: torch.dtype) -> float:
        left, right = torch.ones(480, 576, dtype=kind), torch.ones(1536, 576, dtype=kind)
        functional.linear(left, right)
        started = time.perf_counter()
        for _ in range(20):
            functional.linear(left, right)
        return time.perf_counter() - started

    return min((torch.bfloat16, torch.float32), key=seconds)


def batch_loss(model: AdaptedModel, group: list[Example], device: torch.device) -> Tensor:
    """Return the mean cross-entropy over the tokens that are learned."""
    batch = tensors(group, device)
    hidden = model(batch.tokens, batch.positions, unseen(batch.segments))
    at = batch.wanted[:, 1:] != UNSCORED
    return functional.cross_entropy(model.logits(hidden[:, :-1][at]), batch.wanted[:, 1:][at])


def _rate(step: int, steps: int, final: float) -> float:
    cosine = 0.5 * (1 + math.cos(math.pi * step / steps))
    return min(1.0, (step + 1) / 30) * (final + (1 - final) * cosine)


@dataclass(slots=True)
class _Progress:
    step: int = 0
    loss: float = 0.0
    seconds: float = 0.0


@dataclass(slots=True)
class _Run:
    """A training run that can be put down and taken up again."""

    model: AdaptedModel
    optimiser: torch.optim.Optimizer
    settings: TrainingSettings
    checkpoint: Path
    progress: _Progress

    def save(self) -> None:
        stored = {
            "progress": asdict(self.progress),
            "settings": asdict(self.settings),
            "adapter": self.model.state_dict(),
            "optimiser": self.optimiser.state_dict(),
        }
        with replacing(self.checkpoint) as part:
            torch.save(stored, part)

    def resume(self) -> None:
        """Take up a checkpoint of the same settings, where there is one."""
        if not self.checkpoint.is_file():
            return
        device = self.model.embedding.device
        stored = torch.load(self.checkpoint, weights_only=True, map_location=device)
        if stored["settings"] != asdict(self.settings):
            return
        self.model.load_state_dict(stored["adapter"])
        self.optimiser.load_state_dict(stored["optimiser"])
        self.progress = _Progress(**stored["progress"])

    def learn(self, group: list[Example], steps: int) -> None:
        """Take one step; the reported loss is smoothed over about thirty."""
        for options in self.optimiser.param_groups:
            options["lr"] = self.settings.learning_rate * _rate(
                self.progress.step, steps, self.settings.final_share
            )
        loss = batch_loss(self.model, group, self.model.embedding.device)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad()
        now = loss.item()
        first = self.progress.step == 0
        self.progress.loss = now if first else 0.97 * self.progress.loss + 0.03 * now
        self.progress.step += 1


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """What a training run came to."""

    steps: int
    final_loss: float
    seconds: float


def train(
    base: Path,
    out: Path,
    settings: TrainingSettings,
    device: torch.device,
    *,
    report: Callable[[str], None] = print,
    start: Path | None = None,
    skill: Skill = PLANNING,
) -> TrainingResult:
    """Train an adapter; write it, its card and the merged model into a folder.

    Parameters
    ----------
    base
        GGUF of the base model.
    out
        Folder; a ``checkpoint.pt`` of the same settings in it is continued.
    settings
        Seed and sizes.
    device
        Where to compute.
    report
        Takes one line of progress at a time.
    start
        An adapter of this trainer to train further.
    skill
        What it learns.

    Returns
    -------
    TrainingResult
        Steps, the smoothed loss at the end, seconds of computing.
    """
    torch.manual_seed(settings.seed)
    private_folder(out)
    kind = faster_type(device)
    model = AdaptedModel(base, settings.rank, settings.alpha, kind, settings.first_layer).to(device)
    if start is not None:
        settings = replace(settings, continues=load_adapter(model, start))
    optimiser = torch.optim.AdamW(model.parameters(), lr=settings.learning_rate, weight_decay=0.0)
    found = skill.examples(settings.seed, settings.requests, read_tokenizer(base))
    tokens = sum(example.length for example in found) / settings.requests
    todo = grouped(found, settings.tables, settings.seed)
    report(f"{settings.requests} texts, {len(todo)} steps, {tokens:.0f} tokens a text, {kind}")
    run = _Run(model, optimiser, settings, out / "checkpoint.pt", _Progress())
    run.resume()
    _take_steps(run, todo, report)
    result = TrainingResult(len(todo), round(run.progress.loss, 5), round(run.progress.seconds, 1))
    write_adapter(model, out, skill.name)
    write_card(
        out, base, {**asdict(settings), **asdict(result)}, skill.name, skill.generator_version
    )
    return result


def _take_steps(run: _Run, todo: list[list[Example]], report: Callable[[str], None]) -> None:
    progress, started = run.progress, time.monotonic()
    first, before = progress.step, progress.seconds
    for group in todo[first:]:
        run.learn(group, len(todo))
        progress.seconds = before + time.monotonic() - started
        if progress.step % 10 == 1 or progress.step == len(todo):
            each = (progress.seconds - before) / (progress.step - first)
            left = each * (len(todo) - progress.step) / 60
            report(
                f"step {progress.step}/{len(todo)} loss {progress.loss:.4f} "
                f"{each:.2f} s/step, {left:.0f} min left"
            )
        if progress.step % _CHECKPOINT_STEPS == 0:
            run.save()
