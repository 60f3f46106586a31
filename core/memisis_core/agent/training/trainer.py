"""Trains the adapter on generated requests: one pass, loss on the answers, resumable."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from memisis_core.agent.training.adapter_files import write_adapter, write_card
from memisis_core.agent.training.base_model import AdaptedModel, read_tokenizer
from memisis_core.agent.training.labels import END_OF_TURN, answer_line, prompt
from memisis_core.agent.training.requests import generate_requests
from memisis_core.secure_files import private_folder, replacing

_PAD = 2
_CHECKPOINT_STEPS = 200
_BUCKET = 24


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """What one training run depends on.

    Attributes
    ----------
    seed
        Seed of requests, adapter and order.
    requests
        How many requests are seen, once each.
    rank, alpha
        Size and strength of the adapter.
    first_layer
        The lowest layer that is adapted; not going back through the ten below saves a sixth of
        the time.
    batch
        Requests a step.
    learning_rate
        Peak of the cosine.
    """

    seed: int = 0
    requests: int = 8_400
    rank: int = 16
    alpha: int = 32
    first_layer: int = 10
    batch: int = 6
    learning_rate: float = 1e-3


@dataclass(frozen=True, slots=True)
class Example:
    """A request in tokens."""

    prompt: list[int]
    answer: list[int]

    @property
    def length(self) -> int:
        """Tokens in all."""
        return len(self.prompt) + len(self.answer)


def batches(settings: TrainingSettings, tokenizer: Any) -> list[list[Example]]:
    """Generate the requests and group them into batches of similar length, in random order.

    Parameters
    ----------
    settings
        Seed, number of requests, batch size.
    tokenizer
        Tokenizer of the base model.

    Returns
    -------
    list of list of Example
        The same for the same settings.
    """
    examples = []
    for request in generate_requests(settings.seed, settings.requests):
        asked = tokenizer.encode(prompt(request.columns, request.text)).ids
        examples.append(
            Example(asked, tokenizer.encode(answer_line(request.answer) + END_OF_TURN).ids)
        )
    grouped = []
    window = settings.batch * _BUCKET
    for start in range(0, len(examples), window):
        part = sorted(examples[start : start + window], key=lambda example: example.length)
        grouped += [part[i : i + settings.batch] for i in range(0, len(part), settings.batch)]
    random.Random(settings.seed).shuffle(grouped)
    return grouped


def _tensors(batch: list[Example], device: torch.device) -> tuple[Tensor, Tensor]:
    length = max(example.length for example in batch)
    tokens = torch.full((len(batch), length), _PAD)
    wanted = torch.full((len(batch), length), -100)
    for row, example in enumerate(batch):
        tokens[row, : example.length] = torch.tensor(example.prompt + example.answer)
        wanted[row, len(example.prompt) : example.length] = torch.tensor(example.answer)
    return tokens.to(device), wanted.to(device)


def batch_loss(model: AdaptedModel, batch: list[Example], device: torch.device) -> Tensor:
    """Return the mean cross-entropy over the answers' tokens, the only ones that are scored."""
    tokens, wanted = _tensors(batch, device)
    hidden = model(tokens)
    at = wanted[:, 1:] != -100
    return functional.cross_entropy(model.logits(hidden[:, :-1][at]), wanted[:, 1:][at])


def _rate(step: int, steps: int) -> float:
    return min(1.0, (step + 1) / 30) * 0.5 * (1 + math.cos(math.pi * step / steps))


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

    def learn(self, batch: list[Example], steps: int) -> None:
        """Take one step; the reported loss is smoothed over about thirty."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.settings.learning_rate * _rate(self.progress.step, steps)
        loss = batch_loss(self.model, batch, self.model.embedding.device)
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
    report: Callable[[str], None] = print,
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

    Returns
    -------
    TrainingResult
        Steps, the smoothed loss at the end, seconds of computing.
    """
    torch.manual_seed(settings.seed)
    private_folder(out)
    model = AdaptedModel(
        base, settings.rank, settings.alpha, torch.bfloat16, settings.first_layer
    ).to(device)
    optimiser = torch.optim.AdamW(model.parameters(), lr=settings.learning_rate, weight_decay=0.0)
    todo = batches(settings, read_tokenizer(base))
    tokens = sum(example.length for batch in todo for example in batch) / settings.requests
    report(f"{settings.requests} requests, {len(todo)} steps, {tokens:.0f} tokens a request")
    run = _Run(model, optimiser, settings, out / "checkpoint.pt", _Progress())
    run.resume()
    _take_steps(run, todo, report)
    result = TrainingResult(len(todo), round(run.progress.loss, 5), round(run.progress.seconds, 1))
    write_adapter(model, out)
    write_card(out, base, {**asdict(settings), **asdict(result)})
    return result


def _take_steps(run: _Run, todo: list[list[Example]], report: Callable[[str], None]) -> None:
    progress, started = run.progress, time.monotonic()
    first, before = progress.step, progress.seconds
    for batch in todo[first:]:
        run.learn(batch, len(todo))
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
