"""Measures a merged planner through GPT4All on requests written by hand, slot by slot."""

from __future__ import annotations

import argparse
import time
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from memisis_core.agent.training.labels import SLOTS, Answer, answer_line, parse_answer, prompt

_ANSWER_TOKENS = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A request written by hand and what it means."""

    columns: tuple[str, ...]
    text: str
    answer: Answer


@dataclass(slots=True)
class Score:
    """How many slots, whole plans and intents were right, and which slots were missed."""

    requests: int = 0
    whole: int = 0
    seconds: float = 0.0
    missed: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[Asked, Answer]] = field(default_factory=list)

    @property
    def slots(self) -> float:
        """Share of slots that are right, the intent among them, 0 to 1."""
        return 1 - self.missed.total() / max(1, self.requests * len(SLOTS))

    def report(self) -> str:
        """Return the score and every miss in lines of text."""
        total = max(1, self.requests)
        lines = [
            f"{self.requests} requests: slots {self.slots:.1%}, whole {self.whole / total:.1%}, "
            f"intents {1 - self.missed['intent'] / total:.1%}, "
            f"{self.seconds / total:.2f} s a request",
            "missed: " + ", ".join(f"{slot} {count}" for slot, count in self.missed.most_common()),
        ]
        for asked, got in self.wrong:
            lines += [f"- {asked.text}", f"    is  {answer_line(asked.answer)}"]
            lines += [f"    got {answer_line(got)}"]
        return "\n".join(lines)


def read_requests(path: Path) -> list[Asked]:
    """Read requests from TOML: ``[schemas]`` and ``[[request]]`` with text, schema and slots.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    list of Asked
        In the order of the file.
    """
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return [
        Asked(
            tuple(content["schemas"][entry["schema"]]),
            entry["text"],
            Answer(**{slot: _value(entry[slot]) for slot in SLOTS if slot in entry}),
        )
        for entry in content["request"]
    ]


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else str(value)


def score(requests: list[Asked], ask: Callable[[str], str]) -> Score:
    """Ask for each request and compare; the order within a list doesn't count.

    Parameters
    ----------
    requests
        What to ask.
    ask
        Takes a prompt, returns the model's line.

    Returns
    -------
    Score
        Counts and misses.
    """
    result = Score()
    for asked in requests:
        started = time.monotonic()
        got = parse_answer(ask(prompt(asked.columns, asked.text)))
        result.seconds += time.monotonic() - started
        missed = [
            slot for slot in SLOTS if not _same(getattr(asked.answer, slot), getattr(got, slot))
        ]
        result.requests += 1
        result.whole += not missed
        result.missed.update(missed)
        if missed:
            result.wrong.append((asked, got))
    return result


def _same(one: Any, other: Any) -> bool:
    return sorted(one) == sorted(other) if isinstance(one, tuple) else bool(one == other)


def gpt4all_asker(model: Path, threads: int) -> Callable[[str], str]:
    """Load a model with GPT4All and return a function that completes one line greedily.

    Parameters
    ----------
    model
        GGUF file.
    threads
        Processor threads.

    Returns
    -------
    callable
        Prompt to answer line.
    """
    from gpt4all import GPT4All

    loaded = GPT4All(
        model.name, model_path=str(model.parent), allow_download=False, n_threads=threads,
        device="cpu", n_ctx=2048, verbose=False,
    )  # fmt: skip

    def ask(text: str) -> str:
        written = []

        def take(_token: int, piece: str) -> bool:
            written.append(piece)
            return "\n" not in piece

        loaded.model.prompt_model(
            text, "%1", take, n_predict=_ANSWER_TOKENS, temp=0.0, top_k=1, repeat_penalty=1.0,
            n_batch=128, reset_context=True, special=True,
        )  # fmt: skip
        return "".join(written).split("\n")[0].replace("<|im_end|>", "")

    return ask


def main() -> None:
    """Measure a model with the requests of a file and print the misses."""
    parser = argparse.ArgumentParser(
        prog="python -m memisis_core.agent.training.measuring",
        description="Measure a planner model through GPT4All.",
    )
    parser.add_argument("model", type=Path, help="merged GGUF")
    parser.add_argument("requests", type=Path, help="TOML with [schemas] and [[request]]")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    print(score(read_requests(given.requests), gpt4all_asker(given.model, given.threads)).report())


if __name__ == "__main__":
    main()
